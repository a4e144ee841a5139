import { Failure } from './failure.mjs';

/** The number that a flag was given, which must be whole and no smaller than `least`. */
export function wholeNumber(flag, word, least) {
  const value = Number(word);
  if (/^\d+$/.test(word) && Number.isSafeInteger(value) && value >= least) return value;
  throw new Failure(`--${flag} must be a whole number of at least ${least}, got ${word}.`);
}
