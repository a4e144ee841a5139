/** Scripts are plain JavaScript without types; a test says what it uses of them. */
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import { pathToFileURL } from 'node:url';

export const root = resolve(__dirname, '../../..');
export const scriptUrl = (path: string): string => pathToFileURL(join(root, 'scripts', path)).href;

export async function load<T>(path: string): Promise<T> {
  return (await import(/* @vite-ignore */ scriptUrl(path))) as T;
}

/** Scripts run in Node, not in the Electron that runs the tests. */
export const node = process.env.npm_node_execpath ?? 'node';

/** A folder of its own for one test, removed after. */
export async function withFolder<T>(work: (folder: string) => Promise<T>): Promise<T> {
  const folder = mkdtempSync(join(tmpdir(), 'resbench-scripts-'));
  try {
    return await work(folder);
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
}
