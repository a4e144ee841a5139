/** What a case is made of: drawn from seed, format and number, so that each can be repeated alone. */

export class Random {
  private state: number;

  constructor(seed: number) {
    this.state = seed >>> 0;
  }

  /** Of one case, whichever ran before it. */
  static of(seed: number, format: string, number: number): Random {
    let state = Math.imul(seed + 1, 0x9e3779b1) ^ Math.imul(number + 1, 0x85ebca6b);
    for (const char of format) state = Math.imul(state ^ char.charCodeAt(0), 0x01000193);
    return new Random(state);
  }

  /** From 0 to below 1 (mulberry32). */
  next(): number {
    this.state = (this.state + 0x6d2b79f5) >>> 0;
    let t = Math.imul(this.state ^ (this.state >>> 15), this.state | 1);
    t ^= t + Math.imul(t ^ (t >>> 7), t | 61);
    return ((t ^ (t >>> 14)) >>> 0) / 2 ** 32;
  }

  whole(from: number, to: number): number {
    return from + Math.floor(this.next() * (to - from + 1));
  }

  chance(share: number): boolean {
    return this.next() < share;
  }

  pick<T>(list: readonly T[]): T {
    return list[this.whole(0, list.length - 1)]!;
  }

  bytes(length: number): Buffer {
    return Buffer.from(Array.from({ length }, () => this.whole(0, 255)));
  }

  /** Numbers at which readers go wrong. */
  oddNumber(): number {
    return this.pick([
      0,
      -0,
      1,
      -1,
      0.5,
      255,
      256,
      65_535,
      65_536,
      2 ** 31 - 1,
      2 ** 31,
      2 ** 32,
      2 ** 53 - 1,
      2 ** 53,
      -(2 ** 53),
      2 ** 63,
      1e300,
      5e-324,
      this.whole(-1000, 1000),
      this.next(),
    ]);
  }

  /** Texts at which readers, paths and terminals go wrong. */
  oddText(): string {
    return this.pick([
      '',
      ' ',
      'a',
      '__proto__',
      'constructor',
      '../../canary/kept',
      '/etc/passwd',
      'step-00000001-epoch-0001-0123456789ab/../../canary/kept',
      'C:\\canary',
      '\0',
      '\x1b[2J',
      '\x1b]0;title\x07',
      '\x9b31m',
      '\u202eabc',
      '\u2066abc\u2069',
      'a\nb',
      '\u2028',
      '\ud800',
      '😀',
      'n'.repeat(300),
      'n'.repeat(20_000),
      '"; DROP TABLE runs; --',
      '%s%n',
      'NaN',
      '1e999',
      '{"a": [',
    ]);
  }

  /** Any value that JSON can hold. */
  oddValue(depth = 2): unknown {
    switch (this.whole(0, depth > 0 ? 8 : 5)) {
      case 0:
        return null;
      case 1:
        return this.chance(0.5);
      case 2:
      case 3:
        return this.oddNumber();
      case 4:
      case 5:
        return this.oddText();
      case 6:
        return Array.from({ length: this.whole(0, 4) }, () => this.oddValue(depth - 1));
      case 7:
        return Object.fromEntries([[this.oddText(), this.oddValue(depth - 1)]]);
      default: {
        let deep: unknown = [];
        for (let level = this.whole(1, 100); level > 0; level--)
          deep = this.chance(0.5) ? [deep] : { a: deep };
        return deep;
      }
    }
  }
}

// ------------------------------------------------------------------------------------------------------- mutations

type Parent = Record<string | number, unknown>;

/** Every place in a JSON value: what holds it and under which key. */
function placesOf(value: unknown): { parent: Parent; key: string | number }[] {
  if (typeof value !== 'object' || value === null) return [];
  const keys: (string | number)[] = Array.isArray(value) ? [...value.keys()] : Object.keys(value);
  return keys.flatMap((key) => [
    { parent: value as Parent, key },
    ...placesOf((value as Parent)[key as string]),
  ]);
}

/** A copy of a JSON value with one place of it changed. */
export function mutateJson<T>(random: Random, value: T): T {
  const copy = JSON.parse(JSON.stringify(value)) as T;
  const places = placesOf(copy);
  if (places.length === 0) return random.oddValue() as T;
  const { parent, key } = random.pick(places);
  switch (random.whole(0, 4)) {
    case 0:
      if (Array.isArray(parent)) parent.splice(Number(key), 1);
      else delete parent[key];
      break;
    case 1: {
      // A name of its own, `__proto__` too, stands as one in the text.
      const name = random.oddText();
      if (Array.isArray(parent)) parent.push(random.oddValue());
      else
        Object.defineProperty(parent, name, {
          value: random.oddValue(),
          enumerable: true,
          configurable: true,
        });
      break;
    }
    case 2:
      if (Array.isArray(parent)) parent.splice(Number(key), 0, parent[Number(key)]);
      else parent[key] = [parent[key]];
      break;
    default:
      parent[key] = random.oddValue();
  }
  return copy;
}

/** Bytes with some of them flipped, put in, left out, doubled or cut off. */
export function mutateBytes(random: Random, bytes: Buffer): Buffer {
  const copy = Buffer.from(bytes);
  if (copy.length === 0) return random.bytes(random.whole(0, 8));
  const at = random.whole(0, copy.length - 1);
  switch (random.whole(0, 5)) {
    case 0:
      copy[at]! ^= 1 << random.whole(0, 7);
      return copy;
    case 1:
      copy[at] = random.pick([0, 1, 0x7f, 0x80, 0xff]);
      return copy;
    case 2:
      return copy.subarray(0, at);
    case 3:
      return Buffer.concat([copy.subarray(0, at), random.bytes(random.whole(1, 8)), copy.subarray(at)]);
    case 4:
      return Buffer.concat([copy.subarray(0, at), copy.subarray(at + random.whole(1, 8))]);
    default: {
      const some = copy.subarray(at, at + random.whole(1, 64));
      return Buffer.concat([copy.subarray(0, at), some, some, copy.subarray(at + some.length)]);
    }
  }
}
