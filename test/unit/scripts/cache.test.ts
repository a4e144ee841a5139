import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { createHash } from 'node:crypto';
import {
  existsSync,
  linkSync,
  mkdirSync,
  readdirSync,
  readFileSync,
  readlinkSync,
  rmSync,
  symlinkSync,
  writeFileSync,
} from 'node:fs';
import { hostname } from 'node:os';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { load, node, scriptUrl, withFolder } from './load';

type Build = (folder: string) => Promise<void>;
const { cached, cacheEntry, removeLeftovers, withLock } = await load<{
  cached(root: string, key: string): string | null;
  cacheEntry(root: string, key: string, build: Build): Promise<string>;
  removeLeftovers(root: string): Promise<void>;
  withLock<T>(root: string, name: string, work: () => Promise<T>, options?: object): Promise<T>;
}>('setup/cache.mjs');

const KEY = 'part/1.0-linux-x64';
const whole: Build = async (folder) => {
  mkdirSync(join(folder, 'lib'));
  writeFileSync(join(folder, 'lib', 'library'), 'whole');
};
const relink = (path: string, target: string): void => {
  rmSync(path);
  symlinkSync(target, path);
};
const notAgain: Build = () => Promise.reject(new Error('built again'));

/** Starts a set-up of the part that prints `building` and then never ends. */
function interrupted(root: string) {
  const code = `
    import { cacheEntry } from ${JSON.stringify(scriptUrl('setup/cache.mjs'))};
    import { writeFileSync } from 'node:fs';
    await cacheEntry(${JSON.stringify(root)}, ${JSON.stringify(KEY)}, async (folder) => {
      writeFileSync(folder + '/library', 'ha');
      process.stdout.write('building');
      await new Promise((never) => setTimeout(never, 1e9));
    });`;
  return spawn(node, ['--input-type=module', '-e', code], { stdio: ['ignore', 'pipe', 'inherit'] });
}

describe('a part in the cache', () => {
  it('is built once', () =>
    withFolder(async (root) => {
      const folder = await cacheEntry(root, KEY, whole);
      expect(await cacheEntry(root, KEY, notAgain)).toBe(folder);
      expect(readFileSync(join(folder, 'lib', 'library'), 'utf8')).toBe('whole');
    }));

  it('is built once when two want it at the same time', () =>
    withFolder(async (root) => {
      let builds = 0;
      const slow: Build = async (folder) => {
        builds++;
        await new Promise((go) => setImmediate(go));
        await whole(folder);
      };
      const [one, two] = await Promise.all([cacheEntry(root, KEY, slow), cacheEntry(root, KEY, slow)]);
      expect(one).toBe(two);
      expect(builds).toBe(1);
    }));

  it('whose build was killed is not there, and the next set-up builds it and clears up', () =>
    withFolder(async (root) => {
      const child = interrupted(root);
      await once(child.stdout, 'data');
      child.kill('SIGKILL');
      await once(child, 'exit');
      expect(readdirSync(join(root, 'tmp'))).toHaveLength(1);
      expect(cached(root, KEY)).toBeNull();

      await removeLeftovers(root);
      const folder = await cacheEntry(root, KEY, whole);
      expect(readFileSync(join(folder, 'lib', 'library'), 'utf8')).toBe('whole');
      expect(readdirSync(join(root, 'tmp'))).toEqual([]);
      expect(readdirSync(join(root, 'locks'))).toEqual([]);
    }));

  it.each([
    ['is cut short', (file: string) => writeFileSync(file, 'who')],
    ['is gone', (file: string) => rmSync(file)],
  ])('of which a file %s is built again', (_, damage) =>
    withFolder(async (root) => {
      const folder = await cacheEntry(root, KEY, whole);
      damage(join(folder, 'lib', 'library'));
      await cacheEntry(root, KEY, whole);
      expect(readFileSync(join(folder, 'lib', 'library'), 'utf8')).toBe('whole');
    }),
  );

  const library = (folder: string) => join(folder, 'lib', 'library');
  /** As an update of Resbench does: what was found whole before is looked at again. */
  const update = (root: string) => rmSync(join(root, 'checked'), { recursive: true });

  it.each<[string, (folder: string) => void]>([
    [
      'in which a file has other content of the same size',
      (folder) => writeFileSync(library(folder), 'WHOLE'),
    ],
    ['in which a link leads elsewhere', (folder) => relink(join(folder, 'lib', 'link'), '/etc/hostname')],
    ['to which a file was added', (folder) => writeFileSync(join(folder, 'lib', 'more'), 'code')],
    ['to which a link was added', (folder) => symlinkSync('/etc', join(folder, 'etc'))],
  ])('%s is built again after an update', (_, change) =>
    withFolder(async (root) => {
      const withLink: Build = async (folder) => {
        await whole(folder);
        symlinkSync('library', join(folder, 'lib', 'link'));
      };
      const folder = await cacheEntry(root, KEY, withLink);
      change(folder);
      // Reading every byte takes seconds: once a version.
      await cacheEntry(root, KEY, notAgain);
      update(root);
      await cacheEntry(root, KEY, withLink);
      expect(readFileSync(library(folder), 'utf8')).toBe('whole');
      expect(readlinkSync(join(folder, 'lib', 'link'))).toBe('library');
      expect(readdirSync(folder).sort()).toEqual(['.complete.json', 'lib']);
      expect(readdirSync(join(folder, 'lib')).sort()).toEqual(['library', 'link']);
      await cacheEntry(root, KEY, notAgain);
    }),
  );

  it('that is whole is not built again after an update, and one of before there were sums gets them', () =>
    withFolder(async (root) => {
      const folder = await cacheEntry(root, KEY, whole);
      update(root);
      await cacheEntry(root, KEY, notAgain);
      const manifest = join(folder, '.complete.json');
      writeFileSync(manifest, JSON.stringify({ key: KEY, files: { 'lib/library': 5 } }));
      await cacheEntry(root, KEY, notAgain);
      expect(JSON.parse(readFileSync(manifest, 'utf8'))).toMatchObject({
        files: { 'lib/library': 5 },
        sha256: { 'lib/library': createHash('sha256').update('whole').digest('hex') },
      });
    }));

  it('that shares its damage with another by a link takes the other’s word no more', () =>
    withFolder(async (root) => {
      const source = await cacheEntry(root, 'source/1', whole);
      const copy: Build = async (folder) => {
        mkdirSync(join(folder, 'lib'));
        linkSync(library(await cacheEntry(root, 'source/1', whole)), library(folder));
      };
      const folder = await cacheEntry(root, KEY, copy);
      writeFileSync(library(source), 'WHOLE');
      expect(readFileSync(library(folder), 'utf8')).toBe('WHOLE');
      // The source counts as checked still; the copy does not.
      for (const name of readdirSync(join(root, 'checked'))) {
        const path = join(root, 'checked', name);
        if (readFileSync(path, 'utf8').includes(KEY)) rmSync(path);
      }
      await cacheEntry(root, KEY, copy);
      expect(readFileSync(library(folder), 'utf8')).toBe('whole');
      expect(readFileSync(library(source), 'utf8')).toBe('whole');
    }));

  it('in a half unpacked folder without a manifest is built again', () =>
    withFolder(async (root) => {
      mkdirSync(join(root, KEY, 'lib'), { recursive: true });
      writeFileSync(join(root, KEY, 'lib', 'rest'), 'of an older unpacking');
      const folder = await cacheEntry(root, KEY, whole);
      expect(readdirSync(join(folder, 'lib'))).toEqual(['library']);
    }));

  it('whose build fails leaves nothing behind', () =>
    withFolder(async (root) => {
      await expect(cacheEntry(root, KEY, notAgain)).rejects.toThrow('built again');
      expect(existsSync(join(root, KEY))).toBe(false);
      expect(readdirSync(join(root, 'tmp'))).toEqual([]);
    }));
});

describe('leftovers', () => {
  it('of processes that live stay', () =>
    withFolder(async (root) => {
      const mine = join(root, 'tmp', `${process.pid}-${hostname()}-00000000`);
      mkdirSync(mine, { recursive: true });
      await removeLeftovers(root);
      expect(existsSync(mine)).toBe(true);
    }));
});

describe('a lock', () => {
  it('of a process that is gone is taken over', () =>
    withFolder(async (root) => {
      const code = `
        import { withLock } from ${JSON.stringify(scriptUrl('setup/cache.mjs'))};
        await withLock(${JSON.stringify(root)}, 'name', async () => {
          process.stdout.write('held');
          await new Promise((never) => setTimeout(never, 1e9));
        });`;
      const child = spawn(node, ['--input-type=module', '-e', code], {
        stdio: ['ignore', 'pipe', 'inherit'],
      });
      await once(child.stdout, 'data');
      child.kill('SIGKILL');
      await once(child, 'exit');
      expect(readdirSync(join(root, 'locks'))).toHaveLength(1);
      expect(await withLock(root, 'name', async () => 'mine')).toBe('mine');
    }));

  it('lets one in at a time', () =>
    withFolder(async (root) => {
      const order: string[] = [];
      const hold = (name: string) =>
        withLock(
          root,
          'name',
          async () => {
            order.push(`${name} in`);
            await new Promise((go) => setImmediate(go));
            order.push(`${name} out`);
          },
          { pollMs: 1 },
        );
      await Promise.all([hold('one'), hold('two'), hold('three')]);
      for (let i = 0; i < order.length; i += 2) {
        expect(order[i + 1]).toBe(order[i]?.replace(' in', ' out'));
      }
      expect(order).toHaveLength(6);
    }));
});
