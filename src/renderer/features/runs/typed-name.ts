/** The name of a run as it is typed. Pure. */
import { nameProblem } from '../../../architecture/names';
import { asSentence } from '../../../shared/format';

/** What is wrong with a name, as a sentence; in place of an empty one a run gets one that is free. */
export function typedNameProblem(name: string): string | undefined {
  const problem = name.trim() === '' ? null : nameProblem(name.trim());
  return problem === null ? undefined : asSentence(`the name ${problem}`);
}
