/** A run in the terminal: put into the queue, shown while it waits and trains, stopped by Ctrl-C, summed up at its end. */
import type { EpochMetric, StepMetric } from '../../shared/metrics';
import { isActive, isTrained, type Run, type RunState, type TrainedRun } from '../../shared/run';
import { databasePath } from '../../node/files/home';
import type { Result } from '../../shared/result';
import { fromColumns } from '../../shared/step-columns';
import { typed, type CommonOptions, type Context } from '../terminal/context';
import { ExitStatus, unwrap } from '../terminal/errors';
import { EXIT } from '../terminal/exit-codes';
import { formatDuration, plural, thousands } from '../../shared/format';
import { oneLine } from '../format/text';
import { mustAnswer } from '../flags/queue';
import { planTable } from '../format/plan';
import { Progress } from '../terminal/progress';
import { outcome, RunView } from './run-view';
import { datasetLine, epochsTable, resumeLines, recipeLine, runJson } from './describe-run';
import { withServices, type OpenServices, type Services } from '../services';
import { warn } from './warnings';

export interface TrainingPlan {
  /** Whether to train it here; otherwise the command ends once the run is stored in the queue. */
  stay?: boolean;
  /** Seconds from the first step after which the run ends by itself; undefined for as long as the recipe takes. */
  budgetSeconds?: number;
  /** Whether to show how the convolutions are computed. */
  explain?: boolean;
  /** What is said of each epoch behind its figures. */
  remark?: (epoch: EpochMetric) => string;
}

/** The parts of the services that showing a run needs. */
export interface ShownRuns {
  events: Services['events'];
  runs: Pick<Services['runs'], 'get' | 'list' | 'steps' | 'epochs' | 'finished'>;
  control: Pick<Services['control'], 'stop'>;
}

/** Puts a run into the queue, in whatever way. */
export type Begin = (services: Services) => Result<Run> | Promise<Result<Run>>;

/**
 * Trains to the end. Throws an ExitStatus where the run was stopped or paused, or failed: whatever was measured is stored
 * by then.
 */
export async function trainAndShow(
  context: Context,
  options: CommonOptions,
  begin: Begin,
  { stay = true, ...plan }: TrainingPlan = {},
): Promise<void> {
  await withServices(
    context,
    options,
    async ({ services, kill }) => {
      if (stay)
        await showRun(
          context,
          options,
          { services, home: services.home, kill, begin: () => begin(services) },
          plan,
        );
      else showQueued(context, options, unwrap(await begin(services)));
    },
    stay ? 'own' : 'none',
  );
}

/** A run that was put into the queue and is left to others. */
export function showQueued({ output }: Context, options: CommonOptions, run: Run): void {
  output.value({ event: 'run', run: runJson(run) });
  if (isTrained(run)) warn(run, output, (line) => output.notice(line));
  const place = run.queue === null ? '' : ` at place ${thousands(run.queue.place)}`;
  output.lines(
    run.queue?.held
      ? `Run ${run.id} is held in the queue${place}; release it: ${typed(`queue release ${run.id}`, options)}`
      : `Run ${run.id} waits in the queue${place}; an open window trains it, or: ${typed('queue run', options)}`,
  );
}

export interface ShownTraining {
  services: ShownRuns;
  /** Data folder. */
  home: string;
  /** Ends the trainers of this process at once. */
  kill: () => void;
  begin: () => Result<Run> | Promise<Result<Run>>;
}

export async function showRun(
  context: Context,
  options: CommonOptions,
  { services, home, kill, begin }: ShownTraining,
  { budgetSeconds, explain = false, remark }: Omit<TrainingPlan, 'stay'> = {},
): Promise<void> {
  const { output, interrupts } = context;
  const { runs, control, events } = services;
  const progress = new Progress(output);
  const ends: (() => void)[] = [];
  let id: number | null = null;
  let overBudget = false;
  let leave: () => void = () => {};
  const left = new Promise<null>((done) => (leave = () => done(null)));
  const current = (): Run | null => {
    const run = id === null ? null : runs.get(id);
    return run?.ok ? run.value : null;
  };
  const stop = (): void => {
    // A run that has just ended needs no stopping.
    if (id !== null) control.stop(id);
  };
  const onInterrupt = (count: number): void => {
    const run = current();
    if (count > 1) {
      progress.log('Ending the trainer.');
      kill();
      // What another process trains continues until it obeys.
      if (run && !run.own) leave();
      return;
    }
    if (run?.state === 'queued') progress.log(`Taking run ${run.id} out of the queue.`);
    else {
      const resumeHint =
        id === null ? '' : ` \`${typed(`runs resume ${id}`, options)}\` resumes it from there.`;
      progress.log(`Stopping after a checkpoint;${resumeHint} Ctrl-C again to end at once.`);
    }
    stop();
  };
  try {
    ends.push(interrupts.listen(onInterrupt));
    const started = unwrap(await begin());
    if (!isTrained(started)) throw new Error(`Run ${started.id} was imported, and is not trained.`);
    id = started.id;
    output.value({ event: 'run', run: runJson(started) });
    progress.log(
      `Run ${id}: ${oneLine(started.name)} on ${datasetLine(started)}; ${recipeLine(started)}${beginning(started)}`,
    );
    warn(started, output, (line) => progress.log(line));
    const view = new RunView(
      started,
      {
        update: (state) => progress.update(state),
        log: (line) => progress.log(line),
        event: (event, fields) => output.value({ event, ...fields }),
        ...(remark && { remark }),
      },
      stepsOfOpenEpoch(runs, started),
    );
    const all = (): readonly Run[] => runs.list();
    let state: RunState = started.state;
    const onChange = (run: Run | null): void => {
      if (!run) return;
      state = run.state;
      view.onRun(run, all);
    };
    ends.push(
      // What a waiting run waits for changes with other runs.
      events.on('changed', (run) => {
        if (run.id === id) onChange(run);
        else if (state === 'queued') onChange(current());
      }),
      events.on('removed', () => {
        if (state === 'queued') onChange(current());
      }),
      events.on('live', (live) => {
        if (live.runId === id) view.onLive(live);
      }),
      events.on('planned', ({ runId, plan, choice }) => {
        if (!explain || runId !== id) return;
        const { timings = null, rejected = [] } = choice ?? {};
        output.value({ event: 'plan', plan, timings, rejected });
        const width = output.interactive ? output.errorWidth : Infinity;
        const style = { ...output.table, width, head: output.errorStyle.bold };
        progress.log(planTable(started.architecture, plan, choice, style));
      }),
      events.on('metrics', ({ runId, steps, epochs }) => {
        if (runId !== id) return;
        view.onMetrics(fromColumns(steps), epochs);
        if (budgetSeconds === undefined || overBudget) return;
        overBudget = steps.seconds.some((seconds) => seconds >= budgetSeconds);
        if (overBudget) stop();
      }),
      events.on('notice', ({ kind, message }) => {
        output.value({ event: 'notice', kind, message });
        progress.log(message);
      }),
    );
    onChange(current());
    // A signal that came while the run was put into the queue.
    if (interrupts.interrupted) stop();
    const ended = await Promise.race([runs.finished(id), left]);
    progress.end();
    if (!ended) {
      throw new ExitStatus(
        EXIT.interrupted,
        `run ${id} is training in another window or terminal; stop it with \`${typed(`runs stop ${id}`, options)}\``,
      );
    }
    const run = unwrap(ended);
    const epochs = unwrap(runs.epochs(run.id));
    output.value({ event: 'end', state: run.state, reason: run.reason, run: runJson(run) });
    if (run.asks !== null) throw mustAnswer(run, options);
    output.lines(closing(context, options, home, run, epochs, overBudget));
    endAs(run, overBudget);
  } finally {
    progress.end();
    for (const end of ends) end();
  }
}

/**
 * Shows runs one after the other. Where one is stopped or fails, those behind it are not begun, and what was measured is
 * handed over all the same.
 */
export async function showInTurn(
  context: Context,
  options: CommonOptions,
  { services, kill }: OpenServices,
  starts: readonly (() => Result<Run>)[],
  plan: Omit<TrainingPlan, 'stay'>,
  measured: (runs: TrainedRun[]) => void,
): Promise<void> {
  const { runs, home } = services;
  const ids: number[] = [];
  try {
    for (const start of starts) {
      const begin = (): Result<Run> => {
        const started = start();
        if (started.ok) ids.push(started.value.id);
        return started;
      };
      await showRun(context, options, { services, home, kill, begin }, plan);
    }
  } finally {
    measured(
      ids
        .map((id) => unwrap(runs.get(id)))
        .filter((run): run is TrainedRun => isTrained(run) && run.epoch > 0),
    );
  }
}

/** Where the run begins, if not at its first step. */
function beginning({ parent, checkpointStep }: Run): string {
  if (checkpointStep !== null && checkpointStep > 0 && checkpointStep !== parent?.step)
    return `; resumes after step ${thousands(checkpointStep)}`;
  return parent ? `; forked from run ${parent.id} after step ${thousands(parent.step)}` : '';
}

/** Steps that were made of the epoch under way, for its averages. */
export function stepsOfOpenEpoch(runs: Pick<Services['runs'], 'steps'>, run: Run): StepMetric[] {
  const steps = runs.steps(run.id, run.last?.step ?? 0);
  return steps.ok ? fromColumns(steps.value).filter(({ epoch }) => epoch === run.epoch + 1) : [];
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
  const ended =
    overBudget && run.state === 'stopped'
      ? `ended by its time limit after ${formatDuration(run.seconds)} and ${plural(run.step, 'step')}`
      : outcome(run);
  lines.push(
    '',
    `${output.style.bold(`Run ${run.id}`)} ${ended}.`,
    ...(run.state === 'completed' && run.reason !== null ? [oneLine(run.reason)] : []),
    `Stored in ${databasePath(home)}`,
    ...resumeLines(run, options),
    `Next: ${typed(`runs show ${run.id}`, options)}`,
  );
  return lines;
}

function endAs(run: Run, overBudget: boolean): void {
  if (run.state === 'completed' || (run.state === 'stopped' && overBudget)) return;
  if (run.state === 'stopped') throw new ExitStatus(EXIT.interrupted, null);
  // Not at its end yet, but done here: paused from elsewhere, or the services were closed.
  if (run.state === 'paused' || run.state === 'queued' || isActive(run.state)) {
    throw new ExitStatus(
      EXIT.interrupted,
      `run ${run.id} is ${run.state}: ${run.reason ?? 'it can be resumed later'}`,
    );
  }
  throw new ExitStatus(
    EXIT.training,
    `run ${run.id} ${run.state}: ${run.reason ?? 'the trainer gave no reason'}`,
  );
}
