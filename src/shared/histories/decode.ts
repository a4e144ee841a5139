/** The text of a file from its bytes. Pure. */

/** UTF-16 where its mark says so, UTF-8 otherwise; bytes that are no text become U+FFFD. */
export function decodeHistory(bytes: Uint8Array): string {
  const [first, second] = bytes;
  const isLittle = first === 0xff && second === 0xfe;
  const isBig = first === 0xfe && second === 0xff;
  return new TextDecoder(isLittle ? 'utf-16le' : isBig ? 'utf-16be' : 'utf-8').decode(bytes);
}
