/** What the names of a text stand for, where indentation says which lines belong together. */
import { identityOf, type Holders, type Identity } from './objects';
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
  constructor(
    private readonly compute: (source: Source, binding: Binding) => Value,
    private readonly holders: Holders,
  ) {}

  bind(name: string, at: number, path: readonly Block[], value: Value | Source): void {
    const before = this.bindings.get(name);
    if (before) before.push({ at, path, value });
    else this.bindings.set(name, [{ at, path, value }]);
    if ('kind' in value) this.holders.add(name, value);
  }

  /** A name whose value changes as the code runs: what a loop goes through, a parameter. */
  bindUnknown(name: string, at: number, path: readonly Block[], reason: string): void {
    this.bind(name, at, path, because(name, reason));
  }

  /** What the statement with the number `at` finds; undefined where the name is not bound. */
  lookup(name: string, at: number, path: readonly Block[]): Value | undefined {
    const found = this.find(name, at, path);
    return found && 'path' in found ? this.valueOf(name, found) : found;
  }

  /** The attribute of an object, which other functions set and change too; undefined for any other name. */
  attribute(name: string): Value | undefined {
    const binding = name.includes('.') ? this.bindings.get(name)?.at(-1) : undefined;
    return binding && this.valueOf(name, binding);
  }

  /** The blocks in which a name got the value that it has for a statement: those of the statement where it has none. */
  home(name: string, at: number, path: readonly Block[]): readonly Block[] {
    const found = this.find(name, at, path);
    if (found) return 'path' in found ? found.path : path;
    return (name.includes('.') && this.bindings.get(name)?.at(-1)?.path) || path;
  }

  /** The names that stand for one of the objects for a statement or for another function, each with its blocks. */
  holding(
    objects: ReadonlySet<Identity>,
    path: readonly Block[],
  ): { name: string; home: readonly Block[] }[] {
    const found: { name: string; home: readonly Block[] }[] = [];
    for (const name of this.holders.of(objects)) {
      const bindings = this.bindings.get(name)!;
      for (const { value, path: home } of bindings.slice(-MAX_LOOKED_AT).reverse()) {
        if ('kind' in value && isOneOf(value, objects)) {
          found.push({ name, home });
          break;
        }
        // What was bound before this one is not seen from here.
        if (home.every((block) => path.includes(block))) break;
      }
    }
    return found;
  }

  /** The binding that counts, or why none does. */
  private find(name: string, at: number, path: readonly Block[]): Binding | UnknownValue | undefined {
    const bindings = this.bindings.get(name) ?? [];
    let index = firstFrom(bindings, at) - 1;
    for (let looked = 0; index >= 0; index--, looked++) {
      if (looked >= MAX_LOOKED_AT) return because(name, 'has too many values in this text');
      const binding = bindings[index]!;
      const left = binding.path.filter((block) => !path.includes(block));
      if (left.some(({ kind }) => kind === 'function')) continue;
      if (left.some(({ kind }) => kind === 'branch' || kind === 'loop'))
        return because(name, 'is set in a branch or a loop');
      return binding;
    }
    return undefined;
  }

  private valueOf(name: string, binding: Binding): Value {
    if (!('kind' in binding.value)) {
      binding.value = this.compute(binding.value, binding);
      this.holders.add(name, binding.value);
    }
    return binding.value;
  }
}

function isOneOf(value: Value, objects: ReadonlySet<Identity>): boolean {
  const identity = identityOf(value);
  return identity !== null && objects.has(identity);
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
