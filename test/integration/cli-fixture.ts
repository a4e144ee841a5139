/** For the tests of commands: terminals with a data folder of its own for every test, and what they print. */
import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach } from 'vitest';
import { Terminal, type Ended, type TerminalOptions } from './terminals';

/** A network that takes a few milliseconds per step. */
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
const running = new Set<Terminal>();

beforeEach(() => {
  home = mkdtempSync(join(tmpdir(), 'resbench-cli-'));
});

afterEach(() => {
  for (const terminal of running) void terminal.kill();
  rmSync(home, { recursive: true, force: true, maxRetries: 20 });
});

export function start(words: readonly string[], { env = {}, ...options }: TerminalOptions = {}): Terminal {
  const own = { RESBENCH_HOME: home, RESBENCH_CACHE: join(home, 'cache') };
  const terminal = new Terminal(words, { env: { ...own, ...env }, ...options });
  running.add(terminal);
  void terminal.ended.then(() => running.delete(terminal));
  return terminal;
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
