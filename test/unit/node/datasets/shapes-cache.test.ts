import { mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, it } from 'vitest';
import { loadShapes } from '../../../../src/node/datasets/shapes-cache';

let folder: string;
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'resbench-'));
});
afterEach(() => rmSync(folder, { recursive: true, force: true }));

const file = (): string => join(folder, readdirSync(folder)[0]!);

it('keeps the whole set, and takes the first images of what it kept', () => {
  const drawn = loadShapes(10000, 2000, folder);
  expect(readdirSync(folder)).toHaveLength(1);
  const part = loadShapes(30, 20, folder);
  expect(part).toEqual(loadShapes(30, 20, null));
  expect(part.train.images).toEqual(drawn.train.images.subarray(0, 30 * 3072));
  // What it gives is a view of the file it read, not newly drawn images.
  expect(part.train.images.buffer.byteLength).toBeGreaterThan(12000 * 3072);
});

it('draws again, and mends the file, where a byte of it has changed', () => {
  const drawn = loadShapes(10000, 2000, folder);
  const whole = readFileSync(file());
  const damaged = Buffer.from(whole);
  damaged[5_000_000]! ^= 1;
  writeFileSync(file(), damaged);
  expect(
    Buffer.compare(
      Buffer.from(loadShapes(10000, 2000, folder).train.images),
      Buffer.from(drawn.train.images),
    ),
  ).toBe(0);
  expect(Buffer.compare(readFileSync(file()), whole)).toBe(0);
});

it('keeps nothing of a part, and does without a folder that cannot be written', () => {
  loadShapes(10, 10, folder);
  expect(readdirSync(folder)).toEqual([]);
  writeFileSync(join(folder, 'file'), '');
  expect(loadShapes(10000, 2000, join(folder, 'file', 'below')).eval.count).toBe(2000);
});
