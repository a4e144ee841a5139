import { execFile } from 'node:child_process';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { load, node, root } from './load';

type Json = Record<string, unknown>;
const { isAllowed, licenceProblems, EXCEPTIONS } = await load<{
  isAllowed(expression: unknown): boolean;
  licenceProblems(of?: { lock: Json; installed(path: string): string | undefined }): { problems: string[] };
  EXCEPTIONS: { name: RegExp; licence: string; reason: string }[];
}>('audit/licences.mjs');
const { pinProblems } = await load<{ pinProblems(of?: Json): Promise<string[]> }>('audit/pins.mjs');
const { readAnswer } = await load<{
  readAnswer(stdout: string): { problems?: string[]; unreachable?: string };
}>('audit/advisories.mjs');
const pins = await load<Record<string, Json>>('setup/pins.mjs');

const json = (name: string) => JSON.parse(readFileSync(join(root, name), 'utf8')) as Json;

describe('licences', () => {
  it.each([
    'MIT',
    '(MIT OR GPL-3.0-only)',
    'GPL-3.0-only OR (ISC AND BSD-3-Clause)',
    '(BSD-3-Clause AND Apache-2.0)',
  ])('%s is allowed', (licence) => expect(isAllowed(licence)).toBe(true));

  it.each([
    'GPL-3.0-only',
    'MIT AND GPL-3.0-only',
    '(MIT OR ISC) AND AGPL-3.0-only',
    'MIT ISC',
    '(MIT',
    'MIT)',
    'OR MIT',
    'SEE LICENSE IN LICENSE',
    'UNLICENSED',
    '',
    undefined,
    null,
    {},
  ])('%j is not', (licence) => expect(isAllowed(licence)).toBe(false));

  it('of all packages are allowed or named', () => {
    expect(licenceProblems().problems).toEqual([]);
    const names = Object.keys((json('package-lock.json') as { packages: Json }).packages).map((path) =>
      path.replace(/.*node_modules\//, ''),
    );
    for (const { name, reason } of EXCEPTIONS) {
      expect(reason).not.toBe('');
      expect(
        names.some((one) => name.test(one)),
        `${name} is still here`,
      ).toBe(true);
    }
  });

  it('count as the package says, not as the lockfile does', () => {
    const lock = {
      packages: {
        '': { license: 'Apache-2.0' },
        'node_modules/one': { version: '1.0.0', license: 'MIT' },
        'node_modules/a/node_modules/lightningcss': { version: '1.0.0', license: 'MPL-2.0' },
        'node_modules/silent': { version: '1.0.0' },
      },
    };
    const installed = (path: string) => (path === 'node_modules/one' ? 'GPL-3.0-only' : undefined);
    expect(licenceProblems({ lock, installed }).problems).toEqual([
      'one 1.0.0: GPL-3.0-only',
      'silent 1.0.0: names no licence',
    ]);
  });
});

describe('pins', () => {
  it('of the project are exact and have sums', async () => expect(await pinProblems()).toEqual([]));

  const manifest = json('package.json') as { dependencies: Record<string, string> };
  const lock = json('package-lock.json') as { packages: Record<string, Json> };
  const changed = (name: string, change: Json) => ({
    ...lock,
    packages: { ...lock.packages, [name]: { ...lock.packages[name], ...change } },
  });
  const requirement = (text: string) => ({ requirements: { 'some.txt': text } });
  const sum = `--hash=sha256:${'0'.repeat(64)}`;

  it.each<[string, Json, RegExp]>([
    [
      'a range of versions',
      { manifest: { ...manifest, dependencies: { ...manifest.dependencies, zod: '^4.6.7' } } },
      /package\.json: zod is \^4\.6\.7/,
    ],
    [
      'another version in the lockfile',
      { lock: changed('node_modules/zod', { version: '4.0.0' }) },
      /zod is 4\.0\.0/,
    ],
    [
      'a package without its sum',
      { lock: changed('node_modules/zod', { integrity: undefined }) },
      /no SHA-512/,
    ],
    [
      'a package from elsewhere',
      { lock: changed('node_modules/zod', { resolved: 'git+ssh://git@host/zod.git' }) },
      /not from the registry/,
    ],
    ['install scripts', { npmrc: 'audit=false\n' }, /ignore-scripts/],
    [
      'a download without its sum',
      { downloads: { ...pins, testNode: { ...pins.testNode, sha256: '' } } },
      /testNode/,
    ],
    ['a Python package without its sum', requirement('numpy==2.4.6\n'), /numpy==2\.4\.6 has no SHA-256/],
    ['a range of a Python package', requirement(`numpy>=2 \\\n    ${sum}\n`), /not one version/],
    ['versions by a star', requirement(`numpy==2.* \\\n    ${sum}\n`), /not one version/],
    ['another TensorFlow', requirement(`tensorflow==2.20.0 \\\n    ${sum}\n`), /links with/],
  ])('notice %s', async (_, change, expected) => {
    const problems = await pinProblems(change);
    expect(problems).toHaveLength(1);
    expect(problems[0]).toMatch(expected);
  });
});

describe('advisories', () => {
  it('are read, each once', () => {
    const via = { title: 'Reads too far', url: 'https://example.org/1', severity: 'high', range: '<2.0.0' };
    const answer = {
      vulnerabilities: {
        inner: { name: 'inner', severity: 'high', via: [via] },
        outer: { name: 'outer', severity: 'high', via: ['inner'] },
      },
    };
    expect(readAnswer(JSON.stringify(answer))).toEqual({
      problems: ['inner <2.0.0: Reads too far (high) https://example.org/1'],
    });
    expect(readAnswer('{"vulnerabilities":{}}')).toEqual({ problems: [] });
  });

  it.each([
    '',
    'null',
    '<html>',
    '{"message":"405 for https://user:secret@host/x"}',
    '{"error":{"code":"ENOTFOUND"}}',
  ])('are not there where npm prints %j', (stdout) => {
    const { problems, unreachable } = readAnswer(stdout);
    expect(problems).toBeUndefined();
    expect(unreachable).not.toMatch(/secret|undefined/);
  });
});

it('the audit ends well without a registry, and says that it was not asked', async () => {
  const env = { ...process.env, npm_config_registry: 'http://127.0.0.1:9/' };
  const ended = await new Promise<{ code: number | null; stdout: string }>((done) => {
    const child = execFile(node, [join(root, 'scripts', 'audit.mjs')], { env }, (_, stdout) =>
      done({ code: child.exitCode, stdout }),
    );
  });
  expect(ended.stdout).toMatch(/^pins: every version is exact/m);
  expect(ended.stdout).toMatch(/^licences: MIT \d+/m);
  expect(ended.stdout).toMatch(/^advisories: not asked/m);
  expect(ended.code).toBe(0);
});
