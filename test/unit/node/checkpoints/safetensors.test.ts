import { describe, expect, it } from 'vitest';
import {
  decodeHeader,
  encode,
  encodeHeader,
  headerLength,
  LENGTH_BYTES,
} from '../../../../src/node/checkpoints/safetensors';

/**
 * Written by the reference implementation (Python package safetensors 0.8.0):
 * `save({'b/kernel': arange(6).reshape(2, 3) / 3, 'a': [1.5, -2.25], 'scalar': 7}, metadata={'format': 'np'})`, all float32.
 */
const REFERENCE = Buffer.from(
  '0AAAAAAAAAB7Il9fbWV0YWRhdGFfXyI6eyJmb3JtYXQiOiJucCJ9LCJhIjp7ImR0eXBlIjoiRjMyIiwic2hhcGUiOlsyXSwiZGF0YV9vZmZzZXRzIjpb' +
    'MCw4XX0sImIva2VybmVsIjp7ImR0eXBlIjoiRjMyIiwic2hhcGUiOlsyLDNdLCJkYXRhX29mZnNldHMiOls4LDMyXX0sInNjYWxhciI6eyJkdHlwZSI6' +
    'IkYzMiIsInNoYXBlIjpbXSwiZGF0YV9vZmZzZXRzIjpbMzIsMzZdfX0gAADAPwAAEMAAAAAAq6qqPquqKj8AAIA/q6qqP1VV1T8AAOBA',
  'base64',
);
const TENSORS = [
  { name: 'a', shape: [2], values: Float32Array.of(1.5, -2.25) },
  { name: 'b/kernel', shape: [2, 3], values: Float32Array.from([0, 1, 2, 3, 4, 5], (value) => value / 3) },
  { name: 'scalar', shape: [], values: Float32Array.of(7) },
];

/** The consumer must be done with a chunk before it asks for the next. */
function together(chunks: Iterable<Uint8Array>): Buffer {
  const copies: Buffer[] = [];
  for (const chunk of chunks) copies.push(Buffer.from(chunk));
  return Buffer.concat(copies);
}

const header = (value: unknown): Uint8Array =>
  Buffer.from(typeof value === 'string' ? value : JSON.stringify(value));
const entry = (begin: number, end: number, change = {}) => ({
  dtype: 'F32',
  shape: [(end - begin) / 4],
  data_offsets: [begin, end],
  ...change,
});

describe('writing', () => {
  it.each([1, 5, 16, 24, 1000])(
    'gives the bytes of the reference implementation, %d at a time',
    (chunkBytes) => {
      const chunks = encode(TENSORS, { format: 'np' }, chunkBytes);
      expect(together(chunks).toString('base64')).toBe(REFERENCE.toString('base64'));
    },
  );

  it('gives no chunk longer than asked for, and views of large tensors in place of copies', () => {
    const values = new Float32Array(1000);
    const chunks = [...encode([{ name: 'large', shape: [1000], values }], {}, 1024)];
    expect(Math.max(...chunks.map(({ length }) => length))).toBe(1024);
    expect(chunks.filter(({ buffer }) => buffer === values.buffer)).toHaveLength(4);
  });

  it('writes of a view only what it shows', () => {
    const values = Float32Array.of(9, 1.5, -2.25, 9).subarray(1, 3);
    expect(together(encode([{ ...TENSORS[0]!, values }, ...TENSORS.slice(1)], { format: 'np' }, 64))).toEqual(
      REFERENCE,
    );
  });

  it('lets the data begin at a multiple of 8', () => {
    for (let length = 0; length < 9; length++) {
      expect(encodeHeader([], { note: 'x'.repeat(length) }).length % 8).toBe(0);
    }
  });

  it('refuses values that do not fit their shape, and two tensors of one name', () => {
    const odd = { name: 'odd', shape: [3], values: new Float32Array(2) };
    expect(() => together(encode([odd], {}, 64))).toThrow('odd has 2 values for the shape [3]');
    expect(() => encodeHeader([TENSORS[0]!, TENSORS[0]!], {})).toThrow('one name');
  });
});

describe('reading', () => {
  it('understands what the reference implementation wrote', () => {
    const length = headerLength(REFERENCE.subarray(0, LENGTH_BYTES), REFERENCE.length);
    const end = LENGTH_BYTES + length;
    expect(decodeHeader(REFERENCE.subarray(LENGTH_BYTES, end), REFERENCE.length - end)).toEqual({
      metadata: { format: 'np' },
      tensors: TENSORS.map(({ name, shape }) => ({ name, shape })),
    });
  });

  it('gives the tensors in the order of their data', () => {
    const read = decodeHeader(header({ second: entry(8, 12), first: entry(0, 8) }), 12);
    expect(read.tensors.map(({ name }) => name)).toEqual(['first', 'second']);
  });

  it.each([
    ['more than there is', 93n, 100],
    ['more than a number can hold', 2n ** 63n, 100],
    ['anything in a file that is shorter than it', 1n, 5],
  ])('refuses a header length of %s', (_what, claimed, fileBytes) => {
    const first = Buffer.alloc(LENGTH_BYTES);
    first.writeBigUInt64LE(claimed);
    expect(() => headerLength(first, fileBytes)).toThrow(`claims ${claimed} bytes of the ${fileBytes}`);
  });

  it('refuses a header of more than 16 MiB, and a file without room for its length', () => {
    const first = Buffer.alloc(LENGTH_BYTES);
    first.writeBigUInt64LE(2n ** 24n);
    expect(headerLength(first, 10 ** 9)).toBe(2 ** 24);
    first.writeBigUInt64LE(2n ** 24n + 1n);
    expect(() => headerLength(first, 10 ** 9)).toThrow('has 16777217 bytes, and at most 16777216 are read');
    expect(() => headerLength(first.subarray(0, 7), 7)).toThrow('it has 7 bytes');
  });

  it.each([
    ['no JSON', '{"a"', 'not JSON'],
    ['bytes that are no text', Buffer.from([0x7b, 0xff, 0x7d]).toString('latin1'), 'not JSON'],
    ['no object', [], 'not a JSON object'],
    ['metadata of another kind', { __metadata__: { step: 3 } }, 'not strings'],
    ['another type', { a: entry(0, 8, { dtype: 'F16' }) }, 'a is not of type F32'],
    ['no entry', { a: 3 }, 'a is not of type F32'],
    ['no place', { a: entry(0, 8, { data_offsets: [0] }) }, 'does not say where a lies'],
    ['a negative size', { a: entry(0, 8, { shape: [-2] }) }, 'does not say where a lies'],
    ['another shape', { a: entry(0, 8, { shape: [3] }) }, 'a of shape [3] has 8 bytes, not 12'],
    ['a gap', { a: entry(0, 4), b: entry(8, 12) }, 'puts b at byte 8 of the data, where 4 is next'],
    ['an overlap', { a: entry(0, 8), b: entry(4, 12) }, 'puts b at byte 4 of the data, where 8 is next'],
    ['less data than there is', { a: entry(0, 8) }, 'describes 8 bytes of data, and there are 12'],
    ['more data than there is', { a: entry(0, 16) }, 'describes 16 bytes of data, and there are 12'],
  ])('refuses a header with %s', (_what, value, message) => {
    const bytes = typeof value === 'string' ? Buffer.from(value, 'latin1') : header(value);
    expect(() => decodeHeader(bytes, 12)).toThrow(message);
  });
});
