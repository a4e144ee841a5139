/** The part of google-protobuf (BSD-3-Clause) that is used: its package brings no types. */
declare module 'google-protobuf' {
  /** Writes fields one by one in the wire format of protocol buffers. */
  class BinaryWriter {
    writeString(field: number, value: string): void;
    writeBytes(field: number, value: Uint8Array): void;
    writeInt64(field: number, value: number): void;
    writeFloat(field: number, value: number): void;
    writeBool(field: number, value: boolean): void;
    writeEnum(field: number, value: number): void;
    writePackedInt64(field: number, values: readonly number[]): void;
    writeMessage<T>(field: number, value: T, write: (value: T, writer: BinaryWriter) => void): void;
    getResultBuffer(): Uint8Array;
  }
  const protobuf: { BinaryWriter: typeof BinaryWriter };
  export default protobuf;
  export { BinaryWriter };
}
