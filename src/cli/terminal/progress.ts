/**
 * One line that says how far a job is: redrawn in place on a terminal, printed now and then where stderr goes to
 * a file or another program.
 */
import { asCell, pad, textWidth } from '../format/text';
import type { Output } from './output';

export interface ProgressState {
  /** What is being done, e.g. `Epoch 2/10`. */
  label: string;
  /** 0 to 1, null where nothing is known of the end. */
  fraction: number | null;
  /** Figures behind the bar. */
  tail: string;
}

/** Bars are redrawn at most this often. */
const REDRAW_MS = 80;
/** Plain lines of the same label are at least this far apart. */
const PLAIN_MS = 5_000;
const BAR_COLUMNS = 24;

/** Eighths of a column, so that long epochs visibly move. */
const EIGHTHS = ['', '▏', '▎', '▍', '▌', '▋', '▊', '▉'];

export function bar(fraction: number, columns: number, unicode: boolean): string {
  const share = Math.min(1, Math.max(0, fraction));
  if (!unicode) {
    const filled = Math.floor(share * columns);
    return `[${'#'.repeat(filled)}${'.'.repeat(columns - filled)}]`;
  }
  const eighths = Math.floor(share * columns * 8);
  const full = Math.floor(eighths / 8);
  const drawn = '█'.repeat(full) + (EIGHTHS[eighths % 8] ?? '');
  return pad(drawn, columns).replace(/ /g, '░');
}

export class Progress {
  private state: ProgressState | null = null;
  private drawnAt = -Infinity;
  private label = '';
  private shown = false;

  constructor(
    private readonly output: Output,
    private readonly now: () => number = () => performance.now(),
  ) {}

  update(state: ProgressState): void {
    this.state = state;
    const time = this.now();
    const fresh = state.label !== this.label;
    if (this.output.interactive) {
      if (!fresh && time - this.drawnAt < REDRAW_MS) return;
      this.label = state.label;
      this.drawnAt = time;
      this.redraw();
      return;
    }
    // With --json the lines on stdout tell it all.
    if (this.output.json) return;
    if (!fresh && time - this.drawnAt < PLAIN_MS) return;
    this.label = state.label;
    this.drawnAt = time;
    const share = state.fraction === null ? '' : `${Math.floor(state.fraction * 100)} %`;
    this.output.notice([state.label, share, state.tail].filter((part) => part !== '').join('  '));
  }

  /** Lines that stay, above the bar. */
  log(lines: readonly string[] | string): void {
    if (!this.output.interactive) {
      if (!this.output.json) this.output.notice(lines);
      return;
    }
    this.clear();
    this.output.notice(lines);
    if (this.state) this.redraw();
  }

  /** Takes the bar off the screen. */
  end(): void {
    this.clear();
    this.state = null;
    this.label = '';
  }

  private clear(): void {
    if (!this.shown) return;
    this.output.redraw('');
    this.shown = false;
  }

  private redraw(): void {
    const { state, output } = this;
    if (!state) return;
    // The last column stays free: a full line would wrap and could not be redrawn.
    const width = Math.max(1, output.errorWidth - 1);
    const room = width - textWidth(state.label) - textWidth(state.tail) - 4;
    const columns = Math.min(BAR_COLUMNS, room - (output.unicode ? 0 : 2));
    const parts = [state.label];
    if (state.fraction !== null && columns >= 4) parts.push(bar(state.fraction, columns, output.unicode));
    if (state.tail !== '') parts.push(state.tail);
    output.redraw(asCell(parts.join('  '), width, output.unicode ? '…' : '~'));
    this.shown = true;
  }
}
