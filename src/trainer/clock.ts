import { performance } from 'node:perf_hooks';

/** Seconds since the process started, monotonic. */
export const now = (): number => performance.now() / 1000;
