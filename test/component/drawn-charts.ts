/** What charts of a page have drawn last: each keeps the marks that it painted. */
import type { VueWrapper } from '@vue/test-utils';
import type { Drawn } from '../../src/renderer/charts/live-chart';
import type { CurveMark } from '../../src/renderer/charts/marks';
import type { Curve } from '../../src/renderer/charts/curve';
import MetricChart from '../../src/renderer/curves/MetricChart.vue';

/** The chart of a test id. */
export function chartOf(page: VueWrapper, testid: string) {
  const found = page.findAllComponents(MetricChart).find((chart) => chart.props('testid') === testid);
  if (!found) throw new Error(`There is no chart with the test id ${testid}.`);
  return found;
}

/** What it shows; null before it has drawn anything. */
export const drawnIn = (page: VueWrapper, testid: string): Drawn | null =>
  (chartOf(page, testid).vm as unknown as { drawn: Drawn | null }).drawn;

export const marksIn = (page: VueWrapper, testid: string): readonly CurveMark[] =>
  drawnIn(page, testid)?.marks ?? [];

/** Each mark by its label, with how many places it draws. */
export const lengthsOf = (marks: readonly CurveMark[]): [string, number][] =>
  marks.map((mark) => [
    mark.label,
    mark.kind === 'path' ? mark.at.length : mark.kind === 'ring' ? 1 : mark.points,
  ]);

/** The curves that a chart is given. */
export const curvesIn = (page: VueWrapper, testid: string): Curve[] =>
  (chartOf(page, testid).props('source') as () => Curve[])();
