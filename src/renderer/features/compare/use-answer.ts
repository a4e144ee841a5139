/** The answer of Compare: its sentences, the figures of each run or group, and where curves cross. */
import { computed, type ComputedRef, type Ref, type WritableComputedRef } from 'vue';
import { answerOf, compareRuns } from '../../../shared/comparison/answer';
import { commonBudget, type History } from '../../../shared/comparison/budgets';
import { figuresOf, type GroupFigures } from '../../../shared/comparison/figures';
import type { Run } from '../../../shared/run';
import { useOncePainted } from '../../base/once-painted';
import { named } from '../../base/shown';
import type { CurveStyle } from '../../charts/palette';
import type { RunCurves } from '../../curves/run-curves';
import { useCompareStore } from './compare-store';
import { figureColumns, type FigureColumn } from './figure-columns';
import { usePredictions } from './predictions';
import type { Comparison } from './use-comparison';

/** A row of the figures: a run, or the runs of a group. */
export interface FiguresRow {
  key: string;
  label: string;
  style: CurveStyle;
  figures: GroupFigures;
}

export interface CompareAnswer {
  /** Whether the curves have been painted: figures are for afterwards, of fifty runs they take longer. */
  ready: Readonly<Ref<boolean>>;
  /** Null for fewer than two runs, and until all that they have is known. */
  sentence: ComputedRef<string | null>;
  rows: ComputedRef<FiguresRow[]>;
  columns: ComputedRef<FigureColumn[]>;
  /** They have nothing of the budget in common. */
  apart: ComputedRef<boolean>;
  /** Key of the row that the others are held against. */
  baseline: WritableComputedRef<string | null>;
}

export function useAnswer(
  runs: () => readonly Run[],
  curves: RunCurves,
  { groups, compared }: Comparison,
): CompareAnswer {
  const view = useCompareStore();
  const isLoaded = computed(() => runs().every(({ id }) => curves.logs.value.get(id)?.loaded));
  const ready = useOncePainted(() => isLoaded.value);
  const predictions = usePredictions(() =>
    ready.value
      ? runs().map(({ id }) => ({ id, epoch: curves.epochs.value.get(id)?.at(-1)?.epoch ?? 0 }))
      : [],
  );
  const historyOf = (run: Run): History => ({
    run,
    epochs: curves.epochs.value.get(run.id) ?? [],
    predictions: predictions.of(run.id),
  });

  const histories = computed(() => runs().map(historyOf));
  const grouped = computed(() =>
    groups.value.map(({ name, runs }) => ({ name, histories: runs.map(historyOf) })),
  );
  const amount = computed(() =>
    histories.value.length > 1 ? commonBudget(histories.value, view.budget, view.judgedBy) : null,
  );
  return {
    ready,
    // The one before stays until what a new epoch predicted is known.
    sentence: computed<string | null>((before) => {
      if (!isLoaded.value || !ready.value) return null;
      if (!predictions.settled.value) return before ?? null;
      // Runs that stand for themselves are still one another's repetitions.
      const answer =
        view.groupBy === 'run'
          ? compareRuns(histories.value, view.judgedBy, named)
          : answerOf(grouped.value, view.judgedBy, named);
      return answer?.sentences.join(' ') ?? null;
    }),
    rows: computed(() =>
      grouped.value.map((group, index) => ({
        key: groups.value[index]!.key,
        label: compared.value[index]!.label,
        style: compared.value[index]!.style,
        figures: figuresOf(group, { budget: view.budget, amount: amount.value, target: view.target }),
      })),
    ),
    columns: computed(() =>
      figureColumns({
        by: view.judgedBy,
        budget: view.budget,
        amount: amount.value,
        target: view.target,
        tested: histories.value.some(({ run }) => run.tests.length > 0),
      }),
    ),
    apart: computed(
      () =>
        amount.value === null &&
        histories.value.length > 1 &&
        histories.value.every(({ epochs }) => epochs.length > 0),
    ),
    baseline: computed({
      get: () => groups.value.find((group) => group.runs.some(({ id }) => id === view.baseline))?.key ?? null,
      set: (key) =>
        void (view.baseline = groups.value.find((group) => group.key === key)?.runs[0]!.id ?? null),
    }),
  };
}
