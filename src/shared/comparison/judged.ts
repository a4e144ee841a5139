/** The metrics of validation by which runs are judged, and what sentences and tables call them. Pure. */
import { formatLoss, formatPercent } from '../format';

/**
 * Those of training are averages over weights that change and over images that are changed at random: they say how a run goes,
 * not which network is better.
 */
export const JUDGED_BY = ['valAccuracy', 'valLoss', 'valCrossEntropy'] as const;
export type JudgedBy = (typeof JUDGED_BY)[number];

export interface Judged {
  /** In a heading. */
  title: string;
  /** Within a sentence; one and several. */
  name: string;
  plural: string;
  /** Of which the word `validation` is left out. */
  short: string;
  direction: 'max' | 'min';
  /** What the best value is called. */
  best: 'best' | 'lowest';
  /** `71.2 %`, `1.2345`. */
  format: (value: number) => string;
  /** A difference without its unit: percentage points with one digit, or as a loss. Negative ones have a minus sign. */
  formatDifference: (value: number) => string;
  /** What follows a difference: ` points`, or nothing. */
  unit: string;
}

/** Zero has no sign, whichever side it was rounded from. */
const minus = (text: string): string => text.replace(/^-(0\.0+)$/, '$1').replace(/^-/, '−');

const ofLoss = {
  direction: 'min',
  best: 'lowest',
  format: formatLoss,
  formatDifference: (value) => minus(formatLoss(value)),
  unit: '',
} as const satisfies Partial<Judged>;

export const JUDGED: Record<JudgedBy, Judged> = {
  valAccuracy: {
    title: 'Validation accuracy',
    name: 'validation accuracy',
    plural: 'accuracies',
    short: 'accuracy',
    direction: 'max',
    best: 'best',
    format: (share) => formatPercent(share, 1),
    formatDifference: (share) => minus((100 * share).toFixed(1)),
    unit: ' points',
  },
  valLoss: { ...ofLoss, title: 'Validation loss', name: 'validation loss', plural: 'losses', short: 'loss' },
  valCrossEntropy: {
    ...ofLoss,
    title: 'Validation cross-entropy',
    name: 'validation cross-entropy',
    plural: 'cross-entropies',
    short: 'cross-entropy',
  },
};

/** Of values that are no numbers none is the best: ±Infinity without any. */
export function bestOf(values: readonly number[], direction: Judged['direction']): number {
  const finite = values.filter(Number.isFinite);
  return direction === 'max' ? Math.max(...finite) : Math.min(...finite);
}
