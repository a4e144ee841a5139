/** When the sums over a run's numbers are looked at: once a session, where the run is read as a whole. */

/** Milliseconds in which nothing more was read, after which nobody waits for what is read. */
const QUIET_MS = 1000;

export class SumChecks {
  private readonly begun = new Set<number>();
  private waiting: number[] = [];
  private timer: NodeJS.Timeout | undefined;

  /** @param look at a run's sums; tells itself what it finds */
  constructor(private readonly look: (runId: number) => void) {}

  now(runId: number): void {
    if (this.begun.has(runId)) return;
    this.begun.add(runId);
    this.look(runId);
  }

  /** Once no more runs are being opened: of fifty it takes as long as reading them. */
  soon(runId: number): void {
    if (!this.begun.has(runId)) {
      this.begun.add(runId);
      this.waiting.push(runId);
    }
    if (this.waiting.length > 0) this.wait();
  }

  private wait(): void {
    clearTimeout(this.timer);
    this.timer = setTimeout(() => this.next(), QUIET_MS);
    this.timer.unref();
  }

  /** One in a turn of the event loop, so that what is asked meanwhile is answered. */
  private next(): void {
    const runId = this.waiting.shift();
    if (runId === undefined) return;
    try {
      this.look(runId);
    } catch {
      // Whoever reads the run next is told what is wrong with the database, which may as well have been closed.
    }
    this.timer = setTimeout(() => this.next());
    this.timer.unref();
  }
}
