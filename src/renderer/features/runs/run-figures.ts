/** The figures at the top of a run's page: how far it is, how fast it goes, what it reached. Pure. */
import {
  capitalized,
  formatBytes,
  formatCores,
  formatDuration,
  formatGpuMemory,
  formatPercent,
  formatRate,
  thousands,
} from '../../../shared/format';
import { isActive, isTrained, type Run, type RunLive, type TrainedRun } from '../../../shared/run';
import {
  elapsedSeconds,
  describeEpochs,
  describePhase,
  describeQueuePlace,
  formatTimeLeft,
} from './describe-run';

export interface Figure {
  label: string;
  value: string;
}

/** What a run that trains takes of its machine; of one that does not, what its last epoch took. */
function usage(run: TrainedRun, live: RunLive | undefined): Figure[] {
  if (!isActive(run.state)) {
    return [
      { label: 'Speed, last epoch', value: formatRate(run.last?.imagesPerSecond) },
      { label: 'Memory', value: formatBytes(run.last?.memoryBytes) },
    ];
  }
  const gpuMemory = live?.gpuMemory;
  return [
    { label: 'Time left', value: formatTimeLeft(run, live) },
    { label: 'Speed', value: formatRate(live?.stalled ? null : live?.imagesPerSecond) },
    { label: 'Memory', value: formatBytes(live?.memoryBytes) },
    { label: 'CPU cores in use', value: formatCores(live?.cores, run.machine.threads) },
    ...(gpuMemory ? [{ label: 'GPU memory', value: formatGpuMemory(gpuMemory) }] : []),
  ];
}

/** @param now milliseconds since 1970 */
export const runFigures = (run: Run, live: RunLive | undefined, now: number): Figure[] =>
  isTrained(run) ? trainedFigures(run, live, now) : importedFigures(run);

/** As far as its source says. */
function importedFigures(run: Run): Figure[] {
  const speed = run.last?.imagesPerSecond ?? NaN;
  return [
    ...(run.step > 0 ? [{ label: 'Steps', value: thousands(run.step) }] : []),
    ...(run.seconds > 0 ? [{ label: 'Time', value: formatDuration(run.seconds) }] : []),
    ...(Number.isFinite(speed) ? [{ label: 'Speed, last epoch', value: formatRate(speed) }] : []),
    ...validationFigures(run),
  ];
}

const trainedFigures = (run: TrainedRun, live: RunLive | undefined, now: number): Figure[] => [
  { label: 'Step', value: `${thousands(run.step)} of ${thousands(run.totalSteps)}` },
  { label: 'Elapsed', value: formatDuration(elapsedSeconds(run, now)) },
  ...usage(run, live),
  ...validationFigures(run),
];

const validationFigures = (run: Run): Figure[] => [
  {
    label: run.best ? `Best validation, epoch ${run.best.epoch}` : 'Best validation',
    value: formatPercent(run.best?.valAccuracy),
  },
  { label: 'Last validation', value: formatPercent(run.last?.valAccuracy) },
  ...(run.last?.emaValAccuracy === undefined
    ? []
    : [{ label: 'Last validation, averaged weights', value: formatPercent(run.last.emaValAccuracy) }]),
];

/** `Epoch 3 of 10, training`; `2 of 10 epochs, next in the queue`. */
export function runHeadline(run: Run, live: RunLive | undefined): string {
  const now = isActive(run.state)
    ? describePhase(run, live)
    : run.state === 'queued'
      ? describeQueuePlace(run)
      : null;
  return capitalized(now === null ? describeEpochs(run) : `${describeEpochs(run)}, ${now}`);
}
