/** What two networks cost, side by side. Pure. */
import { trainingBytes, type TableTerms } from './layer-table/columns';
import { termsOf, totalRow } from './layer-table/rows';
import { formatBytes, formatCount, thousands } from './number-text';
import type { Summary } from './summary';

export interface TotalDifference {
  field: string;
  before: string;
  after: string;
  /** `+2.83 M (+25 %)`, `the same` */
  change: string;
  /** Sign of what the later has more. */
  sign: -1 | 0 | 1;
}

/** What a figure is, and how it is written: in full or short. */
interface Total {
  field: string;
  value: (summary: Summary, terms: Pick<TableTerms, 'batch' | 'slots'>) => number;
  full: (value: number) => string;
  short: (value: number) => string;
}

const COUNTS: readonly Total[] = [
  { field: 'Parameters', value: ({ totalParams }) => totalParams, full: thousands, short: formatCount },
  { field: 'MACs per image', value: ({ macs }) => macs, full: formatCount, short: formatCount },
];
const OTHERS: readonly Total[] = [
  { field: 'Layers', value: ({ layers }) => layers.length, full: thousands, short: thousands },
  {
    field: 'Weights on disk',
    value: ({ parameterBytes }) => parameterBytes,
    full: formatBytes,
    short: formatBytes,
  },
  {
    field: 'Training memory',
    value: (summary, { batch, slots }) =>
      trainingBytes(totalRow(summary).figures, termsOf(summary, batch, slots)),
    full: formatBytes,
    short: formatBytes,
  },
];

/** `+25 %`, `-0.4 %`; `× 12` where it is that many times as much. */
function share(before: number, after: number): string {
  const ratio = after / before;
  if (ratio >= 10) return `× ${Math.round(ratio)}`;
  const percent = 100 * (ratio - 1);
  return `${percent > 0 ? '+' : ''}${Number(percent.toPrecision(percent > -1 && percent < 1 ? 1 : 2))} %`;
}

function compared(
  { field, value, full, short }: Total,
  [before, after]: readonly [Summary, Summary],
  terms: Pick<TableTerms, 'batch' | 'slots'>,
): TotalDifference {
  const [old, now] = [value(before, terms), value(after, terms)];
  const sign = Math.sign(now - old) as TotalDifference['sign'];
  const more = `${now > old ? '+' : '-'}${short(Math.abs(now - old))}`;
  const change = sign === 0 ? 'the same' : old > 0 ? `${more} (${share(old, now)})` : more;
  return { field, before: full(old), after: full(now), change, sign };
}

/** @param terms of the training memory: images of a batch, and values that the optimizer keeps for each parameter */
export const totalDifferences = (
  before: Summary,
  after: Summary,
  terms: Pick<TableTerms, 'batch' | 'slots'>,
): TotalDifference[] => [...COUNTS, ...OTHERS].map((total) => compared(total, [before, after], terms));

/** `Parameters 11.2 M → 14 M (+2.83 M)`, `the same MACs per image`: what a picture says below it. */
export function totalsSentence(before: Summary, after: Summary): string {
  return COUNTS.map((total) => {
    const [old, now] = [total.value(before, NO_TERMS), total.value(after, NO_TERMS)];
    if (old === now) return `${total.field}: the same`;
    const more = `${now > old ? '+' : '−'}${total.short(Math.abs(now - old))}`;
    return `${total.field}: ${total.short(old)} → ${total.short(now)} (${more})`;
  }).join('; ');
}
const NO_TERMS = { batch: 1, slots: 0 };
