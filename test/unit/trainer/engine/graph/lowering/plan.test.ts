import { createHash } from 'node:crypto';
import { mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { buildNetwork } from '../../../../../../src/architecture/network';
import {
  describeRejection,
  EVALUATION,
  FOLDED,
  PLAIN,
  usesOwnKernels,
} from '../../../../../../src/shared/plan';
import { ExpectedError } from '../../../../../../src/shared/result';
import type { EngineInfo } from '../../../../../../src/trainer/engine/engine';
import { createEngine } from '../../../../../../src/trainer/engine/graph/graph-engine';
import { adoptPlan, choosePlan } from '../../../../../../src/trainer/engine/graph/lowering/choose';
import { foldingCases } from '../../../../../../src/trainer/engine/graph/lowering/foldings';
import {
  FILTER_GRADIENT,
  INPUT_GRADIENT,
  candidates,
  perDirection,
  substitutes,
  type Lowering,
  type Operands,
} from '../../../../../../src/trainer/engine/graph/lowering/lowerings';
import type { Findings } from '../../../../../../src/trainer/engine/graph/lowering/measurements';
import {
  checkPlan,
  convShapes,
  nativePlan,
  askedPlan,
  forcedPlan,
} from '../../../../../../src/trainer/engine/graph/lowering/plan';
import {
  isUpdateFused,
  updateCase,
  updateKey,
  UpdateTrial,
} from '../../../../../../src/trainer/engine/graph/lowering/updates';
import { normalisations } from '../../../../../../src/architecture/normalisations';
import { createOptimizer } from '../../../../../../src/trainer/engine/graph/optimizer';
import * as ops from '../../../../../../src/trainer/engine/graph/ops';
import { trainableVariables } from '../../../../../../src/trainer/engine/graph/trainable-variables';
import { ownKernels } from '../../../../../../src/trainer/engine/own-kernels';
import { recipe, smallArchitecture } from '../../../fixtures';

const network = buildNetwork(smallArchitecture());
/** A 3x3 convolution of the network. */
const KEY = '8x8x3-3x3/1-same-8x8x4';
/** Its projection, whose native filter gradient is known to be wrong on some processors. */
const PROJECTION = '8x8x4-1x1/2-valid-4x4x6';
let machines = 0;
/** Nothing that this process has measured before. */
const machine = (): EngineInfo => ({ tensorflow: `test ${machines++}`, gpu: null, threads: 2 });

let folder: string;
beforeEach(() => (folder = mkdtempSync(join(tmpdir(), 'resbench-plan-'))));
afterEach(() => rmSync(folder, { recursive: true, force: true }));

const choose = (info: EngineInfo, { batch = 4, within = folder as string | null } = {}) =>
  choosePlan(network, { batch, info, folder: within });

/** Convolutions, normalisations where there are kernels for them, others, and how the network is evaluated. */
const keysOfPlan = (...others: string[]) => [
  ...convShapes(network).keys(),
  ...(ownKernels() ? normalisations(network).keys() : []),
  ...others,
  EVALUATION,
];

/** Each file's content. */
const files = () => readdirSync(folder).map((file) => [file, readFileSync(join(folder, file), 'utf8')]);

/** Changes what the only file says of a shape. */
function rewrite(key: string, changes: Partial<Findings>): void {
  const [[file, text]] = files() as [[string, string]];
  const content = JSON.parse(text) as { findings: Record<string, Findings>; sha256: string };
  Object.assign(content.findings[key]!, changes);
  content.sha256 = createHash('sha256').update(JSON.stringify(content.findings)).digest('hex');
  writeFileSync(join(folder, file), JSON.stringify(content));
}

describe('choosing', () => {
  test('gives a plan that fits the network, one entry for each different convolution', async () => {
    const { plan } = await choose(machine(), { within: null });
    expect(() => checkPlan(plan, network)).not.toThrow();
    expect(Object.keys(plan)).toEqual(keysOfPlan());
  });

  test('takes the fastest of what was measured, and the native op where the gain is small', async () => {
    const info = machine();
    await choose(info);
    const took = (times: Record<string, number>) =>
      Object.fromEntries(Object.entries(times).map(([name, took]) => [name, { took }]));
    rewrite(KEY, {
      forward: took({ native: 2, im2col: 1 }),
      filterGradient: took({ native: 2, im2col: 1.99, taps: 3, 'channels-as-batch': 3 }),
    });
    const { plan, timings } = await choose(info);
    expect(plan[KEY]).toMatchObject({ forward: 'im2col', filterGradient: 'native' });
    expect(timings![KEY]!.forward).toEqual({ native: 2, im2col: 1 });
  });

  test('keeps measurements by batch size and version', async () => {
    const info = machine();
    const chosen = await choose(info);
    const kept = files();
    expect(await choose(info)).toEqual({ ...chosen, spent: { checking: 0, measuring: 0 } });
    expect(files()).toEqual(kept);
    await choose(info, { batch: 5 });
    await choose(machine());
    expect(files().length).toBe(3);
  });

  test("keeps them apart by what chooses TensorFlow's kernels", async () => {
    const info = machine();
    await choose(info);
    const before = process.env.ONEDNN_MAX_CPU_ISA;
    try {
      process.env.ONEDNN_MAX_CPU_ISA = before === 'SSE41' ? 'AVX2' : 'SSE41';
      await choose(info);
    } finally {
      if (before === undefined) delete process.env.ONEDNN_MAX_CPU_ISA;
      else process.env.ONEDNN_MAX_CPU_ISA = before;
    }
    expect(files().length).toBe(2);
  });

  test.each([
    ['no JSON', '{'],
    ['something else', '[]'],
    ['nonsense', `{"findings": {"${KEY}": {"forward": {"native": "fast"}}}}`],
  ])('measures again where the file holds %s', async (_, text) => {
    const info = machine();
    await choose(info);
    const [[file]] = files() as [[string, string]];
    writeFileSync(join(folder, file), text);
    expect(() => checkPlan(nativePlan(network), network)).not.toThrow();
    expect(Object.keys((await choose(info)).plan)).toEqual(keysOfPlan());
  });

  test('does without a folder that cannot be written', async () => {
    const path = join(folder, 'file');
    writeFileSync(path, '');
    expect(() => checkPlan(nativePlan(network), network)).not.toThrow();
    expect(Object.keys((await choose(machine(), { within: path })).plan)).toEqual(keysOfPlan());
  });

  test('can be ended between two shapes, and keeps what was measured', async () => {
    const info = machine();
    const seen: [number, number][] = [];
    const between = (done: number, total: number) => {
      seen.push([done, total]);
      if (seen.length === 3) throw new Error('stopped');
    };
    await expect(choosePlan(network, { batch: 4, info, folder, between })).rejects.toThrow('stopped');
    const size = convShapes(network).size + normalisations(network).size + 1;
    expect(seen).toEqual([
      [0, size],
      [1, size],
      [2, size],
    ]);
    const [[, text]] = files() as [[string, string]];
    expect(Object.keys(JSON.parse(text).findings)).toEqual([...convShapes(network).keys()].slice(0, 2));
  });
});

describe('a lowering that is wrong', () => {
  type Any = Lowering<keyof Operands>;
  const planted: { list: Any[]; lowering: Any }[] = [];
  afterEach(() => {
    for (const { list, lowering } of planted.splice(0)) list.splice(list.indexOf(lowering), 1);
  });
  /** Among those of a direction, as if the product had it. */
  function plant(into: readonly unknown[], lowering: Any): void {
    const list = into as Any[];
    list.push(lowering);
    planted.push({ list, lowering });
  }
  const native = FILTER_GRADIENT[0] as Any;

  /** The native op's result but for one value in a thousand, which is off by the size of a typical one; and the fastest. */
  const liar: Any = {
    name: 'liar',
    computes: ({ kernel }) => kernel[0] === 3,
    build(graph, { x, dy }, shape) {
      const right = native.build(graph, { x, dy, kernel: x }, shape);
      const values = right.shape.reduce((product, side) => product * side, 1);
      const off = Float32Array.from({ length: values }, (_, i) =>
        i % 1000 === Math.min(107, values - 1) ? 10 : 0,
      );
      return ops.add(graph, right, graph.constant(off, right.shape));
    },
  };

  test('never enters a plan, whatever was measured; it is told, kept, and not tried again', async () => {
    plant(FILTER_GRADIENT, liar);
    const info = machine();
    const { plan, timings, rejected } = await choose(info);
    for (const [key, shape] of convShapes(network)) {
      expect(plan[key]!.filterGradient).not.toBe('liar');
      expect(timings![key]!.filterGradient).not.toHaveProperty('liar');
      if (shape.kernel[0] !== 3) continue;
      expect(rejected).toContainEqual({
        shape: key,
        direction: 'filterGradient',
        lowering: 'liar',
        reason: expect.stringMatching(/^its values are off by up to .* times their size/),
      });
    }
    const [[, text]] = files() as [[string, string]];
    expect(JSON.parse(text).findings[KEY].filterGradient.liar).toEqual({ wrong: expect.any(String) });
    const again = await choose(info);
    expect(again.rejected).toEqual(rejected);
    expect(again.spent).toEqual({ checking: 0, measuring: 0 });
  });

  test('is found where it is wrong over the whole batch only, in the middle of it', async () => {
    plant(INPUT_GRADIENT, {
      name: 'liar',
      computes: ({ kernel, stride }) => kernel[0] === 3 && stride === 1,
      build(graph, operands, shape) {
        const right = INPUT_GRADIENT[0]!.build(graph, operands, shape);
        if (right.shape[0] !== 16) return right;
        const values = right.shape.reduce((product, side) => product * side, 1);
        const off = Float32Array.from({ length: values }, (_, i) => (i === Math.floor(values / 2) ? 10 : 0));
        return ops.add(graph, right, graph.constant(off, right.shape));
      },
    });
    const { rejected } = await choose(machine(), { batch: 16 });
    expect(
      rejected.filter(({ direction }) => direction === 'inputGradient').map(({ lowering }) => lowering),
    ).toEqual(
      [...convShapes(network).values()]
        .filter(({ kernel, stride }) => kernel[0] === 3 && stride === 1)
        .map(() => 'liar'),
    );
  });

  test('is found among others that are wrong in the same way, before one that is right', async () => {
    const native = INPUT_GRADIENT[0]!;
    const wrong = (name: string): Any => ({
      name,
      computes: ({ kernel, stride }) => kernel[0] === 3 && stride === 1,
      build(graph, operands, shape) {
        const right = native.build(graph, operands, shape);
        if (right.shape[0] !== 16) return right;
        const values = right.shape.reduce((product, side) => product * side, 1);
        const off = Float32Array.from({ length: values }, (_, i) => (i === 0 ? 10 : 0));
        return ops.add(graph, right, graph.constant(off, right.shape));
      },
    });
    const list = INPUT_GRADIENT as unknown as Any[];
    // The first is taken for right by its tail, and the second agrees with it.
    list.unshift(wrong('liar'), wrong('accomplice'));
    try {
      const { rejected } = await choose(machine(), { batch: 16 });
      const shapes = [...convShapes(network).values()].filter(
        ({ kernel, stride }) => kernel[0] === 3 && stride === 1,
      );
      expect(rejected.map(({ lowering }) => lowering).filter((name) => name !== 'native')).toEqual(
        shapes.flatMap(() => ['liar', 'accomplice']),
      );
    } finally {
      list.splice(0, 2);
    }
  });

  test('is found where its values are not numbers', async () => {
    plant(FILTER_GRADIENT, {
      ...liar,
      build(graph, { x, dy }, shape) {
        const right = native.build(graph, { x, dy, kernel: x }, shape);
        return ops.divide(graph, ops.subtract(graph, right, right), ops.subtract(graph, right, right));
      },
    });
    const { rejected } = await choose(machine());
    expect(rejected.map(({ lowering, reason }) => [lowering, reason])).toContainEqual([
      'liar',
      'it gives values that are not numbers (batch 3)',
    ]);
  });

  test('that is slow, but right, is not chosen', async () => {
    plant(FILTER_GRADIENT, {
      ...liar,
      name: 'slow',
      build(graph, { x, dy }, shape) {
        // A hundred times over, each after the last.
        let result = native.build(graph, { x, dy, kernel: x }, shape);
        for (let i = 0; i < 100; i++) {
          const waits = ops.add(
            graph,
            dy,
            ops.multiply(graph, ops.slice(graph, result, [0, 0, 0, 0], [1, 1, 1, 1]), ops.scalar(graph, 0)),
          );
          result = native.build(graph, { x, dy: waits, kernel: x }, shape);
        }
        return result;
      },
    });
    const { plan, timings, rejected } = await choose(machine());
    expect(rejected.filter(({ lowering }) => lowering === 'slow')).toEqual([]);
    expect(timings![KEY]!.filterGradient).toHaveProperty('slow');
    expect(Object.values(plan).map(({ filterGradient }) => filterGradient)).not.toContain('slow');
  });

  const allWrong = (names: readonly string[]) =>
    Object.fromEntries(names.map((name) => [name, { wrong: 'it lies' }]));

  test('gives way to one that is never the fastest where no candidate is right', async () => {
    const key = '8x8x4-3x3/2-same-4x4x6';
    const info = machine();
    await choose(info);
    rewrite(key, { inputGradient: allWrong(candidates(convShapes(network).get(key)!, 'inputGradient')) });
    expect((await choose(info)).plan[key]!.inputGradient).toBe('mirrored');
  });

  test('ends the preparation with a sentence where nothing else is left', async () => {
    const info = machine();
    await choose(info);
    const shape = convShapes(network).get(KEY)!;
    const all = [...candidates(shape, 'filterGradient'), ...substitutes(shape, 'filterGradient')];
    rewrite(KEY, { filterGradient: allWrong(all) });
    await expect(choose(info)).rejects.toThrow(
      `computes the filter gradient of the convolution ${KEY} wrongly on this processor in every way that Resbench knows`,
    );
  });
});

describe('an op that is known to be wrong', () => {
  test('is no candidate: another computes the shape', () => {
    const shape = convShapes(network).get(PROJECTION)!;
    expect(candidates(shape, 'filterGradient')).toEqual(['matmul']);
    expect(nativePlan(network)[PROJECTION]).toEqual({
      forward: 'native',
      inputGradient: 'native',
      filterGradient: 'matmul',
    });
  });

  test('is told with its source', async () => {
    expect((await choose(machine())).rejected).toContainEqual({
      shape: PROJECTION,
      direction: 'filterGradient',
      lowering: 'native',
      reason: expect.stringMatching(/writes past its memory.*oneDNN issue 6035/),
    });
  });
});

describe('a plan that was made before', () => {
  test('is taken as it is where it is right, and nothing is timed', async () => {
    const plan = nativePlan(network);
    const choice = await adoptPlan(network, plan, { batch: 4, info: machine(), folder });
    expect(choice).toMatchObject({ plan, replaced: [] });
    expect(choice.spent.checking).toBeGreaterThan(0);
  });

  test('loses an op that is known to be wrong, with a sentence', async () => {
    const plan = nativePlan(network);
    plan[PROJECTION]!.filterGradient = 'native';
    const choice = await adoptPlan(network, plan, { batch: 4, info: machine(), folder });
    expect(choice.plan).toEqual(nativePlan(network));
    expect(choice.replaced).toEqual([
      `The plan computes the filter gradient of ${PROJECTION} by "native", which is wrong on this machine: it is computed ` +
        'by "matmul" instead.',
    ]);
  });

  test('keeps what needs kernels of our own where there are any, and else loses it with the reason', async () => {
    const plan = nativePlan(network);
    plan[KEY]!.forward = 'winograd4';
    expect(() => checkPlan(plan, network)).not.toThrow();
    const choice = await adoptPlan(network, plan, { batch: 4, info: machine(), folder });
    if (ownKernels()) {
      expect(choice).toMatchObject({ plan, replaced: [] });
      return;
    }
    expect(choice.plan[KEY]!.forward).not.toBe('winograd4');
    expect(choice.replaced).toEqual([
      expect.stringMatching(
        /by "winograd4", for which there are no kernels here \(.+\): it is computed by "/,
      ),
    ]);
  });

  test('loses a lowering that was found wrong here', async () => {
    const info = machine();
    await choose(info);
    rewrite(KEY, { forward: { native: { wrong: 'it lies' }, im2col: { took: null } } });
    const { plan, replaced } = await adoptPlan(network, nativePlan(network), { batch: 4, info, folder });
    expect(plan[KEY]!.forward).toBe('im2col');
    expect(replaced).toHaveLength(1);
  });
});

describe('the update of the weights', () => {
  const full = recipe({ regularisation: 'both', weightDecay: 0.1, clipNorm: 1 });
  const optimizer = createOptimizer(full);
  const key = updateKey(updateCase(network, optimizer));
  const options = () => ({ batch: 4, info: machine(), folder, optimizer });
  const fusedPlan = () => ({ ...nativePlan(network), update: perDirection(() => 'fused') });

  test.runIf(ownKernels())('is chosen by measuring both ways, once', async () => {
    const given = options();
    const { plan, timings, rejected } = await choosePlan(network, given);
    expect(Object.keys(plan)).toEqual(keysOfPlan('update'));
    expect(rejected.filter(({ shape }) => shape === 'update')).toEqual([]);
    const { native, fused } = timings!.update!.forward;
    expect([native, fused].every((took) => took! > 0)).toBe(true);
    const chosen = fused! < native! * 0.95 ? 'fused' : 'native';
    expect(plan.update).toEqual(perDirection(() => chosen));
    expect((await choosePlan(network, given)).timings).toEqual(timings);
    expect(key).toMatch(/^update-adam-(l2-)?decay-clip-\d+x\d+$/);
    expect(Object.keys(JSON.parse(files()[0]![1]!).findings)).toContain(key);
  });

  test
    .runIf(ownKernels())
    .each([
      { optimizer: 'adam' },
      { optimizer: 'sgd', momentum: 0.9, nesterov: false },
      { optimizer: 'sgd', momentum: 0.9, nesterov: true },
    ] as const)('is found wrong where a part of it is: %o', (rule) => {
    const tried = createOptimizer(recipe({ ...rule, regularisation: 'both', weightDecay: 0.1, clipNorm: 1 }));
    const variables = trainableVariables(buildNetwork(smallArchitecture({ l2: 0.01 })), tried);
    const other = { ...tried.fused, momentum: tried.fused.momentum * 0.98 };
    const verdict = (fused: typeof other) => {
      const trial = new UpdateTrial({ optimizer: { ...tried, fused }, variables });
      try {
        return trial.check();
      } finally {
        trial.dispose();
      }
    };
    expect(verdict(tried.fused)).toBeNull();
    expect(verdict(other)).toMatch(/^its values are off by up to /);
  });

  test('is not tried on what Muon moves, which is moved alike both ways', () => {
    const named = (optimizer: 'muon' | 'sgd') =>
      updateCase(network, createOptimizer(recipe({ optimizer, momentum: 0.9 }))).variables.map(
        ({ name }) => name,
      );
    const isHidden = (name: string) => /^stage.*\/kernel$/.test(name);
    expect(named('sgd').some(isHidden)).toBe(true);
    expect(named('muon').some(isHidden)).toBe(false);
    expect(named('muon')).toContain('stem/conv/kernel');
  });

  test('is nothing that a plan of an earlier version names, which stays as it is', async () => {
    const choice = await adoptPlan(network, nativePlan(network), options());
    expect(choice).toMatchObject({ plan: nativePlan(network), replaced: [] });
    expect(isUpdateFused(choice.plan)).toBe(false);
  });

  test('stays by kernels of our own where there are any, and else loses them with the reason', async () => {
    const { plan, replaced } = await adoptPlan(network, fusedPlan(), options());
    expect(isUpdateFused(plan)).toBe(ownKernels() !== null);
    expect(replaced).toEqual(
      ownKernels()
        ? []
        : [
            expect.stringMatching(
              /^The plan updates the weights by "fused", for which there are no kernels here \(.+\): they are updated by "native" instead\.$/,
            ),
          ],
    );
    expect(usesOwnKernels(fusedPlan())).toBe(true);
  });

  test.runIf(ownKernels())('loses the kernels where they are wrong here, and says so', async () => {
    const given = options();
    await choosePlan(network, given);
    rewrite(key, { forward: { native: { took: 1 }, fused: { wrong: 'it lies' } } });
    const choice = await adoptPlan(network, fusedPlan(), given);
    expect(isUpdateFused(choice.plan)).toBe(false);
    expect(choice.replaced).toEqual([
      'The plan updates the weights by "fused", which is wrong on this machine: they are updated by "native" instead.',
    ]);
    expect(choice.rejected.map(describeRejection)).toContain('fused for the update of the weights (it lies)');
  });
});

describe('how the network is evaluated', () => {
  const folded = () => ({ ...nativePlan(network), [EVALUATION]: perDirection(() => FOLDED) });
  const options = () => ({ batch: 4, info: machine(), folder });

  test('is chosen by the time of all its convolutions both ways, measured once', async () => {
    const given = options();
    const { plan, timings } = await choosePlan(network, given);
    const times = timings![EVALUATION]!.forward;
    expect(Object.keys(times)).toEqual([PLAIN, FOLDED]);
    const chosen = times[FOLDED]! < times[PLAIN]! * 0.95 ? FOLDED : PLAIN;
    expect(plan[EVALUATION]).toEqual(perDirection(() => chosen));
    expect((await choosePlan(network, given)).timings).toEqual(timings);
    const { findings } = JSON.parse(files()[0]![1]!) as { findings: Record<string, Findings> };
    const sum = [...foldingCases(network, plan)].reduce((total, [key, { count }]) => {
      const found = findings[key]!.forward[PLAIN] as { took: number };
      return total + found.took * count;
    }, 0);
    expect(times[PLAIN]).toBeCloseTo(sum, 6);
  });

  test('is nothing that a plan of an earlier version names, which stays as it is', async () => {
    expect((await adoptPlan(network, nativePlan(network), options())).plan).toEqual(nativePlan(network));
  });

  test('stays folded where that is right', async () => {
    const { plan, replaced } = await adoptPlan(network, folded(), options());
    expect([plan, replaced]).toEqual([folded(), []]);
    expect(usesOwnKernels(folded())).toBe(false);
  });

  test('becomes plain where it is wrong here, and says so', async () => {
    const given = options();
    const { plan: found } = await choosePlan(network, given);
    const plan = { ...found, [EVALUATION]: perDirection(() => FOLDED) };
    const key = [...foldingCases(network, plan).keys()][0]!;
    rewrite(key, { forward: { [PLAIN]: { took: 1 }, [FOLDED]: { wrong: 'it lies' } } });
    const choice = await adoptPlan(network, plan, given);
    expect(choice.plan[EVALUATION]).toEqual(perDirection(() => PLAIN));
    expect(choice.replaced).toEqual([
      'The plan evaluates by "folded", which is wrong on this machine: it evaluates by "plain" instead.',
    ]);
    expect(choice.rejected.map(describeRejection)).toContain(
      `folded for the forward pass of ${key} (it lies)`,
    );
    expect((await choosePlan(network, given)).plan[EVALUATION]).toEqual(perDirection(() => PLAIN));
  });
});

describe('a plan that does not fit is refused', () => {
  test('where it leaves a convolution out', () => {
    expect(() => checkPlan({}, network)).toThrow(`says nothing of the convolution ${KEY} (stem/conv)`);
  });

  test('where it names a lowering that cannot compute a shape', () => {
    const plan = nativePlan(network);
    plan[KEY]!.forward = 'matmul';
    const shape = convShapes(network).get(KEY)!;
    const known = [...candidates(shape, 'forward'), ...substitutes(shape, 'forward')];
    expect(known.slice(0, 2)).toEqual(['native', 'im2col']);
    expect(() => checkPlan(plan, network)).toThrow(
      `The plan computes the forward pass of ${KEY} by "matmul", which this Resbench does not do ` +
        `(it can be ${known.join(', ')}): leave the plan out to have one chosen.`,
    );
  });

  test('by the engine, before anything is built', async () => {
    await expect(createEngine(network, recipe(), { plan: {} })).rejects.toThrow(ExpectedError);
  });
});

describe('RESBENCH_PLAN', () => {
  test("asks for TensorFlow's own ops", () => {
    const asked = [undefined, '', 'native', 'winograd4'].map((RESBENCH_PLAN) => askedPlan({ RESBENCH_PLAN }));
    expect(asked).toEqual([null, null, 'native', 'winograd4']);
  });

  test('is refused where it is anything else', () => {
    expect(() => askedPlan({ RESBENCH_PLAN: 'fast' })).toThrow(
      'RESBENCH_PLAN is "fast": it can be native, winograd2, winograd4; unset it to have the fastest plan chosen.',
    );
  });

  test('forces kernels of our own wherever they suit, and names why there are none', () => {
    expect(forcedPlan(network, 'native')).toEqual(nativePlan(network));
    if (!ownKernels()) {
      expect(() => forcedPlan(network, 'winograd4')).toThrow(
        /^There are no kernels for RESBENCH_PLAN=winograd4 here: /,
      );
      return;
    }
    const plan = forcedPlan(network, 'winograd2');
    expect(() => checkPlan(plan, network)).not.toThrow();
    expect(plan[KEY]).toEqual(perDirection(() => 'winograd2'));
    expect(plan[PROJECTION]).toEqual(nativePlan(network)[PROJECTION]);
    for (const key of [...normalisations(network).keys(), 'update'])
      expect(plan[key]).toEqual(perDirection(() => 'fused'));
    expect(plan[EVALUATION]).toEqual(perDirection(() => FOLDED));
  });
});
