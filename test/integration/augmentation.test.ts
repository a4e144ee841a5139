/** Augmentation in the trainer as it is built: resumed within an epoch, with other threads, and the images of a preview. */
import { execFileSync } from 'node:child_process';
import { createHash } from 'node:crypto';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import { build } from 'esbuild';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { DEFAULTS } from '../../src/architecture/conventions';
import { DatasetService } from '../../src/main/datasets/service';
import { plainNode, childProcessHost, trainerEnv } from '../../src/node/processes/process-host';
import { channelStatistics } from '../../src/shared/augmentation/normalisation';
import { DEFAULT_RECIPE } from '../../src/shared/recipe';
import type { FromTrainer, ToTrainer, TrainingJob } from '../../src/shared/training-messages';
import { drawShapes } from '../../src/node/datasets/shapes';
import { freshJob } from './fixtures';

const host = childProcessHost(resolve('out/main'));
let folder: string;
beforeAll(() => {
  folder = mkdtempSync(join(tmpdir(), 'resbench-augmentation-'));
});
afterAll(() => rmSync(folder, { recursive: true, force: true }));

/** All at once. */
const recipe = {
  ...DEFAULT_RECIPE,
  batchSize: 32,
  epochs: 2,
  limitTrain: 400,
  limitEval: 64,
  normalisation: 'channel',
  flip: 'alternating',
  crop: 4,
  cutout: 8,
  mixup: 0.4,
  cutmix: 1,
} as const;

function train(job: Partial<TrainingJob>): Promise<FromTrainer[]> {
  const trainer = host.fork<ToTrainer, FromTrainer>('trainer');
  const messages: FromTrainer[] = [];
  let stderr = '';
  trainer.onStderr((text) => (stderr += text));
  trainer.onMessage((message) => messages.push(message));
  trainer.send({
    type: 'start',
    job: {
      architecture: {
        ...DEFAULTS,
        name: 'small',
        inputShape: [32, 32, 3],
        classes: 10,
        stem: { filters: 8, kernel: 3, stride: 2, pool: false },
        table: [[1, [[8, 3]]]],
      },
      recipe,
      dataset: { id: 'shapes', folder: null },
      ...freshJob(),
      threads: 2,
      ...job,
    },
  });
  return new Promise((end, fail) =>
    trainer.onExit(({ code }) => (code === 0 ? end(messages) : fail(new Error(stderr.slice(-2000))))),
  );
}
const of = <T extends FromTrainer['type']>(messages: FromTrainer[], type: T) =>
  messages.filter((message): message is Extract<FromTrainer, { type: T }> => message.type === type);
const losses = (messages: FromTrainer[]): Map<number, string> =>
  new Map(
    of(messages, 'steps').flatMap(({ steps }) =>
      steps.map(({ step, epoch, loss, accuracy }) => [step, `${epoch} ${loss} ${accuracy}`] as const),
    ),
  );

/** Muon with all that goes with it. */
const MUON = {
  optimizer: 'muon',
  learningRate: 0.05,
  momentum: 0.9,
  nesterov: true,
  clipNorm: 1,
  weightDecay: 0.02,
  sgdFactor: 0.5,
  betaFactor: 8,
  initialisation: 'dirac',
  schedule: 'one-cycle',
} as const;

test.each([
  ['Adam', {}],
  ['Muon', MUON],
])(
  'a run that is resumed within an epoch sees the images that it would have seen: %s',
  async (_, changes) => {
    const fresh = { ...freshJob(), recipe: { ...recipe, ...changes } };
    // A checkpoint before each step.
    const whole = await train({ ...fresh, checkpoints: { ...fresh.checkpoints, everyMinutes: 0 } });
    const expected = losses(whole);
    expect(expected.size).toBe(26);
    const checkpoints = of(whole, 'checkpoint');
    const last = checkpoints.at(-1)!;

    // 13 steps are an epoch: within the second one, on the other side of an alternating flip.
    const { file, stateSha256: sha256 } = checkpoints.find(({ step }) => step === 18)!;
    const rest = await train({
      ...fresh,
      plan: of(whole, 'ready')[0]!.plan,
      checkpoints: { ...fresh.checkpoints, known: [file] },
      from: { checkpoints: [{ file, sha256 }], fork: false },
    });
    expect(of(rest, 'resumed')[0]!.checkpoint?.step).toBe(18);
    expect([...losses(rest)]).toEqual([...expected].slice(18));
    expect(of(rest, 'checkpoint').at(-1)!.weightsSha256).toBe(last.weightsSha256);
  },
);

test('one thread and two make the same images, bit by bit', async () => {
  // Within the project, where it finds TensorFlow.
  const program = resolve('out/test/augmented-batch.js');
  await build({
    entryPoints: [resolve('test/integration/augmented-batch-program.ts')],
    outfile: program,
    bundle: true,
    platform: 'node',
    format: 'cjs',
    target: 'node16',
    packages: 'external',
    logLevel: 'warning',
  });
  const by = (threads: number): string =>
    execFileSync(plainNode() ?? process.execPath, [program], {
      env: { ...trainerEnv(process.env), ELECTRON_RUN_AS_NODE: '1', TF_NUM_INTRAOP_THREADS: String(threads) },
      encoding: 'utf8',
      stdio: ['ignore', 'pipe', 'ignore'],
    });
  const one = by(1);
  expect(one).toMatch(/^[0-9a-f]{64}\n$/);
  expect(by(2)).toBe(one);
});

test('a preview gets the first images of the training set and its statistics', async () => {
  const service = new DatasetService({ home: folder, host, roots: [] });
  const [sample, again] = await Promise.all([service.sample('shapes'), service.sample('shapes')]);
  expect(again).toBe(sample);
  if (!sample.ok) throw new Error(sample.error.message);
  const { images, labels } = drawShapes('train', 10_000);
  const size = 32 * 32 * 3;
  const sum = (bytes: Uint8Array) => createHash('sha256').update(bytes).digest('hex');
  expect(sample.value.imageShape).toEqual([32, 32, 3]);
  expect(sum(Uint8Array.from(sample.value.images))).toBe(sum(images.subarray(0, 8 * size)));
  expect(sample.value.labels).toEqual([...labels.subarray(0, 8)]);
  expect(sample.value.statistics).toEqual(channelStatistics(images, 3));

  const missing = await service.sample('cifar10');
  expect(missing.ok ? null : missing.error.code).toBe('data-missing');
  await service.shutdown();
});
