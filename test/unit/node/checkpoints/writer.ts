/**
 * A program that writes a checkpoint and then removes the one before it; started by tests, which end it or give it a small
 * disk. `replace FOLDER OLD AT HALF` sends itself SIGKILL at operation AT, HALF-way where that is `half`. `fill FOLDER`
 * writes on a disk that is full, then again on the same disk with room, and prints the sentence and names as JSON.
 */
import { rmSync, writeFileSync } from 'node:fs';
import { readdir } from 'node:fs/promises';
import { join } from 'node:path';
import { loadNewest } from './newest';
import { removeCheckpoint, writeCheckpoint } from '../../../../src/node/checkpoints/write';
import { realFiles, type FileLayer } from '../../../../src/node/files/durable-files';
import { content, SMALL_CHUNK } from './content';
import { faultyFiles } from '../files/faulty-files';

async function replace(folder: string, old: string, at: number, half: boolean): Promise<void> {
  const files = faultyFiles(realFiles, ({ index }) =>
    index === at ? (half ? 'kill half-way' : 'kill') : null,
  );
  const written = await writeCheckpoint(folder, content(2), files, SMALL_CHUNK);
  if (!written.ok) throw new Error(written.error.message);
  await removeCheckpoint(folder, old, files);
}

async function fill(folder: string): Promise<void> {
  // The disk itself shall say that it is full.
  const files: FileLayer = { ...realFiles, freeSpace: async () => null };
  const big = (step: number) => {
    const small = content(step);
    return {
      ...small,
      tensors: [
        ...small.tensors,
        { name: 'large', shape: [2 ** 16], values: new Float32Array(2 ** 16).fill(step) },
      ],
    };
  };
  const first = await writeCheckpoint(folder, big(1), files);
  // With the first of 260 kB, this leaves less than a second needs on a disk of 1 MiB.
  writeFileSync(join(folder, 'ballast'), Buffer.alloc(500_000));
  const full = await writeCheckpoint(folder, big(2), files);
  const left = (await readdir(folder)).sort();
  const during = await loadNewest(folder, {}, files);
  rmSync(join(folder, 'ballast'));
  const after = await writeCheckpoint(folder, big(2), files);
  const newest = await loadNewest(folder, {}, files);
  console.log(
    JSON.stringify({
      first: first.ok,
      full: full.ok ? null : full.error,
      left,
      during: during.ok && during.value.checkpoint?.step,
      after: after.ok,
      newest: newest.ok && newest.value.checkpoint?.step,
    }),
  );
}

const [what, folder, old, at, half] = process.argv.slice(2);
await (what === 'fill' ? fill(folder!) : replace(folder!, old!, Number(at), half === 'half'));
