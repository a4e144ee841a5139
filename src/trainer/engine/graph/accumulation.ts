/**
 * Gradient accumulation: a batch of N images whose step is computed in parts, so that it takes the memory of one. With E_k the sum of
 * the cross-entropies of part k divided by N, the gradient of the whole batch's mean is
 *
 *   ∂E/∂w = Σ_k ∂E_k/∂w
 *
 * whatever the parts' sizes. `begin` makes room, each part adds its gradients, in place as soon as each is there, and `update` takes
 * the sums: their memory is the update's from then on, and nobody's after it. Until then nothing of the training's state has changed:
 * the moving statistics of batch normalisation move in copies, once for each part, which become theirs in the update. So a batch that
 * is not computed to its end leaves no trace. TF ops: AssignVariableOp, AssignAddVariableOp, ReadVariableOp, DestroyResourceOp.
 */
import type { LayerVariable } from '../../../architecture/layers';
import type { Graph, Tensor } from './graph';
import * as ops from './ops';

export class Accumulation {
  /** Sums of gradients, by the names of their variables. */
  private readonly sums: Map<string, ops.Variable>;
  /** Moving statistics of the parts so far. */
  private readonly moving: Map<string, ops.Variable>;

  /** @param variables the network's, by name. */
  constructor(
    private readonly graph: Graph,
    infos: readonly LayerVariable[],
    private readonly variables: ReadonlyMap<string, ops.Variable>,
  ) {
    const made = (wanted: boolean, what: string) =>
      new Map(
        infos
          .filter(({ trainable }) => trainable === wanted)
          .map(({ name }) => [name, ops.variable(graph, `${name}/${what}`, variables.get(name)!)]),
      );
    this.sums = made(true, 'gradientSum');
    this.moving = made(false, 'moving');
  }

  /** What the parts read and move: the weights themselves, and the copies of what is not trained. */
  get seen(): Map<string, ops.Variable> {
    return new Map([...this.variables, ...this.moving]);
  }

  /**
   * Sums of nothing, and copies of the moving statistics.
   * @param zero fed with 0: of a constant TensorFlow would make constants of all these zeros, which stay in memory, and each sum would
   *   be copied out of them.
   * @returns nodes to wait for.
   */
  begin(zero: Tensor): Tensor[] {
    const { graph } = this;
    return [
      ...[...this.sums.values()].map((sum) => ops.assign(graph, sum, ops.fill(graph, sum.shape, zero))),
      ...[...this.moving].map(([name, copy]) =>
        ops.assign(graph, copy, ops.copy(graph, ops.read(graph, this.variables.get(name)!))),
      ),
    ];
  }

  /** @returns the node to wait for. */
  add(name: string, gradient: Tensor): Tensor {
    return ops.assignAdd(this.graph, this.sums.get(name)!, gradient);
  }

  /** The gradient of the whole batch, once. */
  take(name: string): Tensor {
    return ops.take(this.graph, this.sums.get(name)!);
  }

  /** The moving statistics become those after the parts. @returns nodes to wait for. */
  moveStatistics(): Tensor[] {
    return [...this.moving].map(([name, copy]) =>
      ops.assign(this.graph, this.variables.get(name)!, ops.take(this.graph, copy)),
    );
  }
}
