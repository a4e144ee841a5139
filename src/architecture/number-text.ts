/** Numbers as text, independent of the machine's locale: a point for the fraction, a comma every three digits. Pure. */

/** In full: 11019530 → `11,019,530`; only the whole part is grouped. */
export function thousands(value: number): string {
  const [whole = '', ...fraction] = String(value).split('.');
  return [whole.replace(/\B(?=(\d{3})+(?!\d))/g, ','), ...fraction].join('.');
}

/** 1234567 → `1.23 M`, in powers of 1000; small numbers as they are. */
export function formatCount(value: number): string {
  return scaled(value, 1000, ['', 'k', 'M', 'G', 'T', 'P']);
}

/** 1048576 → `1 MiB`, in powers of 1024. */
export function formatBytes(bytes: number): string {
  return scaled(bytes, 1024, ['B', 'KiB', 'MiB', 'GiB', 'TiB', 'PiB']);
}

/** A setting in the notation of papers, to its last digit, as a form keeps it: `0.001`, `1e-4`, `0.99`. */
export function formatExact(value: number): string {
  const size = Math.abs(value);
  if (size === 0 || (size >= 1e-3 && size < 1e7)) return String(value);
  return value.toExponential().replace('e+', 'e');
}

/** As `formatExact`, without what binary fractions add: 0.30000000000000004 → `0.3`. */
export function formatSetting(value: number): string {
  return formatExact(Number(value.toPrecision(12)));
}

/** Three digits, or all of a number that has more before its point. */
function scaled(value: number, base: number, units: readonly string[]): string {
  const rounded = (rest: number): number => (rest >= 1000 ? Math.round(rest) : Number(rest.toPrecision(3)));
  let unit = 0;
  let rest = Math.abs(value);
  // Rounded first: 999.7 is 1000, which the next unit writes as 1.
  while (unit < units.length - 1 && rounded(rest) >= base) {
    rest /= base;
    unit++;
  }
  const digits = `${value < 0 ? '-' : ''}${thousands(rounded(rest))}`;
  return units[unit] ? `${digits} ${units[unit]}` : digits;
}
