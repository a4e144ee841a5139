/** What a list looks like before anybody checks what it says. */
import type { ListValue, Value } from './values';

const isList = (value: Value | undefined): value is ListValue => value?.kind === 'list';

/** `[count, [[filters, kernel], …]]`, whatever stands for the numbers. */
export function looksLikeStage(value: Value | undefined): boolean {
  if (!isList(value)) return false;
  const [count, convolutions] = value.items;
  if (!count || isList(count) || !isList(convolutions)) return false;
  return convolutions.items.some((item) => isList(item) && item.items.length > 0);
}

/** A list of which some entry is a stage, or a single stage without its list. */
export const looksLikeTable = (value: Value): boolean =>
  isList(value) && (value.items.some(looksLikeStage) || looksLikeStage(value));

/** Lists inside each other: 4 of a table, 1 of a list of numbers, 0 of anything else. */
export function nesting(value: Value, most = 4): number {
  if (!isList(value)) return 0;
  if (most === 1) return 1;
  let deepest = 0;
  for (const item of value.items) deepest = Math.max(deepest, nesting(item, most - 1));
  return deepest + 1;
}
