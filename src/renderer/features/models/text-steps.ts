/** Which changes of the editor's texts are one step, and what a step is called. */
import { differences } from '../../../architecture/edits/differences';
import { changedRange } from './code/changed-range';
import { readValue, type Edit, type FormFields } from './document';
import type { Step } from './history';

/** A step of the editor. */
export interface TextStep extends Step<Edit> {
  /** What a step that stands alone was called when it was done; null where its states say it. */
  name: string | null;
}

/** Whoever pauses longer while typing in a text begins another step. */
export const PAUSE_MS = 1000;

export const sameTexts = (a: Edit, b: Edit): boolean => JSON.stringify(a) === JSON.stringify(b);

/** What typing goes on in: a field, or a text; null for a choice, which stands alone. */
export function gatherOf(before: Edit, after: Edit): string | null {
  if (before.json !== after.json) return after.json === null ? null : 'json';
  if (before.tableText !== after.tableText) return 'table';
  if (before.name !== after.name) return 'name';
  const fields = Object.keys(after.fields) as (keyof FormFields)[];
  const [field, ...others] = fields.filter((one) => before.fields[one] !== after.fields[one]);
  if (field === undefined || others.length > 0) return null;
  return typeof after.fields[field] === 'string' && !isChoice(field) ? `field:${field}` : null;
}

const isChoice = (field: keyof FormFields): boolean => field === 'shortcut' || field === 'strideOn';

/** Whether a change of a text goes on where the last step ended, without a pause: a paste or another place does not. */
export function continuesTyping(last: Step<Edit>, before: Edit, after: Edit, now: number): boolean {
  const textOf = (edit: Edit): string => edit.json ?? edit.tableText;
  const done = changedRange(textOf(last.before), textOf(last.after));
  const next = changedRange(textOf(before), textOf(after));
  const isPaste = next.endAfter - next.start > 2;
  return now - last.at <= PAUSE_MS && !isPaste && next.start <= done.endAfter && next.endBefore >= done.start;
}

/**
 * What a step is called: `stage 3 filters 256 → 192`; `typing` where only a text changed, or where it says nothing yet.
 *
 * @param earlier the steps before it, for what the text said before it was broken
 */
export function stepName({ name, before, after }: TextStep, earlier: readonly TextStep[]): string {
  if (name !== null) return name;
  const now = readValue(after);
  if (!now) return 'typing';
  let old = readValue(before);
  for (let at = earlier.length - 1; !old && at >= 0; at--) old = readValue(earlier[at]!.before);
  const found = old ? differences(old, now) : [];
  if (found.length === 0) return 'typing';
  return found.length === 1 ? found[0]!.name : `${found.length} changes`;
}
