import type { EpochMetric, StepMetric } from '../shared/metrics';
import type { Predictions, SentPredictions } from '../shared/predictions';
import type { TrainingPhase } from '../shared/run';
import type { FromTrainer } from '../shared/training-messages';
import { now } from './clock';

/**
 * Seconds between messages of a kind; together they stay below ten a second however fast the steps are. Each bunch of steps
 * wakes the owner of the run, and waking a process costs more than what it then does (`npm run bench -- --part cost`).
 */
const STEPS_EVERY = 0.5;
const LIVE_EVERY = 1;
const FRACTION_EVERY = 0.25;

/** Sends what the loop measures, in order, in few messages: a slow network's steps one by one, a fast one's in bunches. */
export class Reporter {
  private pending: StepMetric[] = [];
  private stepsSent = -Infinity;
  private liveSent = -Infinity;
  private fractionSent = -Infinity;

  constructor(
    private readonly send: (message: FromTrainer) => void,
    private readonly clock: () => number = now,
  ) {}

  /** A new phase is sent at once, its progress a few times per second. */
  phase(phase: TrainingPhase, fraction: number | null = null): void {
    const isNew = fraction === null || fraction === 0;
    if (!isNew && this.clock() - this.fractionSent < FRACTION_EVERY) return;
    this.fractionSent = this.clock();
    this.send({ type: 'phase', phase, fraction });
  }

  step(step: StepMetric): void {
    this.pending.push(step);
    if (this.clock() - this.stepsSent >= STEPS_EVERY) this.flush();
  }

  /** Sends the steps still held back; before anything that must come after them. */
  flush(): void {
    if (this.pending.length === 0) return;
    this.send({ type: 'steps', steps: this.pending });
    this.pending = [];
    this.stepsSent = this.clock();
  }

  /** @param predictions of its validation, null for none; the caller may change them afterwards */
  epoch(epoch: EpochMetric, predictions: Pick<Predictions, 'classes' | 'correct'> | null): void {
    this.flush();
    this.send({
      type: 'epoch',
      epoch,
      predictions: predictions && sentPredictions(predictions),
    });
  }

  /** Sent behind steps, so that the owner wakes once for both; `measure` runs only when a message is due. */
  live(measure: () => Omit<Extract<FromTrainer, { type: 'live' }>, 'type'>): void {
    if (this.pending.length > 0 || this.clock() - this.liveSent < LIVE_EVERY) return;
    this.liveSent = this.clock();
    this.send({ type: 'live', ...measure() });
  }
}

/** As a child process's channel carries them. */
export const sentPredictions = ({
  classes,
  correct,
}: Pick<Predictions, 'classes' | 'correct'>): SentPredictions => ({
  images: classes.length,
  classes: base64(classes),
  correct: base64(correct),
});

const base64 = ({ buffer, byteOffset, byteLength }: Uint8Array | Uint16Array | Uint32Array): string =>
  Buffer.from(buffer, byteOffset, byteLength).toString('base64');
