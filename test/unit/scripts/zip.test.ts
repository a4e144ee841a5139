import { execFileSync } from 'node:child_process';
import { existsSync, readFileSync, readlinkSync, statSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { load, withFolder } from './load';

const { unzip } = await load<{
  unzip(file: string, folder: string, options?: { target?(name: string): string | null }): Promise<void>;
}>('lib/zip.mjs');

/** Writes an archive with Python's own zipfile; `body` uses `z`, `link(name, to)` and `program(name, text)`. */
function makeZip(file: string, body: string): void {
  const script = `
import sys, zipfile
z = zipfile.ZipFile(sys.argv[1], 'w', zipfile.ZIP_DEFLATED)
def special(name, text, mode):
    info = zipfile.ZipInfo(name)
    info.create_system = 3
    info.external_attr = mode << 16
    z.writestr(info, text)
def link(name, to): special(name, to, 0o120777)
def program(name, text): special(name, text, 0o100755)
${body}
z.close()
`;
  execFileSync('python3', ['-c', script, file]);
}

describe('unpacking a zip archive', () => {
  it('keeps contents, folders, executable bits and links', () =>
    withFolder(async (folder) => {
      const file = join(folder, 'a.zip');
      makeZip(
        file,
        `
z.writestr('App/big', 'residual ' * 100000)
z.writestr('App/stored', b'as it is', zipfile.ZIP_STORED)
z.writestr('App/empty', '')
program('App/run', '#!/bin/sh')
link('App/current', 'big')`,
      );
      const to = join(folder, 'to');
      await unzip(file, to);
      expect(readFileSync(join(to, 'App/big'), 'utf8')).toBe('residual '.repeat(100_000));
      expect(readFileSync(join(to, 'App/stored'), 'utf8')).toBe('as it is');
      expect(statSync(join(to, 'App/empty')).size).toBe(0);
      expect(statSync(join(to, 'App/run')).mode & 0o111).toBe(0o111);
      expect(statSync(join(to, 'App/big')).mode & 0o111).toBe(0);
      expect(readlinkSync(join(to, 'App/current'))).toBe('big');
    }));

  it('takes only what is asked for', () =>
    withFolder(async (folder) => {
      const file = join(folder, 'a.zip');
      makeZip(file, `z.writestr('wanted/a', 'a'); z.writestr('other/b', 'b')`);
      const to = join(folder, 'to');
      await unzip(file, to, { target: (name) => (name.startsWith('wanted/') ? name.slice(7) : null) });
      expect(readFileSync(join(to, 'a'), 'utf8')).toBe('a');
      expect(existsSync(join(to, 'other'))).toBe(false);
    }));

  it.each([
    ['a path that leaves the folder', `z.writestr('../outside', 'x')`],
    ['a link that leaves the folder', `link('escape', '../../outside')`],
    ['a link to an absolute path', `link('escape', '/etc/passwd')`],
  ])('refuses %s', (_, body) =>
    withFolder(async (folder) => {
      const file = join(folder, 'a.zip');
      makeZip(file, body);
      await expect(unzip(file, join(folder, 'to'))).rejects.toThrow('leaves its folder');
      expect(existsSync(join(folder, 'outside'))).toBe(false);
    }),
  );

  it('refuses an archive that is cut short', () =>
    withFolder(async (folder) => {
      const file = join(folder, 'a.zip');
      makeZip(file, `z.writestr('a', 'residual ' * 1000)`);
      writeFileSync(file, readFileSync(file).subarray(0, -30));
      await expect(unzip(file, join(folder, 'to'))).rejects.toThrow('is not a zip archive, or is cut short');
    }));
});
