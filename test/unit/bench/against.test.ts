import { existsSync, lstatSync, mkdirSync, readFileSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { load, withFolder } from '../scripts/load';

const { hasSameDependencies, linkPackages } = await load<{
  hasSameDependencies(one: string, other: string): boolean;
  linkPackages(from: string, to: string): void;
}>('bench/against.mjs');
const { idsOf, nameOf } = await load<{
  idsOf(machine: { python: object; against: object | null }): string[];
  nameOf(id: string, machine: { against: object | null }): string;
}>('bench/contenders.mjs');

function write(folder: string, files: Record<string, string>): string {
  for (const [name, content] of Object.entries(files)) {
    mkdirSync(dirname(join(folder, name)), { recursive: true });
    writeFileSync(join(folder, name), content);
  }
  return folder;
}

describe('the packages of another commit', () => {
  const files = { 'package-lock.json': '{}', 'scripts/setup/pins.mjs': 'export {};' };

  it('are those of this clone where lock file and pins are the same', () =>
    withFolder(async (folder) => {
      const one = write(join(folder, 'one'), files);
      expect(hasSameDependencies(one, write(join(folder, 'two'), files))).toBe(true);
      for (const name of Object.keys(files)) {
        const other = write(join(folder, name.replaceAll('/', '-')), { ...files, [name]: 'other' });
        expect(hasSameDependencies(one, other)).toBe(false);
        rmSync(join(other, name));
        expect(hasSameDependencies(one, other)).toBe(false);
      }
    }));

  it('are links, but for those in which its set-up changes files', () =>
    withFolder(async (folder) => {
      const native = '@tensorflow/tfjs-node-gpu/lib/kernels.node';
      const from = write(join(folder, 'from'), {
        '.package-lock.json': '{}',
        '.resbench/setup.json': '{}',
        '.bin/vitest': '',
        'zod/package.json': '{}',
        '@tensorflow/tfjs/package.json': '{}',
        [native]: 'mine',
        'electron/path.txt': 'electron',
      });
      symlinkSync(join(folder, 'nowhere'), join(from, 'electron', 'dist'));
      const to = join(folder, 'to');
      linkPackages(from, to);
      const isLink = (name: string) => lstatSync(join(to, name)).isSymbolicLink();
      expect(['.bin', 'zod', '@tensorflow/tfjs'].map(isLink)).toEqual([true, true, true]);
      expect(['@tensorflow', '@tensorflow/tfjs-node-gpu', 'electron'].map(isLink)).toEqual([
        false,
        false,
        false,
      ]);
      expect(isLink('electron/dist')).toBe(true);
      // The set-up looks at its own record first: that of this clone would tell it of other files.
      expect(existsSync(join(to, '.resbench'))).toBe(false);
      writeFileSync(join(to, native), 'theirs');
      expect(readFileSync(join(from, native), 'utf8')).toBe('mine');
    }));
});

describe('who is measured', () => {
  const against = { about: { commit: '0123456789abcdef' } };

  it('is everyone whose Python is there', () => {
    expect(idsOf({ python: {}, against: null })).toEqual([
      'resbench',
      'resbench-electron',
      'tfjs-onednn',
      'tfjs',
    ]);
    expect(idsOf({ python: { torch: 'python' }, against: null })).toContain('torch');
  });

  it('is this tree and the other commit where one is named, and who is asked for beside them', () => {
    expect(idsOf({ python: {}, against })).toEqual(['resbench', 'against']);
    expect(idsOf({ python: { keras: 'python' }, against })).toEqual(['resbench', 'against', 'keras']);
  });

  it('is called by names, the commit by its own', () => {
    expect(nameOf('against', { against })).toBe('Resbench at 012345678');
    expect(nameOf('keras', { against: null })).toBe('Keras fit, oneDNN');
    expect(nameOf('bandwidth', { against: null })).toBe('memory bandwidth');
  });
});
