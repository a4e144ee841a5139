/**
 * The value of an expression as far as it follows from constants: numbers, lists, names bound above, a few functions.
 * Nothing is run: what else stands there is unknown, with what it was written as. Everything made is counted, and nothing
 * is followed deeper than `MAX_STEPS`.
 */
import type { SyntaxNode } from '@lezer/common';
import { inert } from '../inert-text';
import type { Located } from '../position';
import { binary, compared, truth, type Elements } from './arithmetic';
import { call, type Given } from './calls';
import { childrenOf } from './grammar';
import { readInteger } from './numbers';
import {
  bracketed,
  dictValue,
  listValue,
  numberValue,
  type DictValue,
  type UnknownValue,
  type Value,
} from './values';

/** Expressions inside each other, names and what they stand for included: chains of a thousand plus signs are no table. */
const MAX_STEPS = 200;
const MAX_SOURCE = 40;

export interface Environment {
  /** What the names of the text stand for here; undefined for one that it does not bind. */
  lookup: (name: string) => Value | undefined;
  elements: Elements;
  /** Shared by all evaluations of a text, since one may need another. */
  steps: { deep: number };
}

/** @param offset of the code that was parsed within the text; @param code the whole text in plain characters */
export function evaluate(node: SyntaxNode, code: string, offset: number, environment: Environment): Value {
  return new Evaluator(code, offset, environment).value(node);
}

type Names = ReadonlyMap<string, Value>;
const NO_NAMES: Names = new Map();

class Evaluator {
  constructor(
    private readonly code: string,
    private readonly offset: number,
    private readonly environment: Environment,
  ) {}

  value(node: SyntaxNode, names: Names = NO_NAMES): Value {
    const { steps, elements } = this.environment;
    if (steps.deep >= MAX_STEPS) return this.unknown(node, 'has too many parts inside each other');
    const full = elements.add(1);
    if (full !== null) return this.unknown(node, full);
    steps.deep++;
    try {
      const value = this.inner(node, names);
      // A list that a name stands for is counted in each list that it is put into.
      const over = 'size' in value && node.name !== 'VariableName' ? elements.add(value.size) : null;
      return over === null ? value : this.unknown(node, over);
    } finally {
      steps.deep--;
    }
  }

  private inner(node: SyntaxNode, names: Names): Value {
    switch (node.name) {
      case 'Number':
        return this.number(node);
      case 'Boolean':
        return { kind: 'truth', value: this.textOf(node) === 'True', place: this.place(node) };
      case 'String':
        return { kind: 'text', value: unquoted(this.textOf(node)), place: this.place(node) };
      case 'VariableName':
        return this.name(node, names);
      case 'ParenthesizedExpression': {
        const inner = this.value(childrenOf(node)[1]!, names);
        return bracketed(inner, this.place(node));
      }
      case 'TupleExpression':
      case 'ArrayExpression':
        return this.list(node, childrenOf(node).slice(1, -1), names);
      case 'DictionaryExpression':
        return this.dict(node, names);
      case 'ArrayComprehensionExpression':
      case 'ComprehensionExpression':
        return this.comprehension(node, names);
      case 'SetExpression':
      case 'SetComprehensionExpression':
        return { ...this.unknown(node), braces: true };
      case 'UnaryExpression':
        return this.unary(node, names);
      case 'BinaryExpression':
        return this.binary(node, names);
      case 'ConditionalExpression':
        return this.conditional(node, names);
      case 'CallExpression':
        return this.call(node, names);
      case 'MemberExpression':
        return this.member(node, names);
      default:
        return this.unknown(node);
    }
  }

  private textOf({ from, to }: SyntaxNode): string {
    return this.code.slice(from + this.offset, to + this.offset);
  }

  private place({ from, to }: SyntaxNode): Located {
    return { start: from + this.offset, end: to + this.offset };
  }

  private unknown(node: SyntaxNode, because = 'is not computed'): UnknownValue {
    const written = inert(
      this.textOf(node)
        .slice(0, 4 * MAX_SOURCE)
        .replace(/\s+/g, ' '),
    );
    const source = written.length > MAX_SOURCE ? `${written.slice(0, MAX_SOURCE - 1)}…` : written;
    return { kind: 'unknown', source, because, place: this.place(node) };
  }

  /** What the computing gave, at its node; a sentence part becomes an unknown. */
  private result(node: SyntaxNode, value: Value | string): Value {
    return typeof value === 'string' ? this.unknown(node, value) : value;
  }

  /** An expression of which a part is unknown is unknown for the same reason. */
  private passedOn(node: SyntaxNode, ...parts: Value[]): UnknownValue | null {
    const part = parts.find((one) => one.kind === 'unknown');
    if (part?.kind !== 'unknown') return null;
    const { source, because } = part;
    return { kind: 'unknown', source, because, place: this.place(node) };
  }

  private number(node: SyntaxNode): Value {
    const text = this.textOf(node);
    const value = readInteger(text) ?? Number(text.replace(/_/g, ''));
    if (Number.isNaN(value)) return this.unknown(node);
    return numberValue(value, this.place(node));
  }

  /** A list keeps the places of what it was bound to; anything else stands where its name does. */
  private name(node: SyntaxNode, names: Names): Value {
    const name = this.textOf(node);
    const value = names.get(name) ?? this.environment.lookup(name);
    if (!value) return this.unknown(node, 'has no value in this text');
    const place = this.place(node);
    if (value.kind === 'list' || value.kind === 'dict') return value;
    return { ...value, place };
  }

  /** Of the nodes between two brackets. */
  private list(node: SyntaxNode, nodes: readonly SyntaxNode[], names: Names): Value {
    const items: Value[] = [];
    for (const [index, child] of nodes.entries()) {
      if (child.name === ',' || child.name === '*') continue;
      const value = this.value(child, names);
      if (nodes[index - 1]?.name !== '*') items.push(value);
      else if (value.kind === 'list') {
        const full = this.environment.elements.add(value.items.length);
        if (full !== null) return this.unknown(node, full);
        for (const item of value.items) items.push(item);
      } else return this.passedOn(node, value) ?? this.unknown(node);
    }
    return listValue(items, this.place(node));
  }

  private dict(node: SyntaxNode, names: Names): Value {
    const entries: DictValue['entries'][number][] = [];
    const children = childrenOf(node);
    for (const [index, child] of children.entries()) {
      if (child.name === '**') {
        const spread = this.value(children[index + 1]!, names);
        if (spread.kind !== 'dict') return this.passedOn(node, spread) ?? this.unknown(node);
        entries.push(...spread.entries);
      } else if (child.name === ':') {
        entries.push([this.value(children[index - 1]!, names), this.value(children[index + 1]!, names)]);
      }
    }
    return dictValue(entries, this.place(node));
  }

  private unary(node: SyntaxNode, names: Names): Value {
    const [sign, operand] = childrenOf(node);
    const value = this.value(operand!, names);
    const unknown = this.passedOn(node, value);
    if (unknown) return unknown;
    const place = this.place(node);
    switch (this.textOf(sign!)) {
      case '+':
        return value.kind === 'number' ? { ...value, place } : this.unknown(node);
      case '-':
        return value.kind === 'number' ? numberValue(-value.value, place) : this.unknown(node);
      case '~':
        return value.kind === 'number' && Number.isInteger(value.value)
          ? numberValue(-value.value - 1, place)
          : this.unknown(node);
      default: {
        const known = truth(value);
        return known === null ? this.unknown(node) : { kind: 'truth', value: !known, place };
      }
    }
  }

  private binary(node: SyntaxNode, names: Names): Value {
    const children = childrenOf(node);
    const left = this.value(children[0]!, names);
    const operator = children
      .slice(1, -1)
      .map((child) => this.textOf(child))
      .join(' ');
    const right = this.value(children.at(-1)!, names);
    const unknown = this.passedOn(node, left, right);
    if (unknown) return unknown;
    const place = this.place(node);
    if (operator === 'and' || operator === 'or') {
      const first = truth(left);
      return first === null ? this.unknown(node) : first === (operator === 'or') ? left : right;
    }
    if (right.kind === 'list') {
      // Each of them is compared, or copied.
      const full = this.environment.elements.add(right.items.length);
      if (full !== null) return this.unknown(node, full);
    }
    const comparison = compared(left, operator, right);
    if (comparison !== null) return { kind: 'truth', value: comparison, place };
    return this.result(node, binary(left, operator, right, place, this.environment.elements));
  }

  private conditional(node: SyntaxNode, names: Names): Value {
    const [yes, , condition, , no] = childrenOf(node);
    const decides = this.value(condition!, names);
    const known = truth(decides);
    if (known === null) return this.passedOn(node, decides) ?? this.unknown(node);
    return this.value(known ? yes! : no!, names);
  }

  /** `[value for target in list if condition for …]` */
  private comprehension(node: SyntaxNode, names: Names): Value {
    const [body, ...clauses] = childrenOf(node).slice(1, -1);
    const items: Value[] = [];
    let refused: UnknownValue | null = null;
    const run = (from: number, bound: Names): void => {
      if (refused) return;
      const keyword = clauses[from];
      if (!keyword) {
        items.push(this.value(body!, bound));
        return;
      }
      if (keyword.name === 'if') {
        const condition = this.value(clauses[from + 1]!, bound);
        const known = truth(condition);
        if (known === null) refused = this.passedOn(node, condition) ?? this.unknown(node);
        else if (known) run(from + 2, bound);
        return;
      }
      const inAt = clauses.findIndex(({ name }, index) => index > from && name === 'in');
      if (keyword.name !== 'for' || inAt < 0) {
        refused = this.unknown(node);
        return;
      }
      const source = this.value(clauses[inAt + 1]!, bound);
      if (source.kind !== 'list') {
        refused = this.passedOn(node, source) ?? this.unknown(node);
        return;
      }
      const targets = clauses.slice(from + 1, inAt).filter(({ name }) => name !== ',');
      for (const item of source.items) {
        const full = this.environment.elements.add(1);
        if (full !== null) {
          refused = this.unknown(node, full);
          return;
        }
        const inside = new Map(bound);
        if (!this.bind(targets, item, inside)) refused = this.unknown(node);
        run(inAt + 2, inside);
        if (refused) return;
      }
    };
    run(0, names);
    return refused ?? listValue(items, this.place(node));
  }

  /** The targets of an assignment bound to the value, or to its parts where there are several; false where they do not fit. */
  private bind(targets: readonly SyntaxNode[], value: Value, into: Map<string, Value>): boolean {
    const [only] = targets;
    if (only && targets.length === 1) {
      if (only.name === 'VariableName') {
        into.set(this.textOf(only), value);
        return true;
      }
      if (only.name !== 'TupleExpression' && only.name !== 'ArrayExpression') return false;
      return this.bind(
        childrenOf(only).filter(({ name }) => !/^[()[\],]$/.test(name)),
        value,
        into,
      );
    }
    return (
      value.kind === 'list' &&
      value.items.length === targets.length &&
      targets.every((target, index) => this.bind([target], value.items[index]!, into))
    );
  }

  private call(node: SyntaxNode, names: Names): Value {
    const [callee, list] = childrenOf(node);
    const name = this.textOf(callee!).replace(/\s/g, '');
    const given = this.given(list!, names);
    if (given === null) return this.unknown(node);
    const place = this.place(node);
    const shadowed = names.has(name) || this.environment.lookup(name) !== undefined;
    const value = shadowed ? null : call(name, given, place, this.environment.elements);
    if (value !== null) return this.result(node, value);
    const of = given.map((one) => one.value);
    // A known function of something unknown is unknown for that reason.
    const unknown = { ...this.unknown(node), call: { name, given } };
    return /^(?:range|len|list|tuple|int|zip|enumerate)$/.test(name)
      ? { ...(this.passedOn(node, ...of) ?? unknown), call: { name, given } }
      : unknown;
  }

  /** The values that a call is given; null where some come by `*` or `**` of something unknown. */
  private given(list: SyntaxNode, names: Names): Given[] | null {
    const children = childrenOf(list).slice(1, -1);
    const given: Given[] = [];
    for (let at = 0; at < children.length; at++) {
      const child = children[at]!;
      if (child.name === ',') continue;
      if (child.name === '*' || child.name === '**') {
        const spread = this.value(children[++at]!, names);
        if (child.name === '**' || spread.kind !== 'list') return null;
        if (this.environment.elements.add(spread.items.length) !== null) return null;
        for (const value of spread.items) given.push({ name: null, value });
      } else if (children[at + 1]?.name === 'AssignOp') {
        given.push({ name: this.textOf(child), value: this.value(children[at + 2]!, names) });
        at += 2;
      } else if (children[at + 1]?.name === 'for') {
        // A comprehension without brackets of its own.
        return null;
      } else {
        given.push({ name: null, value: this.value(child, names) });
      }
    }
    return given;
  }

  /** A part of a known list or dictionary: `x[0]`, `x[-1]`, `x[1:]`, `x['a']`. */
  private member(node: SyntaxNode, names: Names): Value {
    const [container, bracket, ...rest] = childrenOf(node);
    if (bracket?.name !== '[') return this.unknown(node);
    const of = this.value(container!, names);
    const unknown = this.passedOn(node, of);
    if (unknown) return unknown;
    const inside = rest.slice(0, -1);
    if (inside.some(({ name }) => name === ':')) return this.slice(node, of, inside, names);
    if (inside.length !== 1) return this.unknown(node);
    const key = this.value(inside[0]!, names);
    const found = this.part(of, key);
    if (!found) return this.passedOn(node, key) ?? this.unknown(node, 'has no value');
    return found.kind === 'list' || found.kind === 'dict' ? found : { ...found, place: this.place(node) };
  }

  private part(of: Value, key: Value): Value | undefined {
    if (of.kind === 'list' && key.kind === 'number' && Number.isInteger(key.value))
      return of.items.at(key.value);
    if (of.kind !== 'dict' || this.environment.elements.add(of.entries.length) !== null) return undefined;
    return of.entries.filter(([known]) => compared(known, '==', key)).at(-1)?.[1];
  }

  private slice(node: SyntaxNode, of: Value, inside: readonly SyntaxNode[], names: Names): Value {
    const bounds: (number | undefined)[] = [undefined];
    for (const child of inside) {
      if (child.name === ':') {
        bounds.push(undefined);
        continue;
      }
      const bound = this.value(child, names);
      if (bound.kind !== 'number') return this.passedOn(node, bound) ?? this.unknown(node);
      bounds[bounds.length - 1] = bound.value;
    }
    const [from, to, step] = bounds;
    if (of.kind !== 'list' || step !== undefined) return this.unknown(node);
    const items = of.items.slice(from, to);
    const full = this.environment.elements.add(items.length);
    return full === null ? listValue(items, this.place(node)) : this.unknown(node, full);
  }
}

/** Without quotes and prefix; escapes stay as they are written, since names of tables have none. */
function unquoted(text: string): string {
  const body = text.replace(/^[a-zA-Z]*/, '');
  const quotes = /^("""|'''|"|')/.exec(body)?.[0].length ?? 0;
  return body.slice(quotes, body.length - quotes);
}
