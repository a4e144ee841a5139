/** Shows on the desktop that a run is over, while nobody looks at the window. */
import { formatPercent, plural, thousands } from '../../shared/format';
import { inert } from '../../architecture/inert-text';
import { isActive, type Run } from '../../shared/run';

export interface RunNotification {
  runId: number;
  title: string;
  body: string;
}

/** What a desktop shows; some take markup or escape sequences of texts, and none has room for long ones. */
const short = (text: string, most: number): string =>
  inert(text.length > most ? `${text.slice(0, most - 1)}…` : text);

/** What is said of a run that is over; null where its user knows (it was stopped), or it does not concern this window. */
export function notificationOf(run: Run): RunNotification | null {
  if (!run.own) return null;
  const said = (what: string, body: string): RunNotification => ({
    runId: run.id,
    title: `${short(run.name, 80)} ${what}`,
    body: short(body, 300),
  });
  switch (run.state) {
    case 'completed': {
      const epochs = plural(run.epochs, 'epoch');
      if (!run.best) return said('is completed', `${epochs}.`);
      return said(
        'is completed',
        `${epochs}; best validation accuracy ${formatPercent(run.best.valAccuracy, 1)} after epoch ${run.best.epoch}.`,
      );
    }
    case 'failed':
      return said('failed', run.reason ?? 'Its page says what is known.');
    case 'queued':
      return run.asks === null ? null : said('has a question', run.reason ?? 'Its page says what it asks.');
    case 'paused':
      return said('is paused', run.reason ?? `At step ${thousands(run.step)}.`);
    default:
      return null;
  }
}

export interface RunNotifierOptions {
  /** The setting. */
  wanted: () => boolean;
  /** Whether somebody looks at the window. */
  watched: () => boolean;
  show: (notification: RunNotification) => void;
}

/** Hears of every change of a run, and shows one notification for each time that one has trained and is over. */
export class RunNotifier {
  /** Of own runs that have been seen at work. */
  private readonly atWork = new Set<number>();

  constructor(private readonly options: RunNotifierOptions) {}

  changed(run: Run): void {
    if (isActive(run.state)) {
      if (run.own) this.atWork.add(run.id);
      return;
    }
    if (!this.atWork.delete(run.id)) return;
    const notification = notificationOf(run);
    if (!notification || !this.options.wanted() || this.options.watched()) return;
    this.options.show(notification);
  }
}
