/** The runs that there are: listed, read with all that was measured, renamed, deleted, brought back, exported. */
import type { EpochMetric } from '../../shared/metrics';
import type { Predictions } from '../../shared/predictions';
import { hasEnded, isActive, type Run } from '../../shared/run';
import type { EnginePlan } from '../../shared/plan';
import { asResult, expected, fail, ok, type Result } from '../../shared/result';
import { fromColumns, type StepColumns } from '../../shared/step-columns';
import { validationLabel } from '../../shared/comparison/comparable';
import { shown } from '../../shared/shown';
import { changedNotice } from '../db/care';
import type { Db } from '../db/database';
import type { ImportStore } from '../db/stores/imports';
import type { MetricStore } from '../db/stores/metrics';
import type { PredictionStore } from '../db/stores/predictions';
import type { RunStore } from '../db/stores/runs';
import type { TestStore } from '../db/stores/tests';
import { leftTheQueue } from './endings';
import { exportedPredictions, exportedTest, toCsv, type RunExport } from './export';
import type { RunRegistry } from './registry';
import type { RunLogs } from './run-log';
import type { RunRequests } from './run-requests';
import { SumChecks } from './sum-checks';

export interface RunCatalogueOptions {
  db: Db;
  runs: RunStore;
  metrics: MetricStore;
  imports: Pick<ImportStore, 'source'>;
  predictions: PredictionStore;
  tests: Pick<TestStore, 'whole'>;
  logs: RunLogs;
  registry: RunRegistry;
  requests: Pick<RunRequests, 'name'>;
}

const STEPS_AT_A_TIME = 50_000;

export class RunCatalogue {
  private readonly sums = new SumChecks((id) => this.checkSums(id));

  constructor(private readonly options: RunCatalogueOptions) {}

  /** Newest first, without deleted ones. */
  list(): Run[] {
    const { runs, registry } = this.options;
    return runs.list().map((run) => registry.toRun(run));
  }

  get(id: number): Result<Run> {
    return this.options.registry.get(id);
  }

  /**
   * In order, those after the given step.
   * @param sums whether the run's sums are looked at before, or once nobody waits for the steps
   */
  steps(id: number, after = 0, limit = STEPS_AT_A_TIME, sums: 'now' | 'soon' = 'now'): Result<StepColumns> {
    return this.of(id, () => {
      if (after === 0) this.sums[sums](id);
      return this.options.metrics.steps(id, after, limit);
    });
  }

  epochs(id: number): Result<EpochMetric[]> {
    return this.of(id, () => this.options.metrics.epochs(id));
  }

  /** What the run predicted in the validations of its last and of its best epoch, as far as that is kept and intact. */
  predictions(id: number): Result<Predictions[]> {
    return this.of(id, () => this.options.predictions.ofRun(id));
  }

  /** How the run computes its convolutions, null where that is not known. */
  plan(id: number): Result<EnginePlan | null> {
    return this.of(id, () => this.options.runs.plan(id));
  }

  /** The file that tells what the run's training process went through and said. */
  logPath(id: number): Result<string> {
    return this.of(id, () => this.options.logs.path(id));
  }

  /** Resolves once the run has ended or paused, at once if it has; another process's run included. */
  finished(id: number): Promise<Result<Run>> {
    const { registry } = this.options;
    const isOver = ({ state, asks }: Run): boolean => hasEnded(state) || state === 'paused' || asks !== null;
    const now = this.get(id);
    if (!now.ok || isOver(now.value)) return Promise.resolve(now);
    return new Promise((resolve) => {
      const done = (result: Result<Run>): void => {
        for (const end of ends) end();
        resolve(result);
      };
      const ends = [
        registry.on('changed', (run) => {
          if (run.id === id && isOver(run)) done(ok(run));
        }),
        registry.on('removed', (gone) => {
          if (gone.id === id) done(fail('not-found', `Run ${id} was deleted.`));
        }),
        registry.onClosed(() => done(this.get(id))),
      ];
    });
  }

  rename(id: number, name: string): Result<Run> {
    const { registry, requests, runs } = this.options;
    return asResult(() => {
      const checked = requests.name(name);
      if (!checked.ok) return checked;
      registry.found(id);
      runs.update(id, { name: checked.value });
      registry.announce(id);
      return this.get(id);
    });
  }

  /** Hides runs that have ended, all of them or none; `restore` brings them back until the program starts again. */
  remove(ids: readonly number[]): Result<void> {
    const { db, registry, runs } = this.options;
    return asResult(() => {
      db.write('durable', () => {
        const found = ids.map((id) => registry.stored(id));
        const active = found.find((run) => isActive(run.state));
        if (active) {
          throw expected(
            'conflict',
            `Run ${active.id} ("${shown(active.name)}") is still ${active.state}: stop it first, then delete it.`,
          );
        }
        for (const run of found) {
          if (run.state !== 'queued') continue;
          runs.transition(run.id, 'stopped', leftTheQueue(run.step), Date.now());
        }
        runs.markDeleted(ids, Date.now());
      });
      for (const id of ids) registry.announceRemoved(id);
      registry.announceWaiting();
      return ok();
    });
  }

  restore(ids: readonly number[]): Result<void> {
    const { db, registry, runs } = this.options;
    return asResult(() => {
      db.write('durable', () => {
        for (const id of ids) {
          if (runs.get(id)) continue;
          throw expected('not-found', `Run ${id} cannot be restored: it has been deleted for good.`);
        }
        runs.restore(ids);
      });
      for (const id of ids) registry.announce(id);
      return ok();
    });
  }

  /** Everything that is stored of the run, of one moment. */
  export(id: number): Result<RunExport> {
    const { db, registry, runs, metrics, imports, predictions, tests } = this.options;
    return asResult(() =>
      db.read(() => {
        const whole = registry.toRun(registry.stored(id));
        const { own: _o, revision: _r, ...run } = whole;
        return ok({
          format: 'resbench-run',
          formatVersion: 1,
          exportedAt: Date.now(),
          run,
          validatedOn: validationLabel(whole),
          plan: runs.plan(id),
          states: runs.states(id),
          epochs: metrics.epochs(id),
          predictions: predictions.ofRun(id).map(exportedPredictions),
          testPredictions: tests.whole(id).map(exportedTest),
          steps: fromColumns(this.allSteps(id)),
          source: imports.source(id),
        });
      }),
    );
  }

  /** The run's metrics as comma-separated values: one line per step, the epoch's in the line of its last step. */
  exportCsv(id: number): Result<string> {
    const { db, registry, metrics } = this.options;
    return asResult(() =>
      db.read(() => {
        const run = registry.toRun(registry.stored(id));
        const unknown = run.imported ? '' : 'NaN';
        return ok(toCsv(this.allSteps(id), metrics.epochs(id), unknown, validationLabel(run)));
      }),
    );
  }

  /** What is read of a run that there is. */
  private of<T>(id: number, read: () => T): Result<T> {
    return asResult(() => {
      this.options.registry.stored(id);
      return ok(read());
    });
  }

  private allSteps(id: number): StepColumns {
    this.sums.now(id);
    return this.options.metrics.steps(id, 0, Number.MAX_SAFE_INTEGER);
  }

  /** A number that has changed on the disk is reported, and nothing refused. */
  private checkSums(id: number): void {
    const { metrics, db, registry } = this.options;
    const epochs = metrics.changedEpochs(id);
    if (epochs.length === 0) return;
    registry.emit('notice', { kind: 'error', message: changedNotice(db.path, [{ runId: id, epochs }]) });
  }
}
