/** Characters that take no room, or look like a blank and are none: a sentence shows them by their code. */

const INVISIBLE =
  /^(?:\p{Cf}|\p{Zs}|\p{Variation_Selector}|\u115f|\u1160|\u17b4|\u17b5|\u2800|\u3164|\uffa0)+$/u;

/** `the invisible character U+200B` for the first of nothing but such characters; null for any text that shows something. */
export function invisibleName(text: string): string | null {
  if (!INVISIBLE.test(text) || text === ' ') return null;
  const code = text.codePointAt(0)!.toString(16).toUpperCase().padStart(4, '0');
  return `the invisible character U+${code}`;
}
