/** Numbers as people type them: a point for the fraction whatever the locale. Pure. */

const DECIMAL = /^[+-]?(\d+\.?\d*|\.\d+)(e[+-]?\d+)?$/i;

/** `1e-3`, `0.001`, `.5`; NaN for anything else. */
export function readNumber(text: string): number {
  const trimmed = text.trim();
  return DECIMAL.test(trimmed) ? Number(trimmed) : NaN;
}

/** `0,01` → `0.01`: what a text with a decimal comma would be with a point; null for any other text. */
export function withDecimalPoint(text: string): string | null {
  const trimmed = text.trim();
  if (!/^[^,]*,[^,]*$/.test(trimmed)) return null;
  const pointed = trimmed.replace(',', '.');
  return DECIMAL.test(pointed) ? pointed : null;
}

/** `5, 8`, `5 8`, `[5,8]`: NaN for each part that is no whole number; none for an empty text. */
export function readWholeNumbers(text: string): number[] {
  const parts = text
    .trim()
    .replace(/^[[(](.*)[\])]$/, '$1')
    .split(/[\s,;]+/)
    .filter((part) => part !== '');
  return parts.map((part) => (/^[+-]?\d+$/.test(part) ? Number(part) : NaN));
}
