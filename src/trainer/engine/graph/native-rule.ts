import type { Graph, Tensor } from './graph';
import type { Variable } from './ops';

/** The rule of an optimizer as TensorFlow's ops carry it out. */
export interface NativeRule {
  /** Names of the values it keeps for each variable; each has the variable's shape and starts at 0. */
  readonly slots: readonly string[];
  /** Whether w and its slots move by rate · g and in no other way by g: a factor of g is then one of the rate. */
  readonly linear: boolean;
  /**
   * @param rate what `rate` gives, as a scalar.
   * @param after nodes that must have read w.
   * @returns the node that updates w and its slots.
   */
  update(
    graph: Graph,
    variable: Variable,
    slots: readonly Variable[],
    gradient: Tensor,
    rate: Tensor,
    after: readonly Tensor[],
  ): Tensor;
}
