#!/usr/bin/env node
/**
 * `npm run parity`: our numbers against those of Keras 3 on the same TensorFlow. Both probe the architectures of
 * test/reference/architectures (docs/PARITY.md says what is compared and how closely). The last line is `N passed, N failed`.
 *
 *   --quick        one step of SGD in place of ten steps of SGD and of Adam
 *   --only NAME    one architecture; may be given several times
 *   --engine NAME  layers or graph, else the one that trains
 *   --report FILE  where the JSON goes, else test-results/parity.json
 */
import { mkdirSync, readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { basename, dirname, join, resolve } from 'node:path';
import { parseArgs } from 'node:util';
import { build } from './lib/build.mjs';
import { Failure, runMain } from './lib/failure.mjs';
import { cliEntry, projectRoot } from './lib/paths.mjs';
import { lastLines, run } from './lib/processes.mjs';
import { pythonWith } from './lib/python-packages.mjs';
import { nodeEnv } from './lib/run-env.mjs';
import { compare, judge, SELF_FACTOR } from './parity/compare.mjs';
import { KerasProbe } from './parity/keras.mjs';
import { Progress } from './setup/progress.mjs';
import { setUp } from './setup/run.mjs';

const reference = join(projectRoot, 'test', 'reference');
const architectures = join(reference, 'architectures');

const STEPS = 10;
/**
 * Images per step. Where the input of a ReLU is zero but for rounding, rounding decides about its derivative, and Keras
 * with oneDNN differs from Keras without by 1e-3 in some gradient. At these sizes no input comes nearer than four times
 * its layer's rounding error (found by comparing float32 with float64; zero-gamma needs no such size, since its main paths
 * weigh nothing at step 0), and there are enough images for the statistics of 1x1 maps.
 *
 * The learning rates are such that ten steps do not make more of rounding than the limits allow.
 */
const SIZES = {
  'cifar-stem': { batch: 8, sgd: 1e-4, adam: 1e-5 },
  narrow: { batch: 12, sgd: 1e-3, adam: 1e-4 },
  'no-bias': { batch: 8, sgd: 1e-4, adam: 1e-5 },
  'odd-sizes': { batch: 11, sgd: 1e-3, adam: 1e-4 },
  'option-a': { batch: 10, sgd: 1e-3, adam: 1e-4 },
  'option-c': { batch: 12, sgd: 1e-5, adam: 1e-5 },
  plain: { batch: 8, sgd: 1e-5, adam: 1e-6 },
  resnet18: { batch: 16, sgd: 1e-5, adam: 1e-5 },
  resnet50: { batch: 32, sgd: 1e-5, adam: 1e-5 },
  'stride-on-3x3': { batch: 9, sgd: 1e-4, adam: 1e-5 },
  'zero-gamma': { batch: 12, sgd: 1e-3, adam: 1e-4 },
};
/**
 * At depth 50 rounding errors grow to 1e-4 of a feature map, and some ReLU always stands at zero: no batch avoids it, Keras
 * differs from itself by 1e-2 in its gradients. There, Keras' distance from itself is the measure for every figure.
 */
const ROUNDING = new Set(['resnet50']);
/**
 * Here strided 1x1 kernels have fewer than 8 input channels. On processors with AVX2 and without AVX-512 TensorFlow's filter
 * gradient of these is wrong, and with it Keras in float32: Keras in float64, which Eigen computes, is the measure.
 */
const DOUBLE = new Set(['narrow']);
/** Optimizers of a full comparison; every architecture has the first two. */
const SGD = { optimizer: 'sgd', momentum: 0, nesterov: false };
const ADAM = { optimizer: 'adam', momentum: 0, nesterov: false };
const MORE = {
  'option-a': [
    { ...SGD, lr: 1e-4, momentum: 0.9 },
    { ...SGD, lr: 1e-4, momentum: 0.9, nesterov: true },
    { ...SGD, lr: 1e-4, momentum: 0.9, clipNorm: 1, weightDecay: 1 },
    { ...ADAM, clipNorm: 1, weightDecay: 1 },
  ],
};

await runMain(async () => {
  const options = readOptions();
  const { electron } = await setUp();
  await build(electron);
  const progress = new Progress();
  const python = await pythonWith('keras', join(reference, 'requirements.txt'), { progress });
  const keras = new KerasProbe(python.program, true);
  // Started when it is first needed: only Adam with biases asks how far Keras is from itself.
  const others = { plain: null, faulty: null };
  try {
    const versions = { ...(await keras.versions), python: python.version };
    process.stdout.write(`Keras ${versions.keras} on TensorFlow ${versions.tensorflow}\n`);
    const results = [];
    for (const name of options.names) {
      for (const recipe of options.quick ? [SGD] : [SGD, ADAM, ...(MORE[name] ?? [])]) {
        const job = {
          architecture: join(architectures, `${name}.json`),
          steps: options.quick ? 1 : STEPS,
          batch: SIZES[name].batch,
          lr: SIZES[name][recipe.optimizer],
          ...recipe,
        };
        const title = `${name}, ${titleOf(recipe)}`;
        const result = await progress.during(title, {}, async (task) => {
          const double = DOUBLE.has(name);
          const theirs = await keras.ask(double ? { ...job, floatx: 'float64' } : job);
          task.update({ note: 'Resbench' });
          const ours = await probe(electron, job, options.engine);
          let self = null;
          const rounding = ROUNDING.has(name);
          if (rounding || (recipe.optimizer === 'adam' && hasBiases(job.architecture))) {
            task.update({ note: 'Keras without oneDNN' });
            others.plain ??= new KerasProbe(python.program, false);
            self = compare(await others.plain.ask(job), theirs);
          }
          let single = null;
          if (double) {
            task.update({ note: 'Keras in float32' });
            // In a process of its own: what writes past its memory may end it.
            others.faulty ??= new KerasProbe(python.program, true);
            single = await others.faulty.ask(job).then(
              (answer) => compare(answer, theirs),
              ({ message }) => ({ ended: message.split('\n')[0] }),
            );
          }
          return {
            name,
            ...job,
            architecture: undefined,
            single,
            checks: judge(compare(ours, theirs), self, rounding),
          };
        });
        results.push(result);
      }
    }
    process.stdout.write(`\n${table(results)}\n`);
    const checks = results.flatMap((result) => result.checks);
    const failed = checks.filter(({ passed }) => !passed).length;
    mkdirSync(dirname(options.report), { recursive: true });
    const report = { versions, engine: options.engine ?? null, quick: options.quick, results };
    writeFileSync(options.report, `${JSON.stringify(report, null, 2)}\n`);
    process.stdout.write(`\nReport: ${options.report}\n${checks.length - failed} passed, ${failed} failed\n`);
    return failed > 0 ? 1 : 0;
  } finally {
    keras.end();
    others.plain?.end();
    others.faulty?.end();
  }
});

function readOptions() {
  const { values } = (() => {
    try {
      return parseArgs({
        options: {
          quick: { type: 'boolean', default: false },
          only: { type: 'string', multiple: true },
          engine: { type: 'string' },
          report: { type: 'string' },
        },
      });
    } catch (error) {
      throw new Failure(`${error.message.split('\n')[0]} (known are --quick, --only, --engine, --report)`);
    }
  })();
  const known = readdirSync(architectures)
    .filter((file) => file.endsWith('.json'))
    .map((file) => basename(file, '.json'));
  const unknown = values.only?.find((name) => !known.includes(name));
  if (unknown)
    throw new Failure(`There is no architecture ${unknown} here: choose from ${known.join(', ')}.`);
  return {
    quick: values.quick,
    names: values.only ? known.filter((name) => values.only.includes(name)) : known,
    engine: values.engine,
    report: resolve(values.report ?? join(projectRoot, 'test-results', 'parity.json')),
  };
}

/** Ours, through the command line as anyone would type it. */
async function probe(electron, job, engine) {
  const { architecture, steps, batch, optimizer, lr, momentum, nesterov, clipNorm, weightDecay } = job;
  const words = ['probe', '--architecture', architecture, '--steps', steps, '--batch', batch];
  words.push('--optimizer', optimizer, '--lr', lr, '--json');
  if (momentum > 0) words.push('--momentum', momentum);
  if (nesterov) words.push('--nesterov');
  if (clipNorm) words.push('--clip-norm', clipNorm);
  // Beside the L2 of the architecture.
  if (weightDecay) words.push('--regularisation', 'both', '--weight-decay', weightDecay);
  if (engine) words.push('--engine', engine);
  const { code, stdout, output } = await run(electron.path, [cliEntry, ...words.map(String)], {
    env: nodeEnv(),
  });
  if (code !== 0) throw new Failure(`The probe of ${architecture} failed.\n${lastLines(output)}`);
  return JSON.parse(stdout);
}

function hasBiases(path) {
  return JSON.parse(readFileSync(path, 'utf8')).bias !== false;
}

function titleOf({ optimizer, momentum, nesterov, clipNorm, weightDecay }) {
  const name = optimizer === 'adam' ? 'Adam' : 'SGD';
  const velocity = momentum > 0 ? `, ${nesterov ? 'Nesterov ' : 'momentum '}${momentum}` : '';
  const clip = clipNorm ? `, clip norm ${clipNorm}` : '';
  return `${name}${velocity}${clip}${weightDecay ? `, weight decay ${weightDecay}` : ''}`;
}

/** A line a comparison; where Keras' distance from itself counts, it stands in the line below. */
function table(results) {
  const figure = (distance) => (distance === Infinity ? 'not a number' : distance.toExponential(1));
  const head = [
    'Architecture',
    'Optimizer',
    'Loss, step 0',
    'Gradients',
    'Losses',
    'Statistics',
    'Logits',
    '',
  ];
  const rows = [head];
  for (const { name, checks, single, ...recipe } of results) {
    const failed = checks.filter(({ passed }) => !passed);
    rows.push([
      name,
      titleOf(recipe),
      ...checks.map(({ distance, passed }) => `${passed ? '' : '! '}${figure(distance)}`),
      failed.length === 0 ? 'passed' : `FAILED at ${failed.map(({ place }) => place).join(', ')}`,
    ]);
    if (single) {
      const figures = single.ended
        ? checks.map(() => '')
        : checks.map(({ what }) => figure(single[what].distance));
      rows.push(['', 'Keras in float32', ...figures, single.ended ?? 'to Keras in float64, as ours']);
    }
    if (checks.some(({ self }) => self !== null)) {
      rows.push([
        '',
        'Keras to itself',
        ...checks.map(({ self }) => figure(self)),
        `${SELF_FACTOR} times that is allowed${ROUNDING.has(name) ? '' : ' from Losses on'}`,
      ]);
    }
  }
  const widths = head.map((_, column) => Math.max(...rows.map((row) => row[column].length)));
  return rows
    .map((row) =>
      row
        .map((cell, column) => (column < 2 ? cell.padEnd(widths[column]) : cell.padStart(widths[column])))
        .map((cell, column) => (column === head.length - 1 ? row[column] : cell))
        .join('  ')
        .trimEnd(),
    )
    .join('\n');
}
