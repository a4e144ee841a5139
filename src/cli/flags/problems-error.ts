/** What is wrong with an architecture, as the command line says it. */
import { formatPosition, formatProblem, type Problem } from '../../architecture/problem';
import { expected, type ExpectedError } from '../../shared/result';

/** One sentence for the first problem; the others as details. */
export function problemsError(where: string, problems: Problem[]): ExpectedError {
  const messages = problems.map((problem) => {
    // The place of a mistake in the syntax is its position already.
    const position = problem.path !== null && problem.at ? `${formatPosition(problem.at)}, ` : '';
    return `${where === '' ? '' : `${where}: `}${position}${formatProblem(problem)}`;
  });
  const [first = `${where}: not an architecture`] = messages;
  return expected('invalid-input', first, messages.length > 1 ? messages : undefined);
}
