/** Works through the queue in the terminal: every run that waits is trained here in its turn. */
import { isActive, isTrained, type Run, type TrainedRun } from '../../shared/run';
import { fromColumns } from '../../shared/step-columns';
import { Board } from './board';
import type { CommonOptions, Context } from '../terminal/context';
import { ExitStatus } from '../terminal/errors';
import { EXIT } from '../terminal/exit-codes';
import { plural } from '../../shared/format';
import { oneLine } from '../format/text';
import { Progress } from '../terminal/progress';
import { outcome, RunView } from './run-view';
import { datasetLine, resumeLines, recipeLine, runJson } from './describe-run';
import { withServices, type Services } from '../services';
import { stepsOfOpenEpoch } from './training';

/** The parts of the services that working the queue needs. */
export interface QueueRuns {
  events: Services['events'];
  runs: Pick<Services['runs'], 'list' | 'steps'>;
}

export class QueueWork {
  private readonly progress: Progress;
  private readonly board: Board;
  /** Runs that this process trains. */
  private readonly views = new Map<number, RunView>();
  /** Runs that were seen waiting. */
  private readonly waited = new Set<number>();
  /** As it was last heard of, each run that was trained here. */
  private readonly trained = new Map<number, Run>();
  private shown = '';

  constructor(
    private readonly context: Context,
    private readonly options: CommonOptions,
    private readonly services: QueueRuns,
    private readonly keep: boolean,
  ) {
    this.progress = new Progress(context.output);
    this.board = new Board(this.progress);
  }

  /** Runs under way here. */
  get active(): number[] {
    return [...this.views.keys()];
  }

  /** Shows what happens; returns how to stop listening. */
  listen(): () => void {
    const { runs, events } = this.services;
    const ends = [
      events.on('changed', (run) => this.onRun(run)),
      events.on('live', (live) => this.views.get(live.runId)?.onLive(live)),
      events.on('metrics', ({ runId, steps, epochs }) => {
        this.views.get(runId)?.onMetrics(fromColumns(steps), epochs);
      }),
      events.on('notice', ({ message }) => this.progress.log(message)),
    ];
    for (const run of runs.list()) this.onRun(run);
    return () => {
      for (const end of ends) end();
    };
  }

  /** Resolves once nothing waits and nothing trains here; with `keep` never. */
  done(): Promise<void> {
    const { runs, events } = this.services;
    return new Promise((resolve) => {
      let ends: (() => void)[] = [];
      const poll = (): void => {
        const waiting = runs.list().filter(({ queue }) => queue && !queue.held);
        this.tellWaiting(waiting.length);
        if (this.keep || waiting.length > 0 || this.views.size > 0) return;
        for (const end of ends) end();
        resolve();
      };
      ends = [events.on('changed', poll), events.on('removed', poll)];
      poll();
    });
  }

  log(line: string): void {
    this.progress.log(line);
  }

  /** What has become of the runs. Throws an ExitStatus where not all of them were completed. */
  conclude(interrupted: boolean): void {
    this.progress.end();
    const { output } = this.context;
    const runs = [...this.trained.values()].filter(({ asks }) => asks === null);
    const failed = runs.filter(({ state }) => state === 'failed' || state === 'interrupted');
    const open = interrupted ? [] : this.services.runs.list();
    const held = open.filter(({ queue }) => queue?.held).length;
    output.value({ event: 'done', trained: runs.map(({ id }) => id), failed: failed.map(({ id }) => id) });
    if (!interrupted) {
      const trained =
        runs.length === 0 ? 'Nothing waited in the queue' : `${plural(runs.length, 'run')} trained`;
      output.lines(`${trained}${held > 0 ? `; ${plural(held, 'run')} held` : ''}.`);
    }
    if (failed.length > 0) {
      const which = failed.map(({ id }) => `run ${id}`).join(', ');
      throw new ExitStatus(
        EXIT.training,
        `${failed.length} of ${plural(runs.length, 'run')} failed: ${which}; the reason stands in \`runs show\``,
      );
    }
    if (interrupted) throw new ExitStatus(EXIT.interrupted, null);
  }

  private onRun(run: Run): void {
    if (!isTrained(run)) return;
    const view = this.views.get(run.id);
    if (view) {
      this.trained.set(run.id, run);
      view.onRun(run, () => this.services.runs.list());
      if (!isActive(run.state)) this.onEnd(run);
      return;
    }
    if (run.own && isActive(run.state)) this.begin(run);
    // Its start was refused, and nothing has been heard of it in between.
    else if (run.own && run.state === 'failed' && this.waited.has(run.id)) {
      this.begin(run);
      this.onEnd(run);
    }
    if (run.queue) this.waited.add(run.id);
    else this.waited.delete(run.id);
  }

  private begin(run: TrainedRun): void {
    const { output } = this.context;
    const event = (name: string, fields: object): void =>
      output.value({ event: name, runId: run.id, ...fields });
    event('run', { run: runJson(run) });
    this.progress.log(`Run ${run.id}: ${oneLine(run.name)} on ${datasetLine(run)}; ${recipeLine(run)}`);
    this.trained.set(run.id, run);
    this.views.set(
      run.id,
      new RunView(run, this.board.sinkOf(run, event), stepsOfOpenEpoch(this.services.runs, run)),
    );
  }

  private onEnd(run: Run): void {
    this.views.delete(run.id);
    this.board.remove(run);
    this.progress.log(`Run ${run.id} ${outcome(run)}.`);
    if (run.reason !== null && run.state !== 'completed') this.progress.log(oneLine(run.reason));
    for (const line of resumeLines(run, this.options)) this.progress.log(line);
    this.context.output.value({
      event: 'end',
      runId: run.id,
      state: run.state,
      reason: run.reason,
      run: runJson(run),
    });
  }

  /** Only where nothing trains here: otherwise that is what the line shows. */
  private tellWaiting(waiting: number): void {
    const line =
      waiting > 0
        ? `${plural(waiting, 'run waits', 'runs wait')} in the queue`
        : 'Nothing waits in the queue; Ctrl-C ends this command';
    const shown = this.board.empty && (waiting > 0 || this.keep) ? line : '';
    if (shown !== '' && shown !== this.shown)
      this.progress.update({ label: shown, fraction: null, tail: '' });
    this.shown = shown;
  }
}

export async function workQueue(context: Context, options: CommonOptions, keep: boolean): Promise<void> {
  const { interrupts } = context;
  const ends: (() => void)[] = [];
  let work: QueueWork | null = null;
  try {
    await withServices(
      context,
      options,
      async ({ kill }) => {
        const queue = work!;
        const interrupted = new Promise<void>((done) => {
          ends.push(
            interrupts.listen((count) => {
              if (count > 1) {
                queue.log('Ending the trainers.');
                kill();
                return;
              }
              const under =
                queue.active.length === 0 ? '' : ` ${plural(queue.active.length, 'run')} after a checkpoint`;
              queue.log(`Stopping${under}; what waits stays in the queue. Ctrl-C again to end at once.`);
              done();
            }),
          );
        });
        await Promise.race([queue.done(), interrupted]);
        if (!interrupts.interrupted) queue.conclude(false);
      },
      'all',
      ({ services }) => {
        work = new QueueWork(context, options, services, keep);
        // Until the services are closed: closing them ends the runs under way, which is shown as well.
        ends.push(work.listen());
      },
    );
  } finally {
    for (const end of ends) end();
  }
  if (interrupts.interrupted) (work as QueueWork | null)?.conclude(true);
}
