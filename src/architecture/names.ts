/** What may be the name of something: a run, an architecture. */
import { describe } from './checks';
import { hasActing } from './inert-text';
import { thousands } from './number-text';

/** What is wrong with a name (`must …`), null where nothing is. @param most characters (UTF-16 units). */
export function nameProblem(name: string, most: number): string | null {
  if (name === '') return 'must not be empty';
  if (name.length > most)
    return `must have at most ${thousands(most)} characters, got ${thousands(name.length)}`;
  if (hasActing(name))
    return `must not hold control characters or marks that turn text around, got ${describe(name)}`;
  return null;
}
