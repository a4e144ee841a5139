/** Fields of the recipe on what keeps the weights small. What each does to which variables is said in `regularisation.ts`. Pure. */
import type { FieldDescription } from './recipe-description';

/** What both kinds may be told to leave alone. */
export const REGULARISED = {
  convolutions: 'Convolution kernels',
  kernels: 'All kernels',
  all: 'All trainable variables',
} as const;

/**
 * Earlier runs had the L2 of their architecture on the kernels of convolutions and, besides, a weight decay of all kernels,
 * which mostly was 0: `both` is what they had.
 */
export const REGULARISATION_FIELDS = {
  regularisation: {
    kind: 'choice',
    group: 'step',
    rare: true,
    label: 'Regularisation',
    help:
      'what keeps the weights small: an L2 term in the loss, decoupled weight decay beside the gradients, or both, L2 of ' +
      'convolution kernels and decay of all kernels',
    choices: { none: 'None', l2: 'L2 in the loss', decoupled: 'Decoupled weight decay', both: 'Both' },
    // Their values say them.
    silent: ['none', 'l2', 'decoupled', 'both'],
    default: 'l2',
    earlier: 'both',
  },
  /** Keras' `regularizers.L2`. */
  l2: {
    kind: 'real',
    group: 'step',
    rare: true,
    label: 'L2',
    name: 'L2',
    help: "weight of Σw² in the loss, as in Keras: half of the weight decay that PyTorch's SGD and Adam are given",
    hint: "Half of PyTorch's weight decay",
    onlyWith: { regularisation: ['l2', 'both'] },
    implies: { regularisation: 'l2' },
    bounds: { atLeast: 0, atMost: 1 },
    off: { value: null, word: "the architecture's" },
    default: null,
    earlier: null,
  },
  /** Keras' `weight_decay`, AdamW. */
  weightDecay: {
    kind: 'real',
    group: 'step',
    rare: true,
    label: 'Weight decay',
    help: 'share of each weight, times the learning rate, that a step takes away, as in AdamW',
    hint: "AdamW's; 0: none",
    onlyWith: { regularisation: ['decoupled', 'both'] },
    // The kernels, as Keras' optimizers are usually told and earlier versions did.
    implies: { regularisation: 'decoupled', regularised: 'kernels' },
    bounds: { atLeast: 0, atMost: 10 },
    off: { value: 0, word: 'none' },
    default: 0,
    earlier: 0,
  },
  regularised: {
    kind: 'choice',
    group: 'step',
    rare: true,
    label: 'Regularised',
    help:
      "which variables: kernels of convolutions, those and the dense layer's, or biases, gammas and betas too, as PyTorch does by " +
      'itself',
    onlyWith: { regularisation: ['l2', 'decoupled'] },
    choices: REGULARISED,
    silent: ['convolutions'],
    phrase: 'on {}',
    default: 'convolutions',
    earlier: 'convolutions',
  },
} as const satisfies Record<string, FieldDescription>;
