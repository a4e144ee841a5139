/** What a person does with the training of runs: start, stop, pause, resume, extend, fork. */
import { describeMachine } from '../../node/machine/machine';
import { imagesAtOnceOf } from '../../shared/batches';
import type { Recipe } from '../../shared/recipe';
import { resolvedRecipe } from '../../shared/regularisation';
import {
  isActive,
  type ForkRequest,
  type Question,
  type QueueEntry,
  type Run,
  type RunRequest,
  type TrainedRun,
} from '../../shared/run';
import type { EnginePlan } from '../../shared/plan';
import { asResult, fail, ok, type Result } from '../../shared/result';
import { shown } from '../../shared/shown';
import type { CheckpointKeeper } from '../checkpoints/checkpoint-keeper';
import type { NewRun, RunDetails, RunStore, StoredRun, TrainedRow } from '../db/stores/runs';
import { unanswered, type QueueService, type StartOptions } from '../queue/service';
import { leftTheQueue, stoppedByUser } from './endings';
import type { RunRegistry } from './registry';
import type { CheckedRequest, RunRequests } from './run-requests';

export interface RunControlOptions {
  runs: RunStore;
  checkpoints: Pick<CheckpointKeeper, 'take'>;
  registry: RunRegistry;
  requests: RunRequests;
  queue: QueueService;
  /** The trainers of this process: each answers whether the run has one. */
  trainers: { stop(id: number): boolean; pause(id: number): boolean };
  /** Ends a run whose process is dead. */
  interrupt: (id: number) => void;
  /** Version of Resbench. */
  version: string;
  /** Version of Electron, null in plain Node. */
  electron: string | null;
}

const agreedTo = ({ otherKernels = false }: StartOptions): Question | null =>
  otherKernels ? 'other-kernels' : null;

const beingClosed = fail('conflict', 'Resbench is being closed and starts no more runs.');

export class RunControl {
  private closing = false;

  constructor(private readonly options: RunControlOptions) {}

  /** Queues a run; it begins at once where there is room. */
  start(request: RunRequest, options: StartOptions = {}): Result<Run> {
    const { requests, queue } = this.options;
    return asResult(() => {
      if (this.closing) return beingClosed;
      const checked = requests.check(request);
      if (!checked.ok) return checked;
      const model = requests.checkModel(request.model, request.architecture);
      if (!model.ok) return model;
      const plan = this.planToRepeat(request);
      if (!plan.ok) return plan;
      const run = this.create(request, checked.value, {
        plan: plan.value,
        planOf: request.planOf ?? null,
        agreed: agreedTo(options),
        parent: null,
        step: 0,
        epoch: 0,
      });
      return queue.settle(run.id, options);
    });
  }

  /** Queues a run that was interrupted: it resumes from its newest checkpoint, from its first step where it has none. */
  resumeRun(id: number, queue: QueueEntry = 'next', options: StartOptions = {}): Result<Run> {
    const { registry, requests } = this.options;
    return asResult(() => {
      const run = registry.trained(id, 'resumed');
      if (run.asks !== null) {
        if (!options.otherKernels) return unanswered(run);
        return this.options.queue.agree(run, registry.isOrphan(run), options);
      }
      // Queued by a process that died before its turn came: this one takes its place.
      if (run.state === 'queued' && run.ownerId !== registry.own.ownerId && registry.isOrphan(run)) {
        return this.options.queue.adopt(run, options);
      }
      const can = requests.checkResume(run);
      if (!can.ok) return can;
      return this.enqueue(run, queue, options, {});
    });
  }

  /** Adds epochs to the recipe and queues the run where it had ended. */
  extend(id: number, epochs: number, queue: QueueEntry = 'next', options: StartOptions = {}): Result<Run> {
    const { registry, requests } = this.options;
    return asResult(() => {
      const run = registry.trained(id, 'extended');
      const longer = requests.extension(run, epochs);
      if (!longer.ok) return longer;
      return this.enqueue(run, queue, options, longer.value);
    });
  }

  /** Queues a new run that begins where another one stood. */
  async fork(request: ForkRequest, options: StartOptions = {}): Promise<Result<Run>> {
    const { registry, requests, runs, checkpoints, queue } = this.options;
    const created = asResult(() => {
      if (this.closing) return beingClosed;
      const parent = registry.trained(request.id, 'forked');
      const fork = requests.fork(request, parent);
      if (!fork.ok) return fork;
      const { from, origin, asNew } = fork.value;
      const checked = requests.check(asNew, origin);
      if (!checked.ok) return checked;
      const { step, epoch } = from;
      // A plan is chosen for so many images at once.
      const imagesOf = (recipe: Recipe) => imagesAtOnceOf(recipe, parent.dataset.trainCount);
      const isSame = imagesOf(asNew.recipe) === imagesOf(parent.recipe);
      const plan = isSame ? runs.plan(parent.id) : null;
      const run = this.create(asNew, checked.value, {
        plan,
        planOf: plan && parent.id,
        agreed: agreedTo(options),
        parent: { id: parent.id, ...origin },
        step,
        epoch,
      });
      return ok({ run, from });
    });
    if (!created.ok) return created;
    const { run, from } = created.value;
    const taken = await checkpoints.take(from, run.id);
    return asResult(() => {
      if (taken.ok) return queue.release(run.id, request.queue, options);
      registry.transition(run.id, 'failed', taken.error.message);
      return taken;
    });
  }

  /**
   * Asks the run's trainer to stop before its next step; the run is `stopping` until it has. A run of another process is
   * stopped by its owner, which hears of it within a second. One that waits leaves the queue.
   */
  stop(id: number): Result<Run> {
    const { registry, runs, trainers, interrupt } = this.options;
    return asResult(() => {
      // Also one whose row cannot be read: it could not be deleted before.
      const run = registry.stored(id);
      if (run.state === 'queued' || run.state === 'paused') {
        const said = run.state === 'queued' ? leftTheQueue(run.step) : stoppedByUser(run.step);
        registry.transition(id, 'stopped', said);
        registry.announceWaiting();
        return registry.get(id);
      }
      if (!isActive(run.state)) {
        return fail('conflict', `Run ${id} ("${shown(run.name)}") is not running: it is ${run.state}.`);
      }
      if (!trainers.stop(id)) {
        if (registry.isOrphan(run)) interrupt(id);
        else if (run.wanted !== 'stop') runs.request(id, 'stop');
      }
      return registry.get(id);
    });
  }

  /** As `stop`, but the run waits to be resumed. One in the queue is held there. */
  pause(id: number): Result<Run> {
    const { registry, runs, trainers, interrupt } = this.options;
    return asResult(() => {
      const run = registry.trained(id, 'paused');
      if (run.state === 'queued') return this.options.queue.hold(id, true);
      if (run.state !== 'preparing' && run.state !== 'running') {
        return fail('conflict', `Run ${id} ("${shown(run.name)}") cannot be paused: it is ${run.state}.`);
      }
      if (!trainers.pause(id)) {
        if (registry.isOrphan(run)) interrupt(id);
        else if (run.wanted === null) runs.request(id, 'pause');
      }
      return registry.get(id);
    });
  }

  /**
   * A run that Resbench trains itself; for an imported one a refusal.
   * @param done what is asked for: `forked`
   */
  trained(id: number, done: string): Result<TrainedRun> {
    const { registry } = this.options;
    return asResult(() => ok(registry.toRun(registry.trained(id, done))));
  }

  /** From now on nothing is started any more. */
  close(): void {
    this.closing = true;
  }

  /** Null where the request wants the fastest one chosen. */
  private planToRepeat(request: RunRequest): Result<EnginePlan | null> {
    const { planOf } = request;
    if (planOf === undefined || planOf === null) return ok(null);
    const { registry, requests } = this.options;
    return requests.planToRepeat(registry.trained(planOf, 'repeated'), request);
  }

  private create(
    request: RunRequest,
    { name, dataset, params, macs, totalSteps }: CheckedRequest,
    {
      planOf,
      ...more
    }: Pick<NewRun, 'plan' | 'agreed' | 'parent' | 'step' | 'epoch'> & {
      /** The run whose plan it takes over. */
      planOf: number | null;
    },
  ): StoredRun {
    const { registry, runs, version, electron } = this.options;
    const { architecture } = request;
    // A run's recipe says all that is done to its weights; what the architecture brings is only where it says nothing.
    const recipe = resolvedRecipe(request.recipe, architecture);
    const run = runs.create({
      name,
      architecture,
      model: request.model ?? null,
      recipe,
      dataset: {
        id: dataset.id,
        title: dataset.title,
        sha256: dataset.sha256,
        trainCount: dataset.trainCount,
        evalCount: dataset.evalCount,
      },
      versions: { resbench: version, tensorflow: null, electron, node: process.versions.node },
      machine: {
        ...describeMachine(),
        // A plan is repeated with the kernels that it was computed with.
        numerics: planOf ? (registry.trained(planOf, 'repeated').machine.numerics ?? null) : null,
      },
      createdAt: Date.now(),
      params,
      macs,
      totalSteps,
      epochs: recipe.epochs,
      ...registry.own,
      queue: request.queue ?? 'last',
      device: request.device ?? 'auto',
      ...more,
    });
    registry.announceRow(run);
    return run;
  }

  private enqueue(
    run: TrainedRow,
    entry: QueueEntry,
    options: StartOptions,
    details: RunDetails,
  ): Result<Run> {
    if (this.closing) return beingClosed;
    const dataset = this.options.requests.readyDataset(run.dataset.id);
    if (!dataset.ok) return dataset;
    return this.options.queue.enqueue(run, entry, options, { ...details, agreed: agreedTo(options) });
  }
}
