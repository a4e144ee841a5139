/** The six files as they lie in the data folder. */
import { closeSync, ftruncateSync, mkdirSync, openSync, rmSync, symlinkSync, writeSync } from 'node:fs';
import { join } from 'node:path';
import {
  CIFAR10_FILE_BYTES,
  CIFAR10_FILE_RECORDS,
  CIFAR10_FILES,
  CIFAR10_RECORD_BYTES,
  cifar10Presence,
  cifar10Problem,
  decodeRecords,
  isCifar10,
  readCifar10File,
  type Cifar10File,
} from '../../../src/node/datasets/cifar10-files';
import { ExpectedError } from '../../../src/shared/result';
import { empty, mustBe, mustRefuse, refusing, type Format } from '../fuzz';
import type { Random } from '../random';

const CURE = 'get CIFAR-10 again';

/** A file of that length, without bytes on the disk but for those that are given. */
function lay(path: string, bytes: number, label?: { record: number; value: number }): void {
  const file = openSync(path, 'w');
  ftruncateSync(file, bytes);
  if (label) writeSync(file, Buffer.from([label.value]), 0, 1, label.record * CIFAR10_RECORD_BYTES);
  closeSync(file);
}

export const cifar10: Format = {
  name: 'cifar10',
  refusals: [
    '… is … bytes long, expected … (in …): …',
    '… is … bytes long, expected …',
    '… is not a file (in …): …',
    '… cannot be read (…) (in …): …',
    '… is missing: …',
    'There is a link at …, which is not followed or leads in a circle: …',
    'CIFAR-10 is not on this machine: …',
    '… is corrupt: the label of image … is …, not 0 to 9 (in …): …',
    '… is corrupt: the label of image … is …, not 0 to 9',
    '… is corrupt: its SHA-1 is …, expected … (in …): …',
    '… is corrupt: its SHA-1 is …, expected …',
    '… is corrupt: the SHA-1 of its images and labels is …, expected …',
  ],
  prepare(folder) {
    const whole = Buffer.alloc(CIFAR10_FILE_BYTES);
    const problem = (file: Cifar10File, bytes: Buffer, name?: string): readonly string[] => {
      const sentence = cifar10Problem(file, bytes, name);
      return sentence === null ? [] : [sentence];
    };

    /** Length, labels and sum of what is in memory. */
    const content = (random: Random): readonly string[] => {
      const file = random.pick(CIFAR10_FILES);
      if (random.chance(0.4)) {
        const length = random.pick([
          random.whole(0, 100_000),
          CIFAR10_FILE_BYTES - 1,
          CIFAR10_FILE_BYTES - random.whole(1, 1e6),
        ]);
        return mustRefuse(problem(file, whole.subarray(0, length)), 'its length is wrong');
      }
      const at = random.whole(0, CIFAR10_FILE_RECORDS - 1) * CIFAR10_RECORD_BYTES;
      // Of the sum a tenth of a second is made.
      const right = random.chance(0.08);
      whole[at] = right ? random.whole(0, 9) : random.whole(10, 255);
      try {
        return mustRefuse(
          problem(file, whole, random.chance(0.5) ? undefined : 'data_batch_1'),
          'it is not the official file',
        );
      } finally {
        whole[at] = 0;
      }
    };

    /** Six files, or what is in their place. */
    const present = async (random: Random): Promise<readonly string[]> => {
      empty(folder);
      const [one, other] = [random.pick(CIFAR10_FILES), random.pick(CIFAR10_FILES)];
      for (const { name } of CIFAR10_FILES) lay(join(folder, name), CIFAR10_FILE_BYTES);
      const path = join(folder, one.name);
      const wrong = random.whole(0, 6);
      if (wrong === 1)
        lay(path, random.pick([0, 1, CIFAR10_FILE_BYTES - 1, CIFAR10_FILE_BYTES + 1, 2 ** 33]));
      if (wrong === 2) rmSync(path);
      if (wrong === 3) empty(folder);
      if (wrong >= 4) {
        rmSync(path);
        if (wrong === 4) mkdirSync(path);
        if (wrong === 5) symlinkSync(one.name, path);
        if (wrong === 6) symlinkSync('/dev/zero', path);
      }
      const { state, detail } = cifar10Presence(folder);
      mustBe((state === 'ready') === (wrong === 0), `it is called ${state}: ${detail}`);
      if (wrong === 0) return [];
      // Reads a whole file for its sum.
      if (random.chance(0.02)) mustBe(!isCifar10(folder), 'it is taken for the official set');
      return [
        detail,
        ...(await refusing(ExpectedError, () => readCifar10File(folder, wrong === 3 ? other : one, CURE))),
      ];
    };

    /** Of whole files, which take their time. */
    const official = async (random: Random): Promise<readonly string[]> => {
      empty(folder);
      const file = random.pick(CIFAR10_FILES);
      const value = random.chance(0.4) ? random.whole(0, 9) : random.whole(10, 255);
      lay(join(folder, file.name), CIFAR10_FILE_BYTES, {
        record: random.whole(0, CIFAR10_FILE_RECORDS - 1),
        value,
      });
      return mustRefuse(
        await refusing(ExpectedError, () => readCifar10File(folder, file, CURE)),
        'it is not the official file',
      );
    };

    const decoded = (random: Random): readonly string[] => {
      const records = random.whole(1, 3);
      const bytes = random.bytes(8);
      const file = Buffer.alloc(records * CIFAR10_RECORD_BYTES);
      for (let at = 0; at < file.length; at++) file[at] = (bytes[at % 8]! + at) & 255;
      const [images, labels] = [new Uint8Array(records * 3072), new Uint8Array(records)];
      decodeRecords(file, records, images, labels, 0);
      const [record, plane, pixel] = [
        random.whole(0, records - 1),
        random.whole(0, 2),
        random.whole(0, 1023),
      ];
      mustBe(labels[record] === file[record * CIFAR10_RECORD_BYTES], 'a label is another');
      mustBe(
        images[record * 3072 + 3 * pixel + plane] ===
          file[record * CIFAR10_RECORD_BYTES + 1 + plane * 1024 + pixel],
        'a pixel is another',
      );
      return [];
    };

    return (random) => {
      const kind = random.next();
      if (kind < 0.02) return official(random);
      return kind < 0.3 ? decoded(random) : kind < 0.65 ? content(random) : present(random);
    };
  },
};
