/** A run in the terminal: started, shown while it trains, stopped by Ctrl-C, summed up at its end. */
import type { EpochMetric, Run, RunLive, RunRequest, StepMetric } from '../shared/domain';
import { thousands } from '../architecture/checks';
import { databasePath } from '../node/home';
import { typed, type CommonOptions, type Context } from './context';
import { ExitStatus, unwrap } from './errors';
import { EXIT } from './exit-codes';
import { clock, duration, loss, percent, plural } from './format/numbers';
import { oneLine } from './format/text';
import { inOrder } from './metric-order';
import { planTable } from './plan';
import { Progress } from './progress';
import { bestEpoch, datasetLine, epochsTable, recipeLine, runJson } from './runs';
import { withServices } from './services';

export interface TrainingPlan {
  /** Seconds from the first step after which the run ends by itself; undefined for as long as the recipe takes. */
  budgetSeconds?: number;
  /** Whether to show how the convolutions are computed. */
  explain?: boolean;
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

const capital = (text: string): string => text.charAt(0).toUpperCase() + text.slice(1);

/** Turns what a run reports into one progress line. */
class RunProgress {
  private readonly soFar = new EpochSoFar();
  private live: RunLive | null = null;
  private step: StepMetric | null = null;
  /** The last epoch whose figures are known: nothing older is shown after them. */
  private ended = 0;
  private run: Run;

  constructor(
    run: Run,
    private readonly progress: Progress,
  ) {
    this.run = run;
  }

  onRun(run: Run): void {
    this.run = run;
  }

  onLive(live: RunLive): void {
    this.live = live;
    this.show();
  }

  onStep(step: StepMetric): void {
    this.soFar.add(step);
    this.step = step;
    this.show();
  }

  onEpoch(epoch: EpochMetric): void {
    this.ended = epoch.epoch;
    const total = this.run.epochs;
    this.progress.log(
      [
        `Epoch ${String(epoch.epoch).padStart(String(total).length)}/${total}`,
        `loss ${loss(epoch.loss)}`,
        `accuracy ${percent(epoch.accuracy)}`,
        `val loss ${loss(epoch.valLoss)}`,
        `val accuracy ${percent(epoch.valAccuracy)}`,
        duration(epoch.seconds),
        `${thousands(Math.round(epoch.imagesPerSecond))} pictures/s`,
      ].join('  '),
    );
  }

  private show(): void {
    const { run, live, step } = this;
    const validating = live?.phase === 'validating';
    if (live?.phase !== 'training' && !validating) {
      const label = capital(live?.phase ?? 'starting the trainer');
      this.progress.update({ label, fraction: live?.fraction ?? null, tail: '' });
      return;
    }
    // Between an epoch's figures and the next step there is nothing new to say.
    if (!step || step.epoch <= this.ended) return;
    const label = `Epoch ${step.epoch}/${run.epochs}`;
    if (validating) {
      this.progress.update({ label: `${label} validating`, fraction: live.fraction, tail: '' });
      return;
    }
    const stepsPerEpoch = Math.max(1, Math.round(run.totalSteps / run.epochs));
    const done = step.step - (step.epoch - 1) * stepsPerEpoch;
    const tail = [
      `${thousands(done)}/${thousands(stepsPerEpoch)}`,
      `loss ${loss(this.soFar.loss)}`,
      `accuracy ${percent(this.soFar.accuracy)}`,
    ];
    if (live.imagesPerSecond !== null) tail.push(`${thousands(Math.round(live.imagesPerSecond))} pictures/s`);
    if (live.secondsLeft !== null) tail.push(`${clock(live.secondsLeft)} left`);
    this.progress.update({ label, fraction: Math.min(1, done / stepsPerEpoch), tail: tail.join('  ') });
  }
}

/**
 * Trains to the end. Throws an ExitStatus where the run was stopped, or failed: whatever was measured is stored by then.
 */
export async function trainAndShow(
  context: Context,
  options: CommonOptions,
  request: RunRequest,
  { budgetSeconds, explain = false }: TrainingPlan = {},
): Promise<void> {
  const { output, interrupts } = context;
  await withServices(context, options, async ({ services, kill }) => {
    const { runs } = services;
    const progress = new Progress(output);
    const ends: (() => void)[] = [];
    let id: number | null = null;
    let overBudget = false;
    const stop = (): void => {
      // A run that has just ended needs no stopping.
      if (id !== null) runs.stop(id);
    };
    try {
      ends.push(
        interrupts.listen((count) => {
          if (count === 1) {
            progress.log('Stopping after this step; what was measured is kept. Ctrl-C again to end at once.');
            stop();
          } else {
            progress.log('Ending the trainer.');
            kill();
          }
        }),
      );
      const started = unwrap(runs.start(request));
      id = started.id;
      output.value({ event: 'run', run: runJson(started) });
      const shown = new RunProgress(started, progress);
      progress.log(
        `Run ${started.id}: ${oneLine(started.name)} on ${datasetLine(started)}; ${recipeLine(started)}`,
      );

      let phase: string | null = null;
      ends.push(
        runs.on('changed', (run) => {
          if (run.id === id) shown.onRun(run);
        }),
        runs.on('live', (live) => {
          if (live.runId !== id) return;
          shown.onLive(live);
          if (live.phase !== phase) output.value({ event: 'phase', phase: (phase = live.phase) });
          const { imagesPerSecond, secondsLeft, memoryBytes } = live;
          if (imagesPerSecond !== null)
            output.value({ event: 'live', imagesPerSecond, secondsLeft, memoryBytes });
        }),
        runs.on('planned', ({ runId, plan, timings }) => {
          if (!explain || runId !== id) return;
          output.value({ event: 'plan', plan, timings });
          const width = output.interactive ? output.errorWidth : Infinity;
          const style = { ...output.table, width, head: output.errorStyle.bold };
          progress.log(planTable(request.architecture, plan, timings, style).join('\n'));
        }),
        runs.on('metrics', ({ runId, steps, epochs }) => {
          if (runId !== id) return;
          for (const metric of inOrder(steps, epochs)) {
            if (metric.kind === 'step') {
              output.value({ event: 'step', ...metric.step });
              shown.onStep(metric.step);
              if (budgetSeconds === undefined || overBudget || metric.step.seconds < budgetSeconds) continue;
              overBudget = true;
              stop();
            } else {
              output.value({ event: 'epoch', ...metric.epoch });
              shown.onEpoch(metric.epoch);
            }
          }
        }),
        runs.on('notice', ({ message }) => progress.log(message)),
      );
      if (interrupts.interrupted) stop();
      const run = unwrap(await runs.finished(id));
      progress.end();
      const epochs = unwrap(runs.epochs(run.id));
      output.value({ event: 'end', state: run.state, reason: run.reason, run: runJson(run) });
      output.lines(closing(context, options, services.home, run, epochs, overBudget));
      endAs(run, overBudget);
    } finally {
      progress.end();
      for (const end of ends) end();
    }
  });
}

function closing(
  { output }: Context,
  options: CommonOptions,
  home: string,
  run: Run,
  epochs: readonly EpochMetric[],
  overBudget: boolean,
): string[] {
  const lines: string[] = [];
  if (epochs.length > 0) lines.push('', ...epochsTable(epochs, output));
  const best = bestEpoch(epochs);
  const outcome =
    run.state === 'completed'
      ? `completed in ${duration(run.seconds)}`
      : overBudget && run.state === 'stopped'
        ? `ended by its time limit after ${duration(run.seconds)} and ${plural(run.step, 'step')}`
        : `${run.state} after ${plural(run.step, 'step')}`;
  const figures = best
    ? `; best validation accuracy ${percent(best.valAccuracy)} in epoch ${best.epoch}`
    : '';
  lines.push(
    '',
    `${output.style.bold(`Run ${run.id}`)} ${outcome}${figures}.`,
    `Stored in ${databasePath(home)}`,
    `Next: ${typed(`runs show ${run.id}`, options)}`,
  );
  return lines;
}

function endAs(run: Run, overBudget: boolean): void {
  if (run.state === 'completed' || (run.state === 'stopped' && overBudget)) return;
  if (run.state === 'stopped') throw new ExitStatus(EXIT.interrupted, null);
  throw new ExitStatus(
    EXIT.training,
    `run ${run.id} ${run.state}: ${run.reason ?? 'the trainer gave no reason'}`,
  );
}
