import { totalmem } from 'node:os';
import { describe, expect, it } from 'vitest';
import { readMemory } from '../../../../src/node/machine/memory';

const GIB = 2 ** 30;
const kB = (gib: number): string => String(gib * 2 ** 20);
const meminfo = (swap = 0): string =>
  `MemTotal:       ${kB(16)} kB\nMemFree:        ${kB(1)} kB\nMemAvailable:   ${kB(8)} kB\n` +
  `SwapTotal:      ${kB(swap)} kB\nSwapFree:       ${kB(swap / 2)} kB\n`;
const read = (files: Record<string, string>) => readMemory((path) => files[path] ?? null, 16 * GIB);

describe('memory', () => {
  it('is that of the machine with its swap', () => {
    expect(read({ '/proc/meminfo': meminfo(4) })).toEqual({ totalBytes: 20 * GIB, availableBytes: 10 * GIB });
  });

  it('is what a control group leaves, cached files aside (version 2)', () => {
    const files = {
      '/proc/meminfo': meminfo(4),
      '/proc/self/cgroup': '0::/user.slice/job.scope\n',
      '/sys/fs/cgroup/user.slice/job.scope/memory.max': 'max\n',
      '/sys/fs/cgroup/user.slice/memory.max': `${6 * GIB}\n`,
      '/sys/fs/cgroup/user.slice/memory.swap.max': `${GIB}\n`,
      '/sys/fs/cgroup/user.slice/memory.stat': `file ${4 * GIB}\nanon ${2 * GIB}\n`,
    };
    expect(read(files)).toEqual({ totalBytes: 7 * GIB, availableBytes: 5 * GIB });
  });

  it('is what a control group leaves (version 1)', () => {
    const files = {
      '/proc/meminfo': meminfo(),
      '/proc/self/cgroup': '5:cpu,cpuacct:/x\n4:memory:/docker/abc\n0::/\n',
      '/sys/fs/cgroup/memory/memory.limit_in_bytes': `${4 * GIB}\n`,
      '/sys/fs/cgroup/memory/memory.stat': `rss 5\ntotal_rss ${GIB}\n`,
    };
    expect(read(files)).toEqual({ totalBytes: 4 * GIB, availableBytes: 3 * GIB });
  });

  it('is not limited by a group without a limit', () => {
    const files = {
      '/proc/meminfo': meminfo(),
      '/proc/self/cgroup': '4:memory:/\n',
      '/sys/fs/cgroup/memory/memory.limit_in_bytes': '9223372036854771712\n',
    };
    expect(read(files)).toEqual({ totalBytes: 16 * GIB, availableBytes: 8 * GIB });
  });

  it('is taken for more where the system does not tell', () => {
    expect(read({})).toEqual({ totalBytes: 32 * GIB, availableBytes: 32 * GIB });
  });

  it('of this machine is there', () => {
    const { totalBytes, availableBytes } = readMemory();
    expect(availableBytes).toBeGreaterThan(2 ** 26);
    expect(availableBytes).toBeLessThanOrEqual(totalBytes);
    expect(totalBytes).toBeLessThan(1000 * totalmem());
  });
});
