/** The packages that Resbench is compared with: pip itself, on an index of one wheel. */
import { execFileSync } from 'node:child_process';
import { createHash } from 'node:crypto';
import { chmodSync, existsSync, mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { load, withFolder } from './load';

const { pythonWith } = await load<{
  pythonWith(
    name: string,
    requirements: string,
    options: { env: NodeJS.ProcessEnv; progress: unknown },
  ): Promise<{ program: string }>;
}>('lib/python-packages.mjs');
const { Progress } = await load<{ Progress: new (stream: unknown) => unknown }>('setup/progress.mjs');

const version = execFileSync('python3', ['-c', 'import sys; print("%d.%d" % sys.version_info[:2])'])
  .toString()
  .trim();
const isPinned =
  ['3.11', '3.12', '3.13'].includes(version) &&
  ['linux-x64', 'linux-arm64', 'darwin-arm64'].includes(`${process.platform}-${process.arch}`);

const WHEEL = `
import sys, zipfile
name, needs, path = sys.argv[1:]
with zipfile.ZipFile(path, 'w') as wheel:
    info = name + '-1.0.dist-info/'
    wheel.writestr(name + '.py', 'answer = 42\\n')
    wheel.writestr(info + 'METADATA', 'Metadata-Version: 2.1\\nName: ' + name + '\\nVersion: 1.0\\n' + needs)
    wheel.writestr(info + 'WHEEL', 'Wheel-Version: 1.0\\nGenerator: test\\nRoot-Is-Purelib: true\\nTag: py3-none-any\\n')
    wheel.writestr(info + 'RECORD', '')
`;

/** Two packages, of which the first needs the second, and their requirements with sums. */
function makeIndex(folder: string): { env: NodeJS.ProcessEnv; first: string; second: string } {
  const source = join(folder, 'source');
  mkdirSync(source);
  const make = (name: string, needs: string) => {
    const path = join(source, `${name}-1.0-py3-none-any.whl`);
    execFileSync('python3', ['-c', WHEEL, name, needs, path]);
    const sum = createHash('sha256').update(readFileSync(path)).digest('hex');
    return `${name}==1.0 \\\n    --hash=sha256:${sum}\n`;
  };
  return {
    first: make('first', 'Requires-Dist: second\n'),
    second: make('second', ''),
    env: {
      ...process.env,
      RESBENCH_CACHE: join(folder, 'cache'),
      PIP_NO_INDEX: '1',
      PIP_FIND_LINKS: source,
      PIP_CONFIG_FILE: '/dev/null',
    },
  };
}

function prepare(folder: string, env: NodeJS.ProcessEnv, text: string) {
  const file = join(folder, 'requirements.txt');
  writeFileSync(file, text);
  return pythonWith('probe', file, { env, progress: new Progress({ write: () => {} }) });
}

describe('Python packages', () => {
  it.runIf(isPinned)('come with all that they need, each by its sum', () =>
    withFolder(async (folder) => {
      const { env, first, second } = makeIndex(folder);
      const { program } = await prepare(folder, env, first + second);
      const said = execFileSync(program, ['-c', 'import first, second; print(first.answer)']);
      expect(said.toString().trim()).toBe('42');
    }),
  );

  it.runIf(isPinned).each<[string, (first: string, second: string) => string, RegExp]>([
    [
      'with another sum',
      (first, second) => first + second.replace(/sha256:.{8}/, 'sha256:00000000'),
      /HASHES/,
    ],
    ['without a sum', (first, second) => first + second.replace(/ \\\n.*\n/, '\n'), /hash/i],
    ['that is needed, but not named', (first) => first, /hash/i],
  ])('%s are refused', (_, change, expected) =>
    withFolder(async (folder) => {
      const { env, first, second } = makeIndex(folder);
      await expect(prepare(folder, env, change(first, second))).rejects.toThrow(expected);
      expect(existsSync(join(folder, 'cache', 'python'))).toBe(false);
    }),
  );

  it.skipIf(process.platform === 'win32')('are not looked for where nothing is pinned', () =>
    withFolder(async (folder) => {
      const python = join(folder, 'old-python');
      writeFileSync(python, '#!/bin/sh\necho 3.9.1\n');
      chmodSync(python, 0o755);
      const env = { ...process.env, PYTHON: python, RESBENCH_CACHE: join(folder, 'cache') };
      await expect(prepare(folder, env, 'first==1.0\n')).rejects.toThrow(
        /pinned for Python 3\.11 to 3\.13 on .* is Python 3\.9\.1 on .*\. Set PYTHON/,
      );
    }),
  );
});
