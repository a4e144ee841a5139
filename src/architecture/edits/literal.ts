/**
 * Block tables that stand in a text as plain brackets and numbers, with the place of each: what can be changed in place.
 * What a text means is for its reader to say; whoever changes a text here reads it again.
 */
import type { BlockTable, Kernel, TableConvolution, TableStage } from '../architecture';
import { kernelSize } from '../block-table';

/** A list or a number; offsets in UTF-16 units, end exclusive. */
export interface Literal {
  start: number;
  end: number;
  /** Of a number. */
  value?: number;
  /** Of a list. */
  items?: Literal[];
}

/** As deep as a table is: stages, stage, convolutions, convolution, kernel, and brackets around a single value. */
const MAX_DEPTH = 8;
const CLOSER: Record<string, string> = { '[': ']', '(': ')' };
const BRACKET = /[[(]/g;
const SPACE = /\s*/y;
const NUMBER = /[-+]?\d[\d_]*(?![\w.])/y;

function matchAt(pattern: RegExp, text: string, at: number): string | null {
  pattern.lastIndex = at;
  return pattern.exec(text)?.[0] ?? null;
}

const skipSpace = (text: string, at: number): number => at + (matchAt(SPACE, text, at) ?? '').length;

/**
 * Every place at which the table is written out, in the order of the text.
 *
 * @param shape the text in plain characters, without comments and the insides of quoted texts
 */
export function findTable(shape: string, table: BlockTable): Literal[] {
  const found: Literal[] = [];
  for (let at = nextBracket(shape, 0); at < shape.length;) {
    const literal = listAt(shape, at, 0);
    if (literal && isTable(literal, table)) found.push(literal);
    at = nextBracket(shape, literal?.end ?? at + 1);
  }
  return found;
}

function nextBracket(shape: string, from: number): number {
  BRACKET.lastIndex = from;
  return BRACKET.exec(shape)?.index ?? shape.length;
}

function valueAt(text: string, at: number, depth: number): Literal | null {
  if (CLOSER[text[at] ?? '']) return depth < MAX_DEPTH ? listAt(text, at, depth) : null;
  const digits = matchAt(NUMBER, text, at);
  return digits === null
    ? null
    : { start: at, end: at + digits.length, value: Number(digits.replace(/_/g, '')) };
}

/** A list of numbers and lists; round brackets around one value without a comma are that value, as in Python. */
function listAt(text: string, start: number, depth: number): Literal | null {
  const opening = text[start]!;
  const items: Literal[] = [];
  let commas = 0;
  for (let at = start + 1; ;) {
    at = skipSpace(text, at);
    if (text[at] === CLOSER[opening]) {
      const [only] = items;
      if (opening === '(' && only && items.length === 1 && commas === 0) return { ...only, end: at + 1 };
      return { start, end: at + 1, items };
    }
    if (items.length > commas) return null;
    const item = valueAt(text, at, depth + 1);
    if (!item) return null;
    items.push(item);
    at = skipSpace(text, item.end);
    if (text[at] === ',') {
      commas++;
      at++;
    }
  }
}

const isTable = ({ items }: Literal, table: BlockTable): boolean =>
  items?.length === table.length && table.every((stage, index) => isStage(items[index]!, stage));

function isStage({ items }: Literal, [count, convolutions]: TableStage): boolean {
  const list = items?.[1]?.items;
  return (
    items?.length === 2 &&
    items[0]!.value === count &&
    list?.length === convolutions.length &&
    convolutions.every((convolution, index) => isConvolution(list[index]!, convolution))
  );
}

const isConvolution = ({ items }: Literal, [filters, kernel]: TableConvolution): boolean =>
  items?.length === 2 && items[0]!.value === filters && isKernel(items[1]!, kernel);

function isKernel({ value, items }: Literal, kernel: Kernel): boolean {
  if (value !== undefined) return value === kernel;
  const sides = kernelSize(kernel);
  return items?.length === 2 && sides.every((side, index) => items[index]!.value === side);
}
