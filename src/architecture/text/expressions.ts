/** Expressions of a text by Python's grammar, whose time is limited. */
import type { SyntaxNode } from '@lezer/common';
import { LIMITS } from '../limits';
import { thousands } from '../number-text';
import { evaluate, type Environment } from './evaluate';
import { childrenOf, parsePython } from './grammar';
import type { PlainText } from './plain';
import { listValue, type UnknownValue, type Value } from './values';

/** Characters of the grammar's allowance that each call takes besides those that it reads. */
const CALL = 20;

export class Expressions {
  /** Characters that the grammar may still be given. */
  private allowance: number = LIMITS.expressionLength;

  constructor(private readonly plain: PlainText) {}

  /** The value of the expression between two offsets; null where it is none. */
  value(start: number, end: number, environment: Environment): Value | null {
    const { code } = this.plain;
    if (!this.allow(this.effort(start, end))) return this.tooLong(start, end);
    const statement = this.parse(start, end)?.firstChild;
    if (statement?.name !== 'ExpressionStatement' || statement.nextSibling) return null;
    const parts = childrenOf(statement);
    const values = parts
      .filter(({ name }) => name !== ',')
      .map((node) => evaluate(node, code, start, environment));
    const [only] = values;
    return only && parts.length === 1 ? only : listValue(values, { start, end });
  }

  private tooLong(start: number, end: number): UnknownValue {
    return {
      kind: 'unknown',
      source: `${this.plain.code.slice(start, start + 20).trim()}…`,
      because: `belongs to more than ${thousands(LIMITS.expressionLength)} characters of expressions`,
      place: { start, end },
    };
  }

  /** The parameters of the header of a function; none where it is no Python, or the grammar has had its time. */
  parameters(header: string): SyntaxNode[] {
    if (!this.allow(header.length)) return [];
    const list = parsePython(`${header} pass`)?.topNode.firstChild?.getChild('ParamList');
    return list ? childrenOf(list) : [];
  }

  /** The tree of a part of the text; null where it is no Python. */
  private parse(start: number, end: number): SyntaxNode | null {
    return parsePython(this.plain.code.slice(start, end).trimEnd())?.topNode ?? null;
  }

  /** Characters that take the grammar's time: of a quoted text only its quotes. */
  private effort(start: number, end: number): number {
    return this.plain.shape.slice(start, end).replace(/_+/g, '').length;
  }

  private allow(length: number): boolean {
    if (length + CALL > this.allowance) return false;
    this.allowance -= length + CALL;
    return true;
  }
}
