/** What was foretold of runs beside what they took, as text. */
import { median } from './statistics.mjs';
import { columns } from './table.mjs';

/** By how much a figure was off, as a share of what is true. */
const off = (foretold, truth) => foretold / truth - 1;

/** The lesser of the rounds in time, the larger in memory. */
const stepOf = ({ truths }) => Math.min(...truths.map(({ steps }) => median(steps)));
const epochOf = ({ truths }) => Math.min(...truths.map(({ epochSeconds }) => epochSeconds));
const memoryOf = ({ truths }) => Math.max(...truths.map(({ memoryBytes }) => memoryBytes));

export const errorsOf = (runs) => ({
  step: runs.map((run) => off(run.foretold.estimate.time.step, stepOf(run))),
  epoch: runs.map((run) => off(run.foretold.estimate.time.epoch, epochOf(run))),
  memory: runs.map((run) => off(run.foretold.estimate.memoryBytes, memoryOf(run))),
});

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
    ...runs.map((run, index) => {
      const { title, batch, recipe, load: then } = run;
      const { estimate } = run.foretold;
      return [
        `${title}, batch ${batch}`,
        changesOf(recipe),
        ms(estimate.time.step),
        ms(stepOf(run)),
        percent(errors.step[index]),
        estimate.time.epoch.toFixed(2),
        epochOf(run).toFixed(2),
        percent(errors.epoch[index]),
        mib(estimate.memoryBytes),
        mib(memoryOf(run)),
        percent(errors.memory[index]),
        then.toFixed(1),
      ];
    }),
  ];
  const middle = (list) => `${(median(list.map(Math.abs)) * 100).toFixed(1)} %`;
  return [
    `Costs foretold by parts alone, before a step of the network was taken, and what the runs took`,
    columns(rows),
    `Median error: epochs ${middle(errors.epoch)}, steps ${middle(errors.step)}, memory ${middle(errors.memory)} (load ${load.toFixed(1)}). ` +
      `Steps of ${calibration.count} other networks took ${calibration.factors.small.toFixed(2)} times the sum of their parts on small maps, ` +
      `${calibration.factors.large.toFixed(2)} times on large ones.`,
  ].join('\n');
}
