/** Fields of the recipe on what a validation normalises by. Pure. */
import type { FieldDescription } from './recipe-description';

export const STATISTICS_FIELDS = {
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
