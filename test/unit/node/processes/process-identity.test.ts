import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { describe, expect, it } from 'vitest';
import { isAlive, ownIdentity, parseLinuxStat } from '../../../../src/node/processes/process-identity';

describe('the identity of a process', () => {
  it('says that this process is alive', () => {
    expect(isAlive(ownIdentity())).toBe(true);
  });

  it('is the same whenever it is asked for', () => {
    expect(ownIdentity()).toEqual(ownIdentity());
  });

  it('says that a process is dead once it has ended', async () => {
    const child = spawn(process.execPath, ['-e', 'process.stdin.resume()'], {
      stdio: ['pipe', 'ignore', 'ignore'],
    });
    await once(child, 'spawn');
    const identity = { pid: child.pid!, start: null };
    expect(isAlive(identity)).toBe(true);
    child.kill('SIGKILL');
    await once(child, 'exit');
    expect(isAlive(identity)).toBe(false);
  });

  it.skipIf(process.platform === 'win32')('does not take a process for another one that had its pid', () => {
    const own = ownIdentity();
    expect(own.start).not.toBeNull();
    expect(isAlive({ pid: own.pid, start: 'the start of somebody else' })).toBe(false);
  });

  it.each([0, -1, 1.5, NaN])('takes no process for alive under pid %d', (pid) => {
    expect(isAlive({ pid, start: null })).toBe(false);
  });
});

describe('/proc/PID/stat', () => {
  const stat = (name: string, state: string): string =>
    `42 (${name}) ${state} ${Array.from({ length: 18 }, (_, index) => index).join(' ')} 123456 0 0`;

  it('gives the start in clock ticks', () => {
    expect(parseLinuxStat(stat('node', 'S'))).toBe('123456');
  });

  it('is read past a program name with spaces and brackets', () => {
    expect(parseLinuxStat(stat('a) S 1 (b', 'R'))).toBe('123456');
  });

  it.each(['Z', 'X'])('tells that a process in state %s has ended', (state) => {
    expect(parseLinuxStat(stat('node', state))).toBeUndefined();
  });
});
