/** Texts as mends leave them, and which mends are sure. */
import type { Mend } from '../problem';

/** The text with the edits of a mend. */
export function mended(text: string, { edits }: Mend): string {
  let result = '';
  let at = 0;
  for (const { from, to, insert } of edits) {
    result += text.slice(at, from) + insert;
    at = to;
  }
  return result + text.slice(at);
}

/** Mends that are tried for one problem. */
const MAX_TRIED = 3;

/** Those after which the text can be read. */
export function verified(
  text: string,
  mends: readonly Mend[],
  reads: (text: string) => boolean,
): readonly Mend[] {
  return mends.slice(0, MAX_TRIED).filter((one) => reads(mended(text, one)));
}
