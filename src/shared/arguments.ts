/** Arguments of calls that are checked in full, and what is said of those that are wrong. Pure. */
import { z } from 'zod';
import type { Architecture } from '../architecture/architecture';
import { formatProblem } from '../architecture/problem';
import { parseArchitecture } from '../architecture/text/architecture';
import { fail, type Failure } from './result';

type Refusal = { ok: false; error: Failure };

/** Whatever comes out builds; each issue is a sentence of {@link parseArchitecture}, which names its place. */
export const architectureSchema = z.custom<Architecture>().transform((given, context): Architecture => {
  const parsed = parseArchitecture(given);
  if (parsed.ok) return parsed.value;
  for (const problem of parsed.problems)
    context.addIssue({ code: 'custom', message: formatProblem(problem) });
  return z.NEVER;
});

/** @param problems what is wrong with its fields, each the end of a sentence */
export const unusableRecipe = (problems: readonly string[]): Refusal =>
  fail('invalid-input', `The recipe cannot be used: ${problems.join('; ')}.`, [...problems]);

/**
 * Refuses a call whose arguments its schema does not accept. Of an architecture and a recipe a person may have got
 * something wrong: what is said of them stands for itself. All else is a mistake of the caller.
 */
export function refuseArguments(method: string, { issues }: Pick<z.ZodError, 'issues'>): Refusal {
  const of = (field: string): string[] =>
    issues.filter(({ path }) => path[0] === field).map(({ message }) => message);
  const [architecture, recipe] = [of('architecture'), of('recipe')];
  const others = issues
    .filter(({ path }) => path[0] !== 'architecture' && path[0] !== 'recipe')
    .map(({ path, message }) => `${path.join('.') || 'argument'}: ${message}`);
  if (others[0] !== undefined) return fail('invalid-input', `${method}: ${others[0]}.`, others);
  if (architecture[0] !== undefined) return fail('invalid-input', architecture[0], architecture);
  return unusableRecipe(recipe);
}
