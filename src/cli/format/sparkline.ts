const BARS = ['▁', '▂', '▃', '▄', '▅', '▆', '▇', '█'];
const ASCII_BARS = ['_', '.', '-', '=', '+', '*', '%', '#'];

/**
 * A curve in one line of text: each character the mean of an equal share of the values, from lowest to highest bar.
 * Values that are not finite (a diverged loss) show as `×`.
 */
export function sparkline(values: ArrayLike<number>, width: number, unicode = true): string {
  if (values.length === 0 || width < 1) return '';
  const bins = Math.min(Math.floor(width), values.length);
  const means = Array.from({ length: bins }, (_, bin) => {
    const from = Math.floor((bin * values.length) / bins);
    const to = Math.floor(((bin + 1) * values.length) / bins);
    let sum = 0;
    for (let index = from; index < to; index += 1) sum += values[index] ?? 0;
    return sum / (to - from);
  });
  const finite = means.filter(Number.isFinite);
  const lowest = Math.min(...finite);
  const range = Math.max(...finite) - lowest;
  const bars = unicode ? BARS : ASCII_BARS;
  return means
    .map((mean) => {
      if (!Number.isFinite(mean)) return unicode ? '×' : 'x';
      const level = range > 0 ? Math.round(((mean - lowest) / range) * (bars.length - 1)) : 0;
      return bars[level] ?? '';
    })
    .join('');
}
