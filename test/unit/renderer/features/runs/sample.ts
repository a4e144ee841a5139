/** A plausible run for the tests of the window. */
import { findPreset } from '../../../../../src/architecture/presets';
import type { Checkpoint } from '../../../../../src/shared/checkpoint';
import type { EpochMetric } from '../../../../../src/shared/metrics';
import { BLOG_RECIPE } from '../../../../../src/shared/blog/experiment';
import { isTrained, type Run, type TrainedRun } from '../../../../../src/shared/run';
import type { SavedArchitecture } from '../../../../../src/shared/saved-architecture';

export function sampleEpoch(
  epoch: number,
  valAccuracy: number,
  over: Partial<EpochMetric> = {},
): EpochMetric {
  return {
    epoch,
    step: epoch * 157,
    loss: 2 / epoch,
    crossEntropy: 1 / epoch,
    accuracy: valAccuracy + 0.05,
    valLoss: 2.1 / epoch,
    valCrossEntropy: 1.1 / epoch,
    valAccuracy,
    seconds: 20,
    imagesPerSecond: 500,
    memoryBytes: 1e9,
    ...over,
  };
}

export function sampleRun(over: Partial<Run> = {}): TrainedRun {
  const run: Run = {
    id: 1,
    name: 'one',
    architecture: findPreset('resnet18')!.architecture,
    model: null,
    recipe: { ...BLOG_RECIPE },
    dataset: { id: 'shapes', title: 'Shapes', sha256: null, trainCount: 10_000, evalCount: 2_000 },
    state: 'completed',
    reason: null,
    versions: { resbench: '0.1.0', tensorflow: '2.21.0', electron: '45.4.1', node: '24.1.0' },
    machine: { platform: 'linux-x64', cpu: 'A processor', threads: 2, memoryBytes: 8e9, gpu: null },
    createdAt: 1_000_000,
    startedAt: 1_001_000,
    endedAt: 1_201_000,
    params: 11_000_000,
    macs: 37_000_000,
    step: 1570,
    totalSteps: 1570,
    epoch: 10,
    epochs: 10,
    best: { valAccuracy: 0.7, epoch: 9 },
    last: sampleEpoch(10, 0.69),
    seconds: 200,
    queue: null,
    asks: null,
    parent: null,
    gaps: [],
    tests: [],
    checkpointStep: null,
    device: 'auto',
    threads: 2,
    own: true,
    revision: 1,
    imported: null,
    ...over,
  };
  if (!isTrained(run)) throw new Error('An imported one is made by importedSample().');
  return run;
}

export const savedSample = (over: Partial<SavedArchitecture> = {}): SavedArchitecture => ({
  id: 1,
  architecture: findPreset('resnet18')!.architecture,
  version: 1,
  updatedAt: 1_000_000,
  starred: false,
  tags: [],
  notes: '',
  ...over,
});

/** As one is stored of which its user said nothing: a CSV file of ten epochs, without steps and times. */
export function importedSample(over: Partial<Run> = {}): Run {
  return {
    ...sampleRun(),
    name: 'history.csv',
    architecture: null,
    recipe: null,
    dataset: null,
    versions: null,
    machine: null,
    params: null,
    macs: null,
    step: 0,
    totalSteps: 0,
    startedAt: null,
    endedAt: null,
    seconds: 0,
    threads: null,
    last: sampleEpoch(10, 0.69, {
      step: NaN,
      crossEntropy: NaN,
      valCrossEntropy: NaN,
      seconds: NaN,
      imagesPerSecond: NaN,
      memoryBytes: NaN,
    }),
    imported: {
      format: 'csv-logger',
      file: 'history.csv',
      importedAt: 1_000_000,
      columns: [
        { source: 'epoch', metric: 'epoch' },
        { source: 'loss', metric: 'loss' },
        { source: 'accuracy', metric: 'accuracy' },
        { source: 'val_loss', metric: 'valLoss' },
        { source: 'val_accuracy', metric: 'valAccuracy' },
      ],
      leftOut: [{ source: 'lr', reason: 'Resbench has no such metric.' }],
    },
    ...over,
  };
}

export function sampleCheckpoint(over: Partial<Checkpoint> = {}): Checkpoint {
  return {
    id: 1,
    runId: 1,
    step: 157,
    epoch: 1,
    kind: 'epoch',
    file: 'step-157',
    bytes: 1e6,
    valAccuracy: null,
    best: false,
    pinned: false,
    createdAt: 1_100_000,
    damaged: null,
    ...over,
  };
}
