import { spawn } from 'node:child_process';
import { existsSync, mkdtempSync, readdirSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { lockHolder, takeLock } from '../../../../src/main/datasets/lock';

let folder: string;
let path: string;
const forever = new AbortController().signal;

beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'resbench-'));
  path = join(folder, 'deeper', '.lock');
});
afterEach(() => rmSync(folder, { recursive: true, force: true }));

describe('takeLock', () => {
  it('names its holder until it is given back, and leaves nothing behind', async () => {
    expect(lockHolder(path)).toBeNull();
    const unlock = await takeLock(path, forever);
    expect(lockHolder(path)?.pid).toBe(process.pid);
    unlock();
    expect(lockHolder(path)).toBeNull();
    expect(readdirSync(join(folder, 'deeper'))).toEqual([]);
  });

  it('lets one in at a time', async () => {
    let inside = 0;
    let most = 0;
    const visit = async (): Promise<void> => {
      const unlock = await takeLock(path, forever);
      most = Math.max(most, ++inside);
      await new Promise((resolve) => setImmediate(resolve));
      inside--;
      unlock();
    };
    await Promise.all([visit(), visit(), visit()]);
    expect(most).toBe(1);
    expect(existsSync(path)).toBe(false);
  });

  it('says who it waits for, and stops waiting when cancelled', async () => {
    const unlock = await takeLock(path, forever);
    const abort = new AbortController();
    const waitedFor: number[] = [];
    const second = takeLock(path, abort.signal, (pid) => {
      waitedFor.push(pid);
      abort.abort();
    });
    await expect(second).rejects.toMatchObject({ failure: { code: 'cancelled' } });
    expect(waitedFor).toEqual([process.pid]);
    expect(lockHolder(path)?.pid).toBe(process.pid);
    unlock();
  });

  it('takes over the lock of a process that is gone', async () => {
    const child = spawn(process.execPath, ['-e', ''], { env: { ...process.env, ELECTRON_RUN_AS_NODE: '1' } });
    await new Promise((resolve) => child.on('exit', resolve));
    const unlockFirst = await takeLock(path, forever);
    writeFileSync(path, JSON.stringify({ pid: child.pid, start: null }));
    expect(lockHolder(path)).toBeNull();
    const unlock = await takeLock(path, forever);
    expect(lockHolder(path)?.pid).toBe(process.pid);
    unlock();
    unlockFirst();
  });

  it('names the path where no lock can be written', async () => {
    writeFileSync(join(folder, 'file'), '');
    await expect(takeLock(join(folder, 'file', '.lock'), forever)).rejects.toMatchObject({
      failure: { code: 'storage', message: expect.stringContaining(join(folder, 'file')) as string },
    });
  });
});
