/** Bytes of a file that somebody wrote, as text: UTF-8, or UTF-16 with a byte order mark. */
import { expected } from '../../shared/result';

/**
 * The text without its byte order mark.
 * @throws ExpectedError `invalid-input`, which names the encoding as far as it can be told, and what to do
 */
export function decodedText(bytes: Uint8Array, path: string): string {
  const [first, second] = bytes;
  if (first === 0xff && second === 0xfe) return utf16(bytes.subarray(2), true);
  if (first === 0xfe && second === 0xff) return utf16(bytes.subarray(2), false);
  const cure = 'save it as UTF-8';
  const zeros = bytes.subarray(0, 200).filter((byte) => byte === 0).length;
  if (zeros > 0) {
    const what =
      zeros >= Math.min(200, bytes.length) / 3
        ? 'looks like UTF-16 without a byte order mark'
        : 'holds zero bytes and is no text';
    throw expected('invalid-input', `${path} ${what}; ${cure}`);
  }
  const text = strictly('utf-8', bytes);
  if (text !== null) return text.replace(/^\ufeff/, '');
  throw expected('invalid-input', `${path} is not UTF-8 text and looks like ${nameOf(bytes)}; ${cure}`);
}

function utf16(bytes: Uint8Array, littleEndian: boolean): string {
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  let text = '';
  for (let at = 0; at + 1 < bytes.length; at += 2)
    text += String.fromCharCode(view.getUint16(at, littleEndian));
  return text;
}

/** Null where the bytes are no text in this encoding, or this program does not know it. */
function strictly(encoding: string, bytes: Uint8Array): string | null {
  try {
    return new TextDecoder(encoding, { fatal: true }).decode(bytes);
  } catch {
    return null;
  }
}

/** Of the encodings that people save by accident the one in which the text reads as their language. */
function nameOf(bytes: Uint8Array): string {
  const candidates: readonly [encoding: string, name: string, letters: RegExp][] = [
    ['euc-jp', 'EUC-JP', /[\u3040-\u30ff]/],
    ['shift_jis', 'Shift-JIS', /[\u3040-\u309f\u30a1-\u30fa]/],
    ['gbk', 'GBK', /[\u4e00-\u9fff]/],
    ['big5', 'Big5', /[\u4e00-\u9fff]/],
  ];
  // A letter with an accent stands alone among plain ones; those of other scripts take two bytes, and stand together.
  const alone = bytes.every((byte, index) => byte < 0x80 || (bytes[index + 1] ?? 0) < 0x80);
  for (const [encoding, name, letters] of alone ? [] : candidates) {
    const text = strictly(encoding, bytes);
    if (text !== null && letters.test(text)) return name;
  }
  return 'Latin-1 or Windows-1252';
}
