/** Records of what steps cost on this machine, in the cache folder: one file for a batch size and what computes it. */
import { readFileSync, statSync } from 'node:fs';
import { join } from 'node:path';
import { cachedName, cachedNames, jsonSha256, putCached } from '../files/cached-json';
import { costRecordSchema, type CostRecord } from '../../shared/cost/record';
import { describeNumerics } from './numerics';

const KIND = 'cost';

/** The libraries as they are now; those that are missing are left out. */
export function describeLibraries(paths: readonly string[]): CostRecord['libraries'] {
  return paths.flatMap((path) => {
    try {
      const { size, mtimeMs } = statSync(path);
      return [{ path, bytes: size, changedAt: Math.floor(mtimeMs) }];
    } catch {
      return [];
    }
  });
}

const fileOf = (about: CostRecord['about']): string => cachedName(KIND, about);

/** What is kept for that machine, batch and libraries; an empty record where nothing is. */
export function openRecord(
  folder: string,
  about: CostRecord['about'],
  libraries: CostRecord['libraries'],
): CostRecord {
  const kept = read(join(folder, fileOf(about)));
  const isValid = kept !== null && JSON.stringify(kept.libraries) === JSON.stringify(libraries);
  return isValid ? kept : { about, libraries, pass: null, parts: {}, updates: [], steps: {} };
}

/** A record that cannot be written is measured again the next time. */
export function saveRecord(folder: string, record: CostRecord): void {
  const content = { ...record, sha256: jsonSha256(record) };
  putCached(folder, fileOf(record.about), `${JSON.stringify(content)}\n`);
}

/** All records that hold for this machine, its processor's kernels and the libraries as they are now. */
export function validRecords(folder: string): CostRecord[] {
  const { processor, instructions, oneDnn, maxInstructions } = describeNumerics();
  // The trainer is given its default for oneDNN when it is started.
  const here = JSON.stringify([processor, instructions, oneDnn ?? '1', maxInstructions]);
  return cachedNames(folder, KIND).flatMap((file) => {
    const record = read(join(folder, file));
    if (!record) return [];
    const { about, libraries } = record;
    const there = [about.processor, about.instructions, about.oneDnn ?? '1', about.maxInstructions];
    const paths = libraries.map(({ path }) => path);
    const isSame =
      JSON.stringify(there) === here &&
      JSON.stringify(describeLibraries(paths)) === JSON.stringify(libraries);
    return isSame ? [record] : [];
  });
}

/** Null where it cannot be read, or is damaged. */
function read(path: string): CostRecord | null {
  try {
    const { sha256: sum, ...record } = JSON.parse(readFileSync(path, 'utf8')) as CostRecord & {
      sha256: string;
    };
    // As it was written, not as the schema gives it back: the name of the file follows from the order of `about`.
    return sum === jsonSha256(record) && costRecordSchema.safeParse(record).success ? record : null;
  } catch {
    return null;
  }
}
