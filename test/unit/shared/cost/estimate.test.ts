import { describe, expect, it } from 'vitest';
import { buildNetwork } from '../../../../src/architecture/network';
import { findPreset } from '../../../../src/architecture/presets';
import { differentParts, stepParts } from '../../../../src/architecture/step-parts';
import {
  describeBasis,
  describeShared,
  describeTime,
  formatAbout,
  obstaclesTo,
} from '../../../../src/shared/cost/describe';
import { estimateCost } from '../../../../src/shared/cost/estimate';
import { calibrate, factorAt, recordFor, type KnownCosts } from '../../../../src/shared/cost/known';
import {
  profileOf,
  stepKey,
  updateRule,
  type CostRecord,
  type StepTaken,
} from '../../../../src/shared/cost/record';
import { DATASETS } from '../../../../src/shared/datasets';
import { DEFAULT_RECIPE, type Recipe } from '../../../../src/shared/recipe';

const { architecture } = findPreset('resnet18')!;
const network = buildNetwork(architecture);
const recipe: Recipe = { ...DEFAULT_RECIPE, batchSize: 64, epochs: 10, validationSplit: 0 };
const cifar10 = DATASETS.cifar10;
const KEPT = { last: 2, everyEpochs: 0 };
const TRAINED = 11_186_442;

const record = (over: Partial<CostRecord> = {}): CostRecord => ({
  about: { batch: 64, gpu: null, threads: 2, tensorflow: '2.21.0', processor: 'a processor' },
  libraries: [],
  pass: 0,
  parts: Object.fromEntries(
    [...differentParts(network).keys()].map((key) => [key, { forward: 1, backward: 2 }]),
  ),
  updates: [{ rule: 'adam-l2', values: TRAINED, milliseconds: 9 }],
  steps: {},
  ...over,
});
const taken: StepTaken = {
  milliseconds: 150,
  evaluation: 0.5,
  layers: { 'stem/conv': 20, '': 30 },
  foretold: { milliseconds: 120, largeMaps: 0.5 },
  at: 1_700_000_000_000,
};
const calibration = { factors: { small: 1.2, large: 1.2 }, error: 0.1, count: 4 };
const known = (
  one: CostRecord | null,
  over: Partial<KnownCosts['calibration']> = {},
): Pick<KnownCosts, 'record' | 'calibration'> => ({
  record: one,
  calibration: { ...calibration, ...over },
});

describe('time', () => {
  it('is that of steps of the network where they were taken', () => {
    const steps = { [stepKey(architecture, recipe)]: taken };
    const { time } = estimateCost(network, recipe, cifar10, known(record({ steps })), KEPT);
    // 50,000 / 64 steps of 150 ms, 10,000 images of 0.5 ms, a checkpoint of 134 MB at 350 MB/s.
    expect(time).toMatchObject({ step: 0.15, basis: 'steps', measuredAt: taken.at });
    expect(time!.epoch).toBeCloseTo((50_000 / 64) * 0.15 + 5 + time!.checkpoint, 6);
    expect(time!.checkpoint).toBeCloseTo(0.384, 3);
    expect(time!.run).toBeCloseTo(10 * time!.epoch, 6);
  });

  it('counts the validations that there are', () => {
    const steps = { [stepKey(architecture, recipe)]: taken };
    const once = { ...recipe, validationEvery: 10 };
    const time = (one: Recipe) => estimateCost(network, one, cifar10, known(record({ steps })), KEPT).time!;
    expect(time(recipe).run - time(once).run).toBeCloseTo(9 * 5, 6);
    expect(time(once).epoch).toBeCloseTo(time(recipe).epoch - 5, 6);
  });

  it('is the sum of the parts, calibrated, where none was', () => {
    const { time } = estimateCost(network, recipe, cifar10, known(record()), KEPT);
    const count = stepParts(network).length;
    expect(time!.step).toBeCloseTo((1.2 * (3 * count + 9)) / 1e3, 9);
    expect(time).toMatchObject({
      basis: 'parts',
      error: 0.1,
      factor: expect.closeTo(1.2) as number,
      measuredAt: null,
    });
  });

  it('is calibrated by the share that convolutions on maps of 8 x 8 and more take', () => {
    const factorOf = (one: CostRecord) =>
      estimateCost(network, recipe, cifar10, known(one, { factors: { small: 1, large: 2 } }), KEPT).time!
        .factor;
    // The stem and the four convolutions of the first stage, 3 ms each, beside the other parts and an update of 9 ms.
    expect(factorOf(record())).toBeCloseTo(1 + 15 / (3 * stepParts(network).length + 9), 9);
    const onlyLarge = Object.fromEntries(
      stepParts(network).map(({ key, layer }) => [
        key,
        { forward: layer.kind === 'conv' && layer.outputShape[0] >= 8 ? 1 : 0, backward: 0 },
      ]),
    );
    const updates = [{ rule: 'adam-l2', values: TRAINED, milliseconds: 0 }];
    expect(factorOf(record({ parts: onlyLarge, updates }))).toBeCloseTo(2, 9);
  });

  it('takes the update of a network of about that size, for each value', () => {
    const updates = [
      { rule: 'adam-l2', values: 1000, milliseconds: 1 },
      { rule: 'adam-l2', values: TRAINED / 2, milliseconds: 9 },
      { rule: 'sgd-momentum-l2', values: TRAINED, milliseconds: 1 },
    ];
    const { time } = estimateCost(network, recipe, cifar10, known(record({ updates })), KEPT);
    expect(time!.step).toBeCloseTo((1.2 * (3 * stepParts(network).length + 18)) / 1e3, 9);
  });

  it('is not told where a part or the update is unknown, or nothing was measured', () => {
    const { 'dense-512-10': _, ...parts } = record().parts;
    for (const one of [record({ parts }), record({ updates: [] }), null])
      expect(estimateCost(network, recipe, cifar10, known(one), KEPT).time).toBeNull();
    expect(estimateCost(network, recipe, cifar10, null, KEPT).time).toBeNull();
  });

  it('counts a batch that is left out with none of its images', () => {
    const few = { ...recipe, limitTrain: 100, limitEval: 10 };
    const time = (change: Partial<Recipe>) =>
      estimateCost(network, { ...few, ...change }, cifar10, known(record()), KEPT).time!;
    const kept = time({});
    const dropped = time({ dropLast: true });
    expect((kept.epoch - kept.validation - kept.checkpoint) / kept.step).toBeCloseTo(100 / 64);
    expect((dropped.epoch - dropped.validation - dropped.checkpoint) / dropped.step).toBeCloseTo(1);
  });
});

it('holds the newest checkpoints, the best, and those of every so many epochs', () => {
  const disk = (last: number, everyEpochs: number, epochs = 10) => {
    const { diskBytes, checkpointBytes } = estimateCost(network, { ...recipe, epochs }, cifar10, null, {
      last,
      everyEpochs,
    });
    return diskBytes / checkpointBytes;
  };
  expect([disk(2, 0), disk(2, 2), disk(2, 0, 1)]).toEqual([3, 8, 1]);
  // Weights, moving statistics and both slots of Adam in float32.
  const { checkpointBytes } = estimateCost(network, recipe, cifar10, null, KEPT);
  expect(checkpointBytes).toBeCloseTo(4 * (11_196_042 + 2 * TRAINED), -5);
});

describe('a calibration', () => {
  const steps = (...points: (readonly [share: number, ratio: number])[]): CostRecord[] =>
    points.map(([largeMaps, ratio]) =>
      record({
        steps: { one: { ...taken, milliseconds: 100 * ratio, foretold: { milliseconds: 100, largeMaps } } },
      }),
    );

  it('is the line nearest to the steps that were taken, however far off one of them is', () => {
    const line = [0.1, 0.3, 0.5, 0.7, 0.9, 1].map((share) => [share, 1.1 + 0.4 * share] as const);
    const found = calibrate(steps(...line, [0.5, 4]));
    expect(found.factors.small).toBeCloseTo(1.1);
    expect(found.factors.large).toBeCloseTo(1.5);
    expect(found).toMatchObject({ error: 0.05, count: 7 });
    // Four of five are off by a quarter and more, beside three times the usual 10 %.
    const scattered = calibrate(steps([0, 1], [0, 2], [1, 1], [1, 2], [0.5, 1.5]));
    expect(scattered.error).toBeGreaterThan(0.1);
  });

  it('is that of other machines while there is nothing to say otherwise, and the steps of one network count where they are', () => {
    expect(calibrate([])).toEqual({ factors: { small: 1.05, large: 1.2 }, error: 0.1, count: 0 });
    const like = calibrate(steps([0.9, 1.5], [0.9, 1.5], [0.9, 1.5]));
    expect(factorAt(like, 0.9)).toBeCloseTo(1.5);
    expect(factorAt(like, 0)).toBeCloseTo(1.05);
  });
});

it('finds the record of a batch size, of as many threads, of a processor or a GPU', () => {
  const gpu = record({ about: { ...record().about, gpu: 'a GPU' } });
  const all = [record(), gpu];
  expect(recordFor(all, { batch: 64, threads: 2, usesGpu: false })).toBe(all[0]);
  expect(recordFor(all, { batch: 64, threads: 2, usesGpu: true })).toBe(gpu);
  expect(recordFor(all, { batch: 32, threads: 2, usesGpu: false })).toBeNull();
  expect(recordFor(all, { batch: 64, threads: 1, usesGpu: false })).toBeNull();
});

describe('a key of steps', () => {
  it('is the same for numbers that change no work, and for another name', () => {
    const key = stepKey(architecture, recipe);
    expect(
      stepKey({ ...architecture, name: 'mine' }, { ...recipe, learningRate: 0.5, epochs: 3, seed: 9 }),
    ).toBe(key);
    expect(stepKey(architecture, { ...recipe, limitTrain: 100 })).toBe(key);
    // As an architecture comes back from a check of its schema.
    const turned = Object.fromEntries(Object.entries(architecture).reverse()) as typeof architecture;
    const { filters, kernel, stride, pool } = architecture.stem;
    expect(stepKey({ ...turned, stem: { pool, stride, kernel, filters } }, recipe)).toBe(key);
    for (const change of [{ optimizer: 'sgd' }, { clipNorm: 1 }, { flip: 'random' }, { mixup: 0.2 }] as const)
      expect(stepKey(architecture, { ...recipe, ...change })).not.toBe(key);
  });

  it('leads to a profile with any recipe where there is none with this one', () => {
    const steps = { [stepKey(architecture, { ...recipe, optimizer: 'sgd' })]: taken };
    expect(profileOf(record({ steps }), architecture, recipe)).toBe(taken);
    expect(profileOf(record({ steps }), { ...architecture, bias: !architecture.bias }, recipe)).toBeNull();
    expect(profileOf(null, architecture, recipe)).toBeNull();
  });

  it('tells updates apart by what they compute', () => {
    expect(
      updateRule({ ...recipe, regularisation: 'both', clipNorm: 1, weightDecay: 0.1 }, { l2: 1e-4 }),
    ).toBe('adam-l2-decay-clip');
    expect(updateRule({ ...recipe, optimizer: 'sgd', momentum: 0.9 }, { l2: 0 })).toBe('sgd-momentum');
    expect(updateRule({ ...recipe, optimizer: 'sgd', momentum: 0 }, { l2: 0 })).toBe('sgd');
  });
});

describe('in words', () => {
  it.each([
    [0.1523, '152 ms'],
    [3.42, '3.4 s'],
    [126, '2 min 6 s'],
    [1263, '21 min'],
    [7500, '2 h 5 min'],
    [40_000, '11 h'],
    [200_000, '2 d 8 h'],
  ])('%d s is about %s', (seconds, text) => expect(formatAbout(seconds)).toBe(text));

  it('says the run and an epoch, on what it rests, and what trains beside it', () => {
    expect(describeTime({ run: 1263, epoch: 126.3 })).toBe('about 21 min, 2 min 6 s an epoch');
    expect(describeBasis({ factor: 1.2, error: 0.1 })).toMatch(/times 1\.20 .* usually off by about 10 %/);
    expect(describeBasis({ factor: null, error: 0.04 })).toContain(
      'Steps of this network were measured here',
    );
    expect(describeShared({ training: [] })).toBeNull();
    expect(describeShared({ training: [3] })).toContain('Run 3 is being trained');
    expect(describeShared({ training: [3, 4] })).toContain('2 runs are being trained');
  });

  const room = { memory: { totalBytes: 64e9, availableBytes: 32e9 }, freeBytes: 1e12 };
  const inTheWay = (change: Partial<Recipe>, over: Partial<typeof room> = {}, missing = false) => {
    const asked = { ...recipe, ...change };
    const estimate = estimateCost(network, asked, cifar10, known(record()), KEPT);
    return obstaclesTo({
      network,
      recipe: asked,
      dataset: cifar10,
      missing,
      estimate,
      known: { ...room, usesGpu: false, ...over },
    });
  };

  it('names what will be in the way, each with what to do', () => {
    expect(inTheWay({})).toEqual([]);
    const small = { totalBytes: 2e9, availableBytes: 1e9 };
    // More than it has at all, and more than is free.
    for (const batchSize of [16_384, 4096])
      expect(inTheWay({ batchSize }, { memory: small })).toEqual([
        expect.stringMatching(
          / images .*this machine has .* choose a batch size or micro-batch size of [\d,]+ or less/,
        ),
      ]);
    expect(inTheWay({}, { memory: { totalBytes: 64e9, availableBytes: 0.1e9 } })).toEqual([
      expect.stringMatching(
        /of memory, and this machine has 95\.4 MiB free: close other programs, or choose a smaller network/,
      ),
    ]);
    expect(inTheWay({}, { freeBytes: 1e8 })).toEqual([
      expect.stringMatching(/^Its checkpoints will take 403 MB/),
    ]);
    expect(inTheWay({}, {}, true)).toEqual(['CIFAR-10 is not on this machine yet: get it first.']);
    expect(inTheWay({ epochs: 10_000 })).toEqual([
      expect.stringMatching(/more than a day, about .* fewer epochs/),
    ]);
  });
});
