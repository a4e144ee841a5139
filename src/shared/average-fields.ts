/** Fields of the recipe on the average of the weights, and on what is recorded of each step. Pure. */
import type { FieldDescription } from './recipe-description';

/** What they mean is said in `weight-average.ts`. Earlier runs had no average, and recorded no norms. */
export const AVERAGE_FIELDS = {
  emaDecay: {
    kind: 'real',
    group: 'step',
    rare: true,
    label: 'EMA decay',
    name: 'EMA decay',
    help: 'share of an exponential moving average of the weights that a step keeps, such as 0.999; the average is validated beside the weights',
    hint: '0: no average',
    bounds: { atLeast: 0, below: 1 },
    off: { value: 0, word: 'none' },
    default: 0,
    earlier: 0,
  },
  emaEvery: {
    kind: 'whole',
    group: 'step',
    rare: true,
    label: 'EMA every',
    name: 'EMA every',
    help: 'steps after which the average takes in the weights, by as much as all of these steps together would',
    hint: 'Steps',
    onlyWith: { emaDecay: 'set' },
    unit: ['step', 'steps'],
    bounds: { atLeast: 1, atMost: 100000 },
    default: 5,
    earlier: 5,
  },
} as const satisfies Record<string, FieldDescription>;

export const NORM_FIELDS = {
  norms: {
    kind: 'switch',
    group: 'run',
    rare: true,
    label: 'Record norms',
    name: 'recorded norms',
    help: 'record the norms of the gradient and of the weights at each step; the weights stay the same, bit for bit',
    default: false,
    earlier: false,
  },
} as const satisfies Record<string, FieldDescription>;
