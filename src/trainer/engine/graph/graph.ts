/** A TensorFlow graph under construction: nodes with unique names, tensors whose type and shape are known while building. */
import type { AttributeMessage, NodeMessage, TensorMessage, TensorShapeMessage } from './messages';

/** TensorFlow's numbers for its types (tensorflow/core/framework/types.proto). */
export const DATA_TYPES = { float32: 1, float64: 2, int32: 3, uint8: 4, resource: 20 } as const;
export type DataType = keyof typeof DATA_TYPES;

/** Lengths of the axes; -1 is the length that only a call knows: the images of its batch. */
export type Shape = readonly number[];

/** An output of a node. */
export interface Tensor {
  readonly node: string;
  readonly output: number;
  readonly dtype: DataType;
  readonly shape: Shape;
}

export type Attribute =
  | { type: DataType }
  | { shape: Shape }
  | { int: number }
  | { ints: readonly number[] }
  | { float: number }
  | { bool: boolean }
  | { string: string }
  | { tensor: TensorMessage };

export interface Output {
  dtype: DataType;
  shape: Shape;
}

export class Graph {
  readonly nodes: NodeMessage[] = [];
  private readonly names = new Set<string>();
  private readonly counts = new Map<string, number>();
  private readonly constants = new Map<string, Tensor>();
  private prefix = '';
  private byName?: Map<string, NodeMessage>;

  /** Everything built by `build` is named `name/…`, within the scope that is open. */
  scope<T>(name: string, build: () => T): T {
    const outer = this.prefix;
    this.prefix = `${outer}${name}/`;
    try {
      return build();
    } finally {
      this.prefix = outer;
    }
  }

  /**
   * Adds a node.
   * @param name within the open scope; a number is appended where it is taken.
   * @param after nodes that must have run before it, beside those whose outputs it takes.
   */
  node(
    op: string,
    name: string,
    inputs: readonly Tensor[],
    attributes: Readonly<Record<string, Attribute>>,
    outputs: readonly Output[],
    after: readonly Tensor[] = [],
  ): Tensor[] {
    const unique = this.uniqueName(this.prefix + name);
    this.nodes.push({
      name: unique,
      op,
      input: [...inputs.map(reference), ...new Set(after.map(({ node }) => `^${node}`))],
      attr: Object.entries(attributes).map(([key, value]) => ({ key, value: attributeMessage(value) })),
    });
    return outputs.map(({ dtype, shape }, output) => ({ node: unique, output, dtype, shape }));
  }

  /** The node of a name. */
  find(name: string): NodeMessage {
    this.byName ??= new Map();
    for (let i = this.byName.size; i < this.nodes.length; i++)
      this.byName.set(this.nodes[i]!.name, this.nodes[i]!);
    return this.byName.get(name)!;
  }

  /** The name with the scopes that are open. */
  path(name: string): string {
    return this.prefix + name;
  }

  /** One node for each value; TF op: Const. */
  constant(values: Float32Array | Int32Array | Uint8Array, shape: Shape): Tensor {
    const dtype = values instanceof Int32Array ? 'int32' : values instanceof Uint8Array ? 'uint8' : 'float32';
    const key = `${dtype}[${shape.join()}] ${values.join()}`;
    let constant = this.constants.get(key);
    if (!constant) {
      const tensor = {
        dtype: DATA_TYPES[dtype],
        tensorShape: shapeMessage(shape),
        tensorContent: new Uint8Array(values.buffer, values.byteOffset, values.byteLength).slice(),
      };
      const outer = this.prefix;
      this.prefix = '';
      [constant] = this.node('Const', 'constant', [], { dtype: { type: dtype }, value: { tensor } }, [
        { dtype, shape },
      ]) as [Tensor];
      this.prefix = outer;
      this.constants.set(key, constant);
    }
    return constant;
  }

  private uniqueName(name: string): string {
    let unique = name;
    let count = this.counts.get(name) ?? 0;
    while (this.names.has(unique)) unique = `${name}_${++count}`;
    this.counts.set(name, count);
    this.names.add(unique);
    return unique;
  }
}

/** As nodes and signatures name a tensor. */
export const reference = ({ node, output }: Tensor): string => (output === 0 ? node : `${node}:${output}`);

/** Number of elements; only for shapes without an unknown length. */
export const elements = (shape: Shape): number => shape.reduce((product, side) => product * side, 1);

export const shapeMessage = (shape: Shape): TensorShapeMessage => ({ dim: shape.map((size) => ({ size })) });

const text = new TextEncoder();

function attributeMessage(attribute: Attribute): AttributeMessage {
  if ('type' in attribute) return { type: DATA_TYPES[attribute.type] };
  if ('shape' in attribute) return { shape: shapeMessage(attribute.shape) };
  if ('int' in attribute) return { i: attribute.int };
  if ('ints' in attribute) return { list: { i: attribute.ints } };
  if ('float' in attribute) return { f: attribute.float };
  if ('bool' in attribute) return { b: attribute.bool };
  if ('string' in attribute) return { s: text.encode(attribute.string) };
  return { tensor: attribute.tensor };
}
