/** Whole numbers as Python and JavaScript write them. */

const INTEGER = /^([-+]?)0(?:[xX]([\da-fA-F_]+)|[oO]([0-7_]+)|[bB]([01_]+))$/;

/** `0x40` → 64, `0o17`, `0b1_0`; null for any other text. */
export function readInteger(text: string): number | null {
  const [, sign, hexadecimal, octal, binary] = INTEGER.exec(text) ?? [];
  const digits = (hexadecimal ?? octal ?? binary)?.replace(/_/g, '');
  if (!digits) return null;
  const value = parseInt(digits, hexadecimal !== undefined ? 16 : octal !== undefined ? 8 : 2);
  return sign === '-' ? -value : value;
}
