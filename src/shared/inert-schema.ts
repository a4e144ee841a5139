/** The check of texts that come from elsewhere. Pure. */
import { z } from 'zod';
import { hasActing } from '../architecture/inert-text';

/** Text that nothing acts in, wherever it is shown. */
export const inertText = (most: number) =>
  z
    .string()
    .trim()
    .max(most)
    .refine((text) => !hasActing(text), {
      message: 'must not hold control characters or marks that turn text around',
    });
