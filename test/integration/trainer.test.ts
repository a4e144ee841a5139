/** The trainer as it is built, in a process of its own, on the embedded data set. */
import { execFileSync } from 'node:child_process';
import { mkdtempSync, readdirSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import { afterEach, describe, expect, test } from 'vitest';
import type { Architecture } from '../../src/architecture/architecture';
import { DEFAULTS } from '../../src/architecture/conventions';
import {
  childProcessHost,
  plainNode,
  type HostedProcess,
  type ProcessExit,
} from '../../src/node/processes/process-host';
import type { EpochMetric, StepMetric } from '../../src/shared/metrics';
import { DEFAULT_RECIPE, type Recipe } from '../../src/shared/recipe';
import type { FromTrainer, ToTrainer, TrainingJob } from '../../src/shared/training-messages';
import { freshJob } from './fixtures';

/** Of the Node that hosts trainers. */
const nodeVersion = (): string =>
  execFileSync(plainNode() ?? process.execPath, ['-p', 'process.versions.node'], { encoding: 'utf8' }).trim();
const host = childProcessHost(resolve('out/main'));

const small: Architecture = {
  ...DEFAULTS,
  name: 'small',
  inputShape: [32, 32, 3],
  classes: 10,
  stem: { filters: 8, kernel: 3, stride: 2, pool: false },
  table: [
    [
      1,
      [
        [8, 3],
        [8, 3],
      ],
    ],
    [
      1,
      [
        [16, 3],
        [16, 3],
      ],
    ],
  ],
};

interface Ending {
  messages: FromTrainer[];
  steps: StepMetric[];
  epochs: EpochMetric[];
  exit: ProcessExit;
  stderr: string;
}

let child: HostedProcess<ToTrainer, FromTrainer> | undefined;
afterEach(() => child?.kill());

interface Job extends Partial<Omit<TrainingJob, 'recipe'>> {
  recipe?: Partial<Recipe>;
}

function trainer(
  { recipe, ...job }: Job,
  onMessage: (message: FromTrainer, stop: () => void) => void = () => {},
): Promise<Ending> {
  const running = host.fork<ToTrainer, FromTrainer>('trainer');
  child = running;
  const messages: FromTrainer[] = [];
  let stderr = '';
  running.onStderr((text) => (stderr += text));
  running.onMessage((message) => {
    messages.push(message);
    onMessage(message, () => running.send({ type: 'stop' }));
  });
  running.send({
    type: 'start',
    job: {
      architecture: small,
      recipe: { ...DEFAULT_RECIPE, batchSize: 32, epochs: 2, limitTrain: 400, limitEval: 300, ...recipe },
      dataset: { id: 'shapes', folder: null },
      ...freshJob(),
      ...job,
    },
  });
  return new Promise((end) =>
    running.onExit((exit) =>
      end({
        messages,
        steps: messages.flatMap((message) => (message.type === 'steps' ? message.steps : [])),
        epochs: messages.flatMap((message) => (message.type === 'epoch' ? [message.epoch] : [])),
        exit,
        stderr,
      }),
    ),
  );
}

describe('a job', () => {
  test('is trained to its end: phases, facts, every step in order, epochs, outcome, exit code 0', async () => {
    const { messages, steps, epochs, exit, stderr } = await trainer({});
    expect(messages.at(-1), stderr).toEqual({ type: 'finished', outcome: 'completed' });
    expect(exit).toEqual({ code: 0, signal: null });

    const phases = messages.flatMap((message) =>
      message.type === 'phase' && !message.fraction ? [message.phase] : [],
    );
    expect(phases).toEqual([
      'loading TensorFlow',
      'loading data',
      'building the network',
      'training',
      'validating',
      'writing a checkpoint',
      'training',
      'validating',
      'writing a checkpoint',
    ]);
    const ready = messages.filter((message) => message.type === 'ready');
    expect(ready).toMatchObject([
      {
        tensorflow: expect.stringMatching(/^\d+\.\d+/),
        node: nodeVersion(),
        datasetSha256: expect.stringMatching(/^[0-9a-f]{64}$/),
        totalSteps: 26,
      },
    ]);
    expect(steps.map(({ step, epoch }) => [step, epoch])).toEqual(
      Array.from({ length: 26 }, (_, index) => [index + 1, index < 13 ? 1 : 2]),
    );
    expect(epochs.map(({ epoch, step }) => [epoch, step])).toEqual([
      [1, 13],
      [2, 26],
    ]);
    // Shares of the 300 images that the run is validated on.
    for (const { valAccuracy } of epochs) expect(Number((valAccuracy * 300).toFixed(6)) % 1).toBe(0);
    expect(messages.some((message) => message.type === 'live' && message.memoryBytes > 1e7)).toBe(true);
  });

  test('learns: loss falls and the validation beats chance', async () => {
    const { steps, epochs } = await trainer({ recipe: { epochs: 16, learningRate: 0.01, limitTrain: 1000 } });
    const mean = (part: StepMetric[]) =>
      part.reduce((sum, { crossEntropy }) => sum + crossEntropy, 0) / part.length;
    expect(mean(steps.slice(-20))).toBeLessThan(0.85 * mean(steps.slice(0, 20)));
    expect(Math.max(...epochs.map(({ valAccuracy }) => valAccuracy))).toBeGreaterThan(0.4);
  });

  test('gives the same metrics again with the same seed, others with another', async () => {
    const metrics = async (seed: number) => {
      const { steps, epochs } = await trainer({ recipe: { seed, epochs: 1 } });
      return [steps.map(({ loss, accuracy }) => [loss, accuracy]), epochs.map(({ valLoss }) => valLoss)];
    };
    const first = await metrics(11);
    expect(await metrics(11)).toEqual(first);
    expect(await metrics(12)).not.toEqual(first);
  });

  test('of a thousand steps keeps its memory', async () => {
    const architecture: Architecture = {
      ...small,
      stem: { ...small.stem, filters: 4 },
      table: [[1, [[4, 3]]]],
    };
    const { messages } = await trainer({
      architecture,
      recipe: { epochs: 100, batchSize: 40, limitEval: 10 },
    });
    const memory = messages.flatMap((message) =>
      message.type === 'epoch' ? [message.epoch.memoryBytes] : [],
    );
    expect(memory).toHaveLength(100);
    // A leak of the activations, 2 MB a step, would add 1.6 GB after the first 200 steps.
    expect(Math.max(...memory.slice(20)) - memory[19]!).toBeLessThan(300e6);
  });
});

describe('told to stop', () => {
  test('while training, it ends within one step more than was under way, and says stopped', async () => {
    let seen = 0;
    const { steps, messages, exit } = await trainer(
      { recipe: { epochs: 100000, limitTrain: null, batchSize: 512 } },
      (message, stop) => {
        if (message.type !== 'steps' || seen > 0) return;
        seen = message.steps.at(-1)!.step;
        stop();
      },
    );
    expect(messages.at(-1)).toEqual({ type: 'finished', outcome: 'stopped' });
    expect(exit.code).toBe(0);
    // One step that was under way when the message was sent, and one before the message was read.
    expect(steps.at(-1)!.step - seen).toBeLessThanOrEqual(2);
  });

  test('while it gets ready, it ends without a step', async () => {
    const { steps, messages } = await trainer({}, (message, stop) => {
      if (message.type === 'phase' && message.phase === 'loading TensorFlow') stop();
    });
    expect([messages.at(-1), steps]).toEqual([{ type: 'finished', outcome: 'stopped' }, []]);
  });
});

describe('what cannot be trained ends as failed, with one sentence and exit code 1', () => {
  test.each<[string, Job, RegExp]>([
    [
      'an architecture for other images',
      { architecture: { ...small, inputShape: [224, 224, 3] } },
      /^Architecture small takes 224x224x3 images, data set shapes has 32x32x3 images: choose .*\.$/,
    ],
    [
      'a learning rate that is far too large',
      { recipe: { optimizer: 'sgd', learningRate: 1e30 } },
      /^Training diverged: the loss became .* at step \d+ \(epoch 1\)\. Try a learning rate below 1e\+30, in a fork from a checkpoint or in a new run; the metrics before that step are kept\.$/,
    ],
    [
      'a data set that is not there',
      { dataset: { id: 'cifar10', folder: resolve('no such folder') } },
      /CIFAR-10/,
    ],
    [
      'a plan of another network',
      { plan: {} },
      /^The plan says nothing of the convolution 32x32x3-3x3\/2-same-16x16x8 \(stem\/conv\), so it is not this network's: .*\.$/,
    ],
  ])('%s', async (_, job, sentence) => {
    const { messages, exit } = await trainer(job);
    expect(messages.at(-1)).toMatchObject({ type: 'failed', message: expect.stringMatching(sentence) });
    expect(exit.code).toBe(1);
  });
});

test('a second job for the same trainer ends it as failed', async () => {
  const { messages } = await trainer({}, (message) => {
    if (message.type !== 'phase' || message.phase !== 'loading TensorFlow') return;
    child!.send({
      type: 'start',
      job: {
        architecture: small,
        recipe: DEFAULT_RECIPE,
        dataset: { id: 'shapes', folder: null },
        ...freshJob(),
      },
    });
  });
  expect(messages.at(-1)).toMatchObject({
    type: 'failed',
    message: expect.stringContaining('takes one job'),
  });
});

test('a request to stop is heard between two measurements', async () => {
  const cache = mkdtempSync(join(tmpdir(), 'resbench-cache-'));
  const before = process.env.RESBENCH_CACHE;
  process.env.RESBENCH_CACHE = cache;
  try {
    const { messages, exit } = await trainer({}, (message, stop) => {
      // The first of its shapes has been measured.
      if (message.type === 'phase' && message.phase === 'building the network' && message.fraction) stop();
    });
    expect(messages.at(-1)).toEqual({ type: 'finished', outcome: 'stopped' });
    expect(exit).toEqual({ code: 0, signal: null });
    // It did not finish the building first.
    expect(messages.some(({ type }) => type === 'ready')).toBe(false);
  } finally {
    if (before === undefined) delete process.env.RESBENCH_CACHE;
    else process.env.RESBENCH_CACHE = before;
    rmSync(cache, { recursive: true });
  }
});

describe('a batch above the training set', () => {
  test('is trained, measured and told as the set', async () => {
    const cache = mkdtempSync(join(tmpdir(), 'resbench-cache-'));
    const before = process.env.RESBENCH_CACHE;
    process.env.RESBENCH_CACHE = cache;
    try {
      const recipe = { batchSize: 65_536, epochs: 1, limitTrain: 96, limitEval: 64 };
      const { messages, steps, exit } = await trainer({ recipe });
      expect(exit.code).toBe(0);
      expect(messages.find(({ type }) => type === 'ready')).toMatchObject({ totalSteps: 1 });
      expect(steps).toHaveLength(1);
      const measured = readdirSync(cache).filter((name) => name.startsWith('lowering-'));
      const about = measured.map((name) => JSON.parse(readFileSync(join(cache, name), 'utf8')) as object);
      expect(about).toEqual([expect.objectContaining({ about: expect.objectContaining({ batch: 96 }) })]);
    } finally {
      if (before === undefined) delete process.env.RESBENCH_CACHE;
      else process.env.RESBENCH_CACHE = before;
      rmSync(cache, { recursive: true });
    }
  });

  test('that memory cannot hold is refused before anything is measured, with the largest that can', async () => {
    // For one image 201 maps of 32x32x1024 floats, and a few more, must stay: 6.9 TiB for the 9,000 that are not held out.
    const architecture: Architecture = {
      ...small,
      stem: { filters: 1024, kernel: 1, stride: 1, pool: false },
      table: [[100, [[1024, 1]]]],
    };
    const recipe = { batchSize: 65_536, limitTrain: null, limitEval: 64 };
    const { messages, exit } = await trainer({ architecture, recipe, device: 'cpu' });
    expect(exit.code).toBe(1);
    expect(messages[messages.length - 1]).toMatchObject({
      type: 'failed',
      message: expect.stringMatching(
        /^Training with batches of 9,000 images takes at least 6\.\d+ TiB of memory .* free: choose a .*smaller network\.$/,
      ) as string,
    });
  });
});
