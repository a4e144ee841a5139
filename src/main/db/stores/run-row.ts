/** The table runs: its columns, each named and read in one place, and a run as it stands there. */
import type { Architecture } from '../../../architecture/architecture';
import type { ProcessIdentity } from '../../../node/processes/process-identity';
import { isDatasetId, type DatasetId } from '../../../shared/dataset';
import type { Machine } from '../../../shared/machine';
import type { EpochMetric } from '../../../shared/metrics';
import type { Recipe } from '../../../shared/recipe';
import { resolvedRecipe } from '../../../shared/regularisation';
import {
  DEVICES,
  hasEnded,
  RUN_STATES,
  QUESTIONS,
  type QueueEntry,
  type Question,
  type Run,
  type RunDataset,
  type TrainedFacts,
  type RunVersions,
  type DeviceChoice,
} from '../../../shared/run';
import type { EnginePlan } from '../../../shared/plan';
import {
  Columns,
  MAX_ID,
  readArchitecture,
  readArchitectureThatBuilds,
  readMachine,
  readPlan,
  orNull,
  readRecipe,
  STAND_INS,
  type Checked,
  type RawRow,
} from '../rows';
import { readTest } from './tests';
import { readGap } from './checkpoints';
import { IMPORT_COLUMNS, isImport, readImport } from './import-row';
import { toEpoch, type EpochRow } from './metrics';

/** A run as it stands in the database: whose it is decides `Run.own`, and only for whom asks. */
export type StoredRun = Omit<Run, 'own'> & {
  revision: number;
  /** When it ended or paused; until it trains again. */
  awaySince: number | null;
  /** When its last metrics were stored. */
  heardAt: number | null;
  /** Null where no process trains the run: it waits or is paused. */
  ownerId: string | null;
  owner: ProcessIdentity | null;
  /** What another process asks of the owner. */
  wanted: Wanted | null;
  /** To what its user has agreed for the next time that it trains. */
  agreed: Question | null;
  deletedAt: number | null;
};

/** One that Resbench trains itself. */
export type TrainedRow = StoredRun & TrainedFacts;

const WANTED = ['stop', 'pause'] as const;
export type Wanted = (typeof WANTED)[number];

export interface NewRun {
  name: string;
  architecture: Architecture;
  model: Run['model'];
  recipe: Recipe;
  dataset: RunDataset;
  versions: RunVersions;
  machine: Machine;
  createdAt: number;
  params: number;
  macs: number;
  totalSteps: number;
  epochs: number;
  ownerId: string;
  owner: ProcessIdentity;
  /** Where it enters the queue. */
  queue: QueueEntry;
  device: DeviceChoice;
  /** How to compute where another run is repeated; null to choose. */
  plan: EnginePlan | null;
  agreed?: Question | null;
  parent: Run['parent'];
  /** Steps and epochs that a fork's parent has done for it. */
  step: number;
  epoch: number;
}

/** Of what is only written. */
const unread = <T>(): T | undefined => undefined;

const isDatasetIdOrNone = (value: unknown): value is DatasetId | '' => value === '' || isDatasetId(value);

/**
 * Columns of which the parts of a run are made, each under its name in camel case. With `readSame` the one list of columns:
 * what is stored and changed follows from it. Written out, since a list reads a thousand rows.
 */
const readParts = (of: Columns, imported: boolean) => ({
  id: of.integer('id', 1, MAX_ID),
  state: of.word('state', RUN_STATES, 'interrupted'),
  endedAt: of.optionalInstant('ended_at'),
  bestValAccuracy: of.optionalNumber('best_val_accuracy'),
  bestEpoch: of.optionalInteger('best_epoch'),
  held: of.flag('held'),
  parentId: of.optionalInteger('parent_id', 1),
  parentStep: of.optionalInteger('parent_step'),
  parentImages: of.optionalInteger('parent_images'),
  modelId: of.optionalInteger('model_id', 1, MAX_ID),
  modelVersion: of.optionalInteger('model_version', 1, MAX_ID),
  ownerId: of.optionalText('owner_id'),
  ownerPid: of.optionalInteger('owner_pid', 1, 2 ** 31 - 1),
  ownerStart: unread<string | null>(),
  plan: of.optionalJson('plan', readPlan),
  name: of.text('name'),
  // Nothing where the user of an imported run did not say.
  datasetId: of.matching('dataset_id', imported ? isDatasetIdOrNone : isDatasetId, 'shapes'),
  datasetTitle: of.text('dataset_title'),
  datasetSha256: of.optionalText('dataset_sha256'),
  datasetTrainCount: of.integer('dataset_train_count'),
  datasetEvalCount: of.integer('dataset_eval_count'),
  resbenchVersion: of.text('resbench_version'),
  tensorflowVersion: of.optionalText('tensorflow_version'),
  electronVersion: of.optionalText('electron_version'),
  nodeVersion: of.text('node_version'),
  seed: unread<number>(),
  queuePosition: unread<number | null>(),
});

/** What an imported run may not say, and every other does. */
const known = <T>(
  of: Columns,
  column: string,
  read: (text: string) => Checked<T>,
  otherwise: T,
  imported: boolean,
): T | null => (imported ? of.json(column, orNull(read), otherwise) : of.json(column, read, otherwise));

/** Columns that a run has as they are, likewise. */
const readSame = (of: Columns, mustBuild: boolean, imported: boolean) => ({
  architecture: known(
    of,
    'architecture',
    mustBuild ? readArchitectureThatBuilds : readArchitecture,
    STAND_INS.architecture,
    imported,
  ),
  recipe: known(of, 'recipe', readRecipe, STAND_INS.recipe, imported),
  reason: of.optionalText('reason'),
  machine: known(of, 'machine', readMachine, STAND_INS.machine, imported),
  createdAt: of.instant('created_at'),
  startedAt: of.optionalInstant('started_at'),
  heardAt: of.optionalInstant('heard_at'),
  params: of.integer('params'),
  macs: of.integer('macs'),
  step: of.integer('step'),
  totalSteps: of.integer('total_steps'),
  epoch: of.integer('epoch'),
  epochs: of.integer('epochs'),
  seconds: of.number('seconds'),
  revision: of.integer('revision', 0, MAX_ID),
  threads: of.optionalInteger('threads', 1),
  device: of.word('device', DEVICES, 'auto'),
  wanted: of.optionalWord('wanted', WANTED),
  asks: of.optionalWord('asks', QUESTIONS),
  agreed: of.optionalWord('agreed', QUESTIONS),
  deletedAt: of.optionalInstant('deleted_at'),
});

export type RunFields = ReturnType<typeof readParts> & ReturnType<typeof readSame>;

/** What may change beside the state, each when it becomes known. */
export type RunDetails = Partial<
  Pick<
    RunFields,
    | 'name'
    | 'datasetSha256'
    | 'datasetTrainCount'
    | 'datasetEvalCount'
    | 'tensorflowVersion'
    | 'electronVersion'
    | 'nodeVersion'
    | 'machine'
    | 'startedAt'
    | 'totalSteps'
    | 'threads'
    | 'recipe'
    | 'epochs'
    | 'plan'
    | 'agreed'
  >
>;

/** `dataset_sha256` for `datasetSha256`. */
const columnOf = (field: string): string => field.replace(/[A-Z]/g, (letter) => `_${letter.toLowerCase()}`);

/** Values by column, as SQLite takes them, of the fields that are given. */
export function toColumns(fields: Partial<RunFields>): Record<string, unknown> {
  const columns: Record<string, unknown> = {};
  for (const [field, value] of Object.entries(fields)) {
    if (value !== undefined) columns[columnOf(field)] = bound(value);
  }
  return columns;
}

function bound(value: unknown): unknown {
  if (typeof value === 'boolean') return value ? 1 : 0;
  return typeof value === 'object' && value !== null ? JSON.stringify(value) : value;
}

/** Nothing for a run of no model in the library. */
export const modelFields = (model: Run['model']): Partial<RunFields> =>
  model === null ? {} : { modelId: model.id, modelVersion: model.version };

/** Where the parts of a new run are stored. */
export function fieldsOf({
  dataset,
  versions,
  owner,
  parent,
  model,
  queue,
  ...same
}: NewRun): Partial<RunFields> {
  return {
    ...same,
    seed: same.recipe.seed,
    datasetId: dataset.id,
    datasetTitle: dataset.title,
    datasetSha256: dataset.sha256,
    datasetTrainCount: dataset.trainCount,
    datasetEvalCount: dataset.evalCount,
    resbenchVersion: versions.resbench,
    tensorflowVersion: versions.tensorflow,
    electronVersion: versions.electron,
    nodeVersion: versions.node,
    ownerPid: owner.pid,
    ownerStart: owner.start,
    held: queue === 'held',
    parentId: parent?.id ?? null,
    parentStep: parent?.step ?? null,
    parentImages: parent?.images ?? null,
    ...modelFields(model),
  };
}

/** Of the last finished epoch, read along with its run. */
const LAST_NUMBERS = [
  'loss',
  'cross_entropy',
  'accuracy',
  'val_loss',
  'val_cross_entropy',
  'val_accuracy',
  'seconds',
  'images_per_second',
  'memory_bytes',
  'ema_val_loss',
  'ema_val_cross_entropy',
  'ema_val_accuracy',
].map((column) => [column as keyof EpochRow, `last_${column}`] as const);

/**
 * Exported for the test of its query plans. The last finished epoch comes along by its primary key, prefixed so that it
 * cannot hide a column of the run; `place` is null where the run does not wait.
 */
export const SELECT_RUNS = `
  SELECT r.*,
    e.epoch AS last_epoch, e.step AS last_step,
    ${LAST_NUMBERS.map(([column, name]) => `e.${column} AS ${name}`).join(', ')},
    CASE WHEN r.state = 'queued' THEN (
      SELECT COUNT(*) FROM runs q
      WHERE q.state = 'queued' AND q.deleted_at IS NULL AND q.queue_position <= r.queue_position
    ) END AS place,
    (SELECT MAX(c.step) FROM checkpoints c WHERE c.run_id = r.id AND c.damaged IS NULL) AS checkpoint_step,
    EXISTS (SELECT 1 FROM gaps s WHERE s.run_id = r.id) AS has_gaps,
    EXISTS (SELECT 1 FROM tests t WHERE t.run_id = r.id) AS has_tests,${IMPORT_COLUMNS}
  FROM runs r
    LEFT JOIN epochs e ON e.run_id = r.id AND e.epoch = r.epoch
    LEFT JOIN imports i ON i.run_id = r.id`;

function lastEpoch(of: Columns): EpochMetric | null {
  const [epoch, step] = [of.optionalInteger('last_epoch'), of.optionalInteger('last_step')];
  if (epoch === null || step === null) return null;
  const read = { epoch, step } as Record<keyof EpochRow, number | null>;
  for (const [column, name] of LAST_NUMBERS) read[column] = of.optionalNumber(name);
  return toEpoch(read as EpochRow);
}

/** The columns that name the process whose run it is. */
export interface OwnerRow {
  owner_id: string | null;
  owner_pid: number | null;
  owner_start: string | null;
}

/** Whose a run is. */
export interface Owned {
  ownerId: string | null;
  owner: ProcessIdentity | null;
}

/** Nobody's where the row does not name a process that there can be. */
export const toOwned = ({ owner_id: id, owner_pid: pid, owner_start: start }: OwnerRow): Owned => ({
  ownerId: typeof id === 'string' ? id : null,
  owner: isPid(pid) ? { pid, start: typeof start === 'string' ? start : null } : null,
});

const isPid = (pid: unknown): pid is number =>
  typeof pid === 'number' && Number.isInteger(pid) && pid > 0 && pid < 2 ** 31;

/** @param mustBuild whether it is looked at that the architecture builds, too. */
export function readRun(
  row: RawRow,
  gapRows: readonly RawRow[],
  mustBuild: boolean,
  testRows: readonly RawRow[] = [],
): StoredRun {
  const of = new Columns(row);
  const imported = isImport(row);
  const part = readParts(of, imported);
  const { id, state, endedAt, bestValAccuracy, bestEpoch } = part;
  const place = of.optionalInteger('place');
  const gaps = gapRows.map(readGap);
  const run: StoredRun = {
    id,
    name: typeof row.name === 'string' ? row.name : `run ${id}`,
    dataset:
      part.datasetId === ''
        ? null
        : {
            id: part.datasetId,
            title: part.datasetTitle,
            sha256: part.datasetSha256,
            trainCount: part.datasetTrainCount,
            evalCount: part.datasetEvalCount,
          },
    state,
    versions: imported
      ? null
      : {
          resbench: part.resbenchVersion,
          tensorflow: part.tensorflowVersion,
          electron: part.electronVersion,
          node: part.nodeVersion,
        },
    endedAt: hasEnded(state) ? endedAt : null,
    awaySince: endedAt,
    best:
      bestValAccuracy === null || bestEpoch === null
        ? null
        : { valAccuracy: bestValAccuracy, epoch: bestEpoch },
    last: lastEpoch(of),
    queue: place === null ? null : { place, held: part.held },
    parent:
      part.parentId === null
        ? null
        : { id: part.parentId, step: part.parentStep ?? 0, images: part.parentImages ?? 0 },
    model:
      part.modelId === null || part.modelVersion === null
        ? null
        : { id: part.modelId, version: part.modelVersion },
    gaps: gaps.map(({ gap }) => gap),
    // A row that cannot be read is named by `db check`; the run rests on none of them.
    tests: testRows.map(readTest).flatMap(({ test, problem }) => (problem === null ? [test] : [])),
    checkpointStep: of.optionalInteger('checkpoint_step'),
    imported: imported ? readImport(of) : null,
    ...toOwned(row as unknown as OwnerRow),
    // Last, where V8 copies them as a whole: a literal that begins with them takes ten times as long.
    ...readSame(of, mustBuild, imported),
  };
  if (run.architecture === null) run.params = run.macs = null;
  // Recipes of earlier versions leave their L2 to the architecture.
  else if (run.recipe !== null) run.recipe = resolvedRecipe(run.recipe, run.architecture);
  for (const { problem } of gaps) if (problem !== null) of.wrong(`of a gap, ${problem}`);
  if (of.problem !== null) run.unreadable = unreadableSentence(id, of.problem);
  return run;
}

const unreadableSentence = (id: number, problem: string): string =>
  `Run ${id} cannot be read in the database (${problem.replace(/\.$/, '')}): it can be exported and deleted, and every ` +
  'other run works.';
