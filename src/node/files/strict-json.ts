/**
 * JSON in files that others may have made. `JSON.parse` takes a name that comes twice for its last value and nests as deep
 * as the text does; a file in which that happens is damaged.
 */

/** The message says what is wrong, as the end of a sentence about the file: `it is not JSON`. */
export class StrictJsonError extends Error {}

const [QUOTE, BACKSLASH, COLON] = [0x22, 0x5c, 0x3a];
/** Of `[` and `{`, and of `]` and `}`, with the bit set in which the two of them differ. */
const [OPENING, CLOSING] = [0x7b, 0x7d];

/**
 * @param bytes UTF-8 without a byte order mark
 * @param maxDepth of arrays and objects within one another
 * @throws StrictJsonError
 */
export function strictJson(bytes: Uint8Array, maxDepth: number): unknown {
  // Before anything is made of them: each level costs many times its byte.
  const pairs = countPairs(bytes, maxDepth);
  let value: unknown;
  try {
    // Fatal: a damaged name must not pass with a replacement character in it.
    value = JSON.parse(new TextDecoder('utf-8', { fatal: true, ignoreBOM: true }).decode(bytes));
  } catch {
    throw new StrictJsonError('not JSON');
  }
  if (pairsOf(value) !== pairs) throw new StrictJsonError('JSON in which a name comes twice');
  return value;
}

/** Of names and values, in bytes that are JSON: outside of texts each has one colon. */
function countPairs(bytes: Uint8Array, maxDepth: number): number {
  let pairs = 0;
  let depth = 0;
  for (let at = 0; at < bytes.length; at++) {
    const byte = bytes[at]!;
    if (byte === QUOTE) {
      for (at++; at < bytes.length && bytes[at] !== QUOTE; at++) if (bytes[at] === BACKSLASH) at++;
    } else if (byte === COLON) pairs++;
    else if ((byte | 0x20) === OPENING) {
      if (++depth > maxDepth) throw new StrictJsonError(`JSON nested deeper than ${maxDepth} levels`);
    } else if ((byte | 0x20) === CLOSING) depth--;
  }
  return pairs;
}

function pairsOf(value: unknown): number {
  if (typeof value !== 'object' || value === null) return 0;
  let pairs = 0;
  if (Array.isArray(value)) {
    for (const item of value) pairs += pairsOf(item);
    return pairs;
  }
  for (const name of Object.keys(value)) pairs += 1 + pairsOf((value as Record<string, unknown>)[name]);
  return pairs;
}
