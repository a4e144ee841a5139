/** A list of values as data that the checks of a block table take, and what of it is not known. */
import { STAGE } from '../block-table';
import type { Path, ValueProblem } from '../problem';
import { spanOf } from '../position';
import type { UnknownValue, Value } from './values';

export interface Data {
  json: unknown;
  unknown: { path: readonly number[]; value: UnknownValue }[];
  /** Texts, truth values and the like where a number or a list belongs. */
  misplaced: Value[];
}

export function dataOf(value: Value): Data {
  const data: Data = { json: null, unknown: [], misplaced: [] };
  data.json = convert(value, [], data);
  return data;
}

/** `path` leads to the value; it is the same list all the way, and is copied where it is kept. */
function convert(value: Value, path: number[], data: Data): unknown {
  switch (value.kind) {
    case 'number':
      return value.value;
    case 'list':
      return value.items.map((item, index) => {
        path.push(index);
        const converted = convert(item, path, data);
        path.pop();
        return converted;
      });
    case 'unknown':
      if (value.braces) data.misplaced.push(value);
      else data.unknown.push({ path: [...path], value });
      return standIn(path);
    default:
      data.misplaced.push(value);
      return standIn(path);
  }
}

/** Something that is right at this place, so that the checks find what else is wrong. */
function standIn(path: readonly number[]): unknown {
  const convolution = [1, 1];
  const stage = [1, [convolution]];
  if (path.length === 0) return [stage];
  if (path.length === 1) return stage;
  if (path.length === 2) return path[1] === 0 ? 1 : [convolution];
  return path.length === 3 ? convolution : 1;
}

/** What of a table an unknown value is, and how it is written out. */
function partAt(path: readonly number[]): [subject: string, cure: string] {
  switch (path.length) {
    case 0:
      return ['it comes', 'write the table out'];
    case 1:
      return ['it comes', `write it out as ${STAGE}`];
    case 2:
      return path[1] === 0
        ? ['the count comes', 'write the number out']
        : ['the convolutions come', 'write the list out'];
    case 3:
      return ['it comes', 'write it out as [filters, kernel]'];
    default:
      return [path[3] === 0 ? 'the filters come' : 'the kernel comes', 'write the number out'];
  }
}

/** The problem of a value that is not known. */
export function unknownProblem(
  text: string,
  { path, value }: Data['unknown'][number],
  table: string | undefined,
): ValueProblem {
  const [subject, cure] = partAt(path);
  const way: Path = ['table', ...path];
  return {
    path: way,
    sentence: `${subject} from \`${value.source}\`, which ${value.because}; ${cure}`,
    ...(table !== undefined && { table }),
    at: spanOf(text, value.place.start, value.place.end),
  };
}
