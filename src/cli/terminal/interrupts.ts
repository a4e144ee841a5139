/**
 * Ctrl-C and its kin. A command that has something to finish listens; where none does, signals end the program as usual.
 */
type Listener = (count: number) => void;

const SIGNALS: readonly NodeJS.Signals[] = ['SIGINT', 'SIGTERM', 'SIGHUP', 'SIGBREAK'];

export interface SignalSource {
  on(signal: NodeJS.Signals, listener: () => void): unknown;
  removeListener(signal: NodeJS.Signals, listener: () => void): unknown;
}

export class Interrupts {
  private count = 0;
  private listener: Listener | null = null;

  constructor(
    private readonly source: SignalSource = process,
    private readonly platform: NodeJS.Platform = process.platform,
  ) {}

  /** Whether anything has interrupted the program. */
  get interrupted(): boolean {
    return this.count > 0;
  }

  /** Calls the listener with 1 at the first signal, 2 at the second, …; returns how to stop listening. */
  listen(listener: Listener): () => void {
    const signals = SIGNALS.filter((signal) => signal !== 'SIGBREAK' || this.platform === 'win32');
    this.listener = listener;
    for (const signal of signals) this.source.on(signal, this.raise);
    return () => {
      this.listener = null;
      for (const signal of signals) this.source.removeListener(signal, this.raise);
    };
  }

  /** As if a signal had come: the reader of stdout has gone away. */
  readonly raise = (): void => {
    this.count += 1;
    this.listener?.(this.count);
  };
}
