/** Fields of the recipe on when it is validated, and what a validation normalises by. Pure. */
import type { FieldDescription } from './recipe-description';

export const VALIDATION_FIELDS = {
  /** Keras' `validation_freq`. A validation changes no weight, so that runs that differ in this alone have the same ones, bit for bit. */
  validationEvery: {
    kind: 'whole',
    group: 'run',
    rare: true,
    label: 'Validate every',
    help: 'epochs from one validation to the next; the last epoch of the recipe is always validated',
    hint: 'Epochs',
    unit: ['epoch', 'epochs'],
    bounds: { atLeast: 1, atMost: 100000 },
    off: { value: 1, word: 'each epoch' },
    default: 1,
    earlier: 1,
  },
  /**
   * Wu and Johnson 2021, Rethinking "Batch" in BatchNorm, section 3 (PreciseBN), where 1,000 to 10,000 images are found enough; PyTorch's
   * `torch.optim.swa_utils.update_bn` for the weights of a run. They stay, as they do there: a checkpoint evaluates as the
   * validation before it did.
   */
  statisticsImages: {
    kind: 'whole',
    group: 'run',
    rare: true,
    label: 'Recomputed statistics',
    help: "training images over which batch normalisation's statistics are recomputed before each validation; advised where momentum spoils early ones",
    hint: 'Images; 0: none',
    unit: ['image', 'images'],
    bounds: { atLeast: 0, atMost: 100000000 },
    off: { value: 0, word: 'none' },
    default: 0,
    earlier: 0,
  },
} as const satisfies Record<string, FieldDescription>;
