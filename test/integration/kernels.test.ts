/** Kernels of our own: as the set-up compiles them, against float64 under the sanitizers, and where they cannot be had. */
import { execFile } from 'node:child_process';
import {
  chmodSync,
  existsSync,
  mkdirSync,
  mkdtempSync,
  readFileSync,
  rmSync,
  symlinkSync,
  writeFileSync,
} from 'node:fs';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import type { ProbeResult } from '../../src/shared/training-messages';
import { load } from '../unit/scripts/load';

interface Kernels {
  problem?: string;
  version?: string;
  instructions?: string | null;
  key?: string;
}
const { provideKernels } = await load<{
  provideKernels(context: object, needs: object): Promise<Kernels>;
}>('setup/kernels.mjs');
const { compileCheck, MEMORY, RACES } = await load<{
  compileCheck(folder: string, options: { compiler: string; sanitizers: string }): Promise<string>;
  MEMORY: string;
  RACES: string;
}>('setup/kernel-check.mjs');
const { findTools } = await load<{
  findTools(): Promise<{ compiler: { program: string } }>;
}>('setup/tools.mjs');

interface Setup {
  electron: { path: string };
  tensorflow: { path: string; version: string };
}
const setup = JSON.parse(readFileSync('node_modules/.resbench/setup.json', 'utf8')) as Setup;

let folder: string;
let compiler: string;
beforeAll(async () => {
  folder = mkdtempSync(join(tmpdir(), 'resbench-kernels-'));
  compiler = (await findTools()).compiler.program;
});
afterAll(() => rmSync(folder, { recursive: true, force: true }));

const called = (program: string, words: string[], env: NodeJS.ProcessEnv = process.env) =>
  new Promise<{ code: number; output: string; stdout: string }>((done) =>
    execFile(program, words, { env }, (error, stdout, stderr) =>
      done({ code: error ? Number(error.code) : 0, output: stdout + stderr, stdout }),
    ),
  );

test.each([
  ['are right, and stay within their memory', MEMORY, 32],
  ['race with nobody', RACES, 4],
])('%s, with the same bits over any number of threads', async (_, sanitizers, shapes) => {
  const own = join(folder, sanitizers);
  mkdirSync(own);
  const program = await compileCheck(own, { compiler, sanitizers });
  const { code, output } = await called(program, [String(shapes), '7']);
  expect(code, output).toBe(0);
  expect(output).toMatch(/^\d{3,} passed, 0 failed$/m);
});

/** A set-up of the kernels alone, in a cache of its own, with what it said. */
async function provided(
  name: string,
  { with: own = compiler, env = {} }: { with?: string; env?: NodeJS.ProcessEnv } = {},
): Promise<{ kernels: Kernels; said: string[]; path: string }> {
  const root = join(folder, name);
  mkdirSync(root);
  const said: string[] = [];
  const progress = {
    during: (_label: string, _of: object, work: (task: object) => unknown) => work({ update() {} }),
  };
  const context = {
    root,
    env: { ...process.env, ...env },
    platform: `${process.platform}-${process.arch}`,
    progress,
    say: (sentence: string) => said.push(sentence),
  };
  // Where its run path finds TensorFlow, as beside the binding.
  const path = join(root, 'lib', 'napi-v8', 'resbench_kernels.node');
  symlinkSync(setup.tensorflow.path, join(root, 'deps'));
  const kernels = await provideKernels(context, {
    tensorflow: { folder: setup.tensorflow.path, id: setup.tensorflow.version },
    electronPath: setup.electron.path,
    compiler: own,
    path,
  });
  return { kernels, said, path };
}

/** A compiler that does as the real one, but for some words of its command line. */
function spoilt(name: string, script: string): string {
  const path = join(folder, name);
  writeFileSync(path, `#!/bin/sh\n${script}\nexec ${compiler} "$@"\n`);
  chmodSync(path, 0o755);
  return path;
}

describe('the set-up', () => {
  test('compiles them, and takes them from the cache the second time', async () => {
    const { kernels, said, path } = await provided('sound');
    expect(said).toEqual([]);
    expect(kernels).toMatchObject({ version: expect.stringMatching(/^\d+\.[0-9a-f]{12}$/) });
    expect(existsSync(path)).toBe(true);
    const none = spoilt('none', 'exit 1');
    const context = join(folder, 'sound');
    rmSync(path);
    const again = await provideKernels(
      {
        root: context,
        env: process.env,
        platform: `${process.platform}-${process.arch}`,
        progress: { during: () => expect.fail('compiled again') },
        say: () => {},
      },
      {
        tensorflow: { folder: setup.tensorflow.path, id: setup.tensorflow.version },
        electronPath: setup.electron.path,
        compiler: none,
        path,
      },
    );
    expect(again).toEqual(kernels);
  });

  test.each([
    [
      'a header is missing',
      'case "$*" in *ops.cc*) echo "ops.cc:17:10: fatal error: tensorflow/c/kernels.h: No such file or directory" >&2; exit 1;; esac',
      'fatal error: tensorflow/c/kernels.h: No such file or directory',
    ],
    [
      'a flag is refused',
      'case "$*" in *-ffp-contract*) echo "error: unrecognized command-line option" >&2; exit 1;; esac',
      'error: unrecognized command-line option',
    ],
  ])('goes on without them where %s, and says why', async (what, script, reason) => {
    const { kernels, said, path } = await provided(what, { with: spoilt(`${what} compiler`, script) });
    expect(kernels.problem).toContain('The kernels did not compile:');
    expect(kernels.problem).toContain(reason);
    expect(said).toEqual([
      'The kernels of our own did not compile; training uses those of TensorFlow. `npm run doctor` says why.',
    ]);
    expect(existsSync(path)).toBe(false);
  });

  test('keeps them where the processor is held to less than they need, unused', async () => {
    const { kernels, said } = await provided('held', { env: { ONEDNN_MAX_CPU_ISA: 'SSE41' } });
    expect(said).toEqual([]);
    if (process.arch === 'x64') expect(kernels.instructions).toBeNull();
  });
});

test('training without them computes the same to rounding', async () => {
  const file = join(folder, 'net.json');
  const architecture = {
    name: 'net',
    inputShape: [12, 12, 8],
    classes: 5,
    table: [
      [
        1,
        [
          [16, 3],
          [16, 3],
        ],
      ],
    ],
  };
  writeFileSync(
    file,
    JSON.stringify({ ...architecture, stem: { filters: 16, kernel: 3, stride: 1, pool: false } }),
  );
  const words = [
    'probe',
    file,
    '--steps',
    '2',
    '--batch',
    '8',
    '--optimizer',
    'sgd',
    '--lr',
    '0.01',
    '--json',
  ];
  const trained = async (env: NodeJS.ProcessEnv) => {
    const cache = { ELECTRON_RUN_AS_NODE: '1', RESBENCH_CACHE: join(folder, 'cache') };
    const { code, output, stdout } = await called(process.execPath, [resolve('out/main/cli.js'), ...words], {
      ...process.env,
      ...cache,
      ...env,
    });
    expect(code, output).toBe(0);
    return JSON.parse(stdout) as ProbeResult;
  };
  const [own, without, older] = await Promise.all([
    trained({}),
    trained({ RESBENCH_KERNELS: 'off' }),
    trained({ ONEDNN_MAX_CPU_ISA: 'SSE41' }),
  ]);
  for (const other of [without!, older!]) {
    for (const [index, { loss }] of own!.steps.entries()) {
      expect(Math.abs(loss! - other.steps[index]!.loss!) / loss!).toBeLessThan(1e-4);
    }
  }
});
