/** How well a text answers what was typed: words in any order, each whole, in part, or by letters in their order. Pure. */

/** A subsequence spread wider than this many times its length is chance. */
const MAX_SPREAD = 2;

const isWordStart = (text: string, at: number): boolean =>
  at === 0 || !/[\p{L}\p{N}]/u.test(text[at - 1]!) || (/\d/.test(text[at]!) && !/\d/.test(text[at - 1]!));

/** 0 where the word is not in the text; both in lower case. Whole words count 4, their beginnings 3, parts 2. */
function wordScore(word: string, text: string): number {
  let best = 0;
  for (let at = text.indexOf(word); at >= 0 && best < 4; at = text.indexOf(word, at + 1)) {
    const end = at + word.length;
    const isWhole = end === text.length || !/[\p{L}\p{N}]/u.test(text[end]!);
    const score = isWordStart(text, at) ? (isWhole ? 4 : 3) : 2;
    // Earlier in the text is better, but less than any of the steps.
    best = Math.max(best, score - Math.min(at, 500) / 1000);
  }
  return best;
}

/** Up to 1: how close together the letters of the word stand, in their order. */
function lettersScore(word: string, text: string): number {
  if (word.length < 2) return 0;
  let end = -1;
  for (const letter of word) {
    end = text.indexOf(letter, end + 1);
    if (end < 0) return 0;
  }
  // Back from the end: the latest beginning is the closest.
  let start = end + 1;
  for (let index = word.length - 1; index >= 0; index--) start = text.lastIndexOf(word[index]!, start - 1);
  const spread = (end + 1 - start) / word.length;
  return spread > MAX_SPREAD ? 0 : 1 / spread;
}

export const wordsOf = (query: string): string[] => query.toLowerCase().split(/\s+/).filter(Boolean);

/** 0 where a word is found in neither text; what stands in `also` counts half. Both texts in lower case. */
export function fuzzyScore(words: readonly string[], text: string, also: string): number {
  let sum = 0;
  for (const word of words) {
    // Letters are looked for in the title alone: anywhere else they are found by chance.
    const score = Math.max(wordScore(word, text), wordScore(word, also) / 2) || lettersScore(word, text);
    if (score === 0) return 0;
    sum += score;
  }
  return sum;
}
