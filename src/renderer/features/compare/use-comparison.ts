/** What Compare shows of the runs that are ticked: groups, names beside one another, styles and lines. */
import { computed, watch, type ComputedRef } from 'vue';
import type { Run } from '../../../shared/run';
import { named } from '../../base/shown';
import { steady } from '../../base/steady';
import type { Line } from '../../charts/lines';
import { curveStyle, type CurveStyle } from '../../charts/palette';
import { compareLines, type ComparedLine } from './compare-chart';
import { useCompareStore } from './compare-store';
import { groupsBy, shortNames, type CompareGroup } from './groups';
import { METRICS, type MetricKey } from './metrics';

export interface Comparison {
  groups: ComputedRef<readonly CompareGroup[]>;
  /** Names of the groups beside one another, in their order. */
  groupNames: ComputedRef<readonly string[]>;
  /** Names of the runs beside one another: what is in all of them is left out. */
  labels: ComputedRef<ReadonlyMap<number, string>>;
  styleOf: (runId: number) => CurveStyle;
  /** The groups as they are drawn, in their order. */
  compared: ComputedRef<readonly ComparedLine[]>;
  /** The same object as long as nothing that is drawn has changed. */
  linesOf: (metric: MetricKey) => readonly Line[];
}

export function useComparison(runs: () => readonly Run[]): Comparison {
  const view = useCompareStore();
  watch(
    () => runs().map(({ id }) => id),
    (ids) => view.keepColors(ids),
    { immediate: true },
  );

  // As JSON has them: the runs themselves change with every step.
  const entries = steady(() => [...view.stylesOf(runs())]);
  const styles = computed(() => new Map(entries.value));
  const styleOf = (id: number): CurveStyle => styles.value.get(id) ?? curveStyle(0, false);
  const groups = computed(() => groupsBy(runs(), view.groupBy));
  const labels = computed(() => {
    const ids = runs().map(({ id }) => id);
    const names = shortNames(
      runs().map(({ name }) => named(name)),
      ids,
    );
    return new Map(ids.map((id, index) => [id, names[index]!]));
  });
  const groupNames = computed(() =>
    shortNames(
      groups.value.map(({ name }) => name),
      groups.value.map((group) => group.runs[0]!.id),
    ),
  );
  const compared = steady<ComparedLine[]>(() =>
    groups.value.map((group, index) => ({
      // The runs themselves change with every step.
      group: { ...group, runs: group.runs.map(({ id, name }) => ({ id, name }) as Run) },
      label: groupNames.value[index]!,
      style: { ...styleOf(group.runs[0]!.id), ...(group.runs.length > 1 ? { dash: [] } : {}) },
    })),
  );
  const lines = computed(() => {
    // All that lines depend on is read here, or what is kept below would outlive a change of it.
    const [now, styled] = [compared.value, styles.value];
    const how = {
      band: view.band === 'none' ? null : view.band,
      traces: view.traces,
      styleOf: (id: number): CurveStyle => styled.get(id) ?? curveStyle(0, false),
    };
    const cache = new Map<MetricKey, Line[]>();
    return (metric: MetricKey): Line[] => {
      let found = cache.get(metric);
      if (!found) {
        found = compareLines(now, METRICS[metric], how);
        cache.set(metric, found);
      }
      return found;
    };
  });
  return { groups, groupNames, labels, styleOf, compared, linesOf: (metric) => lines.value(metric) };
}
