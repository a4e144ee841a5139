/**
 * The trainer: a process that takes one job (a training, a test, a range test, a probe, a sample of images, the preparation of a folder of
 * images, or what a training would take), reports, and ends. Exit code 0 when the job was
 * completed or stopped, 1 when it failed; in both cases the last message says which.
 */
import './engine/node-compat';
import { buildNetwork } from '../architecture/network';
import { cacheFolder } from '../node/files/cache-folder';
import { describeNumerics } from '../node/machine/numerics';
import { parentPort } from '../node/processes/port';
import { largestBatch, largestBatchOf } from '../shared/batches';
import { datasetMismatch } from '../shared/compatibility';
import type { TrainingPhase } from '../shared/run';
import type { RangeEnd } from '../shared/range-test';
import { kernelChange, restoreNumerics, type KernelChange } from '../shared/numerics';
import type { Prepared, PrepareJob } from '../shared/own-dataset';
import { usesOwnKernels } from '../shared/plan';
import { expected } from '../shared/result';
import { scheduleOver } from '../shared/schedule';
import type {
  CostJob,
  FromMeter,
  FromPreparer,
  FromProbe,
  FromRangeTester,
  FromSampler,
  FromTester,
  FromTrainer,
  ProbeJob,
  ProbeResult,
  RangeJob,
  SampleJob,
  TestJob,
  TestTaken,
  ToMeter,
  ToPreparer,
  ToProbe,
  ToRangeTester,
  ToSampler,
  ToTester,
  ToTrainer,
  TrainingJob,
} from '../shared/training-messages';
import { infoOf } from '../node/datasets/registry';
import { loadDataset, partsOf, releaseImages, withStatistics, type Dataset } from './data/dataset';
import { useDevice } from './device';
import type { CreateEngine, Engine } from './engine/engine';
import { loadEngine } from './engine/engines';
import { ownKernels, whyNoOwnKernels } from './engine/own-kernels';
import { failureOf } from './failure';
import { CheckpointWriter, resume } from './checkpoints';
import { measureCost } from './cost/measure';
import { outcomeOf, train, type TrainingProgress, type EndRequest } from './loop';
import { checkMemory } from './memory';
import { releaseMemory } from './release-memory';
import { prepareFolder } from './prepare/prepare';
import { probe } from './probe';
import { rangeTest } from './range-test';
import { Reporter } from './reporter';
import { sample } from './sample';
import { loadWeights, takeTest } from './take-test';

type AnyJob = TrainingJob | TestJob | RangeJob | ProbeJob | SampleJob | CostJob | PrepareJob;

const port = parentPort<
  ToTrainer | ToTester | ToRangeTester | ToProbe | ToSampler | ToMeter | ToPreparer,
  FromTrainer | FromTester | FromRangeTester | FromProbe | FromSampler | FromMeter | FromPreparer
>();
let job: AnyJob | null = null;
let endRequest: EndRequest | null = null;
let ended = false;

port.onMessage((message) => {
  switch (message.type) {
    case 'start':
      take(message.job);
      run(message.job).then((outcome) => end({ type: 'finished', outcome }, 0), fail);
      break;
    case 'probe':
      take(message.job);
      runProbe(message.job).then((result) => end({ type: 'probed', result }, 0), fail);
      break;
    case 'sample':
      take(message.job);
      sample(message.job, cacheFolder()).then((found) => end({ type: 'sampled', sample: found }, 0), fail);
      break;
    case 'measure':
      take(message.job);
      measure(message.job).then(() => end({ type: 'measured' }, 0), fail);
      break;
    case 'prepare':
      take(message.job);
      prepare(message.job).then((result) => end({ type: 'prepared', result }, 0), fail);
      break;
    case 'test':
      take(message.job);
      runTest(message.job).then((result) => end({ type: 'tested', result }, 0), fail);
      break;
    case 'range':
      take(message.job);
      runRangeTest(message.job).then((how) => end({ type: 'ranged', end: how }, 0), fail);
      break;
    case 'stop':
      endRequest = 'stop';
      break;
    case 'pause':
      endRequest ??= 'pause';
      break;
  }
});
process.on('uncaughtException', fail);
process.on('unhandledRejection', fail);

function take(given: AnyJob): void {
  if (job) throw new Error('A trainer takes one job, and this one has one already.');
  job = given;
}

async function run(job: TrainingJob): Promise<'completed' | 'stopped' | 'paused'> {
  const { architecture, recipe, dataset: source } = job;
  const mismatch = datasetMismatch(architecture, infoOf(source));
  if (mismatch) throw expected('invalid-input', `${mismatch[0]!.toUpperCase()}${mismatch.slice(1)}.`);

  await loadTensorFlow(job);
  const change = changeOfKernels(job);
  if (change && !job.otherKernels) throw expected('other-kernels', change.question);
  const createEngine = await loadEngine();
  if (endRequest) return outcomeOf(endRequest);

  await enter('loading data');
  const parts = partsOf(recipe, infoOf(source));
  const dataset = await loadDataset(source.id, source.folder, parts, cacheFolder());
  withStatistics(dataset, recipe);
  if (endRequest) return outcomeOf(endRequest);

  await enter('building the network');
  const network = buildNetwork(architecture);
  // The batch that was asked for may be larger than any that occurs: nothing is measured or held for it.
  const used = { ...recipe, batchSize: largestBatch(dataset.train.count, recipe.batchSize) };
  await checkMemory(network, used, dataset.info);
  let engine: Engine;
  try {
    engine = await createEngine(network, used, {
      plan: job.plan ?? undefined,
      cacheFolder: cacheFolder(),
      between: goOnBuilding,
      statistics: dataset.statistics,
      norms: recipe.norms,
    });
  } catch (error) {
    if (error instanceof EndRequested) return outcomeOf(error.endRequest);
    throw error;
  }
  if (job.plan && !engine.plan) {
    throw expected(
      'unsupported',
      'A plan cannot be repeated by the engine that RESBENCH_ENGINE names: unset it, or start without the plan.',
    );
  }
  let from: TrainingProgress | null = null;
  if (job.from) {
    await enter('loading the checkpoint');
    from = await resume(job, dataset, engine, port.send);
  }
  const checkpoints = new CheckpointWriter(job, dataset, engine, port.send, from);
  await checkpoints.prepare();
  // What the user has agreed to need not be said lowering by lowering: the log has them.
  if (!change) for (const message of engine.choice?.replaced ?? []) port.send({ type: 'notice', message });
  const { tensorflow, gpu, threads } = engine.describe();
  const { totalSteps } = scheduleOver(recipe, dataset.train.count, job.origin);
  port.send({
    type: 'ready',
    tensorflow,
    node: process.versions.node,
    electron: process.versions.electron ?? null,
    gpu,
    datasetSha256: dataset.sha256,
    totalSteps,
    threads,
    plan: engine.plan ?? null,
    choice: engine.choice ?? null,
    numerics: { ...describeNumerics(), ownKernels: ownKernels() },
    ...(change && { otherwise: change.otherwise }),
  });

  return train(job, dataset, engine, {
    send: port.send,
    endRequest: () => endRequest,
    checkpoints,
    onImagesHeld: () => {
      releaseImages(dataset);
      releaseMemory();
    },
    from: from ?? undefined,
  });
}

/** With the threads, the kernels and the device of a run. */
async function loadTensorFlow(job: Pick<TrainingJob, 'threads' | 'numerics' | 'device'>): Promise<void> {
  await enter('loading TensorFlow');
  // Read by the library when it loads.
  if (job.threads !== null) process.env.TF_NUM_INTRAOP_THREADS = String(job.threads);
  restoreKernels(job);
  await chooseDevice(job);
}

/** Has TensorFlow choose the kernels that it chose for this run before. */
function restoreKernels({ numerics, device }: Pick<TrainingJob, 'numerics' | 'device'>): void {
  if (!numerics) return;
  const { env, notices } = restoreNumerics(numerics, describeNumerics(), device === 'gpu');
  for (const [variable, value] of Object.entries(env)) {
    if (value === null) delete process.env[variable];
    else process.env[variable] = value;
  }
  for (const message of notices) port.send({ type: 'notice', message });
}

/** Null where the run's plan is carried out with the kernels of our own that it was chosen with, or does without. */
function changeOfKernels({ plan, numerics }: TrainingJob): KernelChange | null {
  if (!plan || !numerics?.ownKernels || !usesOwnKernels(plan)) return null;
  return kernelChange(numerics.ownKernels, ownKernels(), whyNoOwnKernels());
}

/** Thrown through an engine that is being built where somebody asks it to end. */
class EndRequested extends Error {
  constructor(readonly endRequest: EndRequest) {
    super(`The engine is no longer wanted: ${endRequest}.`);
  }
}

async function goOnBuilding(done: number, total: number): Promise<void> {
  // The phase itself has been reported.
  if (done > 0) await enter('building the network', done / total);
  if (endRequest) throw new EndRequested(endRequest);
}

/** Mean and deviation of the images that the run trained on, where it normalises by them. */
async function statisticsOf({ recipe, dataset: { id, folder } }: TestJob): Promise<Dataset['statistics']> {
  if (recipe.normalisation !== 'channel') return undefined;
  const dataset = await loadDataset(id, folder, partsOf(recipe, infoOf({ id, folder })), cacheFolder());
  return withStatistics(dataset, recipe).statistics;
}

/** By the run's plan where it has one; what replaces kernels that are not here differs in the last digits alone. */
async function runTest(job: TestJob): Promise<TestTaken> {
  const { architecture, recipe, dataset: source } = job;
  await loadTensorFlow(job);
  const createEngine = await loadEngine();
  await enter('loading data');
  // An engine holds two sets; of the training set no image is looked at.
  const dataset = await loadDataset(source.id, source.folder, { train: 1, eval: null }, cacheFolder());
  const statistics = await statisticsOf(job);
  await enter('building the network');
  const network = buildNetwork(architecture);
  const batchSize = largestBatchOf(recipe, dataset.info.trainCount);
  const engine = await createEngine(
    network,
    { ...recipe, batchSize },
    { plan: job.plan ?? undefined, cacheFolder: cacheFolder(), between: goOnBuilding, statistics },
  );
  await enter('loading the checkpoint');
  await loadWeights(job, dataset, engine);
  const reporter = new Reporter(port.send);
  return takeTest(dataset, job, engine, (fraction) => reporter.phase('testing', fraction));
}

/** Whoever wants it no longer ends the process: there is nothing to keep. */
async function runRangeTest(job: RangeJob): Promise<RangeEnd> {
  const { recipe, dataset: source } = job;
  await loadTensorFlow(job);
  const createEngine = await loadEngine();
  await enter('loading data');
  // An engine holds two sets; of the second one no image is looked at.
  const parts = { ...partsOf(recipe, infoOf(source)), eval: 1 };
  const dataset = await loadDataset(source.id, source.folder, parts, cacheFolder());
  const { statistics } = withStatistics(dataset, recipe);
  await enter('building the network');
  const network = buildNetwork(job.architecture);
  const used = { ...recipe, batchSize: largestBatch(dataset.train.count, recipe.batchSize) };
  await checkMemory(network, used, dataset.info);
  const engine = await createEngine(network, used, {
    cacheFolder: cacheFolder(),
    between: goOnBuilding,
    statistics,
  });
  await enter('training');
  return rangeTest(
    job,
    dataset,
    engine,
    (points) => port.send({ type: 'points', points }),
    () => {
      releaseImages(dataset);
      releaseMemory();
    },
  );
}

async function runProbe(job: ProbeJob): Promise<ProbeResult> {
  await enter('loading TensorFlow');
  await chooseDevice(job);
  const createEngine = await loadEngine(job.engine ?? undefined);
  await checkMemory(buildNetwork(job.architecture), job.recipe, null);
  // With one plan, so that a probe gives the same bits each time.
  const withCachedPlan: CreateEngine = (network, recipe) =>
    createEngine(network, recipe, { cacheFolder: cacheFolder() });
  return probe(job, withCachedPlan, (done) => enter('training', done / job.steps));
}

async function measure(job: CostJob): Promise<void> {
  await chooseDevice(job);
  await measureCost(job, cacheFolder(), async (stage, fraction) => {
    port.send({ type: 'measuring', stage, fraction });
    await new Promise((resolve) => setImmediate(resolve));
    if (endRequest) throw expected('cancelled', 'The measurement was cancelled.');
  });
}

async function prepare(job: PrepareJob): Promise<Prepared> {
  // A GPU may be training, and would not be faster.
  await useDevice('cpu');
  return prepareFolder(job, async (stage, done, total) => {
    port.send({
      type: 'progress',
      progress: { stage, done, total, unit: total === null ? 'files' : 'images' },
    });
    await new Promise((resolve) => setImmediate(resolve));
    if (endRequest)
      throw expected('cancelled', 'The preparation of the images was cancelled; nothing was changed.');
  });
}

async function chooseDevice({ device }: Pick<TrainingJob, 'device'>): Promise<void> {
  const message = await useDevice(device ?? 'auto');
  if (message !== null) port.send({ type: 'notice', message });
}

/** Tells the phase, and lets the message out before the work of the phase blocks this thread. */
async function enter(phase: TrainingPhase, fraction: number | null = null): Promise<void> {
  port.send({ type: 'phase', phase, fraction });
  await new Promise((resolve) => setImmediate(resolve));
}

function fail(error: unknown): void {
  console.error(error);
  const { code, message } = failureOf(error, job && 'recipe' in job ? job : null);
  end({ type: 'failed', code, message }, 1);
}

function end(
  message: Extract<
    FromTrainer | FromTester | FromRangeTester | FromProbe | FromSampler | FromMeter | FromPreparer,
    { type: 'finished' | 'failed' | 'tested' | 'ranged' | 'probed' | 'sampled' | 'measured' | 'prepared' }
  >,
  exitCode: number,
): void {
  if (ended) return;
  ended = true;
  port.send(message);
  port.exit(exitCode);
}
