/** In what compared runs differ, and what they reached. Pure. */
import type { EpochMetric } from '../../../shared/metrics';
import type { Run } from '../../../shared/run';
import {
  formatDuration,
  formatLoss,
  formatMacs,
  formatPercent,
  formatRate,
  thousands,
} from '../../../shared/format';
import { scheduleOfRun } from '../../../shared/schedule';
import { detailGroups, type Group } from '../runs/details';
import { describeEpochs, STATE_LABELS } from '../runs/describe-run';

export interface ComparedRow {
  group: Group;
  field: string;
  /** One a run, in their order. */
  values: string[];
  differs: boolean;
  block: boolean;
}

/** Every field of architecture, recipe, data and machine; `differs` where not all runs have the same. */
export function comparedRows(runs: readonly Run[]): ComparedRow[] {
  const details = runs.map(detailGroups);
  const first = details[0];
  if (!first) return [];
  return (Object.keys(first) as Group[]).flatMap((group) =>
    first[group].map(({ field, block }, index) => {
      const values = details.map((one) => one[group][index]?.value ?? '–');
      return { group, field, values, differs: new Set(values).size > 1, block: block ?? false };
    }),
  );
}

export interface ResultRow {
  field: string;
  values: string[];
  /** Short addition below a value: `epoch 9`. */
  notes: (string | null)[];
  /** Indexes of the runs with the best value; empty where there is nothing to win, or all are equal. */
  winners: number[];
}

/** The indexes of the best values; none where fewer than two are known or all known ones are equal. */
export function winnersOf(values: readonly (number | null)[], direction: 'max' | 'min'): number[] {
  const known = values.filter((value): value is number => value !== null && Number.isFinite(value));
  if (known.length < 2 || new Set(known).size === 1) return [];
  const best = direction === 'max' ? Math.max(...known) : Math.min(...known);
  return values.flatMap((value, index) => (value === best ? [index] : []));
}

function median(values: readonly number[]): number | null {
  const sorted = [...values].sort((a, b) => a - b);
  const middle = sorted.length >> 1;
  if (sorted.length === 0) return null;
  return sorted.length % 2 ? sorted[middle]! : (sorted[middle - 1]! + sorted[middle]!) / 2;
}

/** `epochsOf`: all epochs of a run, as far as they have been read. */
export function resultRows(
  runs: readonly Run[],
  epochsOf: (run: Run) => readonly EpochMetric[],
): ResultRow[] {
  const row = (
    field: string,
    value: (run: Run) => number | null,
    format: (value: number | null) => string,
    direction: 'max' | 'min' | null,
    note: (run: Run) => string | null = () => null,
  ): ResultRow => {
    const values = runs.map(value);
    return {
      field,
      values: values.map((one) => format(one)),
      notes: runs.map(note),
      winners: direction ? winnersOf(values, direction) : [],
    };
  };
  const lowest = (run: Run): EpochMetric | null =>
    epochsOf(run).reduce<EpochMetric | null>(
      (best, epoch) =>
        Number.isFinite(epoch.valLoss) && (!best || epoch.valLoss < best.valLoss) ? epoch : best,
      null,
    );
  return [
    {
      field: 'State',
      values: runs.map((run) => STATE_LABELS[run.state]),
      notes: runs.map(describeEpochs),
      winners: [],
    },
    row('Parameters', (run) => run.params, thousands, null),
    row('MACs per image', (run) => run.macs, formatMacs, null),
    row(
      'Best validation accuracy',
      (run) => run.best?.valAccuracy ?? null,
      formatPercent,
      'max',
      (run) => (run.best ? `epoch ${run.best.epoch}` : null),
    ),
    row('Last validation accuracy', (run) => run.last?.valAccuracy ?? null, formatPercent, 'max'),
    row(
      'Lowest validation loss',
      (run) => lowest(run)?.valLoss ?? null,
      formatLoss,
      'min',
      (run) => {
        const epoch = lowest(run);
        return epoch ? `epoch ${epoch.epoch}` : null;
      },
    ),
    row('Last training accuracy', (run) => run.last?.accuracy ?? null, formatPercent, 'max'),
    row(
      'Time of an epoch (median)',
      (run) => median(epochsOf(run).map((e) => e.seconds)),
      formatDuration,
      'min',
    ),
    row('Speed (median)', (run) => median(epochsOf(run).map((e) => e.imagesPerSecond)), formatRate, 'max'),
    row('Total time', (run) => (run.startedAt === null ? null : run.seconds), formatDuration, null),
    row('Images trained on', (run) => scheduleOfRun(run).imagesAfter(run.step), thousands, null),
  ];
}
