/** The numbers of the Settings view: their words, their limits, and what is said of a wrong one. Pure. */
import type { Settings } from '../../../shared/settings';

export type NumberSetting = 'runsAtOnce' | 'checkpointMinutes' | 'keepCheckpoints' | 'keepEveryEpochs';

export interface NumberDescription {
  label: string;
  help: string;
  /** Behind the field. */
  unit: string;
  min: number;
  max: number;
  whole: boolean;
  /** What zero stands for, where it is allowed. */
  zero?: string;
}

/** The limits are those of `settings.set` in the contract; a test holds them together. */
export const NUMBER_SETTINGS: Record<NumberSetting, NumberDescription> = {
  runsAtOnce: {
    label: 'Runs at once',
    help: 'Runs that train at the same time share the CPU; the others wait in the queue.',
    unit: 'runs',
    min: 1,
    max: 16,
    whole: true,
  },
  checkpointMinutes: {
    label: 'Between checkpoints',
    help: 'In addition to the end of each epoch: a power cut costs at most this much.',
    unit: 'minutes',
    min: 0,
    max: 1440,
    whole: false,
    zero: 'only at the ends of epochs',
  },
  keepCheckpoints: {
    label: 'Newest checkpoints',
    help: 'Kept of each run, besides its best and pinned ones; two, in case one is damaged.',
    unit: 'checkpoints',
    min: 1,
    max: 1000,
    whole: true,
  },
  keepEveryEpochs: {
    label: 'Every k-th epoch',
    help: 'The checkpoint at the end of every k-th epoch is kept for good, to fork from later.',
    unit: 'epochs',
    min: 0,
    max: 100_000,
    whole: true,
    zero: 'none',
  },
};

/** What was typed, or one sentence on what is wrong with it. */
export function checkSetting(
  key: NumberSetting,
  text: string,
): { value: number; problem: null } | { value: null; problem: string } {
  const { label, min, max, whole, unit } = NUMBER_SETTINGS[key];
  const compact = text.trim().replace(/\s/g, '');
  const value = /^\d+(\.\d+)?$/.test(compact) ? Number(compact) : NaN;
  const allowed = `${whole ? 'a whole number' : 'a number'} of ${unit} from ${min} to ${max}`;
  if (Number.isNaN(value) || value < min || value > max || (whole && !Number.isInteger(value))) {
    return { value: null, problem: `“${label}” takes ${allowed}; it stays as it was.` };
  }
  return { value, problem: null };
}

/** One more or less, within the limits. */
export function stepped(key: NumberSetting, settings: Pick<Settings, NumberSetting>, by: 1 | -1): number {
  const { min, max } = NUMBER_SETTINGS[key];
  return Math.max(min, Math.min(max, settings[key] + by));
}
