/** The command line as it is built, in processes of its own, with a data folder of its own for every test. */
import { spawn, type ChildProcess } from 'node:child_process';
import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import { afterEach, beforeEach } from 'vitest';

const CLI = resolve('out/main/cli.js');
/** A network that takes a few milliseconds a step. */
export const SMALL = [
  '--table',
  '[[1, [[8,3],[8,3]]]]',
  '--stem-filters',
  '8',
  '--stem-kernel',
  '3',
  '--name',
  'small',
];
export const SHORT = ['--epochs', '2', '--batch-size', '32', '--limit-train', '100', '--limit-eval', '50'];

/** The data folder of the test that is under way. */
export let home: string;
const children = new Set<ChildProcess>();

beforeEach(() => {
  home = mkdtempSync(join(tmpdir(), 'resbench-cli-'));
});

afterEach(() => {
  for (const child of children) child.kill('SIGKILL');
  rmSync(home, { recursive: true, force: true });
});

export interface Ended {
  code: number | null;
  stdout: string;
  stderr: string;
}

export class Typed {
  stdout = '';
  stderr = '';
  readonly ended: Promise<Ended>;
  private readonly listeners = new Set<() => void>();

  constructor(
    readonly child: ChildProcess,
    words: readonly string[],
  ) {
    children.add(child);
    child.stdout?.on('data', (chunk: Buffer) => this.hear('stdout', chunk));
    child.stderr?.on('data', (chunk: Buffer) => this.hear('stderr', chunk));
    this.ended = new Promise((done) =>
      child.on('close', (code) => {
        children.delete(child);
        for (const listener of this.listeners) listener();
        done({ code, stdout: this.stdout, stderr: this.stderr });
      }),
    );
    this.words = words.join(' ');
  }

  private readonly words: string;

  private hear(stream: 'stdout' | 'stderr', chunk: Buffer): void {
    this[stream] += chunk.toString('utf8');
    for (const listener of this.listeners) listener();
  }

  /** Resolves once the stream holds a match; a program that ends without one is an error that shows what it said. */
  said(stream: 'stdout' | 'stderr', pattern: RegExp): Promise<void> {
    return new Promise((done, fail) => {
      const look = (): void => {
        if (pattern.test(this[stream])) done();
        else if (!children.has(this.child))
          fail(new Error(`${this.words} ended: ${this.stdout}${this.stderr}`));
        else return;
        this.listeners.delete(look);
      };
      this.listeners.add(look);
      look();
    });
  }
}

export function start(words: readonly string[], { env = {}, node = [] as string[] } = {}): Typed {
  const child = spawn(process.execPath, [...node, CLI, ...words], {
    env: {
      ...process.env,
      ELECTRON_RUN_AS_NODE: '1',
      RESBENCH_HOME: home,
      RESBENCH_CACHE: join(home, 'cache'),
      ...env,
    },
    stdio: ['ignore', 'pipe', 'pipe'],
  });
  return new Typed(child, words);
}

export const type = (...words: string[]): Promise<Ended> => start(words).ended;

export async function json<T>(...words: string[]): Promise<T> {
  const { stdout, stderr, code } = await type(...words, '--json');
  if (code !== 0) throw new Error(`${words.join(' ')}: ${stderr}`);
  return JSON.parse(stdout) as T;
}

export interface RunShown {
  id: number;
  name: string;
  state: string;
  reason: string | null;
  architecture: { name: string };
  recipe: Record<string, unknown>;
  step: number;
  epochs: Record<string, number>[];
  steps: { step: number; loss: number; seconds: number }[];
}

export const show = (id = 1): Promise<RunShown> => json<RunShown>('runs', 'show', String(id));

export const eventsOf = (stdout: string): Record<string, unknown>[] =>
  stdout
    .split('\n')
    .slice(0, -1)
    .map((line) => JSON.parse(line) as Record<string, unknown>);

/** One sentence: a single line that begins with the program's name, and no stack. */
export const oneSentence = (pattern: RegExp): RegExp =>
  new RegExp(`^resbench: [^\\n]*${pattern.source}[^\\n]*\\n$`);

/** The trainer is the only child of the command line. */
export function childOf(pid: number): number {
  const [child] = readFileSync(`/proc/${pid}/task/${pid}/children`, 'utf8').trim().split(' ').map(Number);
  if (!child) throw new Error(`process ${pid} has no child`);
  return child;
}
