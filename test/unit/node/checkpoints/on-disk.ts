/** Checkpoints on a disk, as the tests write, find and damage them. */
import { createHash } from 'node:crypto';
import { readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import type { WrittenCheckpoint } from '../../../../src/node/checkpoints/names';
import { writeCheckpoint } from '../../../../src/node/checkpoints/write';
import type { Failure, Result } from '../../../../src/shared/result';
import { content } from './content';

export function must<T>(result: Result<T>): T {
  if (!result.ok) throw new Error(result.error.message);
  return result.value;
}

export function failure<T>(result: Result<T>): Failure {
  if (result.ok) throw new Error('it went well');
  return result.error;
}

export const write = async (folder: string, step: number, change = {}): Promise<WrittenCheckpoint> =>
  must(await writeCheckpoint(folder, content(step, change)));
export const json = (folder: string, { name }: { name: string }): string => join(folder, `${name}.json`);
export const weights = (folder: string, { name }: { name: string }): string =>
  join(folder, `${name}.safetensors`);
export const sha256 = (path: string): string => createHash('sha256').update(readFileSync(path)).digest('hex');

export function flip(path: string, byte: number, bit = 0): void {
  const bytes = readFileSync(path);
  bytes[byte]! ^= 1 << bit;
  writeFileSync(path, bytes);
}
