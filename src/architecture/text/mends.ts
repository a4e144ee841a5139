/** Mends of brackets: one more or less, where a single place is possible. */
import { checkTable } from '../block-table';
import { Checker } from '../checks';
import type { Mend } from '../problem';
import { LiteralReader, mend } from './literal';
import { dataOf } from './to-data';

/** Characters of a list in which every place is tried: what takes longer is no table that one types. */
const MAX_LENGTH = 1200;

/**
 * One closing bracket more or less, where a single place gives a table; the same table by two places counts once.
 * `code` is the list as it stands, from offset `start` of the text on.
 */
export function bracketMends(code: string, start: number): Mend[] {
  if (code.length > MAX_LENGTH) return [];
  const found = new Map<string, Mend>();
  const consider = (changed: string, change: Mend): void => {
    const table = tableOf(changed);
    // Of several places that say the same the last one reads best.
    if (table !== null) found.set(table, change);
  };
  for (let at = 1; at <= code.length; at++) {
    const char = code[at];
    const closes = char === ']' || char === ')';
    if (closes) {
      const change = mend(`Remove one \`${char}\``, start + at, start + at + 1, '');
      consider(code.slice(0, at) + code.slice(at + 1), change);
    }
    // Elsewhere an entry would be torn.
    if (char !== undefined && char !== ',' && !closes) continue;
    for (const bracket of code.includes('(') ? [']', ')'] : [']']) {
      const change = mend(`Write the missing \`${bracket}\``, start + at, start + at, bracket);
      consider(code.slice(0, at) + bracket + code.slice(at), change);
    }
    if (found.size > 1) return [];
  }
  return [...found.values()];
}

/** The table of a list that is one, as text; null for any other. */
function tableOf(code: string): string | null {
  const reader = new LiteralReader(code, code);
  const { literal } = reader.read(0);
  if (!literal || reader.continuation(literal) !== null) return null;
  const checker = new Checker();
  const table = checkTable(dataOf(literal.value).json, checker);
  return table && checker.clean ? JSON.stringify(table) : null;
}
