/**
 * Edit distance with transpositions (optimal string alignment): the number of inserted, deleted, replaced and
 * swapped characters that turn `a` into `b`.
 */
export function editDistance(a: string, b: string): number {
  let beforePrevious: number[] = [];
  let previous = Array.from({ length: b.length + 1 }, (_, j) => j);
  for (let i = 1; i <= a.length; i++) {
    const current = [i];
    for (let j = 1; j <= b.length; j++) {
      const same = a[i - 1] === b[j - 1];
      let best = Math.min(previous[j]! + 1, current[j - 1]! + 1, previous[j - 1]! + (same ? 0 : 1));
      if (i > 1 && j > 1 && a[i - 1] === b[j - 2] && a[i - 2] === b[j - 1]) {
        best = Math.min(best, beforePrevious[j - 2]! + 1);
      }
      current.push(best);
    }
    beforePrevious = previous;
    previous = current;
  }
  return previous[b.length]!;
}

/** Lower case without separators, so that `input_shape` is as near to `inputShape` as can be. */
export function plainWord(word: string): string {
  return word.toLowerCase().replace(/[^\p{L}\p{N}]/gu, '');
}

/** The sum of how far the numbers inside two words lie apart: ranks `resnet50` above `resnet152` for `resnet52`. */
function numberDistance(a: string, b: string): number {
  const numbers = (word: string): number[] => (word.match(/\d+/g) ?? []).map(Number);
  const [x, y] = [numbers(a), numbers(b)];
  let sum = 0;
  for (let i = 0; i < Math.max(x.length, y.length); i++) sum += Math.abs((x[i] ?? 0) - (y[i] ?? 0));
  return sum;
}

/** A longer word is nobody's slip: no name of ours comes near, and looking would take time. */
const MAX_WORD_LENGTH = 100;

/** The candidate that `word` was probably meant to be, or undefined where none is near. Ties go to the nearer number. */
export function nearest(word: string, candidates: readonly string[]): string | undefined {
  if (word.length > MAX_WORD_LENGTH) return undefined;
  const wanted = plainWord(word);
  if (wanted === '') return undefined;
  let best: { candidate: string; distance: number; numbers: number } | undefined;
  for (const candidate of candidates) {
    const plain = plainWord(candidate);
    const most = Math.max(1, Math.floor(Math.min(wanted.length, plain.length) / 3));
    // The distance is at least the difference in length.
    if (Math.abs(wanted.length - plain.length) > most) continue;
    const distance = editDistance(wanted, plain);
    if (distance > most) continue;
    const numbers = numberDistance(wanted, plain);
    if (!best || distance < best.distance || (distance === best.distance && numbers < best.numbers)) {
      best = { candidate, distance, numbers };
    }
  }
  return best?.candidate;
}
