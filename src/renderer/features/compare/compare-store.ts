/** What Compare shows, remembered between starts. */
import { defineStore } from 'pinia';
import { computed, ref } from 'vue';
import { BUDGETS, type Budget } from '../../../shared/comparison/budgets';
import { JUDGED_BY, type JudgedBy } from '../../../shared/comparison/judged';
import type { CompareView } from '../../../shared/settings';
import type { Run } from '../../../shared/run';
import { useSettingsStore } from '../../base/settings-store';
import { BANDS, type Band } from '../../charts/mean-curve';
import { assignSlots, curveStyle, type CurveStyle } from '../../charts/palette';
import { X_AXES, type XAxis } from '../../charts/series';
import { newCard, type ChartCard } from './cards';
import { groupsBy, isGroupField, type GroupField } from './groups';
import { isMetric } from './metrics';

export type BandChoice = Band | 'none';

const DEFAULTS: Omit<CompareView, 'charts'> = {
  axis: 'epoch',
  logarithmicX: false,
  skip: 0,
  groupBy: 'run',
  band: 'deviation',
  traces: false,
  colorBy: 'run',
  baseline: null,
  judgedBy: 'valAccuracy',
  budget: 'images',
  target: null,
  ignored: [],
  scatterX: 'parameters',
  scatterY: 'bestAccuracy',
};

export const useCompareStore = defineStore('compare', () => {
  const settings = useSettingsStore();

  const view = computed<CompareView>(() => settings.settings.compareView ?? { charts: [], ...DEFAULTS });
  function change(patch: Partial<CompareView>): void {
    void settings.set({ compareView: { ...view.value, ...patch } });
  }
  /** A part of the view that can be bound to a control. */
  const part = <K extends keyof CompareView>(key: K) =>
    computed<CompareView[K]>({
      get: () => view.value[key],
      set: (value) => change({ [key]: value }),
    });

  const axis = computed<XAxis>({
    get: () => X_AXES.find((one) => one === view.value.axis) ?? 'epoch',
    set: (value) => change({ axis: value }),
  });
  const fieldOf = (key: 'groupBy' | 'colorBy') =>
    computed<GroupField>({
      get: () => (isGroupField(view.value[key]) ? view.value[key] : 'run'),
      set: (value) => change({ [key]: value }),
    });
  const band = computed<BandChoice>({
    get: () => BANDS.find((one) => one === view.value.band) ?? 'none',
    set: (value) => change({ band: value }),
  });

  const judgedBy = computed<JudgedBy>({
    get: () => JUDGED_BY.find((one) => one === view.value.judgedBy) ?? 'valAccuracy',
    set: (value) => change({ judgedBy: value }),
  });
  const budget = computed<Budget>({
    get: () => BUDGETS.find((one) => one === view.value.budget) ?? 'images',
    set: (value) => change({ budget: value }),
  });

  /** Those that are chosen; where none is yet, what there is to see of the runs. */
  const charts = (runs: readonly Run[]): ChartCard[] => {
    const known = view.value.charts.filter((card): card is ChartCard => isMetric(card.metric));
    if (known.length > 0) return known;
    // Runs that stopped within their first epoch have nothing but their steps.
    return runs.some((run) => run.best) || runs.length === 0
      ? [newCard('valAccuracy'), newCard('valLoss')]
      : [newCard('stepLoss'), newCard('stepAccuracy')];
  };

  /** Gives each run a colour that it keeps, here and after the next start. */
  function keepColors(ids: readonly number[]): void {
    const known = new Map(
      Object.entries(settings.settings.runColors).map(([id, slot]) => [Number(id), slot]),
    );
    if (ids.every((id) => known.has(id))) return;
    // What others were given long ago is free again; those that are shown come first.
    const slots = assignSlots(known, ids);
    const kept = new Map([...[...known].filter(([id]) => !slots.has(id)).slice(-KEPT_COLORS), ...slots]);
    void settings.set({ runColors: Object.fromEntries(kept) });
  }
  const slotOf = (id: number): number => settings.settings.runColors[id] ?? 0;
  const setColor = (id: number, slot: number): void =>
    void settings.set({ runColors: { ...settings.settings.runColors, [id]: slot } });

  const colorBy = fieldOf('colorBy');
  /** Styles of runs: by run, or one hue for all runs of a group and another dash for each of them. */
  function stylesOf(runs: readonly Run[]): ReadonlyMap<number, CurveStyle> {
    const styles = new Map<number, CurveStyle>();
    if (colorBy.value === 'run') {
      for (const { id } of runs) styles.set(id, curveStyle(slotOf(id), settings.dark));
      return styles;
    }
    groupsBy(runs, colorBy.value).forEach((group, hue) =>
      group.runs.forEach(({ id }, index) =>
        styles.set(id, {
          color: curveStyle(hue, settings.dark).color,
          dash: curveStyle(index, settings.dark).dash,
        }),
      ),
    );
    return styles;
  }

  return {
    axis,
    logarithmicX: part('logarithmicX'),
    skip: part('skip'),
    groupBy: fieldOf('groupBy'),
    colorBy,
    band,
    traces: part('traces'),
    baseline: part('baseline'),
    judgedBy,
    budget,
    target: part('target'),
    ignored: part('ignored'),
    scatterX: part('scatterX'),
    scatterY: part('scatterY'),
    /** The table has all fields, not only those that differ; until the window is closed. */
    showAll: ref(false),
    /** The same for the recipes side by side. */
    allOfRecipes: ref(false),
    charts,
    setCharts: (cards: readonly ChartCard[]) => change({ charts: [...cards] }),
    keepColors,
    setColor,
    slotOf,
    stylesOf,
  };
});

/** Colours of runs that are not compared now are remembered for so many. */
const KEPT_COLORS = 500;
