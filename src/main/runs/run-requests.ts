/** What is asked of runs, checked before anything is stored or started. */
import { inert } from '../../architecture/inert-text';
import type { Architecture } from '../../architecture/architecture';
import { beginning, nameProblem } from '../../architecture/names';
import { buildNetwork, type Network } from '../../architecture/network';
import { shownName } from '../../architecture/shown-name';
import { summarize } from '../../architecture/summary';
import { gpuObstacle, gpuUnusable, readGpuFacts } from '../../node/machine/gpu';
import { readMemory, type MachineMemory } from '../../node/machine/memory';
import { unusableRecipe } from '../../shared/arguments';
import { accumulates, imagesAtOnce, largestBatchOf } from '../../shared/batches';
import { datasetMismatch } from '../../shared/compatibility';
import { isBuiltIn, type DatasetId, type DatasetStatus } from '../../shared/dataset';
import {
  recipeProblems,
  type Recipe,
  describeValue,
  fieldOf,
  nameOf,
  RECIPE_KEYS,
  sameValue,
} from '../../shared/recipe';
import { canResume, hasEnded, type DeviceChoice, type ForkRequest, type RunRequest } from '../../shared/run';
import { planProblems } from '../../shared/plan-problems';
import { missingFrom, type EnginePlan } from '../../shared/plan';
import { fail, ok, type Result } from '../../shared/result';
import { isSameDesign, type ModelVersion } from '../../shared/saved-architecture';
import { noSuchVersion } from '../../shared/version-notes';
import { scheduleOf, scheduleOfRun, type Origin } from '../../shared/schedule';
import { shown } from '../../shared/shown';
import { leastMemory, memoryProblem } from '../../shared/training-memory';
import type { ArchitectureStore } from '../db/stores/architectures';
import type { StoredCheckpoint } from '../db/stores/checkpoints';
import type { RunDetails, RunStore, StoredRun, TrainedRow } from '../db/stores/runs';
import type { CheckpointKeeper } from '../checkpoints/checkpoint-keeper';
import { builtNetwork } from './network';

/** What a request needs to become a run. */
export interface CheckedRequest {
  /** The request's, or one made of what is trained on what. */
  name: string;
  dataset: DatasetStatus;
  params: number;
  macs: number;
  totalSteps: number;
}

export class RunRequests {
  constructor(
    private readonly runs: Pick<RunStore, 'plan'>,
    private readonly checkpoints: Pick<CheckpointKeeper, 'good' | 'byId'>,
    private readonly datasets: { status(id: DatasetId): DatasetStatus },
    private readonly library: Pick<ArchitectureStore, 'versions'>,
    private readonly memory: () => MachineMemory = readMemory,
  ) {}

  /** @param origin where a fork begins */
  check(request: RunRequest, origin?: Origin): Result<CheckedRequest> {
    const { architecture, datasetId, recipe } = request;
    const problems = recipeProblems(recipe);
    if (problems.length > 0) return unusableRecipe(problems);
    const name = request.name.trim();
    const problem = name === '' ? null : nameProblem(name);
    if (problem !== null) return fail('invalid-input', `A run's name ${problem}.`);
    const obstacle = request.device === 'gpu' ? gpuObstacle(readGpuFacts()) : null;
    if (obstacle !== null) return fail('unsupported', gpuUnusable(obstacle));
    const ready = this.readyDataset(datasetId);
    if (!ready.ok) return ready;
    const dataset = ready.value;
    const mismatch = datasetMismatch(architecture, dataset);
    if (mismatch !== null) return fail('invalid-input', mismatch);
    const [unmeant] = Object.values(planProblems(recipe, dataset, origin));
    if (unmeant !== undefined) return fail('invalid-input', unmeant);
    const network = builtNetwork(architecture);
    if (!network.ok) return network;
    const tooMuch = this.memoryProblem(network.value, recipe, dataset, request.device);
    if (tooMuch !== null) return fail('invalid-input', tooMuch);
    const { totalParams, macs } = summarize(network.value);
    return ok({
      name:
        name ||
        shortened(`${shownName(architecture)} on ${isBuiltIn(dataset.id) ? dataset.id : dataset.title}`),
      dataset,
      params: totalParams,
      macs,
      totalSteps: scheduleOf(recipe, dataset.trainCount, origin).totalSteps,
    });
  }

  /** That a run of this architecture may say that it was started with that version, whose entry may be deleted by now. */
  checkModel(model: ModelVersion | null | undefined, architecture: Architecture | null): Result<void> {
    if (model === null || model === undefined) return ok();
    const versions = this.library.versions(model.id);
    const saved = versions.find(({ version }) => version === model.version);
    if (saved && architecture && isSameDesign(saved.architecture, architecture)) return ok();
    if (saved)
      return fail(
        'invalid-input',
        `The run's architecture is not that of version ${model.version} of "${shown(saved.architecture.name)}" in the ` +
          'library: save it as a version, or start the run without a model of the library.',
      );
    const [newest] = versions;
    return fail(
      'not-found',
      newest
        ? noSuchVersion(newest.architecture.name, model.version, versions)
        : `There is no architecture ${model.id} in the library: it may have been deleted meanwhile.`,
    );
  }

  /** What is certain before the start; where a GPU may train it only the trainer knows. */
  private memoryProblem(
    network: Network,
    recipe: Recipe,
    dataset: DatasetStatus,
    device: DeviceChoice = 'auto',
  ): string | null {
    if (device !== 'cpu' && gpuObstacle(readGpuFacts()) === null) return null;
    const used = { ...recipe, batchSize: largestBatchOf(recipe, dataset.trainCount) };
    return memoryProblem(
      leastMemory(network, used, dataset),
      imagesAtOnce(used),
      this.memory().totalBytes,
      'machine',
      accumulates(used) ? 'part' : 'batch',
    );
  }

  readyDataset(id: DatasetId): Result<DatasetStatus> {
    const dataset = this.datasets.status(id);
    if (dataset.state === 'ready') return ok(dataset);
    return fail(dataset.state === 'corrupt' ? 'data-corrupt' : 'data-missing', dataset.detail);
  }

  /** The plan of a run, for the network of another. Whether its lowerings still exist only the trainer knows. */
  planToRepeat(of: StoredRun, { architecture }: RunRequest): Result<EnginePlan> {
    const plan = this.runs.plan(of.id);
    if (!plan) {
      return fail(
        'invalid-input',
        `Run ${of.id} has no plan to repeat: it ended before its network was built, or was trained without one; ` +
          'start without it to have one chosen.',
      );
    }
    const missing = missingFrom(plan, buildNetwork(architecture));
    if (!missing) return ok(plan);
    return fail(
      'invalid-input',
      `The plan of run ${of.id} is for another network: it says nothing of the convolution ${missing.shape} ` +
        `(${missing.layer}); name a run of the same architecture, or start without it to have a plan chosen.`,
    );
  }

  /** That the run can be resumed; one that has done its epochs cannot. */
  checkResume({ id, name, state, reason }: StoredRun): Result<void> {
    if (canResume(state)) return ok();
    const why =
      state === 'completed'
        ? `${reason === null ? 'has completed all its epochs' : 'was ended early by its recipe'}: add epochs to resume it`
        : `cannot be resumed: it is ${state}`;
    return fail('conflict', `Run ${id} ("${shown(name)}") ${why}.`);
  }

  /** What becomes of the run where it is resumed for so many epochs more. */
  extension(run: TrainedRow, epochs: number): Result<RunDetails> {
    if (!hasEnded(run.state) && run.state !== 'paused') {
      return fail(
        'conflict',
        `Run ${run.id} ("${shown(run.name)}") cannot be extended while it is ${run.state}.`,
      );
    }
    const recipe = { ...run.recipe, epochs: run.epochs + epochs };
    const problems = recipeProblems(recipe);
    if (problems.length > 0) return fail('invalid-input', `The run cannot be extended: ${problems[0]}.`);
    const { totalSteps } = scheduleOfRun({ ...run, recipe });
    return ok({ recipe, epochs: recipe.epochs, totalSteps });
  }

  /** The checkpoint at which the fork begins, where that stands, and the request of a new run that it comes to. */
  fork(
    request: ForkRequest,
    parent: TrainedRow,
  ): Result<{ from: StoredCheckpoint; origin: Origin; asNew: RunRequest }> {
    const found = this.checkpointFor(request, 'fork');
    if (!found.ok) return found;
    const from = found.value;
    const { recipe } = request;
    for (const key of RECIPE_KEYS) {
      if (!fieldOf(key).keptByForks || sameValue(recipe[key], parent.recipe[key])) continue;
      return fail(
        'invalid-input',
        `A fork keeps the ${nameOf(key)} of its parent (${describeValue(key, parent.recipe[key])}): it continues with the ` +
          'weights that came of it, in the same order of the same images; start a new run to change it.',
      );
    }
    if (recipe.epochs <= from.epoch) {
      return fail(
        'invalid-input',
        `The fork begins after epoch ${from.epoch}, so it needs more than ${recipe.epochs} epochs: they count ` +
          'from the beginning of its parent.',
      );
    }
    return ok({
      from,
      origin: { step: from.step, images: scheduleOfRun(parent).imagesAfter(from.step) },
      asNew: {
        name: request.name.trim() || shortened(`${parent.name}, forked`),
        architecture: parent.architecture,
        model: parent.model,
        datasetId: parent.dataset.id,
        recipe,
        device: parent.device,
        // Nobody may take it before its checkpoint lies in its folder.
        queue: 'held',
      },
    });
  }

  /**
   * One that is there and intact.
   * @param checkpointId null for the newest
   */
  checkpointFor(
    { id, checkpointId }: Pick<ForkRequest, 'id' | 'checkpointId'>,
    use: 'fork' | 'test',
  ): Result<StoredCheckpoint> {
    if (checkpointId === null) {
      const [newest] = this.checkpoints.good(id);
      if (newest) return ok(newest);
      return fail(
        'not-found',
        use === 'fork'
          ? `Run ${id} has no checkpoint to fork from: start a new run instead.`
          : `Run ${id} has no checkpoint, so it has no weights to test: resume it, or start a new run.`,
      );
    }
    const found = this.checkpoints.byId(checkpointId);
    if (!found || found.runId !== id)
      return fail('not-found', `Run ${id} has no checkpoint ${checkpointId}.`);
    if (found.damaged !== null) return fail('data-corrupt', found.damaged);
    return ok(found);
  }

  /** The name as it is stored. */
  name(words: string): Result<string> {
    const trimmed = words.trim();
    const problem = nameProblem(trimmed);
    return problem === null ? ok(trimmed) : fail('invalid-input', `A run's name ${problem}.`);
  }
}

/** A name made of others: of those that stand in the data folder some may be from elsewhere. */
export const shortened = (name: string): string => beginning(inert(name));
