/** Two runs on the same images: how often only one of them is right, and whether that is more than chance. Pure. */
import { countBits, type Predictions } from '../predictions';
import { criticalNormal, SIGNIFICANCE, type Difference } from './chance';

/** How many images which of two runs has right. */
export interface PairedCounts {
  both: number;
  onlyFirst: number;
  onlySecond: number;
  neither: number;
}

/** Null where they were not validated on the same images of the same data. */
export function pairedCounts(first: Predictions, second: Predictions): PairedCounts | null {
  const images = first.classes.length;
  if (first.datasetSha256 !== second.datasetSha256 || images !== second.classes.length) return null;
  const both = countBits(first.correct.map((bits, at) => bits & second.correct[at]!));
  const onlyFirst = countBits(first.correct) - both;
  const onlySecond = countBits(second.correct) - both;
  return { both, onlyFirst, onlySecond, neither: images - both - onlyFirst - onlySecond };
}

/**
 * McNemar's test (1947) in its exact form: were both equally good, each image that only one of them has right would be either's
 * with the same probability. Images that both or neither have right say nothing of which is better.
 *
 * The interval of the difference is Newcombe's for paired shares (1998, Statistics in Medicine 17, 2635–2650, method 10). It
 * rests on another reasoning than the probability: close to 5 % one may leave out zero where the other does not exclude chance.
 */
export function mcnemar({ both, onlyFirst, onlySecond, neither }: PairedCounts): Difference {
  const images = both + onlyFirst + onlySecond + neither;
  const [first, second] = [wilson(both + onlyFirst, images), wilson(both + onlySecond, images)];
  const phi = correlation({ both, onlyFirst, onlySecond, neither });
  /** How far an end lies from the difference, where one share lies off by so much and the other by so much. */
  const reach = (one: number, other: number): number =>
    Math.sqrt(Math.max(0, one * one - 2 * phi * one * other + other * other));
  const difference = (onlyFirst - onlySecond) / images;
  return {
    difference,
    p: twoSidedHalf(onlyFirst, onlySecond),
    low: difference - reach(first.below, second.above),
    high: difference + reach(first.above, second.below),
  };
}

/** Between being right of the one and of the other, corrected for continuity where it is positive, as Newcombe has it. */
function correlation({ both, onlyFirst, onlySecond, neither }: PairedCounts): number {
  const product = (both + onlyFirst) * (onlySecond + neither) * ((both + onlySecond) * (onlyFirst + neither));
  if (product === 0) return 0;
  const cross = both * neither - onlyFirst * onlySecond;
  const images = both + onlyFirst + onlySecond + neither;
  return (cross > 0 ? Math.max(0, cross - images / 2) : cross) / Math.sqrt(product);
}

/** How far the 95 % interval of a share reaches below and above it (Wilson 1927). */
function wilson(count: number, of: number): { below: number; above: number } {
  const z = criticalNormal(SIGNIFICANCE);
  const share = count / of;
  const middle = (count + (z * z) / 2) / (of + z * z);
  const half = (z / (of + z * z)) * Math.sqrt((count * (of - count)) / of + (z * z) / 4);
  return { below: share - (middle - half), above: middle + half - share };
}

/**
 * The probability that so many throws of a fair coin fall at least as unevenly (exact two-sided binomial test).
 *
 * Each number of heads has a weight relative to the middle one: the ratio of two neighbours is a fraction of small numbers,
 * so that nothing overflows and no factorial is needed. Weights too small for a double are far in the tail, and count as 0.
 */
function twoSidedHalf(heads: number, tails: number): number {
  const throws = heads + tails;
  const fewer = Math.min(heads, tails);
  const middle = Math.floor(throws / 2);
  let weight = 1;
  let half = 0;
  let tail = 0;
  for (let count = middle; count >= 0 && weight > 0; count--) {
    half += weight;
    if (count <= fewer) tail += weight;
    weight *= count / (throws - count + 1);
  }
  // The middle of an even number is no half's alone.
  const all = throws % 2 === 0 ? 2 * half - 1 : 2 * half;
  return Math.min(1, (2 * tail) / all);
}
