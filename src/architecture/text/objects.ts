/** Lists and dictionaries as objects: several names may hold one, and see it change by any of them, as in Python. */
import type { Value } from './values';

/** Stands for the object of a list or a dictionary: the values that share it are one object. */
export type Identity = readonly unknown[];

/** Null of a value that nothing changes in its place. */
export function identityOf(value: Value | null | undefined): Identity | null {
  if (value?.kind === 'list') return value.items;
  return value?.kind === 'dict' ? value.entries : null;
}

/** Adds the objects of a value, its own and those inside of it; what is there already is not gone through again. */
export function addObjects(value: Value | undefined, objects: Set<Identity>): void {
  const identity = identityOf(value);
  if (identity === null || objects.has(identity)) return;
  objects.add(identity);
  for (const part of partsOf(value!)) addObjects(part, objects);
}

function partsOf(value: Value): readonly Value[] {
  if (value.kind === 'list') return value.items;
  return value.kind === 'dict' ? value.entries.map(([, part]) => part) : [];
}

/** Which objects hold which, and which names have been bound to each. */
export class Holders {
  private readonly names = new Map<Identity, Set<string>>();
  /** The objects that hold an object directly. */
  private readonly parents = new Map<Identity, Identity[]>();

  add(name: string, value: Value): void {
    const identity = identityOf(value);
    if (identity === null) return;
    this.link(value);
    const names = this.names.get(identity);
    if (names) names.add(name);
    else this.names.set(identity, new Set([name]));
  }

  /** Takes in what the value holds, once for each object. */
  link(value: Value): void {
    const identity = identityOf(value);
    if (identity === null || this.parents.has(identity)) return;
    this.parents.set(identity, []);
    for (const part of partsOf(value)) {
      const inner = identityOf(part);
      if (inner === null) continue;
      this.link(part);
      this.parents.get(inner)!.push(identity);
    }
  }

  /** The objects with all that hold one of them. */
  above(objects: ReadonlySet<Identity>): Set<Identity> {
    const above = new Set(objects);
    // Those that are added on the way are gone through too.
    for (const one of above) for (const parent of this.parents.get(one) ?? []) above.add(parent);
    return above;
  }

  of(objects: ReadonlySet<Identity>): Set<string> {
    return new Set([...objects].flatMap((one) => [...(this.names.get(one) ?? [])]));
  }
}
