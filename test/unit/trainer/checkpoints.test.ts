/** Trainings that resume from their checkpoints, with TensorFlow and real files: the same bits as one that never stopped. */
import { createHash } from 'node:crypto';
import { readdirSync, readFileSync, truncateSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterEach, describe, expect, test } from 'vitest';
import { buildNetwork } from '../../../src/architecture/network';
import type { Architecture } from '../../../src/architecture/architecture';
import { realFiles } from '../../../src/node/files/durable-files';
import { encodeHeader } from '../../../src/node/checkpoints/safetensors';
import { DATASETS } from '../../../src/shared/datasets';
import type { EpochMetric, StepMetric } from '../../../src/shared/metrics';
import { Schedule } from '../../../src/shared/schedule';
import type { Recipe } from '../../../src/shared/recipe';
import type { FromTrainer, TrainingJob } from '../../../src/shared/training-messages';
import { CheckpointWriter, resume } from '../../../src/trainer/checkpoints';
import type { Dataset } from '../../../src/trainer/data/dataset';
import type { Engine } from '../../../src/trainer/engine/engine';
import { openEngine } from '../../../src/trainer/engine/graph/graph-engine';
import { createEngine as createLayersEngine } from '../../../src/trainer/engine/layers-engine';
import { beginning, train, type TrainingProgress, type EndRequest } from '../../../src/trainer/loop';
import { temporaryFolder } from '../main/fixtures';
import { recipe, samples, smallArchitecture } from './fixtures';

type Sent<T extends FromTrainer['type']> = Extract<FromTrainer, { type: T }>;

/** Three steps per epoch, the last of them shorter, and a validation of two batches. */
const dataset: Dataset = {
  info: DATASETS.shapes,
  train: samples(20),
  eval: samples(300, undefined, 8),
  sha256: 'd'.repeat(64),
};
const RECIPE = recipe({ batchSize: 8, epochs: 2 });
const STEPS = 6;

const ENGINES = {
  graph: (architecture: Architecture, recipe: Recipe) => {
    return openEngine(buildNetwork(architecture), recipe);
  },
  layers: (architecture: Architecture, recipe: Recipe) =>
    createLayersEngine(buildNetwork(architecture), recipe) as Engine,
};

let engine: Engine | undefined;
afterEach(() => {
  engine?.dispose();
  engine = undefined;
});

interface Given {
  folder: string;
  create?: (architecture: Architecture, recipe: Recipe) => Engine;
  architecture?: Architecture;
  recipe?: Recipe;
  data?: Dataset;
  /** Checkpoints to resume from, newest first. */
  from?: Sent<'checkpoint'>[];
  fork?: boolean;
  everyMinutes?: number | null;
  /** Looks at what was sent and says what it wants. */
  endRequest?: (sent: FromTrainer[]) => EndRequest | null;
}

/** One process's share of a training, as src/trainer/index.ts leads it. */
async function live({
  folder,
  create = ENGINES.graph,
  architecture = smallArchitecture(),
  recipe = RECIPE,
  data = dataset,
  from,
  fork = false,
  everyMinutes = null,
  endRequest = () => null,
}: Given) {
  engine?.dispose();
  engine = create(architecture, recipe);
  const job: TrainingJob = {
    architecture,
    recipe,
    dataset: { id: 'shapes', folder: null },
    threads: null,
    plan: null,
    resbench: '0.1.0',
    checkpoints: { folder, everyMinutes, known: from?.map(({ file }) => file) ?? [] },
    from: from
      ? { checkpoints: from.map(({ file, stateSha256: sha256 }) => ({ file, sha256 })), fork }
      : null,
    secondsBefore: 0,
  };
  const sent: FromTrainer[] = [];
  const send = (message: FromTrainer): void => void sent.push(message);
  const progress = job.from ? await resume(job, data, engine, send) : null;
  const slots = engine.readState();
  const checkpoints = new CheckpointWriter(job, data, engine, send, progress);
  await checkpoints.prepare();
  const outcome = await train(job, data, engine, {
    send,
    endRequest: () => endRequest(sent),
    checkpoints,
    from: progress ?? undefined,
  });
  const of = <T extends FromTrainer['type']>(type: T): Sent<T>[] =>
    sent.filter((message): message is Sent<T> => message.type === type);
  return {
    outcome,
    sent,
    progress,
    /** The engine's state before the first step. */
    before: slots,
    state: engine.readState(),
    steps: of('steps').flatMap(({ steps }) => steps),
    epochs: of('epoch').map(({ epoch }) => epoch),
    saved: of('checkpoint'),
    failed: of('checkpointFailed'),
    resumed: of('resumed')[0],
  };
}

/** All but what a clock or the memory says. */
const figures = (steps: StepMetric[]) => steps.map(({ seconds: _, ...rest }) => rest);
const epochFigures = (epochs: EpochMetric[]) =>
  epochs.map(({ seconds: _s, imagesPerSecond: _i, memoryBytes: _m, ...rest }) => rest);

const stepsIn = (sent: FromTrainer[]): number =>
  sent.reduce((count, message) => count + (message.type === 'steps' ? message.steps.length : 0), 0);

/** Wants something once the loop has asked that often: before each step and each batch of a validation. */
function atQuestion(number: number, wanted: EndRequest): () => EndRequest | null {
  let asked = 0;
  return () => (++asked > number ? wanted : null);
}

/** Questions of one whole training: three steps and two batches of validation, twice. */
const QUESTIONS = 2 * (3 + 2);

describe('the same bits, wherever it is left and taken up again, has', () => {
  test.each([
    ['graph', 'adam'],
    ['graph', 'sgd'],
    ['layers', 'adam'],
  ] as const)(
    'the %s engine with %s',
    async (name, optimizer) => {
      const create = ENGINES[name];
      const recipe = { ...RECIPE, optimizer };
      const whole = await live({ folder: temporaryFolder(), create, recipe });
      expect(whole.steps).toHaveLength(STEPS);
      for (let question = 1; question < QUESTIONS; question++) {
        const folder = temporaryFolder();
        const wanted = question % 2 ? 'pause' : 'stop';
        const first = await live({ folder, create, recipe, endRequest: atQuestion(question, wanted) });
        expect(first.outcome).toBe(wanted === 'stop' ? 'stopped' : 'paused');
        const newest = first.saved[first.saved.length - 1]!;
        expect(newest.step).toBe(first.steps.length);
        const rest = await live({ folder, create, recipe, from: [newest] });
        expect(rest.resumed).toEqual({
          type: 'resumed',
          checkpoint: { file: newest.file, step: newest.step, epoch: newest.epoch },
          damaged: [],
        });
        const where = `left at question ${question}`;
        expect(figures([...first.steps, ...rest.steps]), where).toEqual(figures(whole.steps));
        expect(epochFigures([...first.epochs, ...rest.epochs]), where).toEqual(epochFigures(whole.epochs));
        expect(rest.state, where).toEqual(whole.state);
        const [last, wholeLast] = [rest.saved, whole.saved].map((saved) => saved[saved.length - 1]!);
        expect(last!.weightsSha256, where).toBe(wholeLast!.weightsSha256);
      }
    },
    120_000,
  );
});

test.each<[string, Partial<Recipe>]>([
  ['a constant rate', {}],
  ['one cycle', { schedule: 'one-cycle', warmup: 'steps', warmupLength: 2 }],
  ['a warm-up by epochs', { schedule: 'cosine', warmup: 'epochs', rateUpdate: 'epoch', epochs: 3 }],
  ['plateaus', { schedule: 'plateau', plateauPatience: 1, plateauMetric: 'val-accuracy', epochs: 4 }],
])(
  'a training with %s left at every question in turn is still the same',
  async (_, changes) => {
    const recipe = { ...RECIPE, ...changes };
    const whole = await live({ folder: temporaryFolder(), recipe });
    const rates = new Set(whole.steps.map(({ learningRate }) => learningRate));
    expect(rates.size > 1).toBe(changes.schedule !== undefined);
    const folder = temporaryFolder();
    let from: Sent<'checkpoint'>[] | undefined;
    const steps: StepMetric[] = [];
    const epochs: EpochMetric[] = [];
    for (let part = 0; ; part++) {
      // A validation is begun again: it must be let through once.
      const done = await live({
        folder,
        recipe,
        from,
        endRequest: atQuestion(part % 3 === 0 ? 1 : 3, 'pause'),
      });
      steps.push(...done.steps);
      epochs.push(...done.epochs);
      if (done.saved.length > 0) from = [done.saved[done.saved.length - 1]!];
      if (done.outcome === 'completed') break;
      expect(part).toBeLessThan(30);
    }
    expect(figures(steps)).toEqual(figures(whole.steps));
    expect(epochFigures(epochs)).toEqual(epochFigures(whole.epochs));
    expect(engine!.readState()).toEqual(whole.state);
  },
  60_000,
);

describe('a batch computed in parts', () => {
  /** With all that is drawn, and all that follows from where a step stands; steps of 3, 3 and 2 parts. */
  const recipe: Recipe = {
    ...RECIPE,
    ...{ microBatchSize: 3, clipNorm: 1, weightDecay: 0.01, labelSmoothing: 0.1 },
    ...{ schedule: 'one-cycle', warmup: 'steps', warmupLength: 2 },
    ...{ flip: 'random', crop: 2, cutout: 3, mixup: 0.4, cutmix: 1 },
  };

  test('is dropped by a request to end within it, and computed again to the same bits', async () => {
    const whole = await live({ folder: temporaryFolder(), recipe });
    expect(whole.steps).toHaveLength(STEPS);
    // It is asked before each step, between any two of its parts, and before each of the two batches of a validation.
    for (const [question, taken] of [
      [2, 0],
      [6, 1],
      [8, 2],
      [12, 3],
    ] as const) {
      const folder = temporaryFolder();
      const first = await live({ folder, recipe, endRequest: atQuestion(question - 1, 'pause') });
      expect([first.outcome, first.steps.length]).toEqual(['paused', taken]);
      const from = first.saved.slice(-1);
      expect(from.map(({ step }) => step)).toEqual(taken > 0 ? [taken] : []);
      const rest = await live({ folder, recipe, ...(taken > 0 && { from }) });
      expect(figures([...first.steps, ...rest.steps])).toEqual(figures(whole.steps));
      expect(epochFigures([...first.epochs, ...rest.epochs])).toEqual(epochFigures(whole.epochs));
      expect(rest.state).toEqual(whole.state);
    }
  }, 240_000);

  test('leaves nothing of its parts in a checkpoint', () => {
    const stateWith = (microBatchSize: number | null) => {
      engine?.dispose();
      engine = ENGINES.graph(smallArchitecture(), { ...recipe, microBatchSize });
      return [...engine.readState().values.keys()];
    };
    expect(stateWith(3)).toEqual(stateWith(null));
  });
});

describe('early stopping', () => {
  // A larger delta than an accuracy can have: no epoch after the first is better.
  const early: Partial<Recipe> = { earlyStopping: 'val-accuracy', minDelta: 2, patience: 2, epochs: 9 };
  const recipe = { ...RECIPE, ...early };
  const endedOf = (sent: FromTrainer[]) => sent.filter(({ type }) => type === 'endedEarly');

  test('ends the run, says so, and marks the best checkpoint', async () => {
    const { outcome, epochs, sent, saved } = await live({ folder: temporaryFolder(), recipe });
    expect([outcome, epochs.length]).toEqual(['completed', 3]);
    expect(endedOf(sent)).toMatchObject([
      { message: expect.stringMatching(/^Ended early after epoch 3: for 2 epochs the validation accuracy/) },
    ]);
    expect(saved.map(({ best }) => best)).toEqual([true, false, false]);
  });

  test('is found again by who resumes what was killed at that moment, and passed over with more epochs', async () => {
    const folder = temporaryFolder();
    const { saved } = await live({ folder, recipe });
    const from = saved.slice(-1);
    const again = await live({ folder, recipe, from });
    expect([again.outcome, again.steps, endedOf(again.sent).length]).toEqual(['completed', [], 1]);
    const longer = await live({ folder, recipe: { ...recipe, epochs: 10 }, from });
    expect(longer.epochs.map(({ epoch }) => epoch)).toEqual([4, 5]);
  });

  test('waits as long where it is interrupted', async () => {
    const folder = temporaryFolder();
    const first = await live({ folder, recipe, endRequest: atQuestion(9, 'pause') });
    const rest = await live({ folder, recipe, from: first.saved.slice(-1) });
    expect([...first.epochs, ...rest.epochs].map(({ epoch }) => epoch)).toEqual([1, 2, 3]);
  });
});

describe('checkpoints', () => {
  test('come at the end of each epoch, with its validation accuracy', async () => {
    const { saved, epochs } = await live({ folder: temporaryFolder() });
    expect(saved.map(({ kind, step, epoch, valAccuracy }) => [kind, step, epoch, valAccuracy])).toEqual([
      ['epoch', 3, 1, epochs[0]!.valAccuracy],
      ['epoch', 6, 2, epochs[1]!.valAccuracy],
    ]);
  });

  test('come within an epoch when it is time, and none twice of one place', async () => {
    const { saved } = await live({ folder: temporaryFolder(), everyMinutes: 0 });
    expect(
      saved.map(({ kind, step, epoch, valAccuracy }) => [kind, step, epoch, valAccuracy !== null]),
    ).toEqual([
      ['interval', 0, 0, false],
      ['interval', 1, 0, false],
      ['interval', 2, 0, false],
      ['epoch', 3, 1, true],
      ['interval', 4, 1, false],
      ['interval', 5, 1, false],
      ['epoch', 6, 2, true],
    ]);
  });

  test('within an epoch lead on to the same bits', async () => {
    const folder = temporaryFolder();
    const whole = await live({ folder, everyMinutes: 0 });
    const { state, steps } = await live({ folder, from: [whole.saved[4]!] });
    expect(figures(steps)).toEqual(figures(whole.steps.slice(4)));
    expect(state).toEqual(whole.state);
  });

  test('come after all metrics of their steps', async () => {
    const { sent } = await live({ folder: temporaryFolder(), everyMinutes: 0 });
    for (const [index, message] of sent.entries()) {
      if (message.type === 'checkpoint') expect(stepsIn(sent.slice(0, index))).toBe(message.step);
    }
  });

  test('come with a request to end, of that kind, and say nothing before the first step', async () => {
    const none = await live({ folder: temporaryFolder(), endRequest: () => 'pause' });
    expect([none.outcome, none.saved]).toEqual(['paused', []]);
    const during = await live({
      folder: temporaryFolder(),
      endRequest: (sent) =>
        sent.some((message) => message.type === 'phase' && message.phase === 'validating') ? 'stop' : null,
    });
    expect(during.saved.map(({ kind, step, epoch }) => [kind, step, epoch])).toEqual([['stop', 3, 0]]);
    expect(during.epochs).toEqual([]);
  });

  test('are not written again where nothing has happened since', async () => {
    const folder = temporaryFolder();
    const { saved } = await live({ folder, endRequest: atQuestion(2, 'pause') });
    const again = await live({ folder, from: saved, endRequest: () => 'stop' });
    expect([again.outcome, again.saved, again.steps]).toEqual(['stopped', [], []]);
  });

  test('that cannot be written are told, and training continues', async () => {
    const folder = join(temporaryFolder(), 'a file');
    writeFileSync(folder, 'where the folder should be');
    const whole = await live({ folder: temporaryFolder() });
    const { outcome, failed, saved, state } = await live({ folder });
    expect([outcome, saved]).toEqual(['completed', []]);
    expect(failed.map(({ step }) => step)).toEqual([0, 3, 6]);
    for (const { message } of failed) expect(message).toMatch(new RegExp(`${folder}.*\\.$`));
    expect(state).toEqual(whole.state);
  });

  test('that nobody remembers go before the first step; those that are remembered stay', async () => {
    const folder = temporaryFolder();
    const { saved } = await live({ folder });
    await live({ folder, from: [saved[0]!], endRequest: () => 'stop' });
    expect(readdirSync(folder).sort()).toEqual([`${saved[0]!.file}.json`, `${saved[0]!.file}.safetensors`]);
  });
});

describe('a damaged checkpoint', () => {
  /** A description of other weights whose own sum is right. */
  const describes = (path: string, weights: Buffer): string => {
    const zeros = '0'.repeat(64);
    const text = readFileSync(path, 'utf8')
      .replace(/("sha256": ")[0-9a-f]{64}/, `$1${zeros}`)
      .replace(/("bytes": )\d+/, `$1${weights.length}`)
      .replace(
        /(?<="weights": \{[^}]*"sha256": ")[0-9a-f]{64}/,
        createHash('sha256').update(weights).digest('hex'),
      );
    return text.replace(zeros, createHash('sha256').update(text).digest('hex'));
  };

  test.each<[string, (path: string) => void]>([
    ['weights of 3 bytes', (path) => writeFileSync(`${path}.safetensors`, 'abc')],
    ['another program’s file', (path) => writeFileSync(`${path}.json`, '{"name": "package"}')],
    ['a text that nests without end', (path) => writeFileSync(`${path}.json`, '['.repeat(1e6))],
    [
      'a newer version’s file that was not remembered',
      (path) =>
        writeFileSync(
          `${path}.json`,
          readFileSync(`${path}.json`, 'utf8').replace('"formatVersion": 1', '"formatVersion": 2'),
        ),
    ],
  ])('is passed over for the one before, and that is said (%s)', async (_what, spoil) => {
    const folder = temporaryFolder();
    const whole = await live({ folder });
    const [first, second] = whole.saved as [Sent<'checkpoint'>, Sent<'checkpoint'>];
    spoil(join(folder, second.file));
    const { resumed, state } = await live({ folder, from: [second, first] });
    expect(resumed).toMatchObject({
      checkpoint: { file: first.file },
      damaged: [
        { file: second.file, message: expect.stringMatching(/: the one before it is used in its place\.$/) },
      ],
    });
    expect(state).toEqual(whole.state);
  });

  test('is passed over where somebody has remembered its sums, and it has weights of 3 bytes or of another network', async () => {
    for (const weights of [
      Buffer.from('abc'),
      Buffer.concat([encodeHeader([{ name: 'a', shape: [1] }], {}), Buffer.alloc(4)]),
    ]) {
      const folder = temporaryFolder();
      const whole = await live({ folder });
      const [first, second] = whole.saved as [Sent<'checkpoint'>, Sent<'checkpoint'>];
      const path = join(folder, second.file);
      const text = describes(`${path}.json`, weights);
      writeFileSync(`${path}.safetensors`, weights);
      writeFileSync(`${path}.json`, text);
      const planted = { ...second, stateSha256: createHash('sha256').update(text).digest('hex') };
      const { resumed, state } = await live({ folder, from: [planted, first] });
      expect(resumed).toMatchObject({
        checkpoint: { file: first.file },
        damaged: [
          {
            file: second.file,
            message: expect.stringMatching(/: the one before it is used in its place\.$/),
          },
        ],
      });
      expect(state).toEqual(whole.state);
    }
  });

  test.each(['json', 'safetensors'])(
    'is passed over for the one before, with a sentence (%s cut off)',
    async (ending) => {
      const folder = temporaryFolder();
      const whole = await live({ folder });
      const [first, second] = whole.saved as [Sent<'checkpoint'>, Sent<'checkpoint'>];
      truncateSync(join(folder, `${second.file}.${ending}`), 100);
      const { resumed, steps, state, saved } = await live({ folder, from: [second, first] });
      expect(resumed).toMatchObject({
        checkpoint: { file: first.file, step: 3, epoch: 1 },
        damaged: [
          { file: second.file, message: expect.stringMatching(/^.+ (is damaged|is truncated) .+\.$/) },
        ],
      });
      expect(figures(steps)).toEqual(figures(whole.steps.slice(3)));
      expect(state).toEqual(whole.state);
      // The same files again, whole.
      expect(saved.map(({ file }) => file)).toEqual([second.file]);
    },
  );

  test('that is the only one lets the run start again', async () => {
    const folder = temporaryFolder();
    const whole = await live({ folder, recipe: { ...RECIPE, epochs: 1 } });
    truncateSync(join(folder, `${whole.saved[0]!.file}.json`), 0);
    const { resumed, progress, state } = await live({
      folder,
      recipe: { ...RECIPE, epochs: 1 },
      from: whole.saved,
    });
    expect(resumed).toMatchObject({ checkpoint: null, damaged: [{ file: whole.saved[0]!.file }] });
    expect(progress).toEqual(beginning());
    expect(state).toEqual(whole.state);
  });

  test('that is a fork’s only one ends it with a sentence', async () => {
    const folder = temporaryFolder();
    const { saved } = await live({ folder, recipe: { ...RECIPE, epochs: 1 } });
    truncateSync(join(folder, `${saved[0]!.file}.json`), 0);
    await expect(live({ folder, from: saved, fork: true })).rejects.toMatchObject({
      failure: { code: 'data-corrupt', message: expect.stringContaining('no first step of its own') },
    });
    await expect(live({ folder, from: [], fork: true })).rejects.toMatchObject({
      failure: { code: 'data-corrupt', message: expect.stringContaining('fork its parent again') },
    });
  });
});

describe('an average of the weights', () => {
  const AVERAGED: Recipe = { ...RECIPE, optimizer: 'sgd', emaDecay: 0.9, emaEvery: 2 };
  const averagesOf = (values: ReadonlyMap<string, Float32Array>) =>
    new Map([...values].filter(([name]) => name.startsWith('average/')));
  const weightsOf = (values: ReadonlyMap<string, Float32Array>) =>
    new Map([...values].filter(([name]) => !/^(average|optimizer)\//.test(name)));

  // Between steps, within the validation of the weights, within that of the average, and after both.
  test.each([1, 2, 3, 4, 5, 6, 7, 8])(
    'has the same bits where it is left at question %i',
    async (question) => {
      const whole = await live({ folder: temporaryFolder(), recipe: AVERAGED });
      const folder = temporaryFolder();
      const first = await live({ folder, recipe: AVERAGED, endRequest: atQuestion(question, 'pause') });
      const rest = await live({ folder, recipe: AVERAGED, from: [first.saved.at(-1)!] });
      expect(figures([...first.steps, ...rest.steps])).toEqual(figures(whole.steps));
      expect(epochFigures([...first.epochs, ...rest.epochs])).toEqual(epochFigures(whole.epochs));
      expect(rest.state).toEqual(whole.state);
      expect(rest.saved.at(-1)!.weightsSha256).toBe(whole.saved.at(-1)!.weightsSha256);
    },
  );

  test('begins in a fork with the weights of a parent that had none, and is left out by a fork without', async () => {
    const folder = temporaryFolder();
    const plain = { ...AVERAGED, emaDecay: 0 };
    const parent = await live({ folder, recipe: { ...plain, epochs: 1 } });
    const child = await live({ folder, from: parent.saved, fork: true, recipe: AVERAGED });
    expect(child.before.step).toBe(3);
    for (const [name, values] of averagesOf(child.before.values))
      expect(values).toEqual(parent.state.values.get(name.slice('average/'.length)));
    const { before } = await live({ folder, from: child.saved.slice(-1), fork: true, recipe: plain });
    expect(weightsOf(before.values)).toEqual(weightsOf(child.state.values));
    expect(averagesOf(before.values).size).toBe(0);
  });

  test('is kept by a fork with another optimizer, and another decay', async () => {
    const folder = temporaryFolder();
    const parent = await live({ folder, recipe: { ...AVERAGED, epochs: 1 } });
    const recipe = { ...AVERAGED, optimizer: 'adam' as const, emaDecay: 0.99 };
    const { before } = await live({ folder, from: parent.saved, fork: true, recipe });
    expect(averagesOf(before.values)).toEqual(averagesOf(parent.state.values));
    expect(before.step).toBe(0);
  });

  test('must be there where a run is resumed that has one', async () => {
    const folder = temporaryFolder();
    const { saved } = await live({
      folder,
      recipe: { ...AVERAGED, emaDecay: 0 },
      endRequest: atQuestion(2, 'pause'),
    });
    await expect(live({ folder, from: saved, recipe: AVERAGED })).rejects.toMatchObject({
      failure: { message: expect.stringContaining('it lacks average/') },
    });
  });
});

describe('what a run does not resume with', () => {
  const paused = async (folder: string) => (await live({ folder, endRequest: atQuestion(2, 'pause') })).saved;

  test('is a data set with other content', async () => {
    const folder = temporaryFolder();
    const from = await paused(folder);
    const changed = live({ folder, from, data: { ...dataset, sha256: 'e'.repeat(64) } });
    await expect(changed).rejects.toMatchObject({
      failure: {
        code: 'data-corrupt',
        message: expect.stringMatching(
          /^.+ is not what it was when .+ was written \(SHA-256 e{12}…, then d{12}…\): bring the data set back/,
        ),
      },
    });
  });

  test('is another number of images', async () => {
    const folder = temporaryFolder();
    const from = await paused(folder);
    await expect(live({ folder, from, data: { ...dataset, train: samples(16) } })).rejects.toMatchObject({
      failure: { code: 'invalid-input', message: expect.stringContaining('trained on 20 images') },
    });
  });

  test.each([
    ['another network', { architecture: smallArchitecture({ classes: 5 }) }],
    ['another optimizer, where it is no fork', { recipe: { ...RECIPE, optimizer: 'sgd' as const } }],
  ])('is %s', async (_what, change) => {
    const folder = temporaryFolder();
    const from = await paused(folder);
    await expect(live({ folder, from, ...change })).rejects.toMatchObject({
      failure: { code: 'invalid-input', message: expect.stringContaining('of another network or optimizer') },
    });
    // What was there is there still.
    expect(readdirSync(folder)).toHaveLength(2);
  });
});

describe('a fork', () => {
  const optimizerOf = (values: ReadonlyMap<string, Float32Array>) =>
    new Map([...values].filter(([name]) => name.startsWith('optimizer/')));
  const weightsOf = (values: ReadonlyMap<string, Float32Array>) =>
    new Map([...values].filter(([name]) => !name.startsWith('optimizer/')));

  test('with the same optimizer takes its slots and steps too', async () => {
    const folder = temporaryFolder();
    const parent = await live({ folder, recipe: { ...RECIPE, epochs: 1 } });
    const { before, steps } = await live({
      folder,
      from: parent.saved,
      fork: true,
      recipe: { ...RECIPE, learningRate: 1e-5 },
    });
    expect(before).toEqual(parent.state);
    expect(steps.map(({ step, epoch }) => [step, epoch])).toEqual([
      [4, 2],
      [5, 2],
      [6, 2],
    ]);
  });

  test('with another optimizer takes the variables, and begins with fresh slots at its step 0', async () => {
    const folder = temporaryFolder();
    const parent = await live({ folder, recipe: { ...RECIPE, epochs: 1 } });
    const sgd = { ...RECIPE, optimizer: 'sgd' as const };
    const child = await live({ folder, from: parent.saved, fork: true, recipe: sgd });
    expect(weightsOf(child.before.values)).toEqual(weightsOf(parent.state.values));
    const slots = [...optimizerOf(child.before.values)];
    expect(slots.length).toBeGreaterThan(0);
    for (const [name, values] of slots) {
      expect(name).toMatch(/\/velocity$/);
      expect(values.every((value) => value === 0)).toBe(true);
    }
    expect(child.before.step).toBe(0);
    // Steps count on from the parent's, and so they do where the fork itself is left and taken up again.
    const last = child.saved[child.saved.length - 1]!;
    expect(last.step).toBe(6);
    const more = await live({ folder, from: [last], fork: true, recipe: { ...sgd, epochs: 3 } });
    expect(more.before).toEqual(child.state);
    expect(more.before.step).toBe(3);
  });

  test('with another batch size resumes within the epoch, at the very image', async () => {
    const folder = temporaryFolder();
    const parent = await live({ folder, endRequest: atQuestion(1, 'pause') });
    const child = await live({ folder, from: parent.saved, fork: true, recipe: { ...RECIPE, batchSize: 4 } });
    // 12 images of the first epoch are left, 20 of the second: 3 and 5 steps.
    expect(child.steps.map(({ step, epoch }) => [step, epoch])).toEqual(
      [1, 1, 1, 2, 2, 2, 2, 2].map((epoch, index) => [index + 2, epoch]),
    );
    expect(child.epochs.map(({ step }) => step)).toEqual([4, 9]);
  });
});

test('steps in all are those taken, those left of the epoch, and whole epochs', () => {
  const of = (step: number, epoch: number, position: number, batchSize = 8) =>
    new Schedule(20, batchSize, 3, { step, images: epoch * 20 + position }).totalSteps;
  expect(of(0, 0, 0)).toBe(9);
  expect(of(1, 0, 8)).toBe(9);
  expect(of(3, 0, 20)).toBe(9);
  expect(of(3, 1, 0)).toBe(9);
  expect(of(9, 3, 0)).toBe(9);
  // 12 images are left of the first epoch, then twice 20.
  expect(of(1, 0, 8, 4)).toBe(1 + 3 + 5 + 5);
  expect(of(1, 0, 8, 20)).toBe(1 + 1 + 1 + 1);
  // A run that has done more than is asked for.
  const done = new Schedule(20, 8, 2, { step: 9, images: 60 });
  expect(done.totalSteps).toBe(9);
});

describe('before the first step', () => {
  const prepare = async (free: number, from: TrainingProgress | null) => {
    const folder = join(temporaryFolder(), 'checkpoints', 'run-1');
    engine = ENGINES.graph(smallArchitecture(), RECIPE);
    const job: TrainingJob = {
      architecture: smallArchitecture(),
      recipe: RECIPE,
      dataset: { id: 'shapes', folder: null },
      threads: null,
      plan: null,
      resbench: '0.1.0',
      checkpoints: { folder, everyMinutes: null, known: [] },
      from: null,
      secondsBefore: 0,
    };
    const writer = new CheckpointWriter(job, dataset, engine, () => {}, from);
    await writer.prepare({ ...realFiles, freeSpace: () => Promise.resolve(free) });
  };

  test('a run is not begun of which no checkpoint could be kept', async () => {
    await expect(prepare(2 ** 20, null)).rejects.toThrow(
      /^The run was not begun, since nothing of it could be kept\. A checkpoint needs [\d.]+ kB besides the 33\.6 MB kept free .+ has 1\.05 MB left: .+\.$/,
    );
    await expect(prepare(2 ** 20, beginning())).rejects.toThrow(/was not begun/);
  });

  test('it is where there is room, and where it resumes from a checkpoint', async () => {
    await prepare(2 ** 30, null);
    await prepare(2 ** 20, { ...beginning(), step: 3 });
  });
});
