import { drawShapes } from '../../src/node/datasets/shapes';
import type { Split } from '../../src/node/datasets/split';

/** Images of the embedded set: what is in them makes no step faster or slower. */
export const images = (count: number): Split => ({ count, ...drawShapes('train', count) });

/** Batches one after the other, again from the start at the end: [from, to) for each call. */
export function batches(count: number, batch: number): () => [from: number, to: number] {
  let next = 0;
  return () => {
    const from = next;
    next = from + 2 * batch > count ? 0 : from + batch;
    return [from, from + batch];
  };
}
