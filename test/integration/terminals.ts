/** Terminals as a person would have them: the built command line in a process of its own. */
import { spawn, type ChildProcess } from 'node:child_process';
import { join, resolve } from 'node:path';
import { createInterface } from 'node:readline';
import type { Run } from '../../src/shared/run';

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
  /** Arguments of Node's own. */
  node?: readonly string[];
}

export interface Ended {
  code: number | null;
  stdout: string;
  stderr: string;
}

export class Terminal {
  readonly process: ChildProcess;
  readonly lines: Line[] = [];
  stdout = '';
  stderr = '';
  readonly ended: Promise<Ended>;
  private hasEnded = false;
  /** Look whenever something has come, and at the end. */
  private readonly listeners = new Set<() => void>();

  constructor(
    private readonly words: readonly string[],
    { env = {}, through = [], node = [] }: TerminalOptions = {},
  ) {
    const [program, ...args] = [...through, process.execPath, ...node, resolve('out/main/cli.js'), ...words];
    this.process = spawn(program!, args, {
      env: { ...process.env, ELECTRON_RUN_AS_NODE: '1', ...env },
      stdio: ['ignore', 'pipe', 'pipe'],
    });
    const { stdout, stderr } = this.process;
    stdout!.setEncoding('utf8').on('data', (text: string) => {
      this.stdout += text;
      this.look();
    });
    stderr!.setEncoding('utf8').on('data', (text: string) => {
      this.stderr += text;
      this.look();
    });
    createInterface({ input: stdout! }).on('line', (line) => {
      if (!line.startsWith('{"event"')) return;
      this.lines.push(JSON.parse(line) as Line);
      this.look();
    });
    this.ended = new Promise((done) =>
      this.process.on('close', (code) => {
        this.hasEnded = true;
        this.look();
        done({ code, stdout: this.stdout, stderr: this.stderr });
      }),
    );
  }

  /** Its exit code. */
  get exited(): Promise<number | null> {
    return this.ended.then(({ code }) => code);
  }

  private look(): void {
    for (const listener of this.listeners) listener();
  }

  /** What is looked for, as soon as it is there; a program that ends without it is an error that shows what it said. */
  private await<T>(find: () => T | undefined): Promise<T> {
    return new Promise((done, failed) => {
      const look = (): void => {
        const found = find();
        if (found === undefined && !this.hasEnded) return;
        this.listeners.delete(look);
        if (found !== undefined) done(found);
        else failed(new Error(`\`${this.words.join(' ')}\` ended: ${this.stderr}${this.stdout.slice(-500)}`));
      };
      this.listeners.add(look);
      look();
    });
  }

  /** Resolves once the stream holds a match. */
  async said(stream: 'stdout' | 'stderr', pattern: RegExp): Promise<void> {
    await this.await(() => pattern.test(this[stream]) || undefined);
  }

  /** The first line that is as the condition wants it, of those that have come or will. */
  line(condition: (line: Line) => boolean): Promise<Line> {
    return this.await(() => this.lines.find(condition));
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
  const { code, stdout, stderr } = await new Terminal(words, options).ended;
  if (code !== 0) throw new Error(`\`${words.join(' ')}\` ended with ${code}: ${stderr}`);
  return stdout;
}

export const tinyFile = (folder: string): string => join(folder, 'tiny.json');

/** Words that train the small network; an epoch is three steps. */
export const trainArguments = (home: string, model: string, ...more: readonly string[]): string[] => [
  'train',
  model,
  ...['--dataset', 'shapes', '--home', home, '--json'],
  ...['--batch-size', '32', '--limit-train', '96', '--limit-eval', '64'],
  ...more,
];
