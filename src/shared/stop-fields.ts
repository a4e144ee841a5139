/** Fields of the recipe on when a run ends early. Pure. */
import { MONITORED_KEYS, MONITORED_LABELS } from './monitored';
import type { FieldDescription } from './recipe-description';

const EPOCHS = ['epoch', 'epochs'] as const;

/** As Keras' EarlyStopping has them. */
export const STOP_FIELDS = {
  earlyStopping: {
    kind: 'choice',
    group: 'run',
    rare: true,
    label: 'Early stopping',
    help: 'metric whose standstill ends the run',
    choices: { none: 'Off', ...MONITORED_LABELS },
    silent: ['none'],
    default: 'none',
    earlier: 'none',
  },
  patience: {
    kind: 'whole',
    group: 'run',
    rare: true,
    label: 'Patience',
    help: 'epochs without a better value of that metric after which the run ends',
    hint: 'Epochs',
    onlyWith: { earlyStopping: MONITORED_KEYS },
    unit: EPOCHS,
    bounds: { atLeast: 1, atMost: 100000 },
    default: 5,
    earlier: 5,
  },
  minDelta: {
    kind: 'real',
    group: 'run',
    rare: true,
    label: 'Minimum delta',
    help: 'what a value has to be better by to count as one',
    onlyWith: { earlyStopping: MONITORED_KEYS },
    bounds: { atLeast: 0, atMost: 1000 },
    off: { value: 0, word: 'none' },
    default: 0,
    earlier: 0,
  },
  restoreBest: {
    kind: 'switch',
    group: 'run',
    rare: true,
    label: 'Restore best',
    help: 'keep the checkpoint of the epoch with the best value of that metric as the best one of the run',
    onlyWith: { earlyStopping: MONITORED_KEYS },
    default: true,
    earlier: true,
  },
} as const satisfies Record<string, FieldDescription>;
