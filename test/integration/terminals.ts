/** Terminals as a person would have them: the built command line in a process of its own. */
import { spawn, type ChildProcess } from 'node:child_process';
import { join, resolve } from 'node:path';
import { createInterface } from 'node:readline';
import type { Run } from '../../src/shared/domain';

/** A small network: a step takes a few milliseconds. */
export const TINY = {
  name: 'tiny',
  inputShape: [32, 32, 3],
  classes: 10,
  stem: { filters: 4, kernel: 3, stride: 2, pool: true },
  table: [[1, [[4, 3]]]],
};

/** A line that the command line prints with --json. */
export type Line = {
  event?: string;
  run?: Run;
  step?: number;
  epoch?: number;
  kind?: string;
  message?: string;
  state?: string;
  reason?: string | null;
};

export interface TerminalOptions {
  env?: NodeJS.ProcessEnv;
  /** A program that runs the command line for us, with its arguments. */
  through?: readonly string[];
}

export class Terminal {
  readonly process: ChildProcess;
  readonly lines: Line[] = [];
  /** Standard output as it came. */
  stdout = '';
  stderr = '';
  readonly exited: Promise<number | null>;
  private readonly listeners = new Set<() => void>();

  constructor(words: readonly string[], { env = {}, through = [] }: TerminalOptions = {}) {
    const [program, ...args] = [...through, process.execPath, resolve('out/main/cli.js'), ...words];
    this.process = spawn(program!, args, {
      env: { ...process.env, ELECTRON_RUN_AS_NODE: '1', ...env },
      stdio: ['ignore', 'pipe', 'pipe'],
    });
    createInterface({ input: this.process.stdout! }).on('line', (line) => {
      this.stdout += `${line}\n`;
      if (!line.startsWith('{"event"')) return;
      this.lines.push(JSON.parse(line) as Line);
      for (const listener of this.listeners) listener();
    });
    this.process.stderr!.on('data', (chunk: Buffer) => (this.stderr += chunk.toString()));
    this.exited = new Promise((done) => this.process.on('close', (code) => done(code)));
  }

  /** The first line that is as the condition wants it, of those that have come or will. */
  async line(condition: (line: Line) => boolean): Promise<Line> {
    const found = new Promise<Line>((done) => {
      const look = (): void => {
        const line = this.lines.find(condition);
        if (!line) return;
        this.listeners.delete(look);
        done(line);
      };
      this.listeners.add(look);
      look();
    });
    const gone = this.exited.then((code): Line => {
      const line = this.lines.find(condition);
      if (line) return line;
      throw new Error(`the terminal ended with ${code}: ${this.stderr}${this.stdout.slice(-500)}`);
    });
    return Promise.race([found, gone]);
  }

  /** Of the run that it trains. */
  async runId(): Promise<number> {
    return (await this.line(({ event }) => event === 'run')).run!.id;
  }

  interrupt(): Promise<number | null> {
    this.process.kill('SIGINT');
    return this.exited;
  }

  kill(): Promise<number | null> {
    this.process.kill('SIGKILL');
    return this.exited;
  }
}

/** What the command prints, once it has ended; throws where it fails. */
export async function typed(words: readonly string[], options: TerminalOptions = {}): Promise<string> {
  const terminal = new Terminal(words, options);
  const code = await terminal.exited;
  if (code !== 0) throw new Error(`\`${words.join(' ')}\` ended with ${code}: ${terminal.stderr}`);
  return terminal.stdout;
}

export const tinyFile = (folder: string): string => join(folder, 'tiny.json');

/** Words that train the small network; an epoch is three steps. */
export const trainWords = (home: string, model: string, ...more: readonly string[]): string[] => [
  'train',
  model,
  ...['--dataset', 'shapes', '--home', home, '--json'],
  ...['--batch-size', '32', '--limit-train', '96', '--limit-eval', '64'],
  ...more,
];
