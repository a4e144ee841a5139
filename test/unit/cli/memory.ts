/** A terminal in memory, for what the command line writes. */
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { Interrupts, type SignalSource } from '../../../src/cli/terminal/interrupts';
import { Output, type Sink } from '../../../src/cli/terminal/output';
import type { Context } from '../../../src/cli/terminal/context';
import { runCommandLine } from '../../../src/cli/program';

export class MemorySink implements Sink {
  text = '';

  constructor(
    readonly isTTY = false,
    readonly columns: number | undefined = undefined,
  ) {}

  write(text: string): void {
    this.text += text;
  }

  get lines(): string[] {
    return this.text.split('\n').slice(0, -1);
  }
}

export class MemorySignals implements SignalSource {
  readonly listeners = new Map<string, Set<() => void>>();

  on(signal: string, listener: () => void): void {
    const set = this.listeners.get(signal) ?? new Set();
    this.listeners.set(signal, set.add(listener));
  }

  removeListener(signal: string, listener: () => void): void {
    this.listeners.get(signal)?.delete(listener);
  }

  raise(signal: string): void {
    for (const listener of this.listeners.get(signal) ?? []) listener();
  }
}

export interface Terminal {
  context: Context;
  stdout: MemorySink;
  stderr: MemorySink;
}

export function memoryTerminal({ json = false, env = {} as NodeJS.ProcessEnv } = {}): Terminal {
  const stdout = new MemorySink();
  const stderr = new MemorySink();
  const context: Context = {
    output: new Output(stdout, stderr, env, json, 'linux'),
    interrupts: new Interrupts(new MemorySignals(), 'linux'),
    env,
    entryFolder: '/nowhere',
    confirm: null,
  };
  return { context, stdout, stderr };
}

/** Runs words as the program would, without a terminal. */
export async function typeIn(...words: string[]): Promise<{ code: number; stdout: string; stderr: string }> {
  const { RESBENCH_CONFIG } = process.env;
  const { context, stdout, stderr } = memoryTerminal({
    json: words.includes('--json'),
    // Without --home there is no data folder: that of whoever runs the tests is not looked into.
    env: { RESBENCH_CONFIG, RESBENCH_HOME: join(tmpdir(), 'resbench-nowhere') },
  });
  // Tests put databases into folders that no program has made.
  const trust = words.includes('--home') ? ['--trust-folder'] : [];
  const code = await runCommandLine([...words, ...trust], context);
  return { code, stdout: stdout.text, stderr: stderr.text };
}
