import { join } from 'node:path';
import { expect, it } from 'vitest';
import { freeSpace, freeSpaceByDf, parseDf } from '../../../../src/node/files/free-space';
import { temporaryFolder } from '../../main/fixtures';

const df = (line: string): string =>
  `Filesystem     1024-blocks      Used Available Capacity Mounted on\n${line}\n`;

it.each([
  ['Linux', '/dev/vda        264094716  86015496 178062836      33% /', 178062836 * 1024],
  ['macOS', '/dev/disk3s1s1  482797652  10194812 200000000     5%    /', 200000000 * 1024],
  ['spaces in both names', '//nas/My Files  1000  900 100  90% /Volumes/Big 5 6 7 8% Disk', 100 * 1024],
  ['more than this user may use', '/dev/vda  1000  990 -10  101% /', 0],
  ['no capacity', 'none  0  0 0  - /proc', 0],
])('reads the available space of df: %s', (_what, line, bytes) => {
  expect(parseDf(df(line))).toBe(bytes);
});

it('makes nothing of another output', () => {
  expect(parseDf('')).toBeNull();
  expect(parseDf('df: no such thing\n')).toBeNull();
});

it('tells the free space of a folder', async () => {
  const free = await freeSpace(temporaryFolder());
  expect(free).toBeGreaterThan(0);
});

it.skipIf(process.platform === 'win32')(
  'tells it by df too, and nothing of a folder that is not there',
  async () => {
    const folder = temporaryFolder();
    expect(await freeSpaceByDf(folder)).toBeGreaterThan(0);
    expect(await freeSpaceByDf(join(folder, 'missing'))).toBeNull();
    expect(await freeSpace(join(folder, 'missing'))).toBeNull();
  },
);
