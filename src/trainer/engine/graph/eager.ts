/**
 * Nodes of a graph run one at a time, in TensorFlow's eager mode: the same kernels without a session, whose first call takes
 * far longer than a small result does.
 */
import type { TFEOpAttr } from '@tensorflow/tfjs-node-gpu/dist/tfjs_binding';
import { tensorflow } from '../tensorflow';
import { DATA_TYPES, reference, type Graph, type Tensor } from './graph';
import type { AttributeMessage, TensorMessage } from './messages';
import type { Values } from './session';

/** A value that TensorFlow holds until it is deleted. */
export type Handle = number;

export class Eager {
  private readonly binding = tensorflow();
  /** Values that need not be computed, by the reference of their tensor. */
  private readonly given: Map<string, Handle>;
  private readonly kept: Handle[] = [];

  /** @param given values of placeholders; they stay the caller's. */
  constructor(
    private readonly graph: Graph,
    given: ReadonlyMap<Tensor, Handle> = new Map(),
  ) {
    this.given = new Map([...given].map(([tensor, handle]) => [reference(tensor), handle]));
  }

  /** Computes a tensor, and all that it depends on but is neither given nor kept. */
  values(tensor: Tensor): Values {
    const given = this.given.get(reference(tensor));
    if (given !== undefined) return this.binding.tensorDataSync(given);
    const handle = this.handle(tensor);
    try {
      return this.binding.tensorDataSync(handle);
    } finally {
      this.binding.deleteTensor(handle);
    }
  }

  /** As `values`, left in TensorFlow: the caller deletes it. */
  handle(tensor: Tensor): Handle {
    const computed = new Map<string, Handle>();
    const wanted = reference(tensor);
    try {
      this.compute(wanted, computed);
      const handle = computed.get(wanted)!;
      computed.delete(wanted);
      return handle;
    } finally {
      for (const handle of computed.values()) this.binding.deleteTensor(handle);
    }
  }

  /** Computes a tensor once for all that depends on it. */
  keep(tensor: Tensor): void {
    const handle = this.handle(tensor);
    this.kept.push(handle);
    this.given.set(reference(tensor), handle);
  }

  /** Deletes what it keeps. */
  dispose(): void {
    for (const handle of this.kept.splice(0)) this.binding.deleteTensor(handle);
  }

  /** Puts an output, and what it depends on, among those that are computed. */
  private compute(output: string, computed: Map<string, Handle>): void {
    const { op, attr, input } = this.graph.find(output);
    if (op === 'Const') {
      computed.set(output, this.constant(attr.find(({ key }) => key === 'value')!.value.tensor!));
      return;
    }
    const inputs = input.filter((name) => !name.startsWith('^'));
    for (const name of inputs) {
      if (!this.given.has(name) && !computed.has(name)) this.compute(name, computed);
    }
    const handles = inputs.map((name) => this.given.get(name) ?? computed.get(name)!);
    const attributes = attr.flatMap(({ key, value }) => this.attribute(key, value) ?? []);
    // Every op that is used here gives one tensor.
    const [result] = this.binding.executeOp(op, attributes, handles, 1);
    computed.set(output, result!.id);
  }

  private constant({ dtype, tensorShape, tensorContent }: TensorMessage): Handle {
    const bytes = tensorContent.slice().buffer;
    const values =
      dtype === DATA_TYPES.int32
        ? new Int32Array(bytes)
        : dtype === DATA_TYPES.uint8
          ? new Uint8Array(bytes)
          : new Float32Array(bytes);
    return this.binding.createTensor(
      tensorShape.dim.map(({ size }) => size),
      dtype,
      values,
    );
  }

  /** Null for an empty list, which is every list's default. */
  private attribute(name: string, value: AttributeMessage): TFEOpAttr | null {
    const { binding } = this;
    if (value.type !== undefined) return { name, type: binding.TF_ATTR_TYPE, value: value.type };
    if (value.shape) {
      return { name, type: binding.TF_ATTR_SHAPE, value: value.shape.dim.map(({ size }) => size) };
    }
    if (value.list) {
      return value.list.i.length === 0 ? null : { name, type: binding.TF_ATTR_INT, value: [...value.list.i] };
    }
    if (value.i !== undefined) return { name, type: binding.TF_ATTR_INT, value: value.i };
    if (value.f !== undefined) return { name, type: binding.TF_ATTR_FLOAT, value: value.f };
    if (value.b !== undefined) return { name, type: binding.TF_ATTR_BOOL, value: value.b };
    return { name, type: binding.TF_ATTR_STRING, value: new TextDecoder().decode(value.s) };
  }
}
