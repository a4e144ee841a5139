/** What the names of a text stand for, where indentation says which lines belong together. */
import type { UnknownValue, Value } from './values';

/** A line that ends in a colon, with the lines that are indented below it. */
export interface Block {
  kind: 'function' | 'branch' | 'loop' | 'plain';
  /** Characters before it. */
  indent: number;
}

/** An expression that is computed once somebody asks for it. */
export interface Source {
  start: number;
  end: number;
}

/** Where the value of a name comes from, and the statement that gave it. */
export interface Binding {
  /** Number of the statement. */
  at: number;
  path: readonly Block[];
  value: Value | Source;
}

/** Bindings of one name that are looked through before it counts as unknown. */
const MAX_LOOKED_AT = 50;

const because = (name: string, reason: string): UnknownValue => ({
  kind: 'unknown',
  source: name,
  because: reason,
  place: { start: 0, end: 0 },
});

export class Scope {
  private readonly bindings = new Map<string, Binding[]>();

  /** @param compute the value of what was bound as an expression, as it is where it stands */
  constructor(private readonly compute: (source: Source, binding: Binding) => Value) {}

  bind(name: string, at: number, path: readonly Block[], value: Value | Source): void {
    const before = this.bindings.get(name);
    if (before) before.push({ at, path, value });
    else this.bindings.set(name, [{ at, path, value }]);
  }

  /** A name whose value changes as the code runs: what a loop goes through, a parameter. */
  bindUnknown(name: string, at: number, path: readonly Block[], reason: string): void {
    this.bind(name, at, path, because(name, reason));
  }

  /** What the statement with the number `at` finds; undefined where the name is not bound. */
  lookup(name: string, at: number, path: readonly Block[]): Value | undefined {
    const bindings = this.bindings.get(name) ?? [];
    let index = firstFrom(bindings, at) - 1;
    for (let looked = 0; index >= 0; index--, looked++) {
      if (looked >= MAX_LOOKED_AT) return because(name, 'has too many values in this text');
      const binding = bindings[index]!;
      const left = binding.path.filter((block) => !path.includes(block));
      if (left.some(({ kind }) => kind === 'function')) continue;
      if (left.some(({ kind }) => kind === 'branch' || kind === 'loop'))
        return because(name, 'is set in a branch or a loop');
      if (!('kind' in binding.value)) binding.value = this.compute(binding.value, binding);
      return binding.value;
    }
    return undefined;
  }
}

/** Index of the first binding of a statement with at least this number. */
function firstFrom(bindings: readonly Binding[], at: number): number {
  let [from, to] = [0, bindings.length];
  while (from < to) {
    const middle = (from + to) >> 1;
    if (bindings[middle]!.at < at) from = middle + 1;
    else to = middle;
  }
  return from;
}
