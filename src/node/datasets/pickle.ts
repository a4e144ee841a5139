/**
 * Reads the pickles of CIFAR-10's Python form as data. A pickle is a program for Python's unpickler; this reader knows the
 * instructions that those files consist of, and four of the names that a pickle can ask Python for: numpy's
 * `_reconstruct`, `ndarray` and `dtype`, and `_codecs.encode`. Each of them becomes a value here. Nothing is imported,
 * called or run, and everything else is refused.
 *
 * Format: Python's Lib/pickletools.py, protocol 2 (PEP 307). The published files were written by Python 2; Python 3 writes
 * the same protocol without byte strings, and numpy 2 has another module for `_reconstruct`.
 */
import { thousands } from '../../shared/format';

/** A byte string: as it stands in the file, or the UTF-8 of what Python 3 encodes as Latin-1 to get one. */
export interface PickleBytes {
  kind: 'bytes';
  stored: Buffer;
  /** Whether `stored` is UTF-8 of the bytes as Latin-1; see {@link bytesOf}. */
  utf8: boolean;
}

export interface PickleText {
  kind: 'text';
  utf8: Buffer;
}

export interface PickleArray {
  kind: 'array';
  /** Its values are unset until the file gives them. */
  shape: number[] | null;
  /** numpy's name of the element type: `u1`. */
  type: string | null;
  /** Columns first in place of rows. */
  fortran: boolean;
  data: PickleBytes | null;
}

export type PickleValue =
  | number
  | boolean
  | null
  | PickleBytes
  | PickleText
  | PickleArray
  | { kind: 'list'; items: PickleValue[] }
  | { kind: 'tuple'; items: PickleValue[] }
  | { kind: 'dict'; entries: [key: PickleValue, value: PickleValue][] }
  | { kind: 'name'; name: Name }
  | { kind: 'dtype'; type: string };

/** Why a file is refused: the end of a sentence that begins with the file's name. */
export class PickleRefusal extends Error {}

type Name = 'reconstruct' | 'ndarray' | 'dtype' | 'encode';
const NAMES: Record<string, Name> = {
  'numpy.core.multiarray _reconstruct': 'reconstruct',
  'numpy._core.multiarray _reconstruct': 'reconstruct',
  'numpy ndarray': 'ndarray',
  'numpy dtype': 'dtype',
  '_codecs encode': 'encode',
};

/** A batch takes about 160,000 at most: eight for the name of each of its 10,000 images, and twice as many by hand. */
const MAX_INSTRUCTIONS = 400_000;
/** Of a module's or a function's name. */
const MAX_NAME = 200;

const MARK = Symbol('mark');
type Slot = PickleValue | typeof MARK;

/**
 * The value that a pickle describes. Work and memory are bounded by the file's length; byte strings are views of it.
 * Lists may hold themselves, so whoever walks the value takes what he expects and no more.
 * @throws PickleRefusal
 */
export function readPickle(file: Buffer): PickleValue {
  return new Reader(file).read();
}

/** The bytes of a byte string. Decodes what Python 3 wrote: call it for what is needed only. */
export function bytesOf({ stored, utf8 }: PickleBytes): Buffer {
  if (!utf8) return stored;
  const bytes = Buffer.allocUnsafe(stored.length);
  let to = 0;
  for (let from = 0; from < stored.length; from++) {
    const byte = stored[from]!;
    if (byte < 0x80) bytes[to++] = byte;
    else {
      // Latin-1 has the code points up to 255: two bytes, 110000xx 10xxxxxx.
      const next = stored[++from];
      if ((byte !== 0xc2 && byte !== 0xc3) || next === undefined || next >> 6 !== 2) {
        throw new PickleRefusal('holds a byte string that is none');
      }
      bytes[to++] = ((byte & 3) << 6) | (next & 63);
    }
  }
  return bytes.subarray(0, to);
}

/** A short text or byte string, for keys and names; null for everything else. */
export function shortText(value: PickleValue): string | null {
  if (typeof value !== 'object' || value === null) return null;
  if (value.kind !== 'text' && value.kind !== 'bytes') return null;
  const stored = value.kind === 'text' ? value.utf8 : value.stored;
  return stored.length > MAX_NAME ? null : stored.toString('utf8');
}

class Reader {
  private at = 0;
  private readonly stack: Slot[] = [];
  private readonly memo = new Map<number, PickleValue>();

  constructor(private readonly file: Buffer) {}

  read(): PickleValue {
    if (this.file[0] !== 0x80) throw new PickleRefusal('is no pickle of the kind that CIFAR-10 comes in');
    for (let instructions = 0; instructions < MAX_INSTRUCTIONS; instructions++) {
      const at = this.at;
      const code = this.take(1)[0]!;
      if (code === 0x2e /* STOP . */) {
        if (this.at < this.file.length) this.refuse(`resumes after its end at byte ${thousands(this.at)}`);
        return this.pop();
      }
      this.step(code, at);
    }
    return this.refuse(`has more than ${thousands(MAX_INSTRUCTIONS)} instructions`);
  }

  private step(code: number, at: number): void {
    switch (code) {
      case 0x80: /* PROTO */ {
        const protocol = this.take(1)[0]!;
        if (protocol !== 2)
          this.refuse(`is a pickle of protocol ${protocol}, while CIFAR-10 comes in protocol 2`);
        return;
      }
      case 0x28 /* MARK ( */:
        return void this.stack.push(MARK);
      case 0x4e /* NONE N */:
        return this.push(null);
      case 0x88 /* NEWTRUE */:
        return this.push(true);
      case 0x89 /* NEWFALSE */:
        return this.push(false);
      case 0x4a /* BININT J */:
        return this.push(this.take(4).readInt32LE());
      case 0x4b /* BININT1 K */:
        return this.push(this.take(1)[0]!);
      case 0x4d /* BININT2 M */:
        return this.push(this.take(2).readUInt16LE());
      case 0x54 /* BINSTRING T */:
        return this.push({ kind: 'bytes', stored: this.take(this.take(4).readInt32LE()), utf8: false });
      case 0x55 /* SHORT_BINSTRING U */:
        return this.push({ kind: 'bytes', stored: this.take(this.take(1)[0]!), utf8: false });
      case 0x58 /* BINUNICODE X */:
        return this.push({ kind: 'text', utf8: this.take(this.take(4).readUInt32LE()) });
      case 0x5d /* EMPTY_LIST ] */:
        return this.push({ kind: 'list', items: [] });
      case 0x7d /* EMPTY_DICT } */:
        return this.push({ kind: 'dict', entries: [] });
      case 0x29 /* EMPTY_TUPLE ) */:
        return this.push({ kind: 'tuple', items: [] });
      case 0x85 /* TUPLE1 */:
      case 0x86 /* TUPLE2 */:
      case 0x87 /* TUPLE3 */:
        return this.push({ kind: 'tuple', items: this.popSome(code - 0x84) });
      case 0x74 /* TUPLE t */:
        return this.push({ kind: 'tuple', items: this.popToMark() });
      case 0x61 /* APPEND a */:
        return this.append([this.pop()]);
      case 0x65 /* APPENDS e */:
        return this.append(this.popToMark());
      case 0x73 /* SETITEM s */:
        return this.setItems(this.popSome(2));
      case 0x75 /* SETITEMS u */:
        return this.setItems(this.popToMark());
      case 0x71 /* BINPUT q */:
        return void this.memo.set(this.take(1)[0]!, this.top());
      case 0x72 /* LONG_BINPUT r */:
        return void this.memo.set(this.take(4).readUInt32LE(), this.top());
      case 0x68 /* BINGET h */:
        return this.push(this.remembered(this.take(1)[0]!));
      case 0x6a /* LONG_BINGET j */:
        return this.push(this.remembered(this.take(4).readUInt32LE()));
      case 0x63 /* GLOBAL c */:
        return this.push({ kind: 'name', name: this.name() });
      case 0x52 /* REDUCE R */:
        return this.reduce();
      case 0x62 /* BUILD b */:
        return this.build();
      default:
        return this.refuse(
          `holds the pickle instruction 0x${code.toString(16).padStart(2, '0')} at byte ${thousands(at)}, which CIFAR-10 does not need (nothing in it was run)`,
        );
    }
  }

  /** Module and name, each on its line. */
  private name(): Name {
    const asked = `${this.line()} ${this.line()}`;
    const known = Object.prototype.hasOwnProperty.call(NAMES, asked) ? NAMES[asked] : undefined;
    if (known) return known;
    const shown = asked.replace(' ', '.').replace(/[^\w.]/g, '?');
    return this.refuse(
      `asks Python for ${shown.slice(0, 60)}, which CIFAR-10 does not need (nothing in it was run)`,
    );
  }

  private line(): string {
    const end = this.file.subarray(this.at, this.at + MAX_NAME).indexOf(0x0a);
    if (end < 0) this.refuse(`holds a name without an end at byte ${thousands(this.at)}`);
    return this.take(end + 1).toString('latin1', 0, end);
  }

  /** The four calls that genuine files make, as values. */
  private reduce(): void {
    const [called, given] = this.popSome(2) as [PickleValue, PickleValue];
    if (isKind(called, 'name') && isKind(given, 'tuple')) {
      const [first, second] = given.items;
      if (called.name === 'encode' && isKind(first, 'text') && isKind(second, 'text')) {
        if (/^(latin1|latin-1|iso-8859-1)$/i.test(shortText(second) ?? '')) {
          return this.push({ kind: 'bytes', stored: first.utf8, utf8: true });
        }
      }
      if (called.name === 'dtype' && first !== undefined) {
        const type = shortText(first);
        if (type !== null) return this.push({ kind: 'dtype', type });
      }
      if (called.name === 'reconstruct' && isKind(first, 'name') && first.name === 'ndarray') {
        return this.push({ kind: 'array', shape: null, type: null, fortran: false, data: null });
      }
    }
    this.refuse(
      `makes a call before byte ${thousands(this.at)} that CIFAR-10 does not need (nothing in it was run)`,
    );
  }

  /** numpy's `__setstate__`: of an array (version, shape, dtype, columns first, bytes); of a dtype byte order and such. */
  private build(): void {
    const [target, state] = this.popSome(2) as [PickleValue, PickleValue];
    if (isKind(target, 'dtype') && isKind(state, 'tuple')) return this.push(target);
    if (isKind(target, 'array') && isKind(state, 'tuple')) {
      const [version, shape, dtype, fortran, data] = state.items;
      if (
        version === 1 &&
        isKind(shape, 'tuple') &&
        shape.items.every((size): size is number => typeof size === 'number') &&
        isKind(dtype, 'dtype') &&
        (typeof fortran === 'boolean' || typeof fortran === 'number') &&
        isKind(data, 'bytes')
      ) {
        Object.assign(target, { shape: shape.items, type: dtype.type, fortran: Boolean(fortran), data });
        return this.push(target);
      }
    }
    this.refuse(
      `builds an object before byte ${thousands(this.at)} that CIFAR-10 does not hold (nothing in it was run)`,
    );
  }

  private append(values: PickleValue[]): void {
    const list = this.top();
    if (!isKind(list, 'list')) this.broken();
    // No spread: a call takes so many arguments only.
    for (const value of values) list.items.push(value);
  }

  private setItems(flat: PickleValue[]): void {
    const dict = this.top();
    if (!isKind(dict, 'dict') || flat.length % 2 !== 0) this.broken();
    for (let i = 0; i < flat.length; i += 2) dict.entries.push([flat[i]!, flat[i + 1]!]);
  }

  private remembered(number: number): PickleValue {
    const value = this.memo.get(number);
    return value === undefined ? this.broken() : value;
  }

  private take(length: number): Buffer {
    if (length < 0) this.broken();
    const end = this.at + length;
    if (end > this.file.length) {
      this.refuse(`ends after ${thousands(this.file.length)} bytes, before what it holds does`);
    }
    const taken = this.file.subarray(this.at, end);
    this.at = end;
    return taken;
  }

  private push(value: PickleValue): void {
    this.stack.push(value);
  }

  private top(): PickleValue {
    const value = this.stack[this.stack.length - 1];
    return value === undefined || value === MARK ? this.broken() : value;
  }

  private pop(): PickleValue {
    const value = this.top();
    this.stack.pop();
    return value;
  }

  private popSome(number: number): PickleValue[] {
    const from = this.stack.length - number;
    if (from < 0) this.broken();
    const values = this.stack.splice(from);
    return values.includes(MARK) ? this.broken() : (values as PickleValue[]);
  }

  private popToMark(): PickleValue[] {
    const mark = this.stack.lastIndexOf(MARK);
    if (mark < 0) this.broken();
    const values = this.stack.splice(mark + 1) as PickleValue[];
    this.stack.pop();
    return values;
  }

  private broken(): never {
    return this.refuse(`is broken at byte ${thousands(this.at)}`);
  }

  private refuse(why: string): never {
    throw new PickleRefusal(why);
  }
}

export function isKind<K extends Exclude<PickleValue, number | boolean | null>['kind']>(
  value: PickleValue | undefined,
  kind: K,
): value is Extract<PickleValue, { kind: K }> {
  return typeof value === 'object' && value !== null && value.kind === kind;
}
