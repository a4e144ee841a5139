/** Fields of the recipe on which variables learn at which share of the learning rate. Pure. */
import type { FieldDescription } from './recipe-description';

/** What each does is said in `src/trainer/engine/rate-factor.ts`. Earlier runs had one rate for all. */
export const UPDATE_FIELDS = {
  sgdFactor: {
    kind: 'real',
    group: 'step',
    rare: true,
    label: 'SGD factor',
    name: 'SGD factor',
    help: 'factor on the learning rate of what Muon leaves to SGD: first convolution, dense layer, biases, gammas and betas',
    hint: '1: none',
    onlyWith: { optimizer: ['muon'] },
    bounds: { above: 0, atMost: 1000 },
    off: { value: 1, word: 'none' },
    default: 1,
    earlier: 1,
  },
  /** airbench94.py of Keller Jordan (2024) has 64 (`bias_scaler`). */
  betaFactor: {
    kind: 'real',
    group: 'step',
    rare: true,
    label: 'Beta factor',
    help: "factor on the learning rate of batch normalisation's biases (beta)",
    hint: '1: none',
    bounds: { above: 0, atMost: 1000 },
    off: { value: 1, word: 'none' },
    default: 1,
    earlier: 1,
  },
} as const satisfies Record<string, FieldDescription>;
