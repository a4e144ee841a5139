/** What surrounds the program and fails: stdout, the folder for temporary files, the cache. */
import { execFile, execFileSync } from 'node:child_process';
import { existsSync, mkdirSync, symlinkSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { node, root } from '../unit/scripts/load';
import { home, json, oneSentence, SHORT, show, SMALL, start, type } from './cli-fixture';
import type { Ended } from './terminals';

const FULL = '/dev/full';
/** The words run by a shell that does something with their output. */
const shell = (script: string): string[] => ['sh', '-c', script, 'sh'];
const STORAGE = 5;
const TRAINING = 6;

describe.skipIf(!existsSync(FULL))('stdout that takes no more', () => {
  const full = (...words: string[]): Promise<Ended> =>
    start(words, { through: shell(`exec "$@" > ${FULL}`) }).ended;

  it.each([['help'], ['--version'], ['presets'], ['summary resnet18'], ['runs list'], ['runs list --json']])(
    'is named by %s, and nothing else is blamed',
    async (words) => {
      const { code, stderr } = await full(...words.split(' '));
      expect(stderr).toBe(
        'resbench: stdout could not be written: the disk that it goes to is full: free some space\n',
      );
      expect(code).toBe(STORAGE);
    },
  );

  it('stops a run, which is kept', async () => {
    const { code, stderr } = await full('train', ...SMALL, ...SHORT, '--epochs', '100000', '--json');
    expect(code).toBe(STORAGE);
    expect(stderr).toMatch(/stdout could not be written: .* full/);
    expect(await show()).toMatchObject({ state: 'stopped' });
  });

  it('does not matter where nothing is written', async () => {
    const { code, stdout } = await start(['presets'], { through: shell(`exec "$@" 2> ${FULL}`) }).ended;
    expect(code).toBe(0);
    expect(stdout).toContain('resnet18');
    expect((await start(['nonsense'], { through: shell(`exec "$@" 2> ${FULL}`) }).ended).code).toBe(2);
  });
});

it('a reader that has read enough is no error', async () => {
  // The shell says how our program ended; `head` goes after the first line of many.
  const script = '{ "$@"; echo "code $?" >&2; } | head -1';
  const { stdout, stderr } = await start(['presets'], { through: shell(script) }).ended;
  expect(stdout).toContain('Preset');
  expect(stderr).toBe('code 0\n');
});

/** What it takes to mount in a name space of one's own: root, or a kernel that lets users have name spaces. */
const unshare = [['-m'], ['-r', '-m']].find((flags) => {
  try {
    execFileSync('unshare', [...flags, 'mount', '-t', 'tmpfs', 'tmpfs', '/tmp'], { stdio: 'ignore' });
    return true;
  } catch {
    return false;
  }
});

describe('the folder for temporary files', () => {
  const train = ['train', ...SMALL, ...SHORT];

  it('is named where it does not exist', async () => {
    const { code, stderr } = await start(train, { env: { TMPDIR: '/tmp/resbench/nowhere' } }).ended;
    expect(stderr).toContain(
      'The folder for temporary files, /tmp/resbench/nowhere, does not exist: mend that, or set TMPDIR to a folder that can be written.',
    );
    expect(code).toBe(TRAINING);
    expect((await show()).reason).toContain('does not exist');
  });

  it('is named where it is a file, by a probe too', async () => {
    const file = join(home, 'file');
    writeFileSync(file, '');
    const { stderr } = await start(train, { env: { TMPDIR: file } }).ended;
    expect(stderr).toContain(`The folder for temporary files, ${file}, is not a folder`);
    const probe = await start(['probe', ...SMALL.slice(0, -2), '--steps', '1'], { env: { TMPDIR: file } })
      .ended;
    expect(probe.stderr).toContain(`The folder for temporary files, ${file}, is not a folder`);
    expect(probe.stderr).not.toContain('should not happen');
  });

  it.skipIf(!unshare)('is named where it is full', async () => {
    const folder = join(home, 'small');
    mkdirSync(folder);
    const mounted = 'mount -t tmpfs -o size=8k tmpfs "$TMPDIR" && exec "$@"';
    const through = ['unshare', ...unshare!, ...shell(mounted)];
    const { stderr } = await start(train, { through, env: { TMPDIR: folder } }).ended;
    expect(stderr).toContain(`The folder for temporary files, ${folder}, is full`);
  });

  it('that does not exist is a line of the doctor, not a stack', async () => {
    const env = { ...process.env, TMPDIR: '/tmp/resbench/nowhere' };
    const report = await new Promise<{ code: number | null; stdout: string; stderr: string }>((done) => {
      const args = [join(root, 'scripts', 'start.mjs'), 'doctor'];
      const child = execFile(node, args, { cwd: root, env }, (_, stdout, stderr) =>
        done({ code: child.exitCode, stdout, stderr }),
      );
    });
    expect(report.stderr).toBe('');
    expect(report.stdout).toMatch(
      /^Temporary folder: \/tmp\/resbench\/nowhere does not exist.*\n {2}→ Set TMPDIR /m,
    );
    expect(report.code).toBe(1);
  });
});

it('a cache that is a link to nothing is named by what gets a data set', async () => {
  const link = join(home, 'link');
  symlinkSync(join(home, 'nowhere', 'cache'), link);
  const { code, stderr } = await start(['data', 'get', 'cifar10'], { env: { RESBENCH_CACHE: link } }).ended;
  expect(stderr).toMatch(/\S*link\S* cannot be made or read: a part of that path is missing/);
  expect(stderr).not.toMatch(/unexpectedly|should not/);
  expect(code).toBe(STORAGE);
  // Training does without it.
  expect((await start(['train', ...SMALL, ...SHORT], { env: { RESBENCH_CACHE: link } }).ended).code).toBe(0);
  expect(await json('runs', 'list')).toHaveLength(1);
  expect((await type('nonsense')).stderr).toMatch(oneSentence(/there is no command/));
});
