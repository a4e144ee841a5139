/** The runs of the blog's experiment in this data folder: those trained here, and the printed one where it was added. */
import { computed, ref, watch } from 'vue';
import { printedRunRequest } from '../../../shared/blog/experiment';
import type { Run } from '../../../shared/run';
import { useSettingsStore } from '../../base/settings-store';
import { attempt, report } from '../../base/api';
import { curveStyle, type CurveStyle } from '../../charts/palette';
import { useCompareStore } from '../compare/compare-store';
import { useRunsStore } from '../runs/runs-store';
import { shownRuns } from './shown-runs';

export function useExperiment() {
  const runs = useRunsStore();
  const compare = useCompareStore();
  const settings = useSettingsStore();
  void runs.load();

  const shown = computed(() => shownRuns(runs.list));
  // The colours that they have in Compare.
  watch(
    () => shown.value.map(({ run }) => run.id),
    (ids) => compare.keepColors(ids),
    { immediate: true },
  );
  const styleOf = (id: number): CurveStyle => curveStyle(compare.slotOf(id), settings.dark);

  const printedId = ref<number | null>(null);
  /** The printed epochs as a run; null until they are added, and once that run is deleted. */
  const printed = computed<Run | null>(() =>
    printedId.value === null ? null : (runs.get(printedId.value) ?? null),
  );
  const { text } = printedRunRequest();
  void attempt('runs.ofSource', { text }).then((run) => (printedId.value = run?.id ?? null));

  /** The printed epochs as a run, added where they are none yet; null where that failed. */
  async function addPrinted(): Promise<Run | null> {
    try {
      const known = printed.value ?? (await attempt('runs.ofSource', { text })) ?? null;
      const run = known ?? (await runs.importHistory(printedRunRequest()));
      printedId.value = run.id;
      return run;
    } catch (error) {
      report(error);
      return null;
    }
  }

  /** Ticks the printed epochs and what was trained here for Compare; whether that was done. */
  async function compareAll(): Promise<boolean> {
    const added = await addPrinted();
    if (!added) return false;
    await runs.setCompared([added.id, ...shown.value.map(({ run }) => run.id)]);
    return true;
  }

  return { shown, styleOf, printed, addPrinted, compareAll };
}
