/**
 * Writes batches of CIFAR-10's Python form, instruction by instruction as Python 2's cPickle and Python 3's pickle write
 * them in protocol 2 (compared with what Python 2.7 with numpy 1.16 and Python 3.11 with numpy 2.4 wrote by
 * test/reference/write_cifar10_python.py), so that a test needs no Python.
 */
import { CIFAR10_RECORD_BYTES } from '../../../../src/node/datasets/cifar10-files';

/**
 * - `python2`: byte strings, as in the published files.
 * - `python3`: names as texts, the images by `_codecs.encode`, numpy 2's modules.
 * - `python3-bytes`: names as byte strings, which Python 3 writes by `_codecs.encode` too.
 */
export type Writer = 'python2' | 'python3' | 'python3-bytes';

export interface Batch {
  label: string;
  labels: readonly number[];
  shape: readonly number[];
  data: Buffer;
  /** Columns first. */
  fortran?: boolean;
  type?: string;
  /** In place of `labels` and `data`. */
  names?: { labels?: string; data?: string };
}

/** A batch from records of the binary form. */
export function batchOf(records: Buffer): Batch {
  const count = records.length / CIFAR10_RECORD_BYTES;
  const at = (record: number): number => record * CIFAR10_RECORD_BYTES;
  const rows = Array.from({ length: count }, (_, i) => records.subarray(at(i) + 1, at(i + 1)));
  return {
    label: 'training batch 1 of 5',
    labels: Array.from({ length: count }, (_, i) => records[at(i)]!),
    shape: [count, CIFAR10_RECORD_BYTES - 1],
    data: Buffer.concat(rows),
  };
}

export function writeBatch(batch: Batch, writer: Writer): Buffer {
  return new Pickler(writer).batch(batch);
}

export const u8 = (...bytes: number[]): Buffer => Buffer.from(bytes);
export const u32 = (value: number): Buffer => {
  const bytes = Buffer.alloc(4);
  bytes.writeUInt32LE(value >>> 0);
  return bytes;
};
/** An instruction and what follows it. */
export const op = (code: string | number, ...rest: (Buffer | string)[]): Buffer =>
  Buffer.concat([
    typeof code === 'string' ? Buffer.from(code, 'latin1') : u8(code),
    ...rest.map((part) => (typeof part === 'string' ? Buffer.from(part, 'latin1') : part)),
  ]);
export const PROTO = u8(0x80, 2);
export const unicode = (text: Buffer): Buffer => op('X', u32(text.length), text);
export const shortString = (text: string): Buffer => op('U', u8(text.length), text);
export const global = (module: string, name: string): Buffer => op('c', `${module}\n${name}\n`);

class Pickler {
  private readonly parts: Buffer[] = [];
  private readonly known = new Map<string, number>();
  private memos: number;

  constructor(private readonly writer: Writer) {
    // cPickle counts from 1.
    this.memos = writer === 'python2' ? 1 : 0;
  }

  batch({ label, labels, shape, data, fortran = false, type = 'u1', names }: Batch): Buffer {
    this.add(PROTO, op('}'), this.put(), op('('));
    this.key('batch_label');
    this.key(label);
    this.key(names?.labels ?? 'labels');
    this.list(labels.map((value) => () => this.whole(value)));
    this.key(names?.data ?? 'data');
    this.global(
      this.writer === 'python2' ? 'numpy.core.multiarray' : 'numpy._core.multiarray',
      '_reconstruct',
    );
    this.global('numpy', 'ndarray');
    this.add(op('K', u8(0)), op(0x85), this.put());
    this.bytes(Buffer.from('b'));
    this.add(op(0x87), this.put(), op('R'), this.put(), op('('));
    this.whole(1);
    for (const size of shape) this.whole(size);
    this.add(op(0x84 + shape.length), this.put());
    this.global('numpy', 'dtype');
    this.name(type);
    this.add(op(0x89), op(0x88), op(0x87), this.put(), op('R'), this.put(), op('('));
    this.whole(3);
    this.name('|');
    this.add(
      op('N'),
      op('N'),
      op('N'),
      op('J', u32(-1)),
      op('J', u32(-1)),
      op('K', u8(0)),
      op('t'),
      this.put(),
    );
    this.add(op('b'), op(fortran ? 0x88 : 0x89));
    this.bytes(data);
    this.add(op('t'), this.put(), op('b'));
    this.key('filenames');
    this.list(labels.map((_, i) => () => this.key(`image_s_${String(i).padStart(6, '0')}.png`)));
    this.add(op('u'), op('.'));
    return Buffer.concat(this.parts);
  }

  private add(...parts: Buffer[]): void {
    this.parts.push(...parts);
  }

  private put(): Buffer {
    const number = this.memos++;
    return number < 256 ? op('q', u8(number)) : op('r', u32(number));
  }

  private get(number: number): Buffer {
    return number < 256 ? op('h', u8(number)) : op('j', u32(number));
  }

  /** In lots of a thousand; one alone by APPEND. */
  private list(items: readonly (() => void)[]): void {
    this.add(op(']'), this.put());
    for (let from = 0; from < items.length; from += 1000) {
      const some = items.slice(from, from + 1000);
      if (some.length > 1) this.add(op('('));
      for (const write of some) write();
      this.add(op(some.length > 1 ? 'e' : 'a'));
    }
  }

  private whole(value: number): void {
    if (value < 0x100) this.add(op('K', u8(value)));
    else if (value < 0x10000) this.add(op('M', u8(value & 255, value >> 8)));
    else this.add(op('J', u32(value)));
  }

  private once(key: string, write: () => void): void {
    const number = this.known.get(key);
    if (number !== undefined) return this.add(this.get(number));
    write();
    this.known.set(key, this.memos);
    this.add(this.put());
  }

  private global(module: string, name: string): void {
    this.once(`${module} ${name}`, () => this.add(global(module, name)));
  }

  /** A key or a file's name. */
  private key(text: string): void {
    if (this.writer === 'python3-bytes') this.bytes(Buffer.from(text));
    else this.name(text);
  }

  /** A `str`. */
  private name(text: string): void {
    this.once(`text ${text}`, () =>
      this.add(this.writer === 'python2' ? shortString(text) : unicode(Buffer.from(text))),
    );
  }

  private bytes(bytes: Buffer): void {
    if (this.writer === 'python2') {
      this.add(
        bytes.length < 256 ? op('U', u8(bytes.length), bytes) : op('T', u32(bytes.length), bytes),
        this.put(),
      );
      return;
    }
    this.global('_codecs', 'encode');
    this.add(unicode(Buffer.from(bytes.toString('latin1'), 'utf8')), this.put());
    this.name('latin1');
    this.add(op(0x86), this.put(), op('R'), this.put());
  }
}
