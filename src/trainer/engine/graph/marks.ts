/**
 * Clocks within a step: nodes that tell when the tensors of a layer were there. TF op: Timestamp (seconds since 1970, float64, to the
 * microsecond). A call that does not fetch them does not run them.
 */
import type { Graph, Tensor } from './graph';
import * as ops from './ops';

export class Marks {
  readonly layers: string[] = [];
  private readonly times: Tensor[] = [];
  private readonly start: Tensor;

  /** @param images after which time is counted. */
  constructor(
    private readonly graph: Graph,
    images: Tensor,
  ) {
    this.start = this.clock([images]);
  }

  /** Once all of these are there, the time since the last mark was spent in the layer. */
  add(layer: string, tensors: readonly Tensor[]): void {
    if (tensors.length === 0) return;
    this.layers.push(layer);
    const { graph } = this;
    const [since] = graph.node(
      'Sub',
      'since',
      [this.clock(tensors), this.start],
      { T: { type: 'float64' } },
      [{ dtype: 'float64', shape: [] }],
    ) as [Tensor];
    this.times.push(ops.toFloat(graph, since));
  }

  /** Seconds of all, in the order in which they were added; float32 holds a minute to 4 µs. */
  all(): Tensor {
    return ops.stack(this.graph, this.times);
  }

  private clock(after: readonly Tensor[]): Tensor {
    return this.graph.node('Timestamp', 'clock', [], {}, [{ dtype: 'float64', shape: [] }], after)[0]!;
  }
}

/**
 * Milliseconds by layer: of any two marks that follow each other in time, what lies between belongs to the later one's layer. The sum is
 * the time of the last mark.
 * @param seconds when each of the marks was reached.
 */
export function timeByLayer(layers: readonly string[], seconds: ArrayLike<number>): Map<string, number> {
  const order = layers.map((_, index) => index).sort((a, b) => seconds[a]! - seconds[b]!);
  const spent = new Map<string, number>();
  let before = 0;
  for (const index of order) {
    const at = Math.max(before, seconds[index]!);
    const layer = layers[index]!;
    spent.set(layer, (spent.get(layer) ?? 0) + (at - before) * 1e3);
    before = at;
  }
  return spent;
}
