/** Fields of the recipe on how the batch of a step is computed. Pure. */
import type { FieldDescription } from './recipe-description';

export const BATCH_FIELDS = {
  /** DeepSpeed's and Megatron's micro-batch size; how a batch is divided is said in `batches.ts`. */
  microBatchSize: {
    kind: 'whole',
    group: 'step',
    rare: true,
    label: 'Micro-batch size',
    help: 'gradient accumulation: images computed at once; a larger batch is computed in parts, each normalised by itself, whose gradients are added up',
    hint: 'Empty: the whole batch at once',
    unit: ['image', 'images'],
    bounds: { atLeast: 1, atMost: 65536 },
    off: { value: null, word: 'none' },
    default: null,
    earlier: null,
  },
} as const satisfies Record<string, FieldDescription>;
