/** What is known of an architecture before it is trained: its network with parameters and MACs, or why there is none. Pure. */
import type { Architecture } from '../../../architecture/architecture';
import { ArchitectureError, buildNetwork, type Network } from '../../../architecture/network';
import { formatProblem } from '../../../architecture/problem';
import { summarize, type Summary } from '../../../architecture/summary';

export type NetworkFacts =
  { network: Network; summary: Summary; problem: null } | { network: null; summary: null; problem: string };

/** @param architecture null for one that was deleted meanwhile. */
export function networkFacts(architecture: Architecture | null): NetworkFacts {
  const none = (problem: string): NetworkFacts => ({ network: null, summary: null, problem });
  if (!architecture) return none('This architecture no longer exists; choose another one.');
  try {
    const network = buildNetwork(architecture);
    return { network, summary: summarize(network), problem: null };
  } catch (error) {
    // Stored by a version with other limits.
    if (!(error instanceof ArchitectureError)) throw error;
    return none(formatProblem(error.problems[0]!));
  }
}
