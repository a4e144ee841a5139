/**
 * All metrics of one run as the window knows them, fed from two sides: cursor reads of the database and live
 * events. Steps come out in order, each once, without gaps, in whatever order the two sides arrive.
 *
 * Main stores metrics before it forwards them, so a read that starts after an event arrived returns everything
 * that event announced. An event that does not follow on is therefore set aside, and a read closes the gap.
 */
import type { EpochMetric } from '../../shared/metrics';
import { partOf, STEP_COLUMNS, type StepColumns } from '../../shared/step-columns';
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
    learningRate: new Column(),
    gradientNorm: new Column(),
    weightNorm: new Column(),
  };
  /** Epochs in ascending order. Replaced as a whole when one comes. */
  epochs: readonly EpochMetric[] = [];
  /** Whether the database has been read to its end once. */
  loaded = false;
  /** Grows with every change; a chart that has drawn this version has drawn everything. */
  version = 0;

  /** Steps of events that do not follow on, one entry for each event. */
  #waiting: StepColumns[] = [];
  /** Set while a read is repeated because the waiting steps did not follow on. */
  #asking = false;

  /** The step to read on from. */
  get cursor(): number {
    return this.steps.step.length === 0 ? 0 : this.steps.step.last();
  }

  /** Takes the result of a read after {@link cursor}. Returns whether there is more to read. */
  read(steps: StepColumns): boolean {
    this.#append(steps);
    this.version++;
    if (steps.step.length >= READ_LIMIT) return true;
    this.#waiting = this.#waiting
      .map((waiting) => this.#unseen(waiting))
      .filter(({ step }) => step.length > 0)
      .sort((a, b) => a.step[0]! - b.step[0]!);
    const waiting = this.#waiting;
    if (waiting[0] && waiting[0].step[0]! > this.cursor + 1 && !this.#asking) {
      // The read may have been under way before those steps were stored: the next one starts after.
      this.#asking = true;
      return true;
    }
    // What the database still does not have does not exist: the waiting steps follow on.
    this.#asking = false;
    this.#waiting = [];
    this.loaded = true;
    for (const steps of waiting) this.#append(steps);
    return false;
  }

  /** Takes steps of an event. Returns false where they do not follow on and the database must be read first. */
  receive(steps: StepColumns): boolean {
    const { length } = steps.step;
    const following = this.loaded && this.#waiting.length === 0 ? this.#following(steps) : 0;
    this.#append(partOf(steps, 0, following));
    if (following < length) this.#waiting.push(partOf(steps, following));
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

  /** How many steps from the first on continue the log without a hole. */
  #following({ step }: StepColumns): number {
    let at = this.cursor;
    const end = step.findIndex((next) => {
      if (next > at + 1) return true;
      at = Math.max(at, next);
      return false;
    });
    return end < 0 ? step.length : end;
  }

  /** Those that are not there yet. */
  #unseen(steps: StepColumns): StepColumns {
    const from = steps.step.findIndex((step) => step > this.cursor);
    return from === 0 ? steps : partOf(steps, from < 0 ? steps.step.length : from);
  }

  /** A step that is already there is left alone. */
  #append(steps: StepColumns): void {
    const unseen = this.#unseen(steps);
    for (const name of STEP_COLUMNS) this.steps[name].append(unseen[name]);
  }
}
