/** What was foretold of runs beside what they took, as text. */
import { median } from './statistics.mjs';
import { columns } from './table.mjs';

/** By how much a figure was off, as a share of what is true. */
const off = (foretold, truth) => foretold / truth - 1;

export const errorsOf = (runs) => ({
  step: runs.map(({ foretold, truth }) => off(foretold.estimate.time.step, stepOf(truth))),
  epoch: runs.map(({ foretold, truth }) => off(foretold.estimate.time.epoch, Math.min(...truth.epochs))),
  memory: runs.map(({ foretold, truth }) => off(foretold.estimate.memoryBytes, truth.memoryBytes)),
});

/** Seconds of a step of an epoch after the first, the median; of two epochs the one that others disturbed less. */
const stepOf = ({ steps }) => Math.min(...steps.slice(1).map(median));

const percent = (share) => `${share < 0 ? '-' : '+'}${Math.abs(share * 100).toFixed(1)} %`;
const ms = (seconds) => (seconds * 1e3).toFixed(0);
const mib = (bytes) => (bytes / 2 ** 20).toFixed(0);
const changesOf = (recipe) =>
  Object.entries(recipe)
    .filter(([key]) => key !== 'learningRate' && key !== 'momentum')
    .map(([key, value]) => (key === 'optimizer' ? value : `${key} ${value}`))
    .join(', ') || 'adam';

export function costText({ load, calibration, runs }) {
  const errors = errorsOf(runs);
  const rows = [
    [
      'Run',
      'recipe',
      'step ms',
      'true',
      'off',
      'epoch s',
      'true',
      'off',
      'memory MiB',
      'true',
      'off',
      'load',
    ],
    ...runs.map(({ title, batch, recipe, foretold: { estimate }, truth, load: then }, index) => [
      `${title}, batch ${batch}`,
      changesOf(recipe),
      ms(estimate.time.step),
      ms(stepOf(truth)),
      percent(errors.step[index]),
      estimate.time.epoch.toFixed(2),
      Math.min(...truth.epochs).toFixed(2),
      percent(errors.epoch[index]),
      mib(estimate.memoryBytes),
      mib(truth.memoryBytes),
      percent(errors.memory[index]),
      then.toFixed(1),
    ]),
  ];
  const middle = (list) => `${(median(list.map(Math.abs)) * 100).toFixed(1)} %`;
  return [
    `Costs foretold by parts alone, before a step of the network was taken, and what the runs took`,
    columns(rows),
    `Median error: epochs ${middle(errors.epoch)}, steps ${middle(errors.step)}, memory ${middle(errors.memory)} (load ${load.toFixed(1)}). ` +
      `Steps of ${calibration.count} other networks took ${calibration.factor.toFixed(2)} times the sum of their parts.`,
  ].join('\n');
}
