/**
 * Where the command line's words go. Results go to standard output; with --json nothing but JSON does. Progress, notices
 * and errors go to standard error.
 */
import { PLAIN_TABLE, type TableStyle } from './format/table';

/** The part of a writable stream that output needs; process.stdout and process.stderr are two. */
export interface Sink {
  readonly isTTY?: boolean;
  readonly columns?: number;
  write(text: string): unknown;
}

type Paint = (text: string) => string;

export interface Style {
  bold: Paint;
  dim: Paint;
  red: Paint;
  green: Paint;
  yellow: Paint;
  cyan: Paint;
}

const paint =
  (on: boolean, open: number, close: number): Paint =>
  (text) =>
    on && text !== '' ? `\u001b[${open}m${text}\u001b[${close}m` : text;

function styleFor(coloured: boolean): Style {
  return {
    bold: paint(coloured, 1, 22),
    dim: paint(coloured, 2, 22),
    red: paint(coloured, 31, 39),
    green: paint(coloured, 32, 39),
    yellow: paint(coloured, 33, 39),
    cyan: paint(coloured, 36, 39),
  };
}

/** Colour where a terminal shows it and nobody asked for none (https://no-color.org). */
function wantsColour(sink: Sink, env: NodeJS.ProcessEnv): boolean {
  return sink.isTTY === true && !env.NO_COLOR && env.TERM !== 'dumb';
}

/** The old Windows console and the Linux text console lack the block characters of bars and curves. */
function showsUnicode(env: NodeJS.ProcessEnv, platform: NodeJS.Platform): boolean {
  if (platform !== 'win32') return env.TERM !== 'linux';
  return Boolean(env.WT_SESSION || env.TERM_PROGRAM || env.ConEmuTask || env.TERM);
}

const DEFAULT_WIDTH = 80;

export class Output {
  readonly style: Style;
  readonly errorStyle: Style;
  readonly unicode: boolean;

  constructor(
    private readonly stdout: Sink,
    private readonly stderr: Sink,
    env: NodeJS.ProcessEnv,
    /** Whether standard output carries JSON and nothing else. */
    readonly json: boolean,
    platform: NodeJS.Platform = process.platform,
  ) {
    this.style = styleFor(wantsColour(stdout, env));
    this.errorStyle = styleFor(wantsColour(stderr, env));
    this.unicode = showsUnicode(env, platform);
  }

  /** Whether a bar can be redrawn in place: a terminal that does not also receive lines of JSON. */
  get interactive(): boolean {
    return this.stderr.isTTY === true && !(this.json && this.stdout.isTTY === true);
  }

  /** Columns of the terminal that shows results; Infinity for files and pipes, where nothing is cut. */
  get width(): number {
    return this.stdout.isTTY === true ? this.stdout.columns || DEFAULT_WIDTH : Infinity;
  }

  get errorWidth(): number {
    // A terminal that does not know its size says 0.
    return this.stderr.columns || DEFAULT_WIDTH;
  }

  get table(): TableStyle {
    return {
      ...PLAIN_TABLE,
      width: this.width,
      head: this.style.bold,
      ...(this.unicode ? {} : { rule: '-', ellipsis: '~' }),
    };
  }

  /** Lines for people on standard output; silent with --json. */
  lines(lines: readonly string[] | string): void {
    if (this.json) return;
    const text = typeof lines === 'string' ? lines : lines.join('\n');
    this.stdout.write(`${text}\n`);
  }

  /** One value on a line of its own; silent without --json. */
  value(value: unknown): void {
    if (this.json) this.stdout.write(`${JSON.stringify(value)}\n`);
  }

  /** Exactly this text on standard output, whatever --json says: for exports. */
  raw(text: string): void {
    this.stdout.write(text);
  }

  /** A line on standard error. */
  notice(line: string): void {
    this.stderr.write(`${line}\n`);
  }

  /** Text on standard error without a line end, for bars that redraw themselves. */
  draw(text: string): void {
    this.stderr.write(text);
  }
}
