/** File names made of the names of runs: fit for every file system that they may meet. Pure. */

/**
 * Bytes of a whole file name in UTF-8. Most file systems take 255, encrypted ones (eCryptfs) 143, and programs add an
 * ending while they write.
 */
const MAX_BYTES = 120;

/** Devices of Windows, whatever comes after the first point (Microsoft, "Naming Files, Paths, and Namespaces"). */
const RESERVED = /^(?:con|prn|aux|nul|conin\$|conout\$|com[0-9¹²³]|lpt[0-9¹²³])(?:\.|$)/i;

/** The name as that of a file, with the extension. What is left of a name without letters or digits is `fallback`. */
export function fileName(name: string, extension: string, fallback: string): string {
  const plain = name
    .slice(0, MAX_BYTES * 4)
    .normalize('NFC')
    .replace(/[^\p{L}\p{N}\p{M}._ -]+/gu, '-')
    // Points at the ends hide a file or are dropped by Windows, as blanks are; a dash looks like a flag.
    .replace(/^[\p{M}. -]+/u, '');
  const safe = RESERVED.test(plain) ? `${fallback} ${plain}` : plain;
  const room = MAX_BYTES - extension.length - 1;
  const stem = cutToBytes(safe, room).replace(/[. -]+$/, '');
  return `${stem || fallback}.${extension}`;
}

/** The beginning of the text that takes so many bytes at most in UTF-8; no character is torn. */
function cutToBytes(text: string, most: number): string {
  let bytes = 0;
  let end = 0;
  for (const character of text) {
    const code = character.codePointAt(0)!;
    bytes += code < 0x80 ? 1 : code < 0x800 ? 2 : code < 0x10000 ? 3 : 4;
    if (bytes > most) break;
    end += character.length;
  }
  return text.slice(0, end);
}
