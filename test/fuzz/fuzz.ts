/**
 * Changes sound files of each format at random and gives them to the reader that the program itself uses. A case passes
 * where it is read as what it is, or is refused in a sentence that the format's list knows. Anything else that is thrown,
 * a sentence that a terminal would obey, something made outside the scratch folder, and work or memory beyond all measure
 * are failures.
 */
import { lstatSync, mkdirSync, mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { hasActing } from '../../src/architecture/inert-text';
import { Random } from './random';
import { classOf, type Tally } from './report';
import { Watchdog } from './watchdog';

/** Makes one case and has it read. Answers the sentences by which it was refused, none where it was read. */
export type Try = (random: Random) => readonly string[] | Promise<readonly string[]>;

export interface Format {
  name: string;
  /**
   * Every refusal, with `…` for numbers and for what is taken from the input. The more special one first: a sentence
   * counts for the first that it fits as a whole.
   */
  refusals: readonly string[];
  /** @param folder of the format's own, empty */
  prepare(folder: string): Try | Promise<Try>;
}

export interface FuzzOptions {
  seed: number;
  cases: number;
  /** This one case of each format, in place of all. */
  only?: number;
}

/** A case that went wrong: what is thrown by a format whose reader answered what it must not. */
export class Wrong extends Error {}

/** Of processor time, seconds, that one case takes at most; most take less than a thousandth of it. */
export const MAX_SECONDS = 5;
/** By which the process may grow during one case, bytes: the largest file that is read has 64 MiB, and a copy or two of it. */
export const MAX_GROWTH = 400 * 2 ** 20;
/** Characters of a refusal, without the scratch folder's path. */
const MAX_SENTENCE_LENGTH = 2000;
const MAX_FAILURES = 5;

/** A folder that is the case's own, beside one in which nothing may change. */
class Scratch {
  readonly root = mkdtempSync(join(tmpdir(), 'resbench-fuzz-'));
  readonly folder = join(this.root, 'work');
  private readonly canary = join(this.root, 'canary');
  private readonly before: string;

  constructor() {
    mkdirSync(this.folder);
    mkdirSync(this.canary);
    for (const ending of ['', '.json', '.safetensors', '.db'])
      writeFileSync(join(this.canary, `kept${ending}`), 'kept');
    this.before = this.state();
  }

  /** Names, and what the canaries are: all that lies beside the work. */
  private state(): string {
    const names = readdirSync(this.canary).sort();
    const files = names.map((name) => {
      const { mtimeMs, ino, size } = lstatSync(join(this.canary, name));
      return `${name} ${ino} ${size} ${mtimeMs}`;
    });
    return [...readdirSync(this.root).sort(), ...files].join('\n');
  }

  /** What has changed outside, null where nothing has. */
  escape(): string | null {
    const now = this.state();
    if (now === this.before) return null;
    return `something outside of its folder has changed: ${JSON.stringify(now)}`;
  }

  remove(): void {
    rmSync(this.root, { recursive: true, force: true });
  }
}

export async function fuzz(format: Format, options: FuzzOptions): Promise<Tally> {
  const tally: Tally = {
    format: format.name,
    cases: 0,
    read: 0,
    refusals: new Map(format.refusals.map((refusal) => [refusal, 0])),
    failures: [],
    seconds: 0,
  };
  const scratch = new Scratch();
  const watchdog = new Watchdog();
  const started = performance.now();
  const [from, to] = options.only === undefined ? [1, options.cases] : [options.only, options.only];
  try {
    const attempt = await format.prepare(scratch.folder);
    for (let number = from; number <= to && tally.failures.length < MAX_FAILURES; number++) {
      const again = `npm run fuzz -- --seed ${options.seed} --only ${format.name} --case ${number}`;
      watchdog.begin(
        `The case ${format.name} ${number} of seed ${options.seed} does not end (alone: ${again})`,
      );
      const problem = await one(format, tally, attempt, Random.of(options.seed, format.name, number));
      const wrong = problem ?? scratch.escape();
      tally.cases++;
      if (wrong !== null) tally.failures.push({ seed: options.seed, number, again, what: wrong });
    }
  } finally {
    watchdog.end();
    scratch.remove();
  }
  tally.seconds = (performance.now() - started) / 1e3;
  return tally;
}

/** What is wrong with the case, null where nothing is. */
async function one(format: Format, tally: Tally, attempt: Try, random: Random): Promise<string | null> {
  const cpu = process.cpuUsage();
  const peak = process.resourceUsage().maxRSS;
  let sentences: readonly string[];
  try {
    sentences = await attempt(random);
  } catch (error) {
    if (error instanceof Wrong) return error.message;
    return `it ended with ${error instanceof Error ? (error.stack ?? error.message) : String(error)}`;
  }
  const { user, system } = process.cpuUsage(cpu);
  if ((user + system) / 1e6 > MAX_SECONDS) return `it took ${(user + system) / 1e6} s of processor time`;
  // In KiB.
  const grown = (process.resourceUsage().maxRSS - peak) * 1024;
  if (grown > MAX_GROWTH) return `the process grew by ${Math.round(grown / 2 ** 20)} MiB`;
  if (sentences.length === 0) tally.read++;
  for (const sentence of sentences) {
    const problem = sentenceProblem(sentence);
    if (problem !== null) return `${problem}: ${JSON.stringify(sentence.slice(0, 500))}`;
    const known = classOf(format.refusals, sentence);
    if (known === null) return `a refusal that the format's list does not know: ${JSON.stringify(sentence)}`;
    tally.refusals.set(known, tally.refusals.get(known)! + 1);
  }
  return null;
}

function sentenceProblem(sentence: string): string | null {
  if (hasActing(sentence)) return 'a sentence that a terminal would obey';
  if (sentence.length > MAX_SENTENCE_LENGTH) return `a sentence of ${sentence.length} characters`;
  if (/^\s+at .*:\d+/m.test(sentence)) return 'a stack in a sentence';
  return null;
}

// ---------------------------------------------------------------------------------------------------- for formats

/** The sentences of what a reader throws where it is of that kind; whatever else it throws goes on. */
export async function refusing(
  kind: new (...args: never[]) => Error,
  read: () => unknown,
): Promise<readonly string[]> {
  try {
    await read();
    return [];
  } catch (error) {
    if (error instanceof kind) return [error.message];
    throw error;
  }
}

/** @throws Wrong where a case that must be read is refused */
export function mustRead(sentences: readonly string[]): readonly string[] {
  if (sentences.length > 0) throw new Wrong(`it must be read, and is refused: ${sentences[0]}`);
  return sentences;
}

/** @throws Wrong where it is read and the case is one that nobody may take */
export function mustRefuse(sentences: readonly string[], what: string): readonly string[] {
  if (sentences.length === 0) throw new Wrong(`it is read although ${what}`);
  return sentences;
}

export function mustBe(fact: boolean, what: string): void {
  if (!fact) throw new Wrong(what);
}

/** Whether two values are the same, NaN and the order of keys included. */
export function same(a: unknown, b: unknown): boolean {
  if (Buffer.isBuffer(a) && Buffer.isBuffer(b)) return a.equals(b);
  return toText(a) === toText(b);
}

const toText = (value: unknown): string =>
  JSON.stringify(value, (_key, inner: unknown) =>
    typeof inner === 'number' && !Number.isFinite(inner) ? String(inner) : inner,
  );

/** Every file below a folder with its content, by its path from there. */
export function contentsOf(folder: string, below = ''): Map<string, Buffer> {
  const found = new Map<string, Buffer>();
  for (const entry of readdirSync(join(folder, below), { withFileTypes: true })) {
    const path = join(below, entry.name);
    if (entry.isDirectory()) for (const [name, bytes] of contentsOf(folder, path)) found.set(name, bytes);
    else if (entry.isFile()) found.set(path, readFileSync(join(folder, path)));
  }
  return found;
}

/** Removes all that is in it. */
export function empty(folder: string): void {
  for (const name of readdirSync(folder)) rmSync(join(folder, name), { recursive: true, force: true });
}
