/**
 * Reproducible random numbers: the same on every platform, independent for every (seed, stream), and without history:
 * the order of epoch e is a function of the run's seed and e alone, so a resumed run needs no state of the generator.
 *
 * Generator: xoshiro128** 1.1 (Blackman and Vigna, "Scrambled Linear Pseudorandom Number Generators", 2021), period
 * 2^128 - 1. Its four words of state are drawn from seed and streams by the seed sequence that NumPy uses
 * (`numpy.random.SeedSequence([streams.length, seed, ...streams]).generate_state(4)`, after O'Neill's seed_seq_fe128),
 * whose words all depend on every bit of every entry: neighbouring seeds and streams share nothing.
 */

/** The words `numpy.random.SeedSequence(entropy).generate_state(4)` gives for uint32 entries. */
export function seedSequence(entropy: readonly number[]): [number, number, number, number] {
  let hash = 0x43b0d7e5;
  const hashed = (value: number): number => {
    value = (value ^ hash) | 0;
    hash = Math.imul(hash, 0x931e8875);
    value = Math.imul(value, hash);
    return value ^ (value >>> 16);
  };
  const mixed = (x: number, y: number): number => {
    const value = (Math.imul(x, 0xca01f9dd) - Math.imul(y, 0x4973f715)) | 0;
    return value ^ (value >>> 16);
  };
  const pool = new Int32Array(4);
  for (let i = 0; i < 4; i++) pool[i] = hashed(entropy[i] ?? 0);
  for (let from = 0; from < 4; from++) {
    for (let to = 0; to < 4; to++) if (from !== to) pool[to] = mixed(pool[to]!, hashed(pool[from]!));
  }
  for (let from = 4; from < entropy.length; from++) {
    for (let to = 0; to < 4; to++) pool[to] = mixed(pool[to]!, hashed(entropy[from]!));
  }

  let out = 0x8b51f9dd;
  const word = (value: number): number => {
    value = (value ^ out) | 0;
    out = Math.imul(out, 0x58f38ded);
    value = Math.imul(value, out);
    return (value ^ (value >>> 16)) >>> 0;
  };
  return [word(pool[0]!), word(pool[1]!), word(pool[2]!), word(pool[3]!)];
}

function requireUint32(value: number, what: string): number {
  if (!Number.isInteger(value) || value < 0 || value > 0xffffffff) {
    throw new RangeError(`${what} must be a whole number from 0 to 4294967295, got ${value}`);
  }
  return value;
}

export class Random {
  private a: number;
  private b: number;
  private c: number;
  private d: number;
  private spare: number | null = null;

  /**
   * @param seed 0 to 2^32 - 1.
   * @param stream any number of whole numbers in the same range that name the use, e.g. the purpose and the epoch.
   * @throws RangeError where one of them is out of range.
   */
  constructor(seed: number, ...stream: number[]) {
    requireUint32(seed, 'seed');
    for (const id of stream) requireUint32(id, 'stream');
    // The count comes first because a seed sequence cannot tell [1] from [1, 0].
    [this.a, this.b, this.c, this.d] = seedSequence([stream.length, seed, ...stream]);
    // The one state that the generator cannot leave; reached by one seed in 2^128.
    if ((this.a | this.b | this.c | this.d) === 0) this.a = 1;
  }

  /** A generator with the four words of xoshiro's own state, to check it against published numbers. */
  static fromState(a: number, b: number, c: number, d: number): Random {
    const random = new Random(0);
    [random.a, random.b, random.c, random.d] = [a, b, c, d];
    return random;
  }

  /** Uniform in 0 to 2^32 - 1. */
  uint32(): number {
    const scrambled = Math.imul(this.b, 5);
    const result = Math.imul((scrambled << 7) | (scrambled >>> 25), 9) >>> 0;
    const shifted = this.b << 9;
    this.c ^= this.a;
    this.d ^= this.b;
    this.b ^= this.c;
    this.a ^= this.d;
    this.c ^= shifted;
    this.d = (this.d << 11) | (this.d >>> 21);
    return result;
  }

  /** Uniform in [0, 1), all 53 bits random. */
  next(): number {
    const high = this.uint32() >>> 5;
    const low = this.uint32() >>> 6;
    return (high * 67108864 + low) / 9007199254740992;
  }

  /**
   * Uniform in 0 to n - 1, without the bias of a plain remainder.
   * @throws RangeError unless n is a whole number from 1 to 2^32.
   */
  int(n: number): number {
    if (!Number.isInteger(n) || n < 1 || n > 4294967296) {
      throw new RangeError(`the number of choices must be a whole number from 1 to 4294967296, got ${n}`);
    }
    const whole = 4294967296 - (4294967296 % n);
    for (;;) {
      const value = this.uint32();
      if (value < whole) return value % n;
    }
  }

  /** Standard normal (mean 0, deviation 1), by Marsaglia's polar method: two values from each accepted point. */
  normal(): number {
    if (this.spare !== null) {
      const value = this.spare;
      this.spare = null;
      return value;
    }
    for (;;) {
      const x = 2 * this.next() - 1;
      const y = 2 * this.next() - 1;
      const square = x * x + y * y;
      if (square >= 1 || square === 0) continue;
      const factor = Math.sqrt((-2 * Math.log(square)) / square);
      this.spare = y * factor;
      return x * factor;
    }
  }

  /** Puts the values into a uniformly random order, in place (Fisher and Yates), and returns the same array. */
  shuffle(values: Int32Array): Int32Array {
    for (let last = values.length - 1; last > 0; last--) {
      const other = this.int(last + 1);
      const value = values[last]!;
      values[last] = values[other]!;
      values[other] = value;
    }
    return values;
  }
}
