import type { BlockTable } from '../../../src/architecture/architecture';
import { checkTable } from '../../../src/architecture/block-table';
import { Checker } from '../../../src/architecture/checks';
import type { Parsed } from '../../../src/architecture/problem';

/** A block table that is data already, checked by itself. */
export function checked(json: unknown): Parsed<BlockTable> {
  const checker = new Checker();
  const table = checkTable(json, checker);
  return table && checker.clean ? { ok: true, value: table } : { ok: false, problems: checker.problems };
}
