import {
  existsSync,
  mkdirSync,
  readFileSync,
  statSync,
  symlinkSync,
  truncateSync,
  writeFileSync,
} from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { RunLogs } from '../../../../src/main/runs/run-log';
import { temporaryFolder } from '../fixtures';

describe('the log of a run', () => {
  it('has each line with its time, and no empty ones', () => {
    const logs = new RunLogs(temporaryFolder());
    logs.append(3, 'one\r\n\n  \ntwo\n');
    logs.append(3, 'three');
    const lines = readFileSync(logs.path(3), 'utf8').split('\n');
    expect(lines.map((line) => line.slice(26))).toEqual(['one', 'two', 'three', '']);
    for (const line of lines.slice(0, 3)) expect(line).toMatch(/^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\.\d{3}Z {2}/);
  });

  it('is not begun by nothing', () => {
    const logs = new RunLogs(temporaryFolder());
    logs.append(3, ' \n');
    expect(existsSync(logs.path(3))).toBe(false);
  });

  it('is of a number, and of nothing that leads elsewhere', () => {
    const home = temporaryFolder();
    const logs = new RunLogs(home);
    const odd = '1/../../../evil' as unknown as number;
    expect(() => logs.path(odd)).toThrow(/no number/);
    logs.append(odd, 'one');
    expect(existsSync(join(home, '..', 'evil.log'))).toBe(false);
  });

  it('stops growing at 8 MB', () => {
    const logs = new RunLogs(temporaryFolder());
    logs.append(3, 'one');
    truncateSync(logs.path(3), 8 * 2 ** 20 - 1);
    logs.append(3, 'still');
    const { size } = statSync(logs.path(3));
    expect(size).toBeGreaterThan(8 * 2 ** 20);
    logs.append(3, 'no more');
    expect(statSync(logs.path(3)).size).toBe(size);
  });

  it('is given up without a word where it cannot be written', () => {
    const home = temporaryFolder();
    writeFileSync(join(home, 'logs'), 'a file where the folder should be');
    expect(() => new RunLogs(home).append(3, 'one')).not.toThrow();
  });

  it('goes with its run, and nothing else goes', () => {
    const home = temporaryFolder();
    const logs = new RunLogs(home);
    logs.append(1, 'gone');
    logs.append(2, 'kept');
    mkdirSync(join(home, 'logs', 'run-x'));
    writeFileSync(join(home, 'logs', 'notes.txt'), 'of the user');
    logs.purge((id) => id === 2);
    expect([1, 2].map((id) => existsSync(logs.path(id)))).toEqual([false, true]);
    expect(['run-x', 'notes.txt'].map((name) => existsSync(join(home, 'logs', name)))).toEqual([true, true]);
  });

  it('has nothing to remove where none was written', () => {
    expect(() => new RunLogs(temporaryFolder()).purge(() => false)).not.toThrow();
  });

  it.skipIf(process.platform === 'win32')(
    'is not appended to what a link leads to, nor are logs removed there',
    () => {
      const home = temporaryFolder();
      const victim = join(home, 'victim');
      writeFileSync(victim, 'mine');
      mkdirSync(join(home, 'logs'));
      symlinkSync(victim, join(home, 'logs', 'run-3.log'));
      new RunLogs(home).append(3, 'one');
      expect(readFileSync(victim, 'utf8')).toBe('mine');

      const other = temporaryFolder();
      symlinkSync(join(home, 'logs'), join(other, 'logs'));
      writeFileSync(join(home, 'logs', 'run-4.log'), 'mine');
      const logs = new RunLogs(other);
      logs.append(4, 'one');
      logs.purge(() => false);
      expect(readFileSync(join(home, 'logs', 'run-4.log'), 'utf8')).toBe('mine');
    },
  );
});
