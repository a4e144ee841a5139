/** Turns what a run reports into one line of progress, lines that stay, and events for programs. */
import { wasValidated, type EpochMetric, type StepMetric } from '../../shared/metrics';
import { isTrained, type Run, type RunLive } from '../../shared/run';
import {
  formatClock,
  formatDuration,
  formatLoss,
  formatPercent,
  formatRate,
  formatSetting,
  plural,
  thousands,
  capitalized,
} from '../../shared/format';
import { isConstantRate } from '../../shared/learning-rate';
import { scheduleOfRun } from '../../shared/schedule';
import { oneLine } from '../format/text';
import { inOrder } from './metric-order';
import type { ProgressState } from '../terminal/progress';
import { waitingLine, waitingOf } from './waiting';

/** Where a view shows its run. */
export interface ViewSink {
  update(state: ProgressState): void;
  log(line: string): void;
  /** For programs; docs/COMMANDS.md describes them. */
  event(event: string, fields: object): void;
  /** What is said of an epoch behind its figures; nothing where it is missing. */
  remark?(epoch: EpochMetric): string;
}

/** Averages of the epoch under way, as its figures will read at its end. */
class EpochSoFar {
  private epoch = 0;
  private count = 0;
  private lossSum = 0;
  private accuracySum = 0;

  add(step: StepMetric): void {
    if (step.epoch !== this.epoch)
      Object.assign(this, { epoch: step.epoch, count: 0, lossSum: 0, accuracySum: 0 });
    this.count += 1;
    this.lossSum += step.loss;
    this.accuracySum += step.accuracy;
  }

  get loss(): number {
    return this.lossSum / this.count;
  }

  get accuracy(): number {
    return this.accuracySum / this.count;
  }
}

export class RunView {
  private readonly soFar = new EpochSoFar();
  private live: RunLive | null = null;
  private step: StepMetric | null = null;
  /** The last epoch whose figures are known: nothing older is shown after them. */
  private ended: number;
  private gaps: number;
  private waits = '';
  private phase: string | null = null;

  /** @param before steps of the epoch in which the run is resumed. */
  constructor(
    private run: Run,
    private readonly sink: ViewSink,
    before: readonly StepMetric[] = [],
  ) {
    this.ended = run.epoch;
    this.gaps = run.gaps.length;
    for (const step of before) this.soFar.add(step);
  }

  /** @param all the runs there are: what this one waits for is among them. */
  onRun(run: Run, all: () => readonly Run[]): void {
    const { sink } = this;
    const waited = this.waits !== '';
    this.run = run;
    for (const gap of run.gaps.slice(this.gaps)) {
      const again = gap.lostSteps > 0 ? ` (${plural(gap.lostSteps, 'step')} repeated)` : '';
      sink.log(`Run ${run.id} resumes after step ${thousands(gap.step)}${again}: ${oneLine(gap.reason)}`);
      if (gap.otherwise !== undefined) sink.log(oneLine(gap.otherwise));
      sink.event('gap', gap);
    }
    this.gaps = run.gaps.length;
    if (run.state === 'queued') this.onWaiting(all());
    else if (waited) {
      this.waits = '';
      if (!run.own && run.state === 'preparing')
        sink.log(`Run ${run.id} is trained by another window or terminal.`);
    }
  }

  onLive(live: RunLive): void {
    if (live.stalled !== null && live.stalled !== this.live?.stalled) this.sink.log(oneLine(live.stalled));
    this.live = live;
    this.show();
    if (live.phase !== this.phase) this.sink.event('phase', { phase: (this.phase = live.phase) });
    const { imagesPerSecond, secondsLeft, memoryBytes, cores, gpuMemory, stalled } = live;
    if (imagesPerSecond !== null || stalled !== null)
      this.sink.event('live', { imagesPerSecond, secondsLeft, memoryBytes, cores, gpuMemory, stalled });
  }

  onMetrics(steps: readonly StepMetric[], epochs: readonly EpochMetric[]): void {
    for (const metric of inOrder(steps, epochs)) {
      if (metric.kind === 'step') {
        this.sink.event('step', metric.step);
        this.soFar.add(metric.step);
        this.step = metric.step;
        this.show();
      } else {
        this.sink.event('epoch', metric.epoch);
        this.onEpoch(metric.epoch);
      }
    }
  }

  private onWaiting(all: readonly Run[]): void {
    const waiting = waitingOf(this.run, all);
    if (!waiting) return;
    const line = waitingLine(waiting);
    if (line === this.waits) return;
    this.waits = line;
    this.sink.update({ label: line, fraction: null, tail: '' });
    const { place, held, training, before } = waiting;
    this.sink.event('queue', { place, held, training, before });
  }

  private onEpoch(epoch: EpochMetric): void {
    this.ended = epoch.epoch;
    const total = this.run.epochs;
    this.sink.log(
      [
        `Epoch ${String(epoch.epoch).padStart(String(total).length)}/${total}`,
        `loss ${formatLoss(epoch.loss)}`,
        `accuracy ${formatPercent(epoch.accuracy)}`,
        ...(wasValidated(epoch)
          ? [`val loss ${formatLoss(epoch.valLoss)}`, `val accuracy ${formatPercent(epoch.valAccuracy)}`]
          : ['not validated']),
        ...(epoch.emaValAccuracy === undefined
          ? []
          : [`EMA val accuracy ${formatPercent(epoch.emaValAccuracy)}`]),
        formatDuration(epoch.seconds),
        formatRate(epoch.imagesPerSecond),
        ...this.lastRate(epoch),
        ...(this.sink.remark ? [this.sink.remark(epoch)] : []),
      ].join('  '),
    );
  }

  /** Of the epoch's last step, where it is not the same for the whole run. */
  private lastRate({ step }: EpochMetric): string[] {
    const { recipe } = this.run;
    if (recipe === null || isConstantRate(recipe) || this.step?.step !== step) return [];
    return [`learning rate ${formatSetting(Number(this.step.learningRate.toPrecision(3)))}`];
  }

  private show(): void {
    const { run, live, step, sink } = this;
    const atItsEnd = live?.phase === 'validating' || live?.phase === 'recomputing statistics';
    if (live?.phase !== 'training' && !atItsEnd) {
      const label = capitalized(live?.phase ?? 'starting the trainer');
      sink.update({ label, fraction: live?.fraction ?? null, tail: '' });
      return;
    }
    // Between an epoch's figures and the next step there is nothing new to say.
    if (!step || step.epoch <= this.ended || !isTrained(run)) return;
    const label = `Epoch ${step.epoch}/${run.epochs}`;
    if (atItsEnd) {
      sink.update({ label: `${label} ${live.phase}`, fraction: live.fraction, tail: '' });
      return;
    }
    const { before, count } = scheduleOfRun(run).stepsOf(step.epoch);
    const done = step.step - before;
    const tail = [
      `${thousands(done)}/${thousands(count)}`,
      `loss ${formatLoss(this.soFar.loss)}`,
      `accuracy ${formatPercent(this.soFar.accuracy)}`,
    ];
    if (live.imagesPerSecond !== null) tail.push(formatRate(live.imagesPerSecond));
    if (live.secondsLeft !== null) tail.push(`${formatClock(live.secondsLeft)} left`);
    sink.update({ label, fraction: Math.min(1, done / Math.max(1, count)), tail: tail.join('  ') });
  }
}

/** How a run has ended, or that it is paused: what follows `Run 7 `. */
export function outcome(run: Run): string {
  const best = run.best
    ? `; best validation accuracy ${formatPercent(run.best.valAccuracy)} in epoch ${run.best.epoch}`
    : '';
  if (run.asks !== null) return 'is held in the queue with a question';
  if (run.state === 'completed') return `completed in ${formatDuration(run.seconds)}${best}`;
  if (run.state === 'stopped' && run.step === 0) return 'was stopped before its first step';
  const state = run.state === 'paused' ? 'is paused' : run.state;
  return `${state} after ${plural(run.step, 'step')}${best}`;
}
