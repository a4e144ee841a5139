/** What the layer table says of training memory beside what a training step takes: in our own trainer and in PyTorch. */
import { spawn } from 'node:child_process';
import { closeSync, mkdtempSync, openSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { bundle } from '../lib/bundle.mjs';
import { Failure } from '../lib/failure.mjs';
import { projectRoot } from '../lib/paths.mjs';
import { lastLines, mustRun } from '../lib/processes.mjs';
import { runEnv } from '../lib/run-env.mjs';
import { tensorPeak } from './tensor-log.mjs';

/** By preset, the two batch sizes whose difference is what an image takes: about 200 MB apart, else noise would show. */
const NETS = { resnet18: [64, 512], 'resnet18-cifar': [64, 128], resnet20: [64, 192] };

/** A batch that is computed in parts, beside one as large as a part. */
const PARTED = { preset: 'resnet18', batch: 2000, part: 500 };

/** How far a figure may be from what is measured. */
const TOLERANCE = 0.15;

/**
 * Freed memory goes back to the system at once, so that the most that was resident is what was held, not what the allocator
 * has laid by: TensorFlow's pool is left out, and glibc maps every larger piece for itself.
 */
const HELD = {
  TF_ONEDNN_USE_SYSTEM_ALLOCATOR: '1',
  MALLOC_MMAP_THRESHOLD_: '65536',
  MALLOC_TRIM_THRESHOLD_: '65536',
  MALLOC_TOP_PAD_: '0',
  MALLOC_ARENA_MAX: '1',
};
const PROGRAM = join(projectRoot, 'out', 'reference', 'step-memory.js');

/** Why nothing can be measured here, or null. */
export const whyNoStepMemory = () =>
  process.platform === 'linux'
    ? null
    : 'Training memory is measured on Linux alone, by what its kernel tells.';

/**
 * Measures and prints.
 * @param python with PyTorch
 * @returns how many figures are further off than {@link TOLERANCE}.
 */
export async function compareStepMemory(python, progress) {
  await bundle(
    [{ in: join(projectRoot, 'test', 'reference', 'step-memory.ts'), out: 'step-memory' }],
    join(projectRoot, 'out', 'reference'),
  );
  let missed = 0;
  process.stdout.write(
    `Training memory with Adam, MB\n${row(['', 'layer table', 'measured', 'difference'])}`,
  );
  const compare = (what, said, measured) => {
    const difference = said / measured - 1;
    const isOff = Math.abs(difference) > TOLERANCE;
    if (isOff) missed++;
    process.stdout.write(
      row([what, mega(said), mega(measured), `${signed(difference)}${isOff ? ', too far' : ''}`]),
    );
  };
  const note = (what, measured) => process.stdout.write(row([what, '', mega(measured), '']));
  for (const [preset, batches] of Object.entries(NETS)) {
    await progress.during(`Training memory of ${preset}`, {}, () =>
      compareNet({ preset, batches, python }, { compare, note }),
    );
  }
  await progress.during('A batch in parts', {}, () => measureParts(PARTED, note));
  process.stdout.write(`${missed} of these differ by more than ${TOLERANCE * 100} %\n`);
  return missed;
}

const row = ([what, ...cells]) =>
  `${[what.padEnd(64), ...cells.map((cell) => cell.padStart(11))].join(' ').trimEnd()}\n`;

async function compareNet({ preset, batches, python }, { compare, note }) {
  const [small, large] = batches;
  const { architecture, fixed, perImage, whole } = await ours({ ask: 'figures', preset, batches });
  const plan = await ours({ ask: 'plan', preset, batch: small });
  const grown = (used, env) =>
    inTurn(batches, async (batch) => (await ours({ ask: 'measure', preset, batch, plan: used }, env)).growth);
  const theirs = (batch, what) => pyTorch(python, architecture, batch, what);

  for (const [index, batch] of batches.entries()) {
    const tensors = await ourTensors({ ask: 'measure', preset, batch, plan: null });
    compare(`${preset}, batch of ${batch}: tensors, TensorFlow’s ops`, whole[index], tensors);
  }
  compare(`${preset}, batch of ${small}: tensors, PyTorch`, whole[0], await theirs(small, 'tensors'));

  const line = ([low, high]) => {
    const slope = (high - low) / (large - small);
    return { slope, constant: low - slope * small };
  };
  const native = line(await grown(null, HELD));
  compare(`${preset}, per image: resident, TensorFlow’s ops`, perImage, native.slope);
  note(`${preset}, constant: resident, TensorFlow’s ops, beyond ${mega(fixed)}`, native.constant - fixed);

  // What a plan's lowerings and libraries lay out for themselves is another thing than the table counts: it is printed beside.
  for (const batch of batches) {
    note(
      `${preset}, batch of ${batch}: tensors, this machine’s plan`,
      await ourTensors({ ask: 'measure', preset, batch, plan }),
    );
  }
  note(`${preset}, per image: resident, this machine’s plan`, line(await grown(plan, HELD)).slope);
  note(`${preset}, per image: resident, the plan with TensorFlow’s pool`, line(await grown(plan, {})).slope);
  const torch = line(await inTurn(batches, (batch) => theirs(batch, 'resident')));
  note(`${preset}, per image: resident, PyTorch`, torch.slope);
  note(`${preset}, constant: resident, PyTorch, beyond ${mega(fixed)}`, torch.constant - fixed);
}

/** By TensorFlow's ops and with its pool, as in use: the most that is resident over some steps. */
async function measureParts({ preset, batch, part }, note) {
  for (const [what, question] of [
    [`batch of ${part}`, { batch: part }],
    [`batch of ${batch} in parts of ${part}`, { batch, microBatchSize: part }],
    [`batch of ${batch} at once`, { batch }],
  ]) {
    const { growth } = await ours({ ask: 'measure', preset, plan: null, ...question });
    note(`${preset}, ${what}: resident`, growth);
  }
}

/** One after the other: two would take each other's processor. */
async function inTurn(values, work) {
  const results = [];
  for (const value of values) results.push(await work(value));
  return results;
}

/** Without a GPU, whose memory would be another. */
const trainerEnv = (env = {}) => ({ ...runEnv(), CUDA_VISIBLE_DEVICES: '-1', ...env });

async function ours(question, env) {
  const { stdout } = await mustRun(
    process.execPath,
    [PROGRAM, JSON.stringify(question)],
    { env: trainerEnv(env) },
    `The trainer did not answer ${question.ask} for ${question.preset}.`,
  );
  return JSON.parse(stdout);
}

async function ourTensors(question) {
  const folder = mkdtempSync(join(tmpdir(), 'resbench-tensors-'));
  const path = join(folder, 'log');
  const file = openSync(path, 'w');
  try {
    const env = trainerEnv({ TF_CPP_MIN_LOG_LEVEL: '0', TF_CPP_VMODULE: 'log_memory=2' });
    const child = spawn(process.execPath, [PROGRAM, JSON.stringify(question)], {
      env,
      stdio: ['ignore', 'ignore', file],
    });
    const code = await new Promise((done) => child.on('error', () => done(null)).on('exit', done));
    const log = readFileSync(path, 'utf8');
    if (code !== 0) throw new Failure(`The trainer ended with code ${code}.\n${lastLines(log)}`);
    return tensorPeak(log);
  } finally {
    closeSync(file);
    rmSync(folder, { recursive: true, force: true });
  }
}

async function pyTorch(python, architecture, batch, what) {
  const { stdout } = await mustRun(
    python,
    [join(projectRoot, 'test', 'reference', 'step_memory.py'), String(batch), what],
    { env: { ...process.env, ...HELD }, input: JSON.stringify(architecture) },
    `PyTorch did not tell its memory.`,
  );
  return JSON.parse(stdout).bytes;
}

const mega = (bytes) => (bytes / 1e6).toFixed(Math.abs(bytes) < 10e6 ? 2 : 0);
const signed = (share) => `${share < 0 ? '−' : '+'}${(Math.abs(share) * 100).toFixed(1)} %`;
