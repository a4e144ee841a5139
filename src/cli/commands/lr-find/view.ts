/** A range test as JSON, and as a table of some of its steps with what is suggested below it. Pure. */
import { formatLoss, formatSetting } from '../../../shared/format';
import {
  describeRangeEnd,
  NO_SUGGESTION,
  RANGE_RULES,
  roundedRate,
  suggestRates,
  type RangeRequest,
  type RangeRule,
  type RangeResult,
} from '../../../shared/range-test';
import { formatTable } from '../../format/table';
import type { Output } from '../../terminal/output';

/** Rows of the table, besides those of suggestions. */
const ROWS = 20;

export function rangeJson({ range }: Pick<RangeRequest, 'range'>, result: RangeResult) {
  const [suggestion] = suggested(range, result);
  return {
    range,
    end: result.end,
    suggestion: suggestion ? { rule: suggestion.rule, rate: roundedRate(suggestion.rate) } : null,
    rules: Object.fromEntries(suggested(range, result).map(({ rule, rate }) => [rule, rate])) as Partial<
      Record<RangeRule, number>
    >,
    steps: result.points.map((point, index) => ({ step: index + 1, ...point })),
  };
}

export function rangeLines(
  { range, architecture }: Pick<RangeRequest, 'range' | 'architecture'>,
  result: RangeResult,
  { table, style }: Pick<Output, 'table' | 'style'>,
): string[] {
  const { points } = result;
  const suggestions = suggested(range, result);
  const [first, ...others] = suggestions;
  /** The point that is nearest to each suggestion, by its index. */
  const marks = new Map<number, string[]>();
  for (const { rule, rate } of suggestions) {
    const distance = (at: number): number => Math.abs(Math.log(points[at]!.rate / rate));
    const at = points.reduce((best, _, index) => (distance(index) < distance(best) ? index : best), 0);
    marks.set(at, [...(marks.get(at) ?? []), RANGE_RULES[rule].label.toLowerCase()]);
  }
  const every = Math.max(1, Math.ceil(points.length / ROWS));
  const rows = points.flatMap(({ rate, loss, smoothed }, index) =>
    index % every === 0 || index === points.length - 1 || marks.has(index)
      ? [
          [
            String(index + 1),
            formatSetting(Number(rate.toPrecision(3))),
            formatLoss(loss),
            formatLoss(smoothed),
            (marks.get(index) ?? []).join(', '),
          ],
        ]
      : [],
  );
  const right = (title: string) => ({ title, align: 'right' as const });
  return [
    style.bold(architecture.name),
    '',
    ...formatTable(
      [right('Step'), right('Learning rate'), right('Loss'), right('Smoothed'), { title: '' }],
      rows,
      table,
    ),
    '',
    describeRangeEnd(result, range),
    ...(first
      ? [
          `Suggested learning rate: ${shownRate(first.rate)} (${RANGE_RULES[first.rule].label.toLowerCase()}: ` +
            `${RANGE_RULES[first.rule].help}).`,
          ...others.map(
            ({ rule, rate }) => `${RANGE_RULES[rule].label}: ${shownRate(rate)} (${RANGE_RULES[rule].help}).`,
          ),
        ]
      : [NO_SUGGESTION]),
  ];
}

const suggested = ({ steps }: RangeRequest['range'], { points, end }: RangeResult) =>
  suggestRates(points, steps, end);

const shownRate = (rate: number): string => formatSetting(roundedRate(rate));
