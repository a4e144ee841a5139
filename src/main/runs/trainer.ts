/** One training process as its run sees it: messages in order, then exactly one ending, whatever happens to the process. */
import type { HostedProcess, ProcessExit, ProcessHost } from '../../node/processes/process-host';
import type { EpochMetric, StepMetric } from '../../shared/metrics';
import { isQuestion, type Question } from '../../shared/run';
import type { FromTrainer, ToTrainer, TrainingJob } from '../../shared/training-messages';

/** Enough for an uncaught error with its stack. */
const STDERR_CHARACTERS = 8000;
/** How long a trainer that has said its last word may take to exit. */
const EXIT_MS = 5000;

export type TrainerEnding =
  | { kind: 'completed' }
  | { kind: 'stopped' }
  | { kind: 'paused' }
  /** It named the cause itself. */
  | { kind: 'failed'; message: string }
  /** It has to ask before it trains; the message is the question. */
  | { kind: 'asks'; question: Question; message: string }
  /** It went away without a word. */
  | { kind: 'gone'; exit: ProcessExit; stderr: string };

export type TrainerMessage = Exclude<FromTrainer, { type: 'finished' | 'failed' }>;

export class Trainer {
  private readonly process: HostedProcess<ToTrainer, FromTrainer>;
  private stderr = '';
  private ended = false;
  private gone = false;
  /** Resolves when the process is gone. */
  readonly exited: Promise<void>;

  /** @throws where no process can be started at all. */
  constructor(
    host: ProcessHost,
    job: TrainingJob,
    private readonly onMessage: (message: TrainerMessage) => void,
    private readonly onEnding: (ending: TrainerEnding) => void,
    /** What it writes on its stderr. */
    onOutput: (text: string) => void = () => {},
  ) {
    this.process = host.fork<ToTrainer, FromTrainer>('trainer');
    this.process.onStderr((text) => {
      this.stderr = (this.stderr + text).slice(-STDERR_CHARACTERS);
      onOutput(text);
    });
    this.process.onMessage((message) => this.receive(message));
    this.exited = new Promise((resolve) => {
      this.process.onExit((exit) => {
        this.gone = true;
        this.end({ kind: 'gone', exit, stderr: this.stderr });
        resolve();
      });
    });
    this.process.send({ type: 'start', job });
  }

  stop(): void {
    this.process.send({ type: 'stop' });
  }

  pause(): void {
    this.process.send({ type: 'pause' });
  }

  get pid(): number | undefined {
    return this.process.pid;
  }

  kill(): void {
    if (!this.gone) this.process.kill();
  }

  private receive(message: FromTrainer): void {
    if (this.ended) return;
    switch (message.type) {
      case 'finished':
        return this.end({ kind: message.outcome });
      case 'failed':
        return this.end(
          isQuestion(message.code)
            ? { kind: 'asks', question: message.code, message: message.message }
            : { kind: 'failed', message: message.message },
        );
      case 'steps':
        return this.onMessage({ type: 'steps', steps: message.steps.map(withNumbers) });
      case 'epoch':
        return this.onMessage({ ...message, epoch: withNumbers(message.epoch) });
      default:
        return this.onMessage(message);
    }
  }

  private end(ending: TrainerEnding): void {
    if (this.ended) return;
    this.ended = true;
    this.onEnding(ending);
    if (this.gone) return;
    const timer = setTimeout(() => this.kill(), EXIT_MS);
    timer.unref();
    void this.exited.then(() => clearTimeout(timer));
  }
}

/** A child process's channel speaks JSON, where a number that is none arrives as null. */
function withNumbers<T extends StepMetric | EpochMetric>(metric: T): T {
  const entries = Object.entries(metric);
  if (entries.every(([, value]) => value !== null)) return metric;
  return Object.fromEntries(entries.map(([key, value]) => [key, value ?? NaN])) as T;
}
