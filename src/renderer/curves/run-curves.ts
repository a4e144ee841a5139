/** The curves of runs that a page shows: their metrics as far as they have been read, and the axis that all charts share. */
import { computed, shallowRef, watch, type ComputedRef, type ShallowRef } from 'vue';
import type { EpochMetric } from '../../shared/metrics';
import { isActive, type Run } from '../../shared/run';
import { useSettingsStore } from '../base/settings-store';
import { AXES, plannedEnd, type AxisFormat } from '../charts/axes';
import type { CurveSource } from '../charts/curve';
import { linesOfRuns, sourceOf, type Line, type RunLines } from '../charts/lines';
import { scaleOf, type XAxis } from '../charts/series';
import { describeSmoothing } from '../charts/smoothing';
import { newChartView, type ChartView } from './chart-view';
import { useRunMetrics, type LogView } from './metrics-store';
import { smoothingOf } from './smoothing-setting';

export interface ShownRuns {
  runs: () => readonly Run[];
  /** A run as it stands now, where those above may lag behind in steps and seconds. */
  latest?: (run: Run) => Run;
  /** Runs that forks were taken from, whose curves lie behind. */
  parents?: () => readonly Run[];
  axis: () => XAxis;
  logarithmicX?: () => boolean;
  /** So many steps at the beginning are left out; none unless given. */
  skip?: () => number;
  /** Whether a curve of steps is shown, or epochs alone. */
  steps: () => boolean;
  /** Of a run that trains, as its trainer estimates them. */
  secondsLeft: (runId: number) => number | null | undefined;
  /** What stands in the place of curves that have no point yet. */
  emptySentence: () => string;
}

export interface RunCurves extends ChartView {
  /** The logs of the runs and their parents; another map whenever a curve has grown. */
  logs: Readonly<ShallowRef<ReadonlyMap<number, LogView>>>;
  /** The epochs of each run; another map only where an epoch has come. */
  epochs: ComputedRef<ReadonlyMap<number, readonly EpochMetric[]>>;
  axis: ComputedRef<AxisFormat>;
  logarithmicX: ComputedRef<boolean>;
  /** How step values are smoothed, as a short text; null where they are not. */
  smoothing: ComputedRef<string | null>;
  /** Where the axis ends as the runs are planned; null where it ends with the curves. */
  plannedEnd: ComputedRef<number | null>;
  /** Empty for the moment in which it is not known whether there are points. */
  emptySentence: ComputedRef<string>;
  /** The source of a chart with these lines: another one whenever they, the axis, the smoothing or the runs' axes change. */
  source(lines: () => readonly Line[]): ComputedRef<CurveSource>;
}

export function useRunCurves(shown: ShownRuns): RunCurves {
  const settings = useSettingsStore();
  const metrics = useRunMetrics();
  const { logs } = metrics;

  const byRun = shallowRef<ReadonlyMap<number, RunLines>>(new Map());
  watch(
    () => ({ runs: [...shown.runs(), ...(shown.parents?.() ?? [])], steps: shown.steps() }),
    ({ runs, steps }) => {
      byRun.value = linesOfRuns(runs, ({ id }) => metrics.open(id, steps), byRun.value);
    },
    { immediate: true },
  );
  // The last steps of a run that another process trained may have come without an event.
  watch(
    () => shown.runs().filter(({ state }) => isActive(state)),
    (now, before) => {
      const active = new Set(now.map(({ id }) => id));
      const ended = before.filter(({ id }) => !active.has(id));
      for (const { id } of shown.runs()) if (ended.some((run) => run.id === id)) metrics.refresh(id);
    },
  );

  const view = newChartView();
  const logarithmicX = computed(() => shown.logarithmicX?.() ?? false);
  watch([shown.axis, logarithmicX], () => (view.range.value = null));
  const smoothing = computed(() => smoothingOf(settings.settings));

  return {
    logs,
    epochs: computed<ReadonlyMap<number, readonly EpochMetric[]>>((old) => {
      const next = new Map([...logs.value].map(([id, { epochs }]) => [id, epochs]));
      const same = old?.size === next.size && [...next].every(([id, epochs]) => old.get(id) === epochs);
      return same ? old : next;
    }),
    axis: computed(() => AXES[shown.axis()]),
    ...view,
    logarithmicX,
    smoothing: computed(() => describeSmoothing(smoothing.value)),
    plannedEnd: computed(() => {
      const ends = shown
        .runs()
        .map((run) =>
          plannedEnd(shown.axis(), shown.latest?.(run) ?? run, scaleOf(run), shown.secondsLeft(run.id)),
        )
        .filter((end) => end !== null);
      return ends.length > 0 ? Math.max(...ends) : null;
    }),
    emptySentence: computed(() =>
      shown.runs().every(({ id }) => logs.value.get(id)?.loaded) ? shown.emptySentence() : '',
    ),
    source: (lines) =>
      computed(() =>
        sourceOf(lines(), byRun.value, {
          axis: shown.axis(),
          smoothing: smoothing.value,
          skip: shown.skip?.() ?? 0,
        }),
      ),
  };
}
