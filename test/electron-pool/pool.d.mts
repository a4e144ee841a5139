import type { PoolRunnerInitializer } from 'vitest/node';
export function electronPool(execPath: string): PoolRunnerInitializer;
