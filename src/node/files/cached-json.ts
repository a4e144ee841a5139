/** Small JSON files in the cache folder that many processes read and write, and that nobody misses: what is lost is made again. */
import { createHash } from 'node:crypto';
import { readdirSync, renameSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { makeFolders } from './own-files';

/** SHA-256 of a value as JSON, in hexadecimal; it depends on the order of fields. */
export const jsonSha256 = (value: unknown): string =>
  createHash('sha256').update(JSON.stringify(value)).digest('hex');

/** `lowering-0d0724cea714e899.json`: the file of what depends on these circumstances. */
export const cachedName = (kind: string, about: unknown): string =>
  `${kind}-${jsonSha256(about).slice(0, 16)}.json`;

/** All files of a kind; none where there is no folder. */
export function cachedNames(folder: string, kind: string): string[] {
  try {
    const { length } = kind;
    return readdirSync(folder).filter(
      (file) => file.startsWith(`${kind}-`) && /^\w+\.json$/.test(file.slice(length + 1)),
    );
  } catch {
    return [];
  }
}

/** Puts a file there, whole or not at all; a folder that cannot be written keeps nothing. */
export function putCached(folder: string, name: string, text: string): void {
  try {
    makeFolders(folder);
    const path = join(folder, name);
    // Renamed into place: another process may read it at this moment.
    const draft = `${path}.${process.pid}`;
    writeFileSync(draft, text);
    renameSync(draft, path);
  } catch {
    // It is made again.
  }
}
