/** What all that is kept in versions has in common (saved architectures, saved recipes): notes, and versions that there are not. Pure. */
import { hasActing } from '../architecture/inert-text';
import { thousands } from '../architecture/number-text';
import { fail, ok, type Result } from './result';
import { shown } from './shown';

/** Longest note of a version, UTF-16 units. */
export const NOTE_LENGTH = 200;

/** The note of a version as it is stored: one line. */
export function checkedNote(note: string): Result<string> {
  const text = note.trim();
  const problem = textProblem(text, NOTE_LENGTH);
  return problem === null ? ok(text) : fail('invalid-input', `The note of a version ${problem}.`);
}

/**
 * What is wrong with a text (`must …`), null where nothing is.
 * @param shown what of it must not act
 */
export function textProblem(text: string, most: number, shown = text): string | null {
  if (text.length > most) {
    return `must have at most ${thousands(most)} characters, got ${thousands(text.length)}`;
  }
  return hasActing(shown) ? 'must not hold control characters or marks that turn text around' : null;
}

/** There is no version 7 of "mine": it has versions 1 to 3. */
export function noSuchVersion(
  name: string,
  version: number,
  versions: readonly { version: number }[],
): string {
  const numbers = versions.map((one) => one.version).sort((a, b) => a - b);
  const [first = 0, last = 0] = [numbers[0], numbers.at(-1)];
  const isGapless = numbers.length === last - first + 1;
  const there =
    numbers.length === 1
      ? `only version ${first}`
      : `versions ${isGapless && numbers.length > 2 ? `${first} to ${last}` : listed(numbers)}`;
  return `There is no version ${version} of "${shown(name)}": it has ${there}.`;
}

/** `1, 2 and 5` */
const listed = (numbers: readonly number[]): string =>
  [numbers.slice(0, -1).join(', '), numbers.at(-1)].filter((part) => part !== '').join(' and ');
