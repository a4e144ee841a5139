/**
 * All metrics of one run as the window knows them, fed from two sides: cursor reads of the database and live
 * events. Steps come out in order, each once, without gaps, in whatever order the two sides arrive.
 *
 * Main stores metrics before it forwards them, so a read that starts after an event arrived returns everything
 * that event announced. An event that does not follow on is therefore set aside, and a read closes the gap.
 */
import type { EpochMetric, StepMetric } from '../../shared/domain';
import { Column } from './column';

/** Most steps one read returns (see `runs.steps` in the contract): a full read means that there are more. */
export const READ_LIMIT = 50_000;

export class MetricLog {
  /** Columns of equal length, one entry a step. */
  readonly steps = {
    step: new Column(),
    epoch: new Column(),
    loss: new Column(),
    crossEntropy: new Column(),
    accuracy: new Column(),
    seconds: new Column(),
  };
  /** Epochs in ascending order. Replaced as a whole when one comes. */
  epochs: readonly EpochMetric[] = [];
  /** Whether the database has been read to its end once. */
  loaded = false;
  /** Grows with every change; a chart that has drawn this version has drawn everything. */
  version = 0;

  #waiting: StepMetric[] = [];
  /** Set while a read is repeated because the waiting steps did not follow on. */
  #asking = false;

  /** The step to read on from. */
  get cursor(): number {
    return this.steps.step.length === 0 ? 0 : this.steps.step.last();
  }

  /** Takes the result of a read after {@link cursor}. Returns whether there is more to read. */
  read(steps: readonly StepMetric[]): boolean {
    for (const step of steps) this.#append(step);
    this.version++;
    if (steps.length >= READ_LIMIT) return true;
    const waiting = this.#waiting
      .sort((a, b) => a.step - b.step)
      .filter((metric) => metric.step > this.cursor);
    this.#waiting = waiting;
    if (waiting[0] && waiting[0].step > this.cursor + 1 && !this.#asking) {
      // The read may have been under way before those steps were stored: the next one starts after.
      this.#asking = true;
      return true;
    }
    // What the database still does not have does not exist: the waiting steps follow on.
    this.#asking = false;
    this.#waiting = [];
    this.loaded = true;
    for (const step of waiting) this.#append(step);
    return false;
  }

  /** Takes steps of an event. Returns false where they do not follow on and the database must be read first. */
  receive(steps: readonly StepMetric[]): boolean {
    for (const step of steps) {
      if (this.loaded && this.#waiting.length === 0 && step.step <= this.cursor + 1) this.#append(step);
      else this.#waiting.push(step);
    }
    this.version++;
    return this.#waiting.length === 0;
  }

  /** Takes epochs of either side; a later word on an epoch replaces the earlier one. */
  receiveEpochs(epochs: readonly EpochMetric[]): void {
    if (epochs.length === 0) return;
    const merged = new Map(this.epochs.map((epoch) => [epoch.epoch, epoch]));
    for (const epoch of epochs) merged.set(epoch.epoch, epoch);
    this.epochs = [...merged.values()].sort((a, b) => a.epoch - b.epoch);
    this.version++;
  }

  /** A step that is already there is left alone. */
  #append(metric: StepMetric): void {
    if (metric.step <= this.cursor) return;
    this.steps.step.push(metric.step);
    this.steps.epoch.push(metric.epoch);
    this.steps.loss.push(number(metric.loss));
    this.steps.crossEntropy.push(number(metric.crossEntropy));
    this.steps.accuracy.push(number(metric.accuracy));
    this.steps.seconds.push(number(metric.seconds));
  }
}

/** SQLite has no NaN and gives null back for it. */
const number = (value: number | null): number => (value === null ? NaN : value);
