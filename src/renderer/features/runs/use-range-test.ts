/** A learning-rate range test in the window: through which rates, how far it is, what it found, and which rate is chosen. */
import { computed, onScopeDispose, reactive, ref, shallowRef } from 'vue';
import { readNumber } from '../../../architecture/typed-number';
import type { Failure } from '../../../shared/result';
import {
  DEFAULT_RANGE,
  describeRangeEnd,
  NO_SUGGESTION,
  rangeObstacle,
  rangeProblems,
  roundedRate,
  suggestRates,
  type RangeEnd,
  type RangePoint,
  type RangeRequest,
  type RateRange,
  type Suggestion,
} from '../../../shared/range-test';
import { formatSetting } from '../../../shared/format';
import { ApiError, attempt, call, on, report } from '../../base/api';
import { nearestPoint } from './range-picture';
import { useRunsStore } from './runs-store';

type RangeTestState = 'none' | 'running' | 'done' | 'cancelled' | 'failed';

export function useRangeTest() {
  const runs = useRunsStore();
  const fields = reactive(typed(DEFAULT_RANGE));
  const state = ref<RangeTestState>('none');
  /** What it does now; 0 to 1, null where nothing is known of the end. */
  const stage = ref('');
  const fraction = ref<number | null>(null);
  /** Another array with each step. */
  const points = shallowRef<readonly RangePoint[]>([]);
  const suggestions = shallowRef<readonly Suggestion[]>([]);
  const refusal = shallowRef<Failure | null>(null);
  const end = ref<RangeEnd | null>(null);
  /** Index of the chosen point; null for the rate of a suggestion, or none. */
  const picked = ref<number | null>(null);
  const rule = ref<Suggestion['rule'] | null>(null);
  /** Counts the tests: what comes of one that was cleared away is not shown. */
  let current = 0;
  /** Of the test that is shown. */
  const range = shallowRef<RateRange>(DEFAULT_RANGE);

  const asked = computed<RateRange>(() => ({
    from: readNumber(fields.from),
    to: readNumber(fields.to),
    steps: readNumber(fields.steps),
  }));
  const problems = computed(() => rangeProblems(asked.value));
  const obstacle = computed(() => rangeObstacle(runs.list));

  const suggestion = computed(() => suggestions.value.find((one) => one.rule === rule.value) ?? null);
  /** The chosen point, or the one that is nearest to the chosen suggestion; -1 for none. */
  const at = computed(() =>
    suggestion.value ? nearestPoint(points.value, suggestion.value.rate) : (picked.value ?? -1),
  );
  /** The rate as it would stand in the form; null where none is chosen. */
  const chosen = computed<number | null>(() => {
    const rate = suggestion.value?.rate ?? points.value[at.value]?.rate;
    return rate === undefined ? null : roundedRate(rate);
  });
  const words = computed(() => {
    switch (state.value) {
      case 'none':
      case 'running':
      case 'failed':
        return '';
      default: {
        const taken = `${points.value.length} of ${range.value.steps} steps`;
        const how = end.value
          ? describeRangeEnd({ points: [...points.value], end: end.value }, range.value)
          : `Cancelled after ${taken}.`;
        return suggestions.value.length > 0 || points.value.length === 0 ? how : `${how} ${NO_SUGGESTION}`;
      }
    }
  });

  onScopeDispose(
    on('rangeTest.progress', (progress) => {
      if (state.value !== 'running') return;
      ({ stage: stage.value, fraction: fraction.value } = progress);
      if (progress.points.length > 0) points.value = [...points.value, ...progress.points];
    }),
  );

  onScopeDispose(() => {
    if (state.value === 'running') void attempt('rangeTest.cancel');
  });

  function settle(how: RangeTestState, at: RangeEnd | null): void {
    end.value = at;
    suggestions.value = suggestRates(points.value, range.value.steps, at);
    rule.value = picked.value === null ? (suggestions.value[0]?.rule ?? null) : null;
    state.value = how;
  }

  function clear(): void {
    current++;
    points.value = [];
    suggestions.value = [];
    refusal.value = null;
    end.value = null;
    picked.value = null;
    rule.value = null;
    fraction.value = null;
    state.value = 'none';
  }

  /** Resolves once it has ended, however it did. */
  async function start(request: Omit<RangeRequest, 'range'>): Promise<void> {
    if (state.value === 'running' || Object.keys(problems.value).length > 0) return;
    clear();
    const own = current;
    range.value = asked.value;
    stage.value = 'Starting';
    state.value = 'running';
    try {
      const result = await call('rangeTest.take', { ...request, range: range.value });
      if (own !== current) return;
      points.value = result.points;
      settle('done', result.end);
    } catch (error) {
      if (own !== current) return;
      if (!(error instanceof ApiError)) report(error);
      else if (error.failure.code === 'cancelled') return settle('cancelled', null);
      else refusal.value = error.failure;
      settle('failed', null);
    }
  }

  return {
    fields,
    problems,
    obstacle,
    state,
    stage,
    fraction,
    points,
    range,
    suggestions,
    refusal,
    at,
    chosen,
    rule,
    words,
    start,
    cancel: async () => void (await attempt('rangeTest.cancel')),
    clear,
    /** The point at an index. */
    pick(index: number): void {
      picked.value = index;
      rule.value = null;
    },
    choose(wanted: Suggestion['rule']): void {
      picked.value = null;
      rule.value = wanted;
    },
  };
}

const typed = (range: RateRange): Record<keyof RateRange, string> => ({
  from: formatSetting(range.from),
  to: formatSetting(range.to),
  steps: String(range.steps),
});
