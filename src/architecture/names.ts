/** What may be the name of something: a run, an architecture. */
import { describe } from './checks';
import { hasActing } from './inert-text';
import { LIMITS } from './limits';
import { thousands } from './number-text';

/** What is wrong with a name (`must …`), null where nothing is. */
export function nameProblem(name: string): string | null {
  const most = LIMITS.nameLength;
  if (name === '') return 'must not be empty';
  if (name.length > most)
    return `must have at most ${thousands(most)} characters, got ${thousands(name.length)}`;
  if (hasActing(name))
    return `must not hold control characters or marks that turn text around, got ${describe(name)}`;
  return null;
}

/** The beginning of a text, of at most so many UTF-16 units; no character is torn. */
export const beginning = (text: string, most: number = LIMITS.nameLength): string =>
  text.slice(0, Math.max(0, most)).replace(/[\ud800-\udbff]$/, '');
