/** What a tooltip says of a mistake, with a button for each mend. */
import { formatProblem, type Mend, type Problem } from '../../../../architecture/problem';
import { formatKeys } from '../../../ui/keys';

/** The sentence without its line and column: the tooltip stands there. */
export const noteText = (problem: Problem): string =>
  problem.path === null ? problem.sentence : formatProblem(problem);

/**
 * Stands within a `span`.
 *
 * @param onClose Escape was pressed on one of its buttons
 */
export function noteOf(problem: Problem, onMend: (mend: Mend) => void, onClose: () => void): HTMLElement {
  const note = part('cm-note', noteText(problem));
  note.addEventListener('keydown', (event) => {
    if (event.key !== 'Escape') return;
    event.preventDefault();
    onClose();
  });
  if (!problem.mends?.length) return note;
  const mends = part('cm-mends');
  for (const mend of problem.mends) {
    const button = document.createElement('button');
    button.type = 'button';
    button.textContent = mend.label;
    button.addEventListener('click', () => onMend(mend));
    mends.append(button);
  }
  if (problem.mends.length === 1) mends.append(part('cm-keys', formatKeys('Mod+.')));
  note.append(mends);
  return note;
}

function part(name: string, text = ''): HTMLElement {
  const element = document.createElement('span');
  element.className = name;
  element.textContent = text;
  return element;
}
