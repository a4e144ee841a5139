/**
 * What was measured on a machine of training steps at one batch size, so that later ones can be foretold: parts by themselves, and
 * steps of whole networks. Kept as JSON in the cache folder. Pure.
 */
import { z } from 'zod';
import type { Architecture } from '../../architecture/architecture';
import { fieldOf, RECIPE_KEYS, type Recipe } from '../recipe';
import { designOf, regularisationOf, resolvedRecipe, type RegularisationFields } from '../regularisation';

const milliseconds = z.number().min(0);

const partTimeSchema = z.object({
  forward: milliseconds,
  /** Of all gradients. */
  backward: milliseconds,
});
/** Milliseconds over a batch, without what the call of a session takes. */
export type PartTime = z.infer<typeof partTimeSchema>;

const updateTimeSchema = z.object({
  /** What `updateRule` says of the optimizer. */
  rule: z.string(),
  /** Trained values of the network that it was measured for. */
  values: z.number().positive(),
  milliseconds,
});

const stepTakenSchema = z.object({
  /** Of a whole step, as little as others disturbed it. */
  milliseconds: z.number().positive(),
  /** Of a validation, for an image. */
  evaluation: milliseconds,
  /** Of the step, by the layer that it was spent in; '' is what no layer has: images, loss, updates. */
  layers: z.record(z.string(), milliseconds),
  /**
   * What was foretold of the step by its parts alone, uncalibrated, and the share of it that convolutions on large maps take; null where
   * parts were unknown.
   */
  foretold: z.object({ milliseconds: z.number().positive(), largeMaps: z.number().min(0).max(1) }).nullable(),
  /** Milliseconds since 1970. */
  at: z.number(),
});
export type StepTaken = z.infer<typeof stepTakenSchema>;

export const costRecordSchema = z.object({
  about: z.looseObject({
    batch: z.number().int().positive(),
    gpu: z.string().nullable(),
    threads: z.number().int().positive(),
    tensorflow: z.string(),
    processor: z.string(),
  }),
  /** Libraries that were measured with: other ones make the record worthless. */
  libraries: z.array(z.object({ path: z.string(), bytes: z.number(), changedAt: z.number() })),
  /** Of one pass over a MiB in memory, beyond all caches; null until it was measured. */
  pass: milliseconds.nullable(),
  /** By `StepPart.key`. */
  parts: z.record(z.string(), partTimeSchema),
  updates: z.array(updateTimeSchema),
  /** By `stepKey`. */
  steps: z.record(z.string(), stepTakenSchema),
});
export type CostRecord = z.infer<typeof costRecordSchema>;

/** What decides how an optimizer's update is computed. @param architecture whose L2 it is where the recipe has none of its own */
export function updateRule(
  recipe: Pick<Recipe, 'optimizer' | 'momentum' | 'clipNorm'> & RegularisationFields,
  architecture: Pick<Architecture, 'l2'>,
): string {
  const { optimizer, momentum, clipNorm } = recipe;
  const { l2, weightDecay } = regularisationOf(recipe, architecture);
  return [
    optimizer,
    ...(optimizer !== 'adam' && momentum > 0 ? ['momentum'] : []),
    ...(l2 > 0 ? ['l2'] : []),
    ...(weightDecay > 0 ? ['decay'] : []),
    ...(clipNorm === null ? [] : ['clip']),
  ].join('-');
}

/**
 * One word for all runs whose steps take equally long at one batch size: networks that compute the same, and recipes of which a step
 * and what becomes of an image have the same parts, whatever their numbers.
 */
export function stepKey(architecture: Architecture, asked: Recipe): string {
  const recipe = resolvedRecipe(asked, architecture);
  const does = RECIPE_KEYS.flatMap((key) => {
    const { group } = fieldOf(key);
    if ((group !== 'step' && group !== 'images') || ['batchSize', 'microBatchSize', 'dropLast'].includes(key))
      return [];
    const value = recipe[key];
    const said = typeof value === 'number' ? value !== 0 : Array.isArray(value) ? value.length > 0 : value;
    return [`${key}=${String(said)}`];
  });
  return `${networkKey(architecture)} ${does.join(' ')}`;
}

/** One word for architectures that are the same but for their names and the L2 of their recipes, whatever the order of their fields. */
const networkKey = ({ name: _, ...network }: Architecture): string =>
  JSON.stringify(designOf(network), (_key, value: unknown) =>
    value !== null && typeof value === 'object' && !Array.isArray(value)
      ? Object.fromEntries(Object.entries(value).sort(([a], [b]) => (a < b ? -1 : 1)))
      : value,
  );

/**
 * Where a step of a network was spent: with this recipe, else with any that was measured.
 * @returns null where none was
 */
export function profileOf(
  record: CostRecord | null,
  architecture: Architecture,
  recipe: Recipe,
): StepTaken | null {
  if (!record) return null;
  const exact = record.steps[stepKey(architecture, recipe)];
  if (exact) return exact;
  const prefix = `${networkKey(architecture)} `;
  return Object.entries(record.steps).find(([key]) => key.startsWith(prefix))?.[1] ?? null;
}
