/**
 * Every block table of a text, which may be a whole script, a session, a mail or a page with prose around it. Lists are
 * read as they stand; what is more than that is read by Python's grammar, a statement at a time, and computed as far as
 * it follows from constants.
 */
import { binary, Elements } from './arithmetic';
import { evaluate, type Environment } from './evaluate';
import { Expressions } from './expressions';
import { Findings, type Candidate, type Found } from './found';
import { LiteralReader, matchAt, type Literal, type Slip } from './literal';
import { addObjects, Holders, identityOf, type Identity } from './objects';
import { lineEnd, type PlainText } from './plain';
import { Scope, type Block, type Source } from './scope';
import { looksLikeStage, looksLikeTable } from './shapes';
import { changedPart, colonOf, endOf, statementAt, type Statement } from './statements';
import { listValue, type Value } from './values';

const MAX_TABLES = 100;
/** Lines below lines below lines: deeper ones count as the same block. */
const MAX_BLOCKS = 50;
const WHITE = /\s+/y;
const LINE_ENDS = '\r\n\u2028\u2029';
/** What is worth the grammar where no list begins it: lists in lists, or lists put together. */
const MAY_HOLD_TABLE =
  /[[(]\s*[[(]|^(?:list|tuple|dict|np\.|numpy\.|reversed|zip|copy\.|\{)|^[\p{L}_][\p{L}\p{N}_.]*\s*(?:[+*]|\[)|^\d+\s*\*/u;
/** Names that are gone through for what a name is a part of. */
const MAX_ORIGINS = 50;
/** A name, or a part of what it stands for. */
const NAME_OR_PART = /^([\p{L}_][\p{L}\p{N}_.]*)\s*(\[.*)?$/su;
export function findTables(text: string, plain: PlainText): Found {
  return new Finder(text, plain).find();
}

class Finder {
  private readonly reader: LiteralReader;
  private readonly holders = new Holders();
  private readonly scope = new Scope((source, { at, path }) => this.bound(source, at, path), this.holders);
  private readonly elements = new Elements();
  private readonly steps = { deep: 0 };
  private blocks: readonly Block[] = [];
  /** For a name that stands for a part of others, or may: the names of those. */
  private readonly origins = new Map<string, readonly string[]>();
  /** Where the statement that is being read begins, and its number. */
  private start = 0;
  private number = 0;
  private readonly expressions: Expressions;
  private readonly found: Findings;

  constructor(
    text: string,
    private readonly plain: PlainText,
  ) {
    this.reader = new LiteralReader(text, plain.code);
    this.expressions = new Expressions(plain);
    this.found = new Findings(plain.code, this.holders);
  }

  find(): Found {
    const { code } = this.plain;
    const { found } = this;
    let lineStart = 0;
    let at = 0;
    while (at < code.length && !found.slip) {
      const blank = matchAt(WHITE, code, at)?.[0] ?? '';
      const ended = lastLineEnd(blank);
      if (ended >= 0) lineStart = at + ended + 1;
      at += blank.length;
      if (at === code.length) break;
      found.first ??= at;
      const indent = at - lineStart;
      this.start = at;
      this.number++;
      if (this.blocks.length > 0) this.blocks = this.blocks.filter((block) => block.indent < indent);
      const statement = statementAt(code, at);
      at = Math.max(at + 1, this.read(statement, at, indent));
      if (code[at] === ';') at++;
      // Behind a header its block may begin on the same line; the rest of any other line is no statement.
      else if (code[at - 1] !== (statement.kind === 'header' ? ':' : '{')) at = lineEnd(code, at);
      if (found.tables.length > MAX_TABLES) {
        const start = found.tables.at(-1)!.value.place.start;
        const sentence = `more than ${MAX_TABLES} block tables in one text`;
        found.slip = { from: start, start, end: start + 1, sentence: () => sentence, mends: [] };
      }
    }
    return found;
  }

  /** Takes in a statement, and says where to go on. */
  private read(statement: Statement, start: number, indent: number): number {
    switch (statement.kind) {
      case 'list':
        return this.readValue(null, start);
      case 'entry':
        return this.readValue(statement.name, statement.valueAt);
      case 'assignment':
        return this.readAssignment(statement.name, statement.valueAt);
      case 'several':
        return this.readSeveral(statement.names, statement.valueAt);
      case 'braces': {
        const end = endOf(this.plain, start);
        const value = end === null ? null : this.expression(start, end);
        if (!value) return start + 1;
        this.found.offer(null, value);
        return end!;
      }
      case 'update':
        return this.readUpdate(statement.name, statement.operator, statement.valueAt);
      case 'method':
        return this.readMethod(statement.name, statement.method, statement.valueAt);
      case 'part':
        return this.readPart(statement.name, start);
      case 'header':
        return this.readHeader(statement.word, { kind: statement.block, indent }, start);
      case 'other':
        return this.readOther(start);
    }
  }

  private environment(number = this.number, blocks = this.blocks): Environment {
    const { scope, elements, steps } = this;
    return { lookup: (name) => scope.lookup(name, number, blocks), elements, steps };
  }

  private lookup(name: string): Value | undefined {
    return this.scope.lookup(name, this.number, this.blocks);
  }

  /** The value of the expression between two offsets; null where it is none. */
  private expression(start: number, end: number): Value | null {
    return this.expressions.value(start, end, this.environment());
  }

  // ------------------------------------------------------------------------------------------------- statements

  private readAssignment(name: string, valueAt: number): number {
    const { code } = this.plain;
    if (code[valueAt] === '[' || code[valueAt] === '(') return this.readValue(name, valueAt);
    const next = valueAt < code.length ? statementAt(code, valueAt) : null;
    if (next?.kind === 'assignment' && next.name !== name) {
      // `a = b = …`
      const end = this.readAssignment(next.name, next.valueAt);
      const value = this.scope.lookup(next.name, this.number + 1, this.blocks);
      if (value) this.bind(name, value, () => value.kind === 'number');
      return end;
    }
    const end = endOf(this.plain, valueAt);
    if (end === null) {
      const { slip } = this.reader.read(valueAt);
      if (slip) this.found.report(slip, valueAt);
      this.scope.bindUnknown(name, this.number, this.blocks, 'is not computed');
      return valueAt;
    }
    const same = NAME_OR_PART.exec(code.slice(valueAt, end));
    this.origins.set(name, same ? [same[1]!] : []);
    // Another name of the same list, which sees what becomes of it.
    const alias = same && same[2] === undefined ? this.lookup(same[1]!) : undefined;
    if (alias && identityOf(alias)) {
      this.bind(name, alias, () => false);
      return end;
    }
    this.bind(name, { start: valueAt, end }, () => /^[-+]?[\d.]+\s*$/.test(code.slice(valueAt, end)));
    if (MAY_HOLD_TABLE.test(code.slice(valueAt, end))) {
      const value = this.scope.lookup(name, this.number + 1, this.blocks);
      if (value) this.found.offer(name, value);
    }
    return end;
  }

  /** The value of a name that is bound to an expression. */
  private bound({ start, end }: Source, number: number, blocks: readonly Block[]): Value {
    const value = this.expressions.value(start, end, this.environment(number, blocks));
    if (value) return value;
    const source = this.plain.code.slice(start, Math.min(end, start + 40)).trim();
    return { kind: 'unknown', source, because: 'is not computed', place: { start, end } };
  }

  /** What is bound in a loop to more than a constant is another value each time. */
  private bind(name: string, value: Value | Source, constant: () => boolean): void {
    const inLoop = this.blocks.some(({ kind }) => kind === 'loop');
    if (inLoop && !constant()) this.scope.bindUnknown(name, this.number, this.blocks, 'is set in a loop');
    else this.scope.bind(name, this.number, this.blocks, value);
  }

  /** A list, literal or computed, that begins at an offset. */
  private readValue(name: string | null, at: number): number {
    const { code } = this.plain;
    const end = endOf(this.plain, at);
    const { literal, slip } = this.reader.read(at);
    if (literal && (end === null || /^[\s,;}]*$/.test(code.slice(literal.end, end)))) {
      return this.takeLiteral(name, literal);
    }
    const value = end === null ? null : this.expression(at, end);
    const isIndex = slip ? isMissingComma(slip, value) : value?.kind === 'unknown';
    const goesOn = end !== null && /,\s*$/.test(code.slice(at, end)) && matchAt(/\s*[[(]/y, code, end);
    if (value && !isIndex && !(literal && goesOn)) {
      if (name !== null) this.bind(name, value, () => false);
      this.found.offer(name, value);
      return end!;
    }
    const continued = literal ? this.reader.continuation(literal) : slip;
    if (literal && !continued) return this.takeLiteral(name, literal);
    if (name !== null) this.scope.bindUnknown(name, this.number, this.blocks, 'is not computed');
    if (continued) this.found.report(continued, at);
    return at;
  }

  private takeLiteral(name: string | null, literal: Literal): number {
    const { value, end } = literal;
    if (name !== null) this.bind(name, value, () => true);
    this.found.offer(name, value);
    const slip = this.reader.continuation(literal);
    if (slip && (looksLikeTable(value) || this.found.tables.length === 0)) {
      // Of what goes on behind it, it was the beginning only.
      const broken = { ...slip, from: value.place.start };
      if (looksLikeTable(value)) this.found.slip = broken;
      else this.found.otherSlip ??= broken;
    }
    return end;
  }

  private readSeveral(names: readonly string[], valueAt: number): number {
    const end = endOf(this.plain, valueAt);
    const value = end === null ? null : this.expression(valueAt, end);
    for (const [index, name] of names.entries()) {
      const part = value?.kind === 'list' && value.items.length === names.length ? value.items[index] : null;
      if (part) {
        this.bind(name, part, () => part.kind === 'number');
        this.found.offer(name, part);
      } else this.scope.bindUnknown(name, this.number, this.blocks, 'is not computed');
    }
    return end ?? valueAt;
  }

  private readUpdate(name: string, operator: string, valueAt: number): number {
    const end = endOf(this.plain, valueAt);
    const before = this.lookup(name) ?? this.scope.attribute(name);
    const by = end === null ? null : this.expression(valueAt, end);
    const place = { start: valueAt, end: end ?? valueAt };
    const after = before && by ? binary(before, operator, by, place, this.elements) : 'is not computed';
    this.rebind(name, typeof after === 'string' ? null : after, by, objectOf(before));
    return end ?? valueAt;
  }

  private readMethod(name: string, method: string, valueAt: number): number {
    const end = endOf(this.plain, valueAt);
    const before = this.lookup(name) ?? this.scope.attribute(name);
    if (before?.kind !== 'list') {
      // An object of the program, or a part of a list of the text.
      this.changed(this.reached(name), name);
      return end ?? valueAt;
    }
    const by = end === null ? null : this.expression(valueAt, end);
    let after: Value | null = null;
    if (by) {
      const { place } = before;
      if (method === 'append') after = listValue([...before.items, by], place);
      else if (method === 'extend' && by.kind === 'list')
        after = listValue([...before.items, ...by.items], place);
      if (after?.kind === 'list' && this.elements.add(after.items.length) !== null) after = null;
    }
    this.rebind(name, after, by, objectOf(before));
    return end ?? valueAt;
  }

  /** `name[0] = …` and `name[0].append(…)` change what a name stands for; `name[0]` alone does not. */
  private readPart(name: string, start: number): number {
    const end = endOf(this.plain, start);
    const part = end === null ? null : changedPart(this.plain, start);
    const several = /\]\s*=(?!=)/.test(this.plain.shape.slice(start, end ?? start));
    if (!part && !several) return this.readOther(start);
    const isKnown = part !== null && identityOf(this.lookup(name)) !== null;
    const object = isKnown ? objectOf(this.expression(part.start, part.end)) : null;
    this.rebind(name, null, null, object && object.size > 0 ? object : this.reached(name));
    return end ?? start;
  }

  /** Every object that may be changed by a name: those that it holds, or of which it is a part. */
  private reached(name: string): Set<Identity> {
    const objects = new Set<Identity>();
    const names = new Set([name]);
    // Those that are added on the way are gone through too.
    for (const one of names) {
      if (names.size > MAX_ORIGINS) break;
      const value = this.lookup(one);
      addObjects(value, objects);
      if (value?.kind === 'unknown') for (const origin of this.origins.get(one) ?? []) names.add(origin);
    }
    return objects;
  }

  /**
   * The name has another value from here on; null is one that is not computed. `by` is what it was changed by, `objects`
   * are the lists that were changed in their place.
   */
  private rebind(name: string, value: Value | null, by: Value | null, objects: ReadonlySet<Identity>): void {
    this.changed(objects, name);
    const tables = this.found.tables.filter((table) => table.name === name);
    const home = this.scope.home(name, this.number, this.blocks);
    const once = this.blocks.every(
      (block) => block.kind === 'plain' || (block.kind !== 'loop' && home.includes(block)),
    );
    if (value && once) {
      this.scope.bind(name, this.number, this.blocks, value);
      this.found.forget(tables.slice(-1));
      this.found.offer(name, value);
      return;
    }
    this.scope.bindUnknown(name, this.number, home, 'is changed step by step');
    if (tables.length === 0 && !(by && looksLikeStage(by))) return;
    this.found.forget(tables);
    this.found.tables.push(this.unknownTable(name));
  }

  /** Objects were changed by a name: what other names and tables hold of them is not known any more. */
  private changed(objects: ReadonlySet<Identity>, by: string): void {
    if (objects.size === 0) return;
    const above = this.holders.above(objects);
    for (const { name, home } of this.scope.holding(above, this.blocks)) {
      if (name !== by) this.scope.bindUnknown(name, this.number, home, 'is changed by another name');
    }
    this.found.tables = this.found.tables.map((table) => {
      const identity = table.name === by ? null : identityOf(table.value);
      return identity !== null && above.has(identity) ? this.unknownTable(table.name) : table;
    });
  }

  /** A table that cannot be known for the statement that is being read. */
  private unknownTable(name: string | null): Candidate {
    const { start } = this;
    const source = /^[^\r\n]{0,40}/.exec(this.plain.code.slice(start, start + 40))![0].trim();
    const place = { start, end: start + source.length };
    return { name, value: { kind: 'unknown', source, because: 'changes it as the code runs', place } };
  }

  /** `def f(table=…):`, `for n in …:`, `if …:`, up to where the block begins: on the same line or below. */
  private readHeader(word: string, block: Block, start: number): number {
    const end = endOf(this.plain, start);
    if (end === null) return start;
    const colon = colonOf(this.plain, start, end);
    if (colon === null) return end;
    const line = this.plain.code.slice(start, colon + 1);
    if (this.blocks.length < MAX_BLOCKS) this.blocks = [...this.blocks, block];
    if (word === 'for') {
      const targets = /^(?:async\s+)?for\s([^\r\n]{1,200}?)\sin\s/.exec(line)?.[1] ?? '';
      for (const name of namesIn(targets)) {
        this.scope.bindUnknown(name, this.number, this.blocks, 'changes in a loop');
        this.origins.set(name, namesIn(line.slice(line.search(/\sin\s/))));
      }
    }
    if (word === 'def') this.readParameters(start, line);
    return colon + 1;
  }

  /** Parameters are unknown inside of their function; the default of one may be a table. */
  private readParameters(start: number, line: string): void {
    const children = this.expressions.parameters(line);
    for (const [index, child] of children.entries()) {
      if (child.name !== 'VariableName') continue;
      const name = line.slice(child.from, child.to);
      const next = children.slice(index + 1, index + 4);
      const assigned = next.findIndex((one) => one.name === 'AssignOp');
      const after = next.findIndex((one) => one.name === ',');
      const value = assigned >= 0 && (after < 0 || assigned < after) ? next[assigned + 1] : undefined;
      if (value)
        this.found.offer(name, evaluate(value, this.plain.code, start, this.environment()), { named: true });
      this.scope.bindUnknown(name, this.number, this.blocks, 'is a parameter of a function');
    }
  }

  /** `return [[…]]`, `model = …` of another form, a call with a table among what it is given. */
  private readOther(start: number): number {
    const end = endOf(this.plain, start);
    const returned = matchAt(/return\b[^\S\r\n]*/y, this.plain.code, start)?.[0].length ?? 0;
    const from = start + returned;
    if (end === null || !MAY_HOLD_TABLE.test(this.plain.code.slice(from, end))) return end ?? start;
    const value = this.expression(from, end);
    if (value) this.found.offer(null, value, { named: value.kind === 'unknown' });
    return end;
  }
}

/** Index of the last character of a blank that ends a line; -1 where none does. */
function lastLineEnd(blank: string): number {
  for (let index = blank.length - 1; index >= 0; index--) if (LINE_ENDS.includes(blank[index]!)) return index;
  return -1;
}

const namesIn = (code: string): string[] => code.match(/[\p{L}_][\p{L}\p{N}_]*/gu) ?? [];

function objectOf(value: Value | null | undefined): ReadonlySet<Identity> {
  const identity = identityOf(value);
  return new Set(identity ? [identity] : []);
}

/** `[2, …][2, …]`, where a comma is missing, is an index to the grammar, and none that is computed. */
const isMissingComma = (slip: Slip, value: Value | null): boolean =>
  slip.comma === true && value !== null && hasUnknown(value, 5);

function hasUnknown(value: Value, depth: number): boolean {
  if (value.kind === 'unknown') return true;
  return depth > 0 && value.kind === 'list' && value.items.some((item) => hasUnknown(item, depth - 1));
}
