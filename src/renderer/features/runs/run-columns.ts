/**
 * What can be said of a run in one cell, each described once: the table's columns, their chooser, the sorting and the filter
 * follow from the description, and a new field of the recipe is among them by itself. Pure.
 */
import { isMeasured, type EpochMetric } from '../../../shared/metrics';
import { PRESETS } from '../../../architecture/presets';
import { shownTitle } from '../../../architecture/shown-name';
import {
  formatCount,
  formatDuration,
  formatInstant,
  formatLoss,
  formatMacs,
  formatPercent,
  formatRate,
  NOTHING,
  thousands,
  wholePercent,
} from '../../../shared/format';
import { RECIPE_KEYS } from '../../../shared/recipe';
import { validationLabel } from '../../../shared/comparison/comparable';
import { hasEnded, isActive, isTrained, type Run } from '../../../shared/run';
import { testOfRun } from '../../../shared/test-count';
import { recipeColumn } from './recipe-columns';
import type { Catalog } from '../../ui/columns/catalog';
import {
  beginsDescending,
  COLUMN_GROUPS,
  isNumeric,
  numbers,
  readable,
  texts,
  type RunColumn,
} from './run-column';
import { elapsedSeconds, progressOf, stateLabel, STATE_LABELS } from './describe-run';

const presetIds = new Map(PRESETS.map(({ id, architecture }) => [architecture.name, id]));

/** What is known before the run has begun is what it was asked for. */
function deviceOf({ device, machine, startedAt }: Run): string | null {
  if (machine === null) return null;
  if (startedAt === null) return { auto: 'Automatic', cpu: 'CPU', gpu: 'GPU' }[device];
  return machine.gpu === null ? 'CPU' : machine.gpu;
}

/** A figure of the last epoch. One that the source of an imported run leaves out, or that was not measured, is not one that has diverged. */
function lastOf({ imported, last }: Run, metric: keyof EpochMetric): number | undefined {
  const figure = last?.[metric];
  return last && Number.isNaN(figure) && (imported || !isMeasured(last, metric)) ? undefined : figure;
}

const RUN: readonly RunColumn[] = [
  {
    key: 'name',
    title: 'Name',
    group: 'Run',
    kind: 'text',
    fields: ['name'],
    value: (run) => run.name,
    text: (run) => run.name,
    example: 'baseline',
    width: 200,
  },
  {
    key: 'state',
    title: 'State',
    group: 'Run',
    kind: 'text',
    fields: ['state', 'status'],
    value: stateLabel,
    text: stateLabel,
    also: ({ state, imported, unreadable }) =>
      unreadable !== undefined
        ? []
        : imported
          ? ['ended']
          : [STATE_LABELS[state], ...(isActive(state) ? ['active'] : hasEnded(state) ? ['ended'] : [])],
    choices: [
      ...Object.values(STATE_LABELS).map((label) => label.toLowerCase()),
      'held',
      'imported',
      'unreadable',
      'active',
      'ended',
    ],
    example: 'completed',
    width: 116,
    extra: 36,
  },
  numbers(
    {
      key: 'progress',
      title: 'Progress',
      group: 'Run',
      kind: 'share',
      fields: ['progress'],
      example: '50%',
      align: 'left',
      width: 152,
    },
    progressOf,
    (share) => `${wholePercent(share)} %`,
  ),
  numbers(
    {
      key: 'id',
      title: 'Number',
      help: 'The run’s number, as the command line calls it',
      group: 'Run',
      exact: true,
      fields: ['id', 'number'],
      example: '12',
      width: 88,
    },
    (run) => run.id,
    String,
  ),
  numbers(
    {
      key: 'parent',
      title: 'Forked from',
      help: 'The number of the run from whose checkpoint it began',
      group: 'Run',
      exact: true,
      fields: ['parent', 'forked-from'],
      example: '12',
      width: 116,
    },
    (run) => run.parent?.id,
    (id) => `run ${id}`,
  ),
];

const RESULTS: readonly RunColumn[] = [
  numbers(
    {
      key: 'best',
      title: 'Best val acc',
      help: 'Best validation accuracy and its epoch',
      group: 'Results',
      kind: 'share',
      fields: ['acc', 'best', 'accuracy'],
      example: '60%',
      width: 116,
    },
    (run) => run.best?.valAccuracy,
    (share) => formatPercent(share),
  ),
  numbers(
    {
      key: 'bestEpoch',
      title: 'Best epoch',
      help: 'The epoch of the best validation accuracy',
      group: 'Results',
      exact: true,
      fields: ['best-epoch'],
      example: '8',
      width: 108,
    },
    (run) => run.best?.epoch,
    thousands,
  ),
  numbers(
    {
      key: 'last',
      title: 'Last val acc',
      help: 'Validation accuracy of the last epoch',
      group: 'Results',
      kind: 'share',
      fields: ['last', 'last-acc'],
      example: '60%',
      width: 112,
    },
    (run) => lastOf(run, 'valAccuracy'),
    (share) => formatPercent(share),
  ),
  texts(
    {
      key: 'validatedOn',
      title: 'Validated on',
      help: 'Which images the figures of validation are of',
      group: 'Results',
      fields: ['validated-on', 'validated'],
      example: '"test set"',
      width: 160,
    },
    validationLabel,
  ),
  numbers(
    {
      key: 'testAcc',
      title: 'Test acc',
      help: 'Accuracy on the whole test set, of the latest test',
      group: 'Results',
      kind: 'share',
      fields: ['test', 'test-acc'],
      example: '60%',
      width: 96,
    },
    (run) => testOfRun(run)?.accuracy,
    (share) => formatPercent(share),
  ),
  numbers(
    {
      key: 'tests',
      title: 'Tests',
      help: 'How often the accuracy on the test set was taken',
      group: 'Results',
      exact: true,
      fields: ['tests'],
      example: '1',
      width: 80,
    },
    (run) => (isTrained(run) ? run.tests.length : null),
    thousands,
  ),
  numbers(
    {
      key: 'valLoss',
      title: 'Val loss',
      help: 'Validation loss of the last epoch',
      group: 'Results',
      fields: ['val-loss'],
      example: '1.2',
      width: 96,
    },
    (run) => lastOf(run, 'valLoss'),
    formatLoss,
  ),
  numbers(
    {
      key: 'trainAcc',
      title: 'Train acc',
      help: 'Training accuracy of the last epoch',
      group: 'Results',
      kind: 'share',
      fields: ['train-acc'],
      example: '90%',
      width: 100,
    },
    (run) => lastOf(run, 'accuracy'),
    (share) => formatPercent(share),
  ),
  numbers(
    {
      key: 'trainLoss',
      title: 'Train loss',
      help: 'Training loss of the last epoch',
      group: 'Results',
      fields: ['train-loss', 'loss'],
      example: '1.2',
      width: 104,
    },
    (run) => lastOf(run, 'loss'),
    formatLoss,
  ),
  numbers(
    {
      key: 'epochsDone',
      title: 'Epochs done',
      group: 'Results',
      exact: true,
      fields: ['epochs-done', 'done'],
      example: '10',
      width: 116,
    },
    (run) => run.epoch,
    thousands,
  ),
];

const MODEL: readonly RunColumn[] = [
  texts(
    {
      key: 'architecture',
      title: 'Architecture',
      group: 'Model and data',
      fields: ['model', 'architecture', 'arch'],
      also: readable(({ architecture }) => [
        ...(architecture ? [architecture.name] : []),
        ...(architecture && presetIds.has(architecture.name) ? [presetIds.get(architecture.name)!] : []),
      ]),
      example: 'ResNet-18',
      width: 120,
    },
    ({ architecture }) => architecture && shownTitle(architecture),
  ),
  texts(
    {
      key: 'dataset',
      title: 'Data',
      help: 'Data set',
      group: 'Model and data',
      fields: ['data', 'dataset'],
      also: readable(({ dataset }) => (dataset ? [dataset.id] : [])),
      example: 'shapes',
      width: 88,
    },
    (run) => run.dataset?.title ?? null,
  ),
  numbers(
    {
      key: 'params',
      title: 'Parameters',
      help: 'Trainable and other parameters of the network',
      group: 'Model and data',
      fields: ['params', 'parameters'],
      example: '1.7M',
      width: 112,
    },
    (run) => run.params,
    formatCount,
  ),
  numbers(
    {
      key: 'macs',
      title: 'MACs',
      help: 'Multiply-accumulates per image, forward pass',
      group: 'Model and data',
      fields: ['macs'],
      example: '41M',
      width: 112,
    },
    (run) => run.macs,
    formatMacs,
  ),
];

const MACHINE: readonly RunColumn[] = [
  numbers(
    {
      key: 'time',
      title: 'Time',
      help: 'Time trained',
      group: 'Time and machine',
      kind: 'duration',
      fields: ['time', 'duration'],
      text: (run, now) => (run.unreadable === undefined ? formatDuration(elapsedSeconds(run, now)) : NOTHING),
      example: '2h30min',
      width: 104,
    },
    (run) => (run.imported ? run.seconds || null : run.startedAt === null ? null : run.seconds),
    formatDuration,
  ),
  numbers(
    {
      key: 'epochTime',
      title: 'Time per epoch',
      help: 'Time of the last epoch',
      group: 'Time and machine',
      kind: 'duration',
      fields: ['epoch-time'],
      example: '90s',
      width: 132,
    },
    (run) => lastOf(run, 'seconds'),
    formatDuration,
  ),
  numbers(
    {
      key: 'speed',
      title: 'Speed',
      help: 'Training images per second in the last epoch',
      group: 'Time and machine',
      fields: ['speed'],
      example: '500',
      width: 104,
    },
    (run) => lastOf(run, 'imagesPerSecond'),
    formatRate,
  ),
  {
    key: 'created',
    title: 'Started',
    help: 'When it was started, or imported',
    group: 'Time and machine',
    kind: 'instant',
    fields: ['started', 'created'],
    value: (run) => run.createdAt,
    text: (run) => formatInstant(run.createdAt),
    example: '2026-03-14',
    width: 164,
  },
  numbers(
    {
      key: 'ended',
      title: 'Ended',
      group: 'Time and machine',
      kind: 'instant',
      fields: ['ended'],
      example: '2026-03-14',
      width: 164,
    },
    (run) => (hasEnded(run.state) ? run.endedAt : null),
    formatInstant,
  ),
  texts(
    {
      key: 'device',
      title: 'Device',
      help: 'What it was trained on',
      group: 'Time and machine',
      fields: ['device'],
      also: readable((run) =>
        run.machine === null
          ? []
          : run.startedAt === null
            ? [run.device]
            : run.machine.gpu === null
              ? ['cpu']
              : ['gpu'],
      ),
      example: 'cpu',
      width: 108,
    },
    deviceOf,
  ),
  texts(
    {
      key: 'machine',
      title: 'CPU',
      group: 'Time and machine',
      fields: ['cpu', 'processor'],
      example: 'xeon',
      width: 200,
    },
    (run) => run.machine?.cpu ?? null,
  ),
];

/** In the order of the chooser. */
export const RUN_COLUMNS: readonly RunColumn[] = [
  ...RUN,
  ...RESULTS,
  ...RECIPE_KEYS.map(recipeColumn),
  ...MODEL,
  ...MACHINE,
];

const byKey = new Map(RUN_COLUMNS.map((column) => [column.key, column]));

/** The column of a key; undefined for one that this version does not know. */
export const columnOf = (key: string): RunColumn | undefined => byKey.get(key);

/** What runs are called is always shown. */
export const NAME = 'name';

export const RUN_CATALOG: Catalog<RunColumn> = {
  columns: RUN_COLUMNS,
  groups: COLUMN_GROUPS,
  lead: NAME,
  leadKept: 'Names are always shown',
  // What tells runs apart and how they did.
  usual: [
    NAME,
    'architecture',
    'dataset',
    'state',
    'progress',
    'best',
    'optimizer',
    'learningRate',
    'batchSize',
    'time',
    'created',
  ],
  // A name mostly says model and data.
  first: [
    NAME,
    'state',
    'best',
    'created',
    'progress',
    'learningRate',
    'architecture',
    'optimizer',
    'dataset',
    'time',
    'batchSize',
  ],
  isNumeric,
  beginsDescending,
  words: ({ fields }) => fields,
};
