/**
 * Tests of runs: the weights of a checkpoint on the whole test set, in a process of their own, whatever else trains. Of one run
 * a test and a training never run beside each other: where its training begins, the test is given up.
 */
import type { ProcessHost } from '../../node/processes/process-host';
import { capitalized } from '../../shared/format';
import type { DatasetId } from '../../shared/dataset';
import { isActive, type Run } from '../../shared/run';
import { asResult, fail, ok, type Result } from '../../shared/result';
import { shown } from '../../shared/shown';
import type { TestViews } from '../../shared/test-result';
import type { FromTester, TestJob, TestTaken, ToTester } from '../../shared/training-messages';
import { validatesOnTestSet } from '../../shared/validation';
import type { StoredCheckpoint } from '../db/stores/checkpoints';
import type { RunStore, TrainedRow } from '../db/stores/runs';
import type { TestStore } from '../db/stores/tests';
import { askTrainer } from './ask-trainer';
import type { RunRegistry } from './registry';
import type { RunRequests } from './run-requests';

export interface RunTestsOptions {
  runs: Pick<RunStore, 'plan'>;
  store: TestStore;
  registry: RunRegistry;
  requests: Pick<RunRequests, 'checkpointFor' | 'readyDataset'>;
  checkpoints: { folder(runId: number): string; good(runId: number): StoredCheckpoint[] };
  datasets: { folder(id: DatasetId): string | null };
  host: ProcessHost;
}

interface UnderWay {
  runId: number;
  /** Ends it with this answer. */
  give: (answer: Result<TestTaken>) => void;
}

export class RunTests {
  private underWay: UnderWay | null = null;
  private closing = false;

  constructor(private readonly options: RunTestsOptions) {
    options.registry.onAnnounced(({ id, state }) => {
      if (this.underWay?.runId === id && isActive(state))
        this.giveUp(
          'The test was given up, since the run is being trained again: take it when that has ended.',
        );
    });
  }

  /**
   * Takes the accuracy on the test set, and stores it; resolves with the run once it is there. Progress is reported as `testing`.
   * @param views over which views of each image
   * @param checkpointId null for the best one of a run that chose by a validation set of its own, else the newest
   */
  async take(id: number, checkpointId: number | null, views: TestViews = 'none'): Promise<Result<Run>> {
    const { registry, store } = this.options;
    const began = asResult(() => this.prepare(id, checkpointId, views));
    if (!began.ok) return began;
    const { job, checkpoint } = began.value;
    const taken = await this.evaluate(id, job);
    registry.emit('testing', { runId: id, progress: null });
    if (!taken.ok) return taken;
    return asResult(() => {
      // It may have been deleted meanwhile.
      registry.found(id);
      const { step, epoch, weightsSha256 } = checkpoint;
      store.add(id, { at: Date.now(), views, step, epoch, weightsSha256, ...taken.value });
      registry.announce(id);
      return registry.get(id);
    });
  }

  /** Gives the run's test up; nothing is kept, and it is not counted. */
  cancel(id: number): Result<void> {
    if (this.underWay?.runId === id) this.giveUp('The test was cancelled.');
    return ok();
  }

  close(): void {
    this.closing = true;
    this.giveUp('Resbench is being closed.');
  }

  private giveUp(sentence: string): void {
    this.underWay?.give(fail('cancelled', sentence));
  }

  private prepare(
    id: number,
    checkpointId: number | null,
    views: TestViews,
  ): Result<{ job: TestJob; checkpoint: StoredCheckpoint }> {
    const { registry, requests, runs, checkpoints, datasets } = this.options;
    if (this.closing) return fail('conflict', 'Resbench is being closed and tests no more runs.');
    const run = registry.trained(id, 'tested');
    if (isActive(run.state) || run.state === 'queued') {
      return fail(
        'conflict',
        `Run ${id} ("${shown(run.name)}") is ${run.state}: its test accuracy is taken once it has ended or paused.`,
      );
    }
    if (this.underWay) {
      const whose = this.underWay.runId === id ? 'this run' : `run ${this.underWay.runId}`;
      return fail('conflict', `The test accuracy of ${whose} is being taken: wait for it, or cancel it.`);
    }
    const ready = requests.readyDataset(run.dataset.id);
    if (!ready.ok) return ready;
    const found = requests.checkpointFor({ id, checkpointId: checkpointId ?? this.usual(run) }, 'test');
    if (!found.ok) return found;
    const { file, stateSha256: sha256 } = found.value;
    return ok({
      checkpoint: found.value,
      job: {
        architecture: run.architecture,
        recipe: run.recipe,
        dataset: { id: run.dataset.id, folder: datasets.folder(run.dataset.id) },
        threads: run.threads,
        plan: runs.plan(id),
        numerics: run.machine.numerics ?? null,
        device: run.device,
        checkpoint: { folder: checkpoints.folder(id), file, sha256 },
        views,
      },
    });
  }

  /** The best one was chosen by the validation; where that was the test set, the choice would count twice. */
  private usual({ id, recipe }: TrainedRow): number | null {
    if (validatesOnTestSet(recipe)) return null;
    return this.options.checkpoints.good(id).find(({ best }) => best)?.id ?? null;
  }

  private async evaluate(runId: number, job: TestJob): Promise<Result<TestTaken>> {
    const { host, registry } = this.options;
    const asked = askTrainer<ToTester, FromTester, TestTaken>(host, {
      ended: (how, said) =>
        `The process of the test ended without a result (${how})${said}. Try again, or choose another checkpoint.`,
      ask: { type: 'test', job },
      hear: (message) => {
        switch (message.type) {
          case 'phase': {
            const { phase, fraction } = message;
            const progress = { stage: capitalized(phase), fraction };
            return registry.emit('testing', { runId, progress });
          }
          case 'notice':
            return registry.emit('notice', { kind: 'info', message: message.message });
          case 'tested':
            return ok(message.result);
        }
      },
    });
    this.underWay = { runId, give: asked.give };
    try {
      return await asked.answer;
    } finally {
      this.underWay = null;
    }
  }
}
