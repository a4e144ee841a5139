/**
 * A graph in TensorFlow: written as a SavedModel, loaded into a session of its own, called through the native binding
 * (`predict` of tfjs-node wraps each call in tensors of its own and knows no uint8).
 */
import { mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { inTemporaryFolder } from '../../../node/files/temporary-folder';
import { ownKernels } from '../own-kernels';
import { tensorflow } from '../tensorflow';
import { DATA_TYPES, reference, shapeMessage, type Graph, type Tensor } from './graph';
import { encodeSavedModel, type Entry, type SignatureMessage, type TensorInfoMessage } from './messages';

/** Graph version of TensorFlow 2.9, the oldest library that the set-up brings; newer ones read it too. */
const PRODUCER = 1087;

export type Values = Float32Array | Int32Array | Uint8Array;

/** An entry point: what a call gives and what it gets. */
export interface Signature {
  name: string;
  inputs: readonly Tensor[];
  outputs: readonly Tensor[];
}

/** Values for an input; lengths that the graph leaves open follow from their number. */
export type Call = (...inputs: Values[]) => Values[];

/** Outputs that TensorFlow holds until they are released. */
export interface Held {
  /** A copy of the one at the index. */
  read(index: number): Values;
  release(): void;
}

export class Session {
  private readonly binding = tensorflow();
  private readonly id: number;

  /**
   * @param initialise a node that runs once, before all calls.
   * @param signatures for whoever reads the file: the names of the entry points.
   */
  constructor(graph: Graph, initialise: string, signatures: readonly Signature[]) {
    // A SavedModel may name their ops: they must be there before it is loaded.
    ownKernels();
    this.id = inTemporaryFolder('resbench-graph-', (folder) => {
      mkdirSync(join(folder, 'variables'));
      writeFileSync(join(folder, 'saved_model.pb'), savedModel(graph, initialise, signatures));
      return this.binding.loadSavedModel(folder, 'serve');
    });
  }

  /** Runs what the outputs need, and holds them: where they are variables' values, without a copy. */
  hold(outputs: readonly Tensor[]): Held {
    const handles = this.running({ inputs: [], outputs })();
    return {
      read: (index) => this.binding.tensorDataSync(handles[index]!),
      release: () => {
        for (const handle of handles.splice(0)) this.binding.deleteTensor(handle);
      },
    };
  }

  /** A function that runs what the outputs need, feeding the inputs: any tensors of the graph. */
  callable({ inputs, outputs }: Pick<Signature, 'inputs' | 'outputs'>): Call {
    const run = this.running({ inputs, outputs });
    return (...values) => {
      const ids = inputs.map((input, index) =>
        this.binding.createTensor(
          shapeFor(input, values[index]!.length),
          DATA_TYPES[input.dtype],
          values[index]!,
        ),
      );
      try {
        return run(...ids).map((id) => {
          const data = this.binding.tensorDataSync(id);
          this.binding.deleteTensor(id);
          return data;
        });
      } finally {
        for (const id of ids) this.binding.deleteTensor(id);
      }
    };
  }

  /** As `callable`, over values that TensorFlow holds, by their handles; those that it gives the caller deletes. */
  running({ inputs, outputs }: Pick<Signature, 'inputs' | 'outputs'>): (...handles: number[]) => number[] {
    const fed = inputs.map(endpoint).join();
    const fetched = outputs.map(endpoint).join();
    return (...handles) => this.binding.runSavedModel(this.id, handles, fed, fetched).map(({ id }) => id);
  }

  dispose(): void {
    this.binding.deleteSavedModel(this.id);
  }
}

const endpoint = ({ node, output }: Tensor): string => `${node}:${output}`;

/** The input's shape with its open length (at most one) filled in. */
function shapeFor({ shape, node }: Tensor, count: number): number[] {
  const known = shape.reduce((product, side) => (side < 0 ? product : product * side), 1);
  const open = count / known;
  if (!Number.isInteger(open) || (open !== 1 && !shape.includes(-1))) {
    throw new Error(`${count} values do not fill ${node}, [${shape.join(', ')}].`);
  }
  return shape.map((side) => (side < 0 ? open : side));
}

function savedModel(graph: Graph, initialise: string, signatures: readonly Signature[]): Uint8Array {
  return encodeSavedModel({
    savedModelSchemaVersion: 1,
    metaGraphs: [
      {
        metaInfo: { tags: ['serve'] },
        graph: { node: graph.nodes, versions: { producer: PRODUCER } },
        signature: [
          ...signatures.map(({ name, inputs, outputs }): Entry<SignatureMessage> => ({
            key: name,
            value: { inputs: inputs.map(tensorInfo), outputs: outputs.map(tensorInfo), methodName: name },
          })),
          {
            key: '__saved_model_init_op',
            value: {
              inputs: [],
              outputs: [
                {
                  key: '__saved_model_init_op',
                  value: { name: initialise, dtype: 0, tensorShape: { dim: [] } },
                },
              ],
              methodName: '',
            },
          },
        ],
      },
    ],
  });
}

const tensorInfo = (tensor: Tensor): Entry<TensorInfoMessage> => ({
  key: reference(tensor),
  value: {
    name: endpoint(tensor),
    dtype: DATA_TYPES[tensor.dtype],
    tensorShape: shapeMessage(tensor.shape),
  },
});
