/**
 * Where the command line's words go. Results go to stdout; with --json nothing but JSON does. Progress, notices
 * and errors go to stderr.
 *
 * It is the one place from which anything reaches the terminal, so it is here that texts of other people are made inert:
 * each line stays one line of a largest length, and of escape sequences only our own colours pass.
 */
import { inertJson, inertLines } from '../../architecture/inert-text';
import { PLAIN_TABLE, type TableStyle } from '../format/table';
import { colour, forTerminal } from '../format/text';

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
    on && text !== '' ? colour(open) + text + colour(close) : text;

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
/** UTF-16 units of a line; more was not written to be read. */
const MAX_LENGTH = 20_000;
const CLEAR_LINE = '\r\u001b[2K';

const asLine = (text: string): string =>
  forTerminal(text.length > MAX_LENGTH ? `${text.slice(0, MAX_LENGTH)}…` : text);

const asLines = (lines: readonly string[] | string): string =>
  (typeof lines === 'string' ? [lines] : lines).map((line) => `${asLine(line)}\n`).join('');

export class Output {
  readonly style: Style;
  readonly errorStyle: Style;
  readonly unicode: boolean;

  constructor(
    private readonly stdout: Sink,
    private readonly stderr: Sink,
    env: NodeJS.ProcessEnv,
    /** Whether stdout carries JSON and nothing else. */
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

  /** Lines for people on stdout; silent with --json. */
  lines(lines: readonly string[] | string): void {
    if (!this.json) this.stdout.write(asLines(lines));
  }

  /** One value on a line of its own; silent without --json. */
  value(value: unknown): void {
    if (this.json) this.stdout.write(`${inertJson(value)}\n`);
  }

  /** Exactly this text on stdout, whatever --json says: for exports. On a terminal nothing in it acts. */
  raw(text: string): void {
    this.stdout.write(this.stdout.isTTY === true ? inertLines(text) : text);
  }

  /** Lines on stderr. */
  notice(lines: readonly string[] | string): void {
    this.stderr.write(asLines(lines));
  }

  /** A line that stands in the place of the one before it, without a line end; empty to take that one off the screen. */
  redraw(line: string): void {
    this.stderr.write(CLEAR_LINE + asLine(line));
  }
}
