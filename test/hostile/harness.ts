/**
 * What every hostile input is held to, whatever it is and whoever reads it. Each case has a place of its own: the data
 * folder, beside it a canary, and around both everything else that a program could reach for (its user's own folder, the
 * cache, the folder for temporary files). A call is a process, measured from outside while it runs and once it is over.
 */
import { spawn } from 'node:child_process';
import { createHash } from 'node:crypto';
import * as fs from 'node:fs';
import { join } from 'node:path';

export interface Place {
  /** Holds all of the others. */
  folder: string;
  /** The data folder. */
  home: string;
  /** What the inputs lead to; nobody may touch it. */
  canary: string;
  /** HOME and everything in it. */
  user: string;
  /** Where the user's own data folders are known. */
  config: string;
  cache: string;
  /** TMPDIR; nothing stays in it. */
  temporary: string;
  /** Hostile files that a user names. */
  files: string;
}

export function makePlace(folder: string): Place {
  const [home, canary, user, config, cache, temporary, files] = [
    'data',
    'canary',
    'user',
    'known',
    'cache',
    'temporary',
    'files',
  ].map((name) => join(folder, name)) as [string, string, string, string, string, string, string];
  for (const path of [canary, user, config, cache, temporary, files])
    fs.mkdirSync(path, { recursive: true, mode: 0o700 });
  for (const name of CANARIES) fs.writeFileSync(join(canary, name), `this is ${name}, and it is mine\n`);
  for (const name of ['folder', 'empty']) fs.mkdirSync(join(canary, name));
  fs.writeFileSync(join(canary, 'folder', 'run-99.log'), 'mine\n');
  return { folder, home, canary, user, config, cache, temporary, files };
}

/** Of names that something in a data folder has, so that a way out of it would find what it looks for. */
const CANARIES = ['package.json', 'package.safetensors', 'file', 'window.json', 'resbench.db'];

export const environmentOf = (place: Place): NodeJS.ProcessEnv => ({
  ...process.env,
  HOME: place.user,
  USERPROFILE: place.user,
  XDG_CONFIG_HOME: join(place.user, '.config'),
  RESBENCH_HOME: place.home,
  RESBENCH_CONFIG: place.config,
  RESBENCH_CACHE: place.cache,
  TMPDIR: place.temporary,
  KERAS_HOME: join(place.user, '.keras'),
});

/** By path below the folder: type, mode, size, time of change, and the SHA-256 of the content or where a link leads. */
export type Tree = ReadonlyMap<string, string>;

/** Larger ones are files of nothing, told by size and time. Bytes. */
const MAX_HASHED = 2n ** 27n;

/** @param leaveOut paths below the folder that do not count, with all that is in them */
export function treeOf(folder: string, leaveOut: (path: string) => boolean = () => false): Tree {
  const tree = new Map<string, string>();
  const add = (below: string): void => {
    const path = join(folder, below);
    const { mode, size, mtimeNs, ino } = fs.lstatSync(path, { bigint: true });
    const type = fs.lstatSync(path);
    const content = type.isSymbolicLink()
      ? fs.readlinkSync(path)
      : type.isFile() && size < MAX_HASHED
        ? createHash('sha256').update(fs.readFileSync(path)).digest('hex')
        : '';
    // A folder's size and time change with what is in it, which is compared by itself.
    tree.set(
      below,
      [mode.toString(8), ino, ...(type.isDirectory() ? [] : [size, mtimeNs]), content].join(' '),
    );
    if (!type.isDirectory()) return;
    for (const name of fs.readdirSync(path).sort()) {
      const inner = below === '' ? name : `${below}/${name}`;
      if (!leaveOut(inner)) add(inner);
    }
  };
  add('');
  return tree;
}

/** What has changed, a line each. */
export function changes(before: Tree, after: Tree): string[] {
  const lines: string[] = [];
  for (const [path, is] of after) {
    const was = before.get(path);
    if (was === undefined) lines.push(`${path} is new (${is})`);
    else if (was !== is) lines.push(`${path} was ${was}, is ${is}`);
  }
  for (const path of before.keys()) if (!after.has(path)) lines.push(`${path} is gone`);
  return lines;
}

/** Twins of known data folders may come; what training here has measured, and the images that it has drawn, may too. */
const OURS = /^(known\/[0-9a-f-]{36}-\d+\.json|cache\/(lowering-[0-9a-f]+\.json|shapes-[0-9a-f]+\.bin))$/;

/** All that is outside of the data folder. */
export const surroundingsOf = (place: Place): Tree =>
  treeOf(place.folder, (path) => path === 'data' || OURS.test(path));

/** Of one call. Processor time is user and system time together, of all its processes. */
export interface Answer {
  code: number | null;
  stdout: string;
  stderr: string;
  /** Seconds of processor time; null where the system does not tell. */
  seconds: number | null;
  /** The largest resident size of any of its processes, bytes; null where the system does not tell. */
  bytes: number | null;
  /** Why it was ended from outside, null where it ended by itself. */
  ended: string | null;
}

/** Beyond what the same call takes where nothing is wrong. */
export const MAX_SECONDS = 5;
export const MAX_BYTES = 2 ** 30;
/** Nothing said and no processor time used for so long: it waits for what will never come. Milliseconds. */
const STILL_MS = 60_000;
/** Of processor time; less is what timers use. */
const STIR_SECONDS = 0.05;
const SAMPLE_MS = 40;
const TICKS_PER_SECOND = 100;

/** A shell that runs the words and then says on its descriptor 3 how much time its children have used. */
const TIMED = ['sh', '-c', '"$@" 3>&-; code=$?; times >&3; exit $code', 'sh'];

/** @param maxSeconds of processor time, beyond which the call is ended */
export function call(
  words: readonly string[],
  { env, cwd, maxSeconds }: { env: NodeJS.ProcessEnv; cwd: string; maxSeconds: number },
): Promise<Answer> {
  const [program, ...args] = [...TIMED, ...words] as [string, ...string[]];
  const child = spawn(program, args, { env, cwd, detached: true, stdio: ['ignore', 'pipe', 'pipe', 'pipe'] });
  const said = { stdout: '', stderr: '', times: '' };
  const collect = (stream: NodeJS.ReadableStream, key: keyof typeof said): void => {
    stream.setEncoding('utf8').on('data', (text: string) => {
      said[key] += text;
      stirred = Date.now();
    });
  };
  let stirred = Date.now();
  collect(child.stdout!, 'stdout');
  collect(child.stderr!, 'stderr');
  collect(child.stdio[3] as NodeJS.ReadableStream, 'times');
  let [usedThen, bytes] = [0, 0];
  let ended: string | null = null;
  const end = (why: string): void => {
    ended ??= why;
    try {
      process.kill(-child.pid!, 'SIGKILL');
    } catch {
      // It has ended by itself.
    }
  };
  const sample = (): void => {
    const found = familyOf(child.pid!);
    bytes = Math.max(bytes, found.bytes);
    if (found.seconds - usedThen > STIR_SECONDS) [usedThen, stirred] = [found.seconds, Date.now()];
    if (found.seconds > maxSeconds) end(`it used more than ${maxSeconds.toFixed(1)} s of processor time`);
    if (bytes > MAX_BYTES) end('it took more than 1 GiB of memory');
    if (Date.now() - stirred > STILL_MS) end('it neither said nor did anything for a minute');
  };
  const sampling = setInterval(sample, SAMPLE_MS);
  return new Promise((done, failed) => {
    child.once('error', failed);
    child.once('close', (code) => {
      clearInterval(sampling);
      done({ code, ...said, seconds: secondsOf(said.times), bytes: bytes || null, ended });
    });
  });
}

/** Of the second line that `times` prints: user and system time of the children, `0m0.012s 0m0.003s`. */
function secondsOf(times: string): number | null {
  const [, children] = times.trim().split('\n');
  const all = [...(children ?? '').matchAll(/(\d+)m([\d.]+)s/g)];
  return all.length === 0 ? null : all.reduce((sum, [, m, s]) => sum + Number(m) * 60 + Number(s), 0);
}

/** Processor time so far of a process and all below it, seconds, and the largest size that one of them has had, bytes. */
export function familyOf(pid: number): { seconds: number; bytes: number } {
  const total = { seconds: 0, bytes: 0 };
  const add = (id: number): void => {
    try {
      const stat = fs.readFileSync(`/proc/${id}/stat`, 'latin1');
      // The name, which may hold anything, is in brackets. User and system time, own and of children that are gone.
      const ticks = stat
        .slice(stat.lastIndexOf(')') + 2)
        .split(' ')
        .slice(11, 15);
      total.seconds += ticks.reduce((sum, value) => sum + Number(value), 0) / TICKS_PER_SECOND;
      const peak = /^VmHWM:\s+(\d+) kB$/m.exec(fs.readFileSync(`/proc/${id}/status`, 'latin1'));
      total.bytes = Math.max(total.bytes, Number(peak?.[1] ?? 0) * 1024);
      for (const task of fs.readdirSync(`/proc/${id}/task`)) {
        const children = fs.readFileSync(`/proc/${id}/task/${task}/children`, 'latin1').trim();
        for (const below of children.split(' ')) if (below !== '') add(Number(below));
      }
    } catch {
      // It has ended, or this system tells nothing of processes.
    }
  };
  add(pid);
  return total;
}

/** Control characters other than line breaks, and what turns text around. */
export const ACTING = /(?!\n)\p{Cc}|[\u061c\u200e\u200f\u202a-\u202e\u2028\u2029\u2066-\u2069]/u;
/** Lines of a stack, and the sentence for what is no refusal but a bug. */
export const STACK =
  /^\s*at .+:\d+|node:internal|^\w*Error: |should not happen|that should not|\[object Object\]/m;
/** Characters; a list of three runs has a few hundred. */
const MAX_OUTPUT_LENGTH = 200_000;
const MAX_SENTENCE_LENGTH = 1500;

/** What is wrong with an answer, a line each; none where all is as promised. */
export function faultsOf(answer: Answer, baseSeconds: number): string[] {
  const { code, stdout, stderr, seconds, bytes, ended } = answer;
  const faults: string[] = [];
  if (ended !== null) faults.push(ended);
  if (seconds !== null && seconds - baseSeconds > MAX_SECONDS)
    faults.push(`${seconds} s of processor time, beside ${baseSeconds} s on a harmless input`);
  if (bytes !== null && bytes > MAX_BYTES) faults.push(`${bytes} bytes of memory`);
  for (const [name, text] of Object.entries({ stdout, stderr })) {
    if (ACTING.test(text))
      faults.push(`${name} holds characters that act: ${JSON.stringify(text.slice(0, 500))}`);
    if (STACK.test(text)) faults.push(`${name} holds a stack: ${text.slice(0, 2000)}`);
    if (text.length > MAX_OUTPUT_LENGTH) faults.push(`${name} is ${text.length} characters long`);
  }
  const sentences = stderr.split('\n').filter((line) => line.startsWith('resbench: '));
  const long = sentences.find((line) => line.length > MAX_SENTENCE_LENGTH);
  if (long) faults.push(`a sentence of ${long.length} characters: ${long.slice(0, 300)}`);
  // Exit code 1 is that of a bug; a signal has none.
  if (code === null || code === 1) faults.push(`it ended with ${code}: ${stderr.slice(-500)}`);
  if (code !== 0 && sentences.length === 0) faults.push(`it ended with ${code} and no sentence: ${stderr}`);
  return faults;
}
