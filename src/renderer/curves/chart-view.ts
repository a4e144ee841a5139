/**
 * What the charts of a page share. It is passed as refs, not as values: a zoom or a pointer moves in every frame, and would
 * otherwise render every component on the way anew.
 */
import { markRaw, ref, shallowRef, type Ref } from 'vue';
import type { Range } from '../charts/curve';
import type { Cursor } from './use-chart-pointer';

export interface ChartView {
  /** What is shown of the x-axis; null for everything. */
  range: Ref<Range | null>;
  /** Where the pointer is; null where it is over no plot. */
  cursor: Ref<Cursor | null>;
  /** The group of curves that stands out; null for none. */
  emphasised: Ref<string | null>;
}

export const newChartView = (): ChartView =>
  markRaw({ range: shallowRef(null), cursor: shallowRef(null), emphasised: ref(null) });
