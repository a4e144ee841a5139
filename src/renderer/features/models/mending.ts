/** Mends of the editor's texts. Pure. */
import type { Mend, Problem } from '../../../architecture/problem';
import { mended } from '../../../architecture/text/mended';
import { plural } from '../../../shared/format';
import { evaluate, type Edit } from './document';

/** The mends of which nobody has to choose: each is the only one of its problem. */
export const certainMends = (problems: readonly Problem[]): Mend[] =>
  problems.flatMap(({ mends = [] }) => (mends.length === 1 ? mends : []));

/** The text in front with a mend of it. */
export const mendedTexts = ({ json, tableText }: Edit, mend: Mend): Partial<Edit> =>
  json === null ? { tableText: mended(tableText, mend) } : { json: mended(json, mend) };

/** Mends that are done at once: each reads the text again. */
const MAX_AT_ONCE = 20;

/** The text in front with every certain mend, one after the other: each is one of the text that the last one left. */
export function allMended(edit: Edit): { texts: Partial<Edit>; mends: Mend[] } {
  let now = edit;
  const mends: Mend[] = [];
  while (mends.length < MAX_AT_ONCE) {
    const [next] = certainMends(evaluate(now).problems);
    if (!next) break;
    now = { ...now, ...mendedTexts(now, next) };
    mends.push(next);
  }
  return { texts: { json: now.json, tableText: now.tableText }, mends };
}

/** What the step is called in which these are done. */
export function mendName(mends: readonly Mend[]): string {
  const [only, ...others] = mends;
  if (!only || others.length > 0) return `mend ${plural(mends.length, 'mistake')}`;
  return only.label[0]!.toLowerCase() + only.label.slice(1);
}
