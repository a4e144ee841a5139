/**
 * The messages of which a SavedModel is made, as far as they are used here: field numbers and types as in TensorFlow's
 * tensorflow/core/framework/{attr_value,graph,node_def,tensor,tensor_shape}.proto and
 * tensorflow/core/protobuf/{meta_graph,saved_model}.proto.
 */
import protobuf, { type BinaryWriter } from 'google-protobuf';

type Scalar = 'string' | 'bytes' | 'int64' | 'float' | 'bool' | 'enum';
interface Field {
  number: number;
  type: Scalar | Schema | 'packed int64';
  repeated?: boolean;
}
/** A map<string, M> is on the wire what a repeated message with the fields key and value is. */
type Schema = { readonly [field: string]: Field };

const field = (number: number, type: Field['type']): Field => ({ number, type });
const repeated = (number: number, type: Scalar | Schema): Field => ({ number, type, repeated: true });
const mapOf = (number: number, value: Schema): Field =>
  repeated(number, { key: field(1, 'string'), value: field(2, value) });

const TENSOR_SHAPE: Schema = { dim: repeated(2, { size: field(1, 'int64') }) };
const TENSOR: Schema = {
  dtype: field(1, 'enum'),
  tensorShape: field(2, TENSOR_SHAPE),
  /** Row-major, little-endian. */
  tensorContent: field(4, 'bytes'),
};
const ATTRIBUTE: Schema = {
  list: field(1, { i: field(3, 'packed int64') }),
  s: field(2, 'bytes'),
  i: field(3, 'int64'),
  f: field(4, 'float'),
  b: field(5, 'bool'),
  type: field(6, 'enum'),
  shape: field(7, TENSOR_SHAPE),
  tensor: field(8, TENSOR),
};
const NODE: Schema = {
  name: field(1, 'string'),
  op: field(2, 'string'),
  input: repeated(3, 'string'),
  attr: mapOf(5, ATTRIBUTE),
};
const GRAPH: Schema = { node: repeated(1, NODE), versions: field(4, { producer: field(1, 'int64') }) };
const TENSOR_INFO: Schema = {
  name: field(1, 'string'),
  dtype: field(2, 'enum'),
  tensorShape: field(3, TENSOR_SHAPE),
};
const SIGNATURE: Schema = {
  inputs: mapOf(1, TENSOR_INFO),
  outputs: mapOf(2, TENSOR_INFO),
  methodName: field(3, 'string'),
};
const META_GRAPH: Schema = {
  metaInfo: field(1, { tags: repeated(4, 'string') }),
  graph: field(2, GRAPH),
  signature: mapOf(5, SIGNATURE),
};
const SAVED_MODEL: Schema = {
  savedModelSchemaVersion: field(1, 'int64'),
  metaGraphs: repeated(2, META_GRAPH),
};

export interface TensorShapeMessage {
  dim: { size: number }[];
}
export interface TensorMessage {
  dtype: number;
  tensorShape: TensorShapeMessage;
  tensorContent: Uint8Array;
}
/** One of its fields. */
export interface AttributeMessage {
  list?: { i: readonly number[] };
  s?: Uint8Array;
  i?: number;
  f?: number;
  b?: boolean;
  type?: number;
  shape?: TensorShapeMessage;
  tensor?: TensorMessage;
}
export interface Entry<T> {
  key: string;
  value: T;
}
export interface NodeMessage {
  name: string;
  op: string;
  input: string[];
  attr: Entry<AttributeMessage>[];
}
export interface TensorInfoMessage {
  name: string;
  dtype: number;
  tensorShape: TensorShapeMessage;
}
export interface SignatureMessage {
  inputs: Entry<TensorInfoMessage>[];
  outputs: Entry<TensorInfoMessage>[];
  methodName: string;
}
export interface SavedModelMessage {
  savedModelSchemaVersion: number;
  metaGraphs: {
    metaInfo: { tags: string[] };
    graph: { node: NodeMessage[]; versions: { producer: number } };
    signature: Entry<SignatureMessage>[];
  }[];
}

/** The bytes of a `saved_model.pb`. */
export function encodeSavedModel(message: SavedModelMessage): Uint8Array {
  const writer = new protobuf.BinaryWriter();
  write(message, SAVED_MODEL, writer);
  return writer.getResultBuffer();
}

function write(message: object, schema: Schema, writer: BinaryWriter): void {
  for (const [name, { number, type, repeated }] of Object.entries(schema)) {
    const value = (message as Record<string, unknown>)[name];
    if (value === undefined) continue;
    for (const item of repeated ? (value as unknown[]) : [value]) writeField(number, type, item, writer);
  }
}

function writeField(number: number, type: Field['type'], value: unknown, writer: BinaryWriter): void {
  switch (type) {
    case 'string':
      return writer.writeString(number, value as string);
    case 'bytes':
      return writer.writeBytes(number, value as Uint8Array);
    case 'int64':
      return writer.writeInt64(number, value as number);
    case 'float':
      return writer.writeFloat(number, value as number);
    case 'bool':
      return writer.writeBool(number, value as boolean);
    case 'enum':
      return writer.writeEnum(number, value as number);
    case 'packed int64':
      return writer.writePackedInt64(number, value as number[]);
    default:
      return writer.writeMessage(number, value as object, (inner, to) => write(inner, type, to));
  }
}
