/** The command `probe` as it is built, against figures that Keras 3 gave for the same formula. */
import { execFile } from 'node:child_process';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import type { ProbeResult } from '../../src/shared/training-messages';

const CLI = resolve('out/main/cli.js');
const ARCHITECTURE = {
  name: 'small',
  inputShape: [17, 13, 3],
  classes: 7,
  stem: { filters: 8, kernel: 3, stride: 1, pool: false },
  table: [
    [1, [[8, 3]]],
    [
      1,
      [
        [12, [1, 3]],
        [12, 3],
      ],
    ],
  ],
};

let folder: string;
let file: string;
beforeAll(() => {
  folder = mkdtempSync(join(tmpdir(), 'resbench-probe-'));
  file = join(folder, 'small.json');
  writeFileSync(file, JSON.stringify(ARCHITECTURE));
});
afterAll(() => rmSync(folder, { recursive: true, force: true }));

const type = (...words: string[]) => typeIn({}, ...words);

function typeIn(
  more: NodeJS.ProcessEnv,
  ...words: string[]
): Promise<{ code: number; stdout: string; stderr: string }> {
  return new Promise((done) => {
    const cache = { RESBENCH_CACHE: join(folder, 'cache') };
    const env = { ...process.env, ELECTRON_RUN_AS_NODE: '1', ...cache, ...more };
    execFile(process.execPath, [CLI, 'probe', ...words], { env }, (error, stdout, stderr) =>
      done({ code: error ? Number(error.code) : 0, stdout, stderr }),
    );
  });
}

test("gives right gradients, and the same bits each time, where TensorFlow's own are wrong", async () => {
  const narrow = resolve('test/reference/architectures/narrow.json');
  const words = ['--steps', '1', '--batch', '12', '--optimizer', 'sgd', '--lr', '0.001', '--json'];
  const held = { ONEDNN_MAX_CPU_ISA: 'AVX2' };
  const outputs: string[] = [];
  for (let i = 0; i < 4; i++) outputs.push((await typeIn(held, narrow, ...words)).stdout);
  expect(new Set(outputs).size).toBe(1);
  const { variables } = JSON.parse(outputs[0]!) as ProbeResult;
  const gradients = new Map(variables.map(({ name, gradNorm }) => [name, gradNorm]));
  // test/reference/keras_probe.py with the same words and --floatx float64; with float32 the first is 3.79 for one.
  const expected = [0.36155909503476924, 0.3986436306509256, 0.30342681214147954, 0.27575118846402075];
  for (const [index, norm] of expected.entries()) {
    const found = gradients.get(`stage${index + 2}/block1/shortcut/conv/kernel`)!;
    expect(Math.abs(found / norm - 1)).toBeLessThan(1e-4);
  }
});

describe.each(['layers', 'graph'])('the engine %s', (engine) => {
  test('computes what Keras computes', async () => {
    const words = ['--steps', '5', '--batch', '16', '--optimizer', 'sgd', '--lr', '0.001', '--json'];
    const { stdout, stderr } = await type('--architecture', file, ...words, '--engine', engine);
    expect(stderr).toBe('');
    // test/reference/keras_probe.py with the same words, Keras 3.15.1 on TensorFlow 2.21.0.
    const { steps, variables, logits } = JSON.parse(stdout) as ProbeResult;
    const losses = [
      2.284839153289795, 1.170583724975586, 2.417964458465576, 2.477548599243164, 1.721489667892456,
    ];
    for (const [step, loss] of losses.entries()) expect(steps[step]!.loss).toBeCloseTo(loss, 5);
    expect(steps.map(({ correct }) => correct)).toEqual([0, 16, 0, 0, 0]);
    const gradients = new Map(variables.map(({ name, gradNorm }) => [name, gradNorm]));
    expect(gradients.get('stem/conv/kernel')).toBeCloseTo(0.19693151129566913, 5);
    expect(gradients.get('stage2/block1/shortcut/bn/gamma')).toBeCloseTo(0.3519216012105663, 5);
    expect(gradients.get('dense/kernel')).toBeCloseTo(1.9156356616536074, 5);
    expect(gradients.get('stem/bn/movingMean')).toBeNull();
    expect([logits.length, logits[0]!.length]).toEqual([16, 7]);
  });
});

test('for people is a table of steps and one of variables', async () => {
  const { code, stdout } = await type(file, '--steps', '2', '--batch', '4');
  expect(code).toBe(0);
  expect(stdout).toMatch(/^small\n\nStep +Loss +With L2 +Correct\n/);
  expect(stdout).toMatch(/^dense\/bias +7 +\S+ +\S+ +\S+$/m);
});

test.each([
  ['no model', [], 2, /^resbench: name a model: /],
  [
    'a file that is not there',
    ['--architecture', 'missing.json'],
    3,
    /^resbench: there is no file missing\.json\n$/,
  ],
  [
    'two models',
    ['resnet18', '--architecture', 'resnet50'],
    2,
    /^resbench: MODEL \(resnet18\) and --architecture/,
  ],
  ['an unknown engine', ['resnet18', '--engine', 'grahp'], 2, /did you mean "graph"\?\n$/],
  [
    'no steps',
    ['resnet18', '--steps', '0'],
    2,
    /^resbench: --steps must be a whole number of at least 1, got "0"\n$/,
  ],
  [
    'momentum of Adam',
    ['resnet18', '--momentum', '0.9'],
    2,
    /^resbench: --momentum belongs to the optimizer sgd/,
  ],
])('%s is one sentence', async (_, words, status, sentence) => {
  const { code, stdout, stderr } = await type(...words);
  expect({ code, stdout }).toEqual({ code: status, stdout: '' });
  expect(stderr).toMatch(sentence);
});
