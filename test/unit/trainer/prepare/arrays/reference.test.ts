/** Files of arrays against what NumPy and SciPy put into them (test/reference/array_files.py). */
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { describe, expect, test } from 'vitest';
import { DEFAULT_PREPARATION, type Manifest, type PrepareJob } from '../../../../../src/shared/own-dataset';
import { prepareFolder } from '../../../../../src/trainer/prepare/prepare';
import { testImages } from '../../../../../src/trainer/prepare/test-images';
import { jobFor } from '../fixtures';
import { contentOf, sha256 } from './writers';

interface Part {
  sha256: string;
  labels: number[];
}
interface Expected {
  kind: string;
  classNames: string[];
  imageShape: [number, number, number];
  train: Part;
  eval: Part | null;
}

const folder = fileURLToPath(new URL('../../../../reference/arrays/', import.meta.url));
const sets = JSON.parse(readFileSync(join(folder, 'expected.json'), 'utf8')) as Record<string, Expected>;

async function prepared(name: string): Promise<{ job: PrepareJob; manifest: Manifest }> {
  const job = { ...jobFor(join(folder, name)), preparation: DEFAULT_PREPARATION };
  const { manifest } = await prepareFolder(job, () => {});
  return { job, manifest };
}

describe.each(Object.entries(sets))('%s', (name, { kind, classNames, imageShape, ...parts }) => {
  test('has the images, labels and names that were put into it', async () => {
    const { job, manifest } = await prepared(name);
    const [height, width, channels] = imageShape;
    expect(manifest).toMatchObject({
      classNames,
      preparation: { height, width, channels },
      source: { kind, split: parts.eval ? 'folders' : 'seed' },
    });
    const content = contentOf(job, manifest);
    if (parts.eval) {
      expect(sha256(content.train)).toBe(parts.train.sha256);
      expect(sha256(content.eval)).toBe(parts.eval.sha256);
      expect(content).toMatchObject({ trainLabels: parts.train.labels, evalLabels: parts.eval.labels });
      return;
    }
    // Put together again, each image where it was.
    const mask = testImages(Uint8Array.from(parts.train.labels), job.preparation);
    const size = height * width * channels;
    const places = { train: 0, eval: 0 };
    const whole = Array.from(mask, (held) => {
      const part = held ? 'eval' : 'train';
      const place = places[part]++;
      return {
        label: content[`${part}Labels`][place]!,
        image: content[part].subarray(place * size, (place + 1) * size),
      };
    });
    expect(sha256(Buffer.concat(whole.map(({ image }) => image)))).toBe(parts.train.sha256);
    expect(whole.map(({ label }) => label)).toEqual(parts.train.labels);
    expect(places).toEqual({ train: manifest.trainCount, eval: manifest.evalCount });
  });
});

test.each([
  ['named.npz', 'named-compressed.npz'],
  ['cifar-100-binary.tar.gz', 'cifar-100-python.tar.gz'],
  ['svhn', 'svhn-compressed'],
])('%s and %s come to the same', async (one, other) => {
  const [first, second] = [await prepared(one), await prepared(other)];
  expect(first.manifest.sha256).toBe(second.manifest.sha256);
  expect(first.manifest.classNames).toEqual(second.manifest.classNames);
});
