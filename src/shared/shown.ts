/** Characters that are shown of what a file or another person says, in a sentence about it. */
const MAX_SHOWN = 80;

/** What others wrote, within a sentence of ours: not at any length, and without characters that a terminal would obey. */
export function shown(text: string): string {
  const clean = text.slice(0, MAX_SHOWN + 1).replace(/[\p{Cc}\p{Cf}\p{Cs}\p{Zl}\p{Zp}]/gu, '\ufffd');
  return clean.length > MAX_SHOWN ? `${clean.slice(0, MAX_SHOWN)}…` : clean;
}
