import { chmodSync, lchownSync, mkdirSync, symlinkSync, chownSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { load, withFolder } from './load';

const { cacheProblem, cacheRefusal } = await load<{
  cacheProblem(root: string, uid?: number): { detail: string; cure: string } | null;
  cacheRefusal(root: string, uid?: number): string | null;
}>('setup/cache-access.mjs');

const isRoot = process.getuid?.() === 0;

/** A cache folder with a part in it. */
function cacheIn(folder: string): string {
  const cache = join(folder, 'cache');
  mkdirSync(join(cache, 'electron', '22.3.25'), { recursive: true });
  for (const path of [cache, join(cache, 'electron'), join(cache, 'electron', '22.3.25')]) {
    chmodSync(path, 0o755);
  }
  return cache;
}

describe.skipIf(process.platform === 'win32')('the cache folder', () => {
  it('of its user alone, in a folder that only root and they may write, is well', () =>
    withFolder(async (folder) => {
      expect(cacheProblem(cacheIn(folder))).toBeNull();
      chmodSync(folder, 0o1777);
      // As /tmp is: others may add, but not replace.
      expect(cacheProblem(cacheIn(folder))).toBeNull();
      expect(cacheProblem(join(folder, 'not', 'there'))).toBeNull();
    }));

  it.each([
    ['itself', '.', 0o777],
    ['itself, sticky', '.', 0o1777],
    ['itself by a group', '.', 0o775],
    ['in a kind of parts', 'electron', 0o757],
    ['in a part', 'electron/22.3.25', 0o770],
  ])('that others may write %s is refused with the command to type', (_, name, mode) =>
    withFolder(async (folder) => {
      const cache = cacheIn(folder);
      chmodSync(join(cache, name), mode);
      const refusal = cacheRefusal(cache);
      expect(refusal).toContain(`${join(cache, name)} may be written by others (mode 0`.slice(0, -1));
      expect(refusal).toContain(`Type: chmod -R go-w ${cache}, or set RESBENCH_CACHE`);
    }),
  );

  it('in a folder where everybody may put another in its place is refused', () =>
    withFolder(async (folder) => {
      const cache = cacheIn(folder);
      chmodSync(folder, 0o777);
      expect(cacheProblem(cache)?.detail).toContain(`${folder}, in which the cache folder lies`);
      expect(cacheProblem(cache)?.cure).toContain(`chmod o-w ${folder}`);
    }));

  it('that belongs to another user is refused, as root too', () =>
    withFolder(async (folder) => {
      const cache = cacheIn(folder);
      // Asked for another: what is ours is then another's, unless we are root, whom everybody trusts.
      if (!isRoot) return expect(cacheProblem(cache, 12_345)?.detail).toContain('belongs to user');
      expect(cacheProblem(cache, 12_345)).toBeNull();
      chownSync(join(cache, 'electron'), 12_345, 12_345);
      expect(cacheProblem(cache)?.detail).toMatch(/electron belongs to user 12345, who could/);
      expect(cacheProblem(cache)?.cure).toContain(`sudo chown -hR 0 ${join(cache, 'electron')}`);
      expect(cacheProblem(cache, 12_345)).toBeNull();
    }));

  it.runIf(isRoot)('behind a link that another has laid is refused', () =>
    withFolder(async (folder) => {
      const cache = cacheIn(folder);
      const link = join(folder, 'link');
      symlinkSync(cache, link);
      expect(cacheProblem(link)).toBeNull();
      lchownSync(link, 12_345, 12_345);
      expect(cacheProblem(link)?.detail).toContain(`${link} belongs to user 12345`);
    }),
  );

  it('with a name that a shell would take apart is quoted in the command', () =>
    withFolder(async (folder) => {
      const cache = join(folder, "it's; here");
      mkdirSync(cache);
      chmodSync(cache, 0o777);
      expect(cacheProblem(cache)?.cure).toContain(`'${cache.replace("'", "'\\''")}'`);
    }));
});
