/** Random numbers that a seed determines: mulberry32 (Tommy Ettinger, public domain), good enough to draw instants by. */
export class Random {
  constructor(seed) {
    this.state = seed >>> 0;
  }

  /** From 0 to below 1. */
  next() {
    this.state = (this.state + 0x6d2b79f5) >>> 0;
    let t = this.state;
    t = Math.imul(t ^ (t >>> 15), t | 1);
    t ^= t + Math.imul(t ^ (t >>> 7), t | 61);
    return ((t ^ (t >>> 14)) >>> 0) / 2 ** 32;
  }

  between(from, to) {
    return from + this.next() * (to - from);
  }

  whole(from, to) {
    return Math.floor(this.between(from, to + 1));
  }

  /** @param choices `[weight, what]` each */
  pick(choices) {
    let left = this.next() * choices.reduce((sum, [weight]) => sum + weight, 0);
    for (const [weight, what] of choices) {
      left -= weight;
      if (left < 0) return what;
    }
    return choices[choices.length - 1][1];
  }
}

/** A generator of its own for each life, whichever of them begins first. */
export const randomOf = (seed, life) =>
  new Random(Math.imul(seed + 1, 0x9e3779b1) ^ Math.imul(life + 1, 0x85ebca6b));
