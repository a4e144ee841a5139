/** The network of an architecture that comes with a request. */
import type { Architecture } from '../../architecture/architecture';
import { ArchitectureError, buildNetwork, type Network } from '../../architecture/network';
import { formatProblem } from '../../architecture/problem';
import { fail, ok, type Result } from '../../shared/result';

/** What keeps it from being built is one sentence, with a detail for each problem. */
export function builtNetwork(architecture: Architecture): Result<Network> {
  try {
    return ok(buildNetwork(architecture));
  } catch (error) {
    if (!(error instanceof ArchitectureError)) throw error;
    const sentences = error.problems.map((problem) => formatProblem(problem));
    return fail('invalid-input', sentences[0] ?? error.message, sentences);
  }
}
