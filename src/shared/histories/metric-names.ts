/** What programs call the metrics of an epoch. Pure. */
import type { EpochMetric } from '../metrics';

/** Those that a source can give as figures of its own. */
export type FigureMetric = Extract<
  keyof EpochMetric,
  'loss' | 'crossEntropy' | 'accuracy' | 'valLoss' | 'valCrossEntropy' | 'valAccuracy'
>;

/** Of which images a metric is, and of what of an epoch where the name says it. */
interface NameMeaning {
  metric: FigureMetric;
  /** Lightning's endings `_step` and `_epoch`; null where there is none. */
  of: 'step' | 'epoch' | null;
}

const LOSS = ['loss', 'total_loss'];
const ACCURACY = [
  'acc',
  'accuracy',
  'sparse_categorical_accuracy',
  'categorical_accuracy',
  'binary_accuracy',
  'multiclass_accuracy',
  'multiclassaccuracy',
  'top1',
  'top_1',
  'acc1',
  'top1_acc',
  'top1_accuracy',
  'top_1_accuracy',
];
const CROSS_ENTROPY = [
  'crossentropy',
  'cross_entropy',
  'sparse_categorical_crossentropy',
  'categorical_crossentropy',
  'binary_crossentropy',
  'ce',
  'ce_loss',
  'xent',
];

const BASES = new Map<string, readonly [training: FigureMetric, validation: FigureMetric]>([
  ...LOSS.map((name) => [name, ['loss', 'valLoss']] as const),
  ...ACCURACY.map((name) => [name, ['accuracy', 'valAccuracy']] as const),
  ...CROSS_ENTROPY.map((name) => [name, ['crossEntropy', 'valCrossEntropy']] as const),
]);

const TRAINING = /^(?:train|training|tr)_/;
const VALIDATION = /^(?:val|valid|validation)_/;
const ENDING = /_(step|epoch)$/;
/** No known name is as long. */
const LONGEST = 80;

/** `val/Acc` and `val-acc` are `val_acc`. */
const plain = (name: string): string =>
  name
    .trim()
    .toLowerCase()
    .replace(/[\s/.:-]+/g, '_');

/** Which metric a source's name is; null where it is none of ours. */
export function meaningOf(name: string): NameMeaning | null {
  if (name.length > LONGEST) return null;
  const whole = plain(name);
  const ending = ENDING.exec(whole);
  const rest = ending ? whole.slice(0, ending.index) : whole;
  const isValidation = VALIDATION.test(rest);
  const base = BASES.get(rest.replace(isValidation ? VALIDATION : TRAINING, ''));
  if (!base) return null;
  return { metric: base[isValidation ? 1 : 0], of: (ending?.[1] as 'step' | 'epoch' | undefined) ?? null };
}

/** Why nothing was taken of a column, as a sentence. */
export function whyLeftOut(name: string): string {
  const whole = plain(name.slice(0, LONGEST));
  if (/^test_/.test(whole)) return 'Resbench keeps figures of training and validation, none of a test.';
  if (/^(lr|learning_rate)(_|$)/.test(whole)) return 'Resbench keeps no learning rate of an epoch.';
  return 'It is none of the metrics that Resbench keeps.';
}

/** The names that most sources use, for the sentence that no column is known. */
export const KNOWN_NAMES = 'loss, accuracy, val_loss or val_accuracy';
