import { createHash } from 'node:crypto';
import { mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { buildNetwork } from '../../../../src/architecture/network';
import { ExpectedError } from '../../../../src/shared/result';
import type { EngineInfo } from '../../../../src/trainer/engine/engine';
import { createEngine } from '../../../../src/trainer/engine/graph/graph-engine';
import { choosePlan } from '../../../../src/trainer/engine/graph/lowering/choose';
import {
  checkPlan,
  convShapes,
  nativePlan,
  wantsNativePlan,
} from '../../../../src/trainer/engine/graph/lowering/plan';
import { recipe, smallArchitecture } from '../fixtures';

const network = buildNetwork(smallArchitecture());
let machines = 0;
/** Nothing that this process has measured before. */
const machine = (): EngineInfo => ({ tensorflow: `test ${machines++}`, gpu: null, threads: 2 });

let folder: string;
beforeEach(() => (folder = mkdtempSync(join(tmpdir(), 'resbench-plan-'))));
afterEach(() => rmSync(folder, { recursive: true, force: true }));

/** Each file's content. */
const files = () => readdirSync(folder).map((file) => [file, readFileSync(join(folder, file), 'utf8')]);

describe('choosing', () => {
  test('gives a plan that fits the network, one entry for each different convolution', () => {
    const { plan } = choosePlan(network, 4, machine(), null);
    expect(() => checkPlan(plan, network)).not.toThrow();
    expect(Object.keys(plan)).toEqual([...convShapes(network).keys()]);
  });

  test('takes the fastest of what was measured, and the native op where the gain is small', () => {
    const info = machine();
    choosePlan(network, 4, info, folder);
    const [[file, text]] = files() as [[string, string]];
    const content = JSON.parse(text) as {
      timings: Record<string, Record<string, Record<string, number>>>;
      sha256: string;
    };
    const [key] = [...convShapes(network).keys()];
    content.timings[key!]!.forward = { native: 2, im2col: 1 };
    content.timings[key!]!.filterGradient = { native: 2, im2col: 1.99, taps: 3, 'channels-as-batch': 3 };
    content.sha256 = createHash('sha256').update(JSON.stringify(content.timings)).digest('hex');
    writeFileSync(join(folder, file), JSON.stringify(content));
    const { plan, timings } = choosePlan(network, 4, info, folder);
    expect(plan[key!]).toMatchObject({ forward: 'im2col', filterGradient: 'native' });
    expect(timings[key!]!.forward).toEqual({ native: 2, im2col: 1 });
  });

  test('keeps measurements by batch size and version', () => {
    const info = machine();
    const chosen = choosePlan(network, 4, info, folder);
    const kept = files();
    expect(choosePlan(network, 4, info, folder)).toEqual(chosen);
    expect(files()).toEqual(kept);
    choosePlan(network, 5, info, folder);
    choosePlan(network, 4, machine(), folder);
    expect(files().length).toBe(3);
  });

  test.each([
    ['no JSON', '{'],
    ['something else', '[]'],
    ['nonsense', '{"timings": {"8x8x3-3x3/1-same-8x8x4": {"forward": {"native": "fast"}}}}'],
  ])('measures again where the file holds %s', (_, text) => {
    const info = machine();
    choosePlan(network, 4, info, folder);
    const [[file]] = files() as [[string, string]];
    writeFileSync(join(folder, file), text);
    expect(() => checkPlan(choosePlan(network, 4, info, folder).plan, network)).not.toThrow();
  });

  test('does without a folder that cannot be written', () => {
    const path = join(folder, 'file');
    writeFileSync(path, '');
    expect(() => checkPlan(choosePlan(network, 4, machine(), path).plan, network)).not.toThrow();
  });
});

describe('a plan that does not fit is refused', () => {
  test('where it leaves a convolution out', () => {
    expect(() => checkPlan({}, network)).toThrow(
      'says nothing of the convolution 8x8x3-3x3/1-same-8x8x4 (stem/conv)',
    );
  });

  test('where it names a lowering that cannot compute a shape', () => {
    const plan = nativePlan(network);
    plan['8x8x3-3x3/1-same-8x8x4']!.forward = 'matmul';
    expect(() => checkPlan(plan, network)).toThrow(
      'The plan computes the forward pass of 8x8x3-3x3/1-same-8x8x4 by "matmul", which this Resbench does not do ' +
        '(it can be native, im2col): leave the plan out to have one chosen.',
    );
  });

  test('by the engine, before anything is built', () => {
    expect(() => createEngine(network, recipe(), { plan: {} })).toThrow(ExpectedError);
  });
});

describe('RESBENCH_PLAN', () => {
  test("asks for TensorFlow's own ops", () => {
    expect([{}, { RESBENCH_PLAN: '' }, { RESBENCH_PLAN: 'native' }].map(wantsNativePlan)).toEqual([
      false,
      false,
      true,
    ]);
  });

  test('is refused where it is anything else', () => {
    expect(() => wantsNativePlan({ RESBENCH_PLAN: 'fast' })).toThrow(
      'RESBENCH_PLAN is "fast": it can be native; unset it to have the fastest plan chosen.',
    );
  });
});
