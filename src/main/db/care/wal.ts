/**
 * Reads the log of a database (`-wal`) as SQLite does after a crash, and tells what SQLite passes over in silence: it goes
 * on up to the last commit before the first frame that is not as it was written, and forgets whatever was committed behind.
 * The log: https://www.sqlite.org/fileformat2.html, section 4; its index (`-shm`): https://www.sqlite.org/walformat.html,
 * section 2.
 *
 * What was committed, and must be readable, is known from
 *
 * - the index, which survives a kill. A commit is acknowledged to its caller after it stands there, so that the index is never
 *   ahead of what was written. It is used where it belongs to this log (same salts), and a log that can be read exactly as
 *   far as the index says is whole, whatever lies behind. It finds every damage, a log cut short included.
 * - the log alone where the index is gone, is of an earlier log, or is behind (after a loss of power, or in a copy). Then
 *   commits are those frames of the present salts that follow upon the frame before them by their sum, which no remainder
 *   of an earlier log does. Where there are some behind a frame that cannot be read, they are lost.
 *
 * What is no damage, and is found after any kill:
 *
 * - an empty file, or a header with nothing behind it;
 * - frames of other salts behind the valid ones: an earlier use of the log, which is written over from the start;
 * - a last transaction without its commit, or cut off within a frame, or of which the commit frame is there in part (its
 *   sum is wrong then, and no other commit follows): nobody was told that it is stored. Without an index a flipped bit in
 *   the very last commit looks the same, as does a log cut short, and neither is reported.
 *
 * A loss of power may leave frames of `fast` writes out on the disk while earlier ones are missing. That reads as damage
 * too, and rightly: acknowledged transactions are lost.
 *
 * One thing alone is taken for damage and is none, where the index is gone besides: one process was killed between writing
 * a commit and telling of it, and another that continued wrote over a part of it before both were gone.
 */
import type { LogFile } from '../disk';
import { endianness } from 'node:os';
import { thousands } from '../../../shared/format';

const HEADER_BYTES = 32;
const FRAME_HEADER_BYTES = 24;
const MAGIC = 0x377f0682;
/** Frames are read that many at a time. */
const CHUNK_FRAMES = 64;

/** What the index knows of the log. */
export interface LogIndex {
  salts: Buffer;
  pageBytes: number;
  /** Order of bytes in the words that sums are made of. */
  littleEndian: boolean;
  /** Number of the last frame that was committed. */
  frames: number;
  /** Frames up to this one are in the database file. */
  checkpointed: number;
  /** Frames up to this one may be in the database file: more than the above where that was under way. */
  perhapsCheckpointed: number;
}

export interface LogDamage {
  /** Where reading ends, as part of a sentence whose subject is the log. */
  where: string;
  /** Transactions that were committed, and are neither readable nor in the database file: at least so many. */
  lostCommits: number;
  /** What they took in the log. */
  lostBytes: number;
  /** The database file has, or may have, changes from behind the break: with what can be read it is of two moments. */
  mixed: boolean;
  /** All of the readable part is in the database file, and more: the log must not be used. */
  overtaken: boolean;
}

/** Header and checkpoint information of an index: this many bytes. */
export const INDEX_BYTES = 136;

/** Null where it is no index, or one whose two copies of the header differ because its writer died between them. */
export function parseIndex(head: Buffer): LogIndex | null {
  if (head.length < INDEX_BYTES || !head.subarray(0, 48).equals(head.subarray(48, 96))) return null;
  // In memory that is shared, numbers have the machine's order of bytes.
  const native = endianness() === 'LE';
  const view = viewOf(head);
  const [isInitialised, bigEndianSums] = [head[12] !== 0, head[13] !== 0];
  const sum = sumOf(view, 0, 40, native, [0, 0]);
  if (!isInitialised || !isSame(sum, [view.getInt32(40, native), view.getInt32(44, native)])) return null;
  const size = view.getUint16(14, native);
  return {
    salts: head.subarray(32, 40),
    pageBytes: size === 1 ? 65536 : size,
    littleEndian: !bigEndianSums,
    frames: view.getUint32(16, native),
    checkpointed: view.getUint32(96, native),
    perhapsCheckpointed: view.getUint32(128, native),
  };
}

/**
 * Null where nothing that was committed is missing.
 *
 * @param index null where there is none
 * @param pageBytes size of a page as the database file has it
 */
export function damageOf(log: LogFile, index: LogIndex | null, pageBytes: number): LogDamage | null {
  const header = readHeader(log);
  const salts = header?.salts ?? log.read(HEADER_BYTES + 8, 8);
  // Of a log whose header and first frame are gone the index alone knows.
  const stated = index !== null && (salts.length < 8 || index.salts.equals(salts)) ? index : null;
  const frame = FRAME_HEADER_BYTES + (header ?? stated ?? { pageBytes }).pageBytes;
  const there = wholeFrames(log, frame);

  /** The last one that SQLite reads, and the last one before the break. */
  let [readable, unbroken] = [0, 0];
  /** Behind the break. */
  const commits: number[] = [];
  for (const { number, follows, isCommit } of framesOf(log, header, salts, frame, there)) {
    if (follows && unbroken === number - 1 && header !== null) {
      unbroken = number;
      if (isCommit) readable = number;
      continue;
    }
    if (readable === stated?.frames) return null;
    if (follows && isCommit) commits.push(number);
  }

  const last = Math.max(
    readable,
    stated !== null && stated.frames > readable ? stated.frames : (commits[commits.length - 1] ?? 0),
  );
  if (last === readable) return null;
  const { checkpointed, perhapsCheckpointed } = stated ?? { checkpointed: 0, perhapsCheckpointed: 0 };
  const kept = Math.max(readable, checkpointed);
  const lost = commits.filter((number) => number > kept && number <= last);
  const lastIsCounted = lost[lost.length - 1] === last;
  const mixed =
    readable > 0
      ? readable < Math.max(checkpointed, perhapsCheckpointed)
      : checkpointed < perhapsCheckpointed;
  // A log of which nothing is read, and nothing is needed.
  if (kept >= last && !mixed) return null;
  const end = HEADER_BYTES + last * frame;
  return {
    where:
      header === null && log.bytes >= HEADER_BYTES
        ? 'its header cannot be read'
        : unbroken === there
          ? `it ends after ${thousands(log.bytes)} of ${thousands(end)} bytes`
          : `it cannot be read from byte ${thousands(HEADER_BYTES + unbroken * frame)} on`,
    // The last one is a commit, be it readable or not.
    lostCommits: kept < last ? lost.length + (lastIsCounted ? 0 : 1) : 0,
    lostBytes: Math.max(0, last - kept) * frame,
    mixed,
    overtaken: checkpointed > readable,
  };
}

/** Numbers of the pages that SQLite reads from the log and not from the database file. */
export function pagesIn(log: LogFile): Set<number> {
  const pages = new Set<number>();
  const header = readHeader(log);
  if (header === null) return pages;
  const frame = FRAME_HEADER_BYTES + header.pageBytes;
  let open: number[] = [];
  const frames = framesOf(log, header, header.salts, frame, wholeFrames(log, frame));
  for (const { page, follows, isCommit } of frames) {
    if (!follows) break;
    open.push(page);
    if (!isCommit) continue;
    for (const committed of open) pages.add(committed);
    open = [];
  }
  return pages;
}

const wholeFrames = (log: LogFile, frameBytes: number): number =>
  Math.max(0, Math.floor((log.bytes - HEADER_BYTES) / frameBytes));

interface Header {
  salts: Buffer;
  pageBytes: number;
  littleEndian: boolean;
  sum: Sum;
}

/** Null where SQLite does not take it for one, and with it ignores the whole log. */
function readHeader(log: LogFile): Header | null {
  const head = log.read(0, HEADER_BYTES);
  if (head.length < HEADER_BYTES) return null;
  const [magic, pageBytes] = [head.readUInt32BE(0), head.readUInt32BE(8)];
  if (magic !== MAGIC && magic !== MAGIC + 1) return null;
  if (pageBytes < 512 || pageBytes > 65536 || (pageBytes & (pageBytes - 1)) !== 0) return null;
  const littleEndian = magic === MAGIC;
  const view = viewOf(head);
  const sum = sumOf(view, 0, 24, littleEndian, [0, 0]);
  return isSame(sum, sumAt(view, 24)) ? { salts: head.subarray(16, 24), pageBytes, littleEndian, sum } : null;
}

interface Frame {
  /** From 1. */
  number: number;
  /** Of the database, from 1; 0 in no frame that SQLite wrote. */
  page: number;
  /** Whether it is of this log, and its sum is that of itself upon the one before. */
  follows: boolean;
  isCommit: boolean;
}

function* framesOf(
  log: LogFile,
  header: Header | null,
  salts: Buffer,
  frameBytes: number,
  count: number,
): Generator<Frame> {
  // Where the header is gone, it is not known from what the first frame's sum began. SQLite writes in the machine's order.
  const littleEndian = header?.littleEndian ?? endianness() === 'LE';
  // Where the sum of a frame is damaged, and not what it is the sum of, the next one follows what it should be.
  let before: readonly Sum[] = header ? [header.sum] : [];
  for (let done = 0; done < count; done += CHUNK_FRAMES) {
    const chunk = log.read(
      HEADER_BYTES + done * frameBytes,
      Math.min(CHUNK_FRAMES, count - done) * frameBytes,
    );
    const view = viewOf(chunk);
    for (let at = 0, number = done + 1; at + frameBytes <= chunk.length; at += frameBytes, number++) {
      const stored = sumAt(view, at + 16);
      const page = view.getUint32(at);
      const isOurs = page !== 0 && chunk.subarray(at + 8, at + 16).equals(salts);
      const sums = isOurs ? before.map((sum) => sumOfFrame(view, at, frameBytes, littleEndian, sum)) : [];
      const follows = sums.some((sum) => isSame(sum, stored));
      yield { number, page, follows, isCommit: view.getUint32(at + 4) !== 0 };
      before = follows ? [stored] : [stored, ...sums.slice(0, 1)];
    }
  }
}

function sumOfFrame(view: DataView, at: number, frameBytes: number, littleEndian: boolean, before: Sum): Sum {
  const ofHeader = sumOf(view, at, at + 8, littleEndian, before);
  return sumOf(view, at + FRAME_HEADER_BYTES, at + frameBytes, littleEndian, ofHeader);
}

/** Two words of 32 bits, as signed numbers, which are the faster ones. */
type Sum = readonly [number, number];

const isSame = (a: Sum, b: Sum): boolean => a[0] === b[0] && a[1] === b[1];
const sumAt = (view: DataView, at: number): Sum => [view.getInt32(at), view.getInt32(at + 4)];

function sumOf(view: DataView, from: number, to: number, littleEndian: boolean, before: Sum): Sum {
  let [first, second] = before;
  for (let at = from; at < to; at += 8) {
    first = (first + view.getInt32(at, littleEndian) + second) | 0;
    second = (second + view.getInt32(at + 4, littleEndian) + first) | 0;
  }
  return [first, second];
}

const viewOf = (bytes: Buffer): DataView => new DataView(bytes.buffer, bytes.byteOffset, bytes.length);
