/** A file that MODEL names: an architecture as JSON, or block tables in Python or JSON, of which `FILE:NAME` takes one. */
import { basename, extname } from 'node:path';
import type { BlockTable } from '../../architecture/architecture';
import { inert } from '../../architecture/inert-text';
import { LIMITS } from '../../architecture/limits';
import { nameProblem } from '../../architecture/names';
import { isNotebook } from '../../architecture/text/plain';
import { namesOf, parseBlockTables, type NamedTable } from '../../architecture/text/table';
import { decodedText } from '../../node/files/decoded-text';
import { readUserFile, userPathStats } from '../../node/files/user-files';
import { expected } from '../../shared/result';
import { problemsError } from './problems-error';

/** `json` is the text of an architecture; without one it is a block table. */
export type ModelFile =
  { path: string; json: string } | { path: string; json: null; name: string; table: BlockTable };

const WANTED = 'a file with an architecture or a block table';

/**
 * Reads a file, or of `FILE:NAME` the table of that name in it.
 * @throws ExpectedError with one sentence where it cannot be read or does not say which table.
 */
export function readModelFile(model: string): ModelFile {
  const { path, wanted } = split(model);
  // A character of the limit takes up to four bytes.
  const text = decodedText(readUserFile(path, { wanted: WANTED, limit: LIMITS.textLength * 4 }), path);
  if (text.trim() === '') {
    throw expected(
      'invalid-input',
      `${path} is empty; it should hold an architecture as JSON or a block table`,
    );
  }
  if (isArchitecture(text)) {
    if (wanted === null) return { path, json: text };
    throw expected(
      'invalid-input',
      `${path} holds one architecture and no table ${JSON.stringify(inert(wanted))}; name the file alone`,
    );
  }
  const tables = parseBlockTables(text);
  if (!tables.ok) throw problemsError(path, tables.problems);
  const { name, table } = chosen(path, tables.value, wanted);
  const usable = name !== null && nameProblem(name) === null;
  return { path, json: null, name: usable ? name : basename(path, extname(path)), table };
}

/** A name may hold a colon, and so may a path: what exists as a file is the path. */
function split(model: string): { path: string; wanted: string | null } {
  if (userPathStats(model)) return { path: model, wanted: null };
  for (let at = model.lastIndexOf(':'); at > 0; at = model.lastIndexOf(':', at - 1)) {
    const path = model.slice(0, at);
    if (userPathStats(path)?.isFile()) return { path, wanted: model.slice(at + 1) };
  }
  // Then the file is missing that has the ending of one.
  const [, path = model] = /^(.+\.(?:json|txt|py|ipynb)):[^/\\]*$/i.exec(model) ?? [];
  return { path, wanted: null };
}

/** A dictionary of tables begins as an architecture does, and has none of its fields. */
const isArchitecture = (text: string): boolean =>
  text.trimStart().startsWith('{') &&
  !isNotebook(text) &&
  (/["'“”](?:name|inputShape|classes|stem|table)["'“”]\s*[:：]/.test(text) || !parseBlockTables(text).ok);

function chosen(path: string, tables: readonly NamedTable[], wanted: string | null): NamedTable {
  const [first] = tables;
  if (wanted === null && first && tables.length === 1) return first;
  const named = tables.filter(({ name }) => name === wanted);
  const byNumber = wanted !== null && /^[1-9]\d*$/.test(wanted) ? tables[Number(wanted) - 1] : undefined;
  if (named.length === 1 || (named.length === 0 && byNumber)) return named[0] ?? byNumber!;
  const count = tables.length === 1 ? 'one block table' : `${tables.length} block tables`;
  const held = `holds ${count} (${namesOf(tables)})`;
  const example = inert(tables.find(({ name }) => name !== null && isUnique(tables, name))?.name ?? '1');
  const cure = `choose one by its name or number, as in ${path}:${example}`;
  if (wanted === null) throw expected('invalid-input', `${path} ${held}; ${cure}`);
  const what = named.length > 1 ? 'of which several are called' : 'none of them called';
  throw expected('not-found', `${path} ${held}, ${what} ${JSON.stringify(inert(wanted))}; ${cure}`);
}

const isUnique = (tables: readonly NamedTable[], wanted: string): boolean =>
  tables.filter(({ name }) => name === wanted).length === 1;
