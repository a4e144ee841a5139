/** How runs are shown on the command line, as JSON and as text; docs/COMMANDS.md describes the JSON. */
import type { Checkpoint } from '../../shared/checkpoint';
import { wasValidated, type EpochMetric } from '../../shared/metrics';
import {
  canResume,
  hasEnded,
  isTrained,
  type Gap,
  type Run,
  type RunState,
  type TrainedRun,
} from '../../shared/run';
import { shownName } from '../../architecture/shown-name';
import { validationLabel } from '../../shared/comparison/comparable';
import { shownRunName } from '../../shared/run-name';
import { hasDiverged } from '../../shared/divergence';
import { describeKernels } from '../../shared/numerics';
import { describeRecipe } from '../../shared/recipe';
import { averagedOver, averagedTestOfRun, testOfRun } from '../../shared/test-count';
import { availableImages, validatesOnTestSet } from '../../shared/validation';
import { answer } from '../flags/queue';
import { typed, type CommonOptions } from '../terminal/context';
import type { Output } from '../terminal/output';
import { formatFacts, formatTable, type Column } from '../format/table';
import { importedFacts } from './describe-import';
import { oneLine } from '../format/text';
import { sparkline } from '../format/sparkline';
import {
  formatBytes,
  formatCount,
  formatDiskBytes,
  formatDuration,
  formatInstant,
  formatLoss,
  formatPercent,
  formatProgress,
  plural,
  thousands,
} from '../../shared/format';

/** A run as JSON: `epochs` is free for the epochs' figures, the planned number is `totalEpochs`. */
export type RunJson = Omit<Run, 'epochs' | 'own'> & { totalEpochs: number; validatedOn: string | null };
/** One whose row cannot be read: what else is said of it may not be so. */
export type UnreadableJson = Pick<Run, 'id' | 'name'> & { unreadable: string };

export function runJson(run: Run): RunJson | UnreadableJson {
  if (run.unreadable !== undefined) return { id: run.id, name: run.name, unreadable: run.unreadable };
  const { epochs, own: _own, ...rest } = run;
  return { ...rest, totalEpochs: epochs, validatedOn: validationLabel(run) };
}

export function paintState(state: RunState, { style }: Output): string {
  switch (state) {
    case 'completed':
      return style.green(state);
    case 'failed':
    case 'interrupted':
      return style.red(state);
    case 'stopped':
    case 'paused':
    case 'queued':
      return style.yellow(state);
    default:
      return style.cyan(state);
  }
}

/** The state, with the place in the queue of a run that waits. */
export function stateCell(run: Run, output: Output): string {
  if (run.unreadable !== undefined) return output.style.red('unreadable');
  if (!isTrained(run)) return output.style.dim('imported');
  if (!run.queue) return paintState(run.state, output);
  return `${paintState(run.state, output)} ${run.queue.place}${run.queue.held ? ' held' : ''}`;
}

/** How a run that has not completed is resumed: a line, or none. */
export function resumeLines(run: Run, options: CommonOptions): string[] {
  if (run.asks !== null) return [`Train it with other kernels: ${answer(run, options)}`];
  if (!isTrained(run) || !canResume(run.state) || run.unreadable !== undefined) return [];
  if (hasDiverged(run)) {
    // From wherever it resumed it would come to the same step again.
    if (run.checkpointStep === null) return [];
    const rate = Number((run.recipe.learningRate / 10).toPrecision(6));
    const gentler = typed(`runs fork ${run.id} --lr ${rate}`, options);
    return [`Resume after step ${thousands(run.checkpointStep)} with a smaller learning rate: ${gentler}`];
  }
  const from =
    run.checkpointStep === null ? 'from its first step' : `after step ${thousands(run.checkpointStep)}`;
  return [`Resume ${from}: ${typed(`runs resume ${run.id}`, options)}`];
}

/** An imported run whose source tells of no times has none. */
const timeCell = (run: Run): string =>
  (isTrained(run) ? run.step > 0 : run.seconds > 0) ? formatDuration(run.seconds) : '-';

const stepShare = (run: Run): string =>
  run.totalSteps > 0 ? formatProgress(run.step / run.totalSteps) : '-';

/** What the recipe says, in one line; the images are those of `datasetLine`. */
export const recipeLine = ({ recipe }: Pick<TrainedRun, 'recipe'>): string =>
  describeRecipe(recipe, ['step', 'images', 'run']);

/** How many images the run learns from and is validated on, limits counted in. */
export function datasetLine({ dataset, recipe }: TrainedRun): string {
  const used = (count: number, limit: number | null): string => {
    const all = thousands(count);
    return limit !== null && limit < count ? `${thousands(limit)} of ${all}` : all;
  };
  const { trainCount, evalCount } = availableImages(recipe, dataset);
  const from = validatesOnTestSet(recipe)
    ? 'of the test set'
    : `held out of the training set (split seed ${recipe.splitSeed})`;
  return (
    `${dataset.title}: ${used(trainCount, recipe.limitTrain)} images to train on, ` +
    `${used(evalCount, recipe.limitEval)} ${from} to validate on`
  );
}

/** @param checkpoints of each run. */
export function runsTable(
  runs: readonly Run[],
  checkpoints: (run: Run) => readonly Checkpoint[],
  output: Output,
): string[] {
  const columns: Column[] = [
    { title: 'Run', align: 'right' },
    { title: 'Name', shrink: true },
    { title: 'Model', shrink: true, optional: 'late' },
    { title: 'Data', optional: 'late' },
    { title: 'State' },
    { title: 'Epochs', align: 'right', optional: true },
    { title: 'Done', align: 'right', optional: 'late' },
    { title: 'Best val', align: 'right', optional: 'late' },
    { title: 'Last val', align: 'right', optional: true },
    { title: 'Time', align: 'right', optional: 'late' },
    { title: 'Created', optional: true },
    { title: 'From', optional: true },
    { title: 'Checkpoints', align: 'right', optional: true },
  ];
  const rows = runs.map((run) => {
    if (run.unreadable === undefined) return cellsOf(run, checkpoints(run), output);
    const known = [String(run.id), oneLine(run.name), '-', '-', stateCell(run, output)];
    return [...known, ...columns.slice(known.length).map(() => '-')];
  });
  const unreadable = runs.flatMap((run) => (run.unreadable === undefined ? [] : [oneLine(run.unreadable)]));
  return [...formatTable(columns, rows, output.table), ...(unreadable.length > 0 ? ['', ...unreadable] : [])];
}

function cellsOf(run: Run, checkpoints: readonly Checkpoint[], output: Output): string[] {
  return [
    String(run.id),
    oneLine(shownRunName(run)),
    run.architecture ? oneLine(shownName(run.architecture)) : '-',
    run.dataset?.id ?? '-',
    stateCell(run, output),
    `${run.epoch}/${run.epochs}`,
    stepShare(run),
    run.best ? formatPercent(run.best.valAccuracy) : '-',
    run.last ? formatPercent(run.last.valAccuracy) : '-',
    timeCell(run),
    formatInstant(run.createdAt),
    run.parent ? `run ${run.parent.id}` : '-',
    checkpointSum(checkpoints),
  ];
}

/** Runs that train, then those that wait, as they are given. */
export function queueTable(runs: readonly Run[], output: Output): string[] {
  return formatTable(
    [
      { title: 'Place', align: 'right' },
      { title: 'Run', align: 'right' },
      { title: 'Name', shrink: true },
      { title: 'Model', shrink: true },
      { title: 'State' },
      { title: 'Epochs', align: 'right', optional: true },
      { title: 'Steps left', align: 'right' },
    ],
    runs.map((run) => [
      run.queue ? String(run.queue.place) : '-',
      String(run.id),
      oneLine(shownRunName(run)),
      run.architecture ? oneLine(shownName(run.architecture)) : '-',
      run.queue?.held ? output.style.yellow('held') : paintState(run.state, output),
      `${run.epoch}/${run.epochs}`,
      thousands(Math.max(0, run.totalSteps - run.step)),
    ]),
    output.table,
  );
}

/** What held runs ask, and how that is answered: two lines each. */
export const questionLines = (runs: readonly Run[], options: CommonOptions): string[] =>
  runs
    .filter(({ asks }) => asks !== null)
    .flatMap((run) => [
      '',
      `Run ${run.id} has a question: ${oneLine(run.reason ?? '')}`,
      ...resumeLines(run, options),
    ]);

const sizeOf = (checkpoints: readonly Checkpoint[]): number =>
  checkpoints.reduce((sum, checkpoint) => sum + checkpoint.bytes, 0);

/** `3, 27.1 MB`: how many there are, and what they take on the disk. */
const checkpointSum = (checkpoints: readonly Checkpoint[]): string =>
  checkpoints.length === 0 ? '-' : `${checkpoints.length}, ${formatDiskBytes(sizeOf(checkpoints))}`;

/** @param trained whether a loss that is not a number has diverged; otherwise the source of an imported run left it out */
export function epochsTable(epochs: readonly EpochMetric[], output: Output, trained = true): string[] {
  const best = bestEpoch(epochs);
  const averaged = epochs.some((epoch) => epoch.emaValAccuracy !== undefined);
  const lossCell = (loss: number): string => formatLoss(trained || !Number.isNaN(loss) ? loss : null);
  return formatTable(
    [
      { title: 'Epoch', align: 'right' },
      { title: 'Loss', align: 'right' },
      { title: 'Accuracy', align: 'right' },
      { title: 'Val loss', align: 'right' },
      { title: 'Val accuracy', align: 'right' },
      ...(averaged
        ? ([
            { title: 'EMA val loss', align: 'right' },
            { title: 'EMA val accuracy', align: 'right' },
          ] as const)
        : []),
      { title: 'Time', align: 'right' },
      { title: 'Images/s', align: 'right', optional: true },
      { title: '' },
    ],
    epochs.map((epoch) => [
      String(epoch.epoch),
      lossCell(epoch.loss),
      formatPercent(epoch.accuracy),
      wasValidated(epoch) ? lossCell(epoch.valLoss) : formatLoss(null),
      formatPercent(epoch.valAccuracy),
      ...(averaged ? [formatLoss(epoch.emaValLoss), formatPercent(epoch.emaValAccuracy)] : []),
      formatDuration(epoch.seconds),
      thousands(Math.round(epoch.imagesPerSecond)),
      epochs.length > 1 && epoch === best ? output.style.green('best') : '',
    ]),
    output.table,
  );
}

/** The first of those with the highest validation accuracy. */
export function bestEpoch(epochs: readonly EpochMetric[]): EpochMetric | null {
  let best: EpochMetric | null = null;
  for (const epoch of epochs) {
    if (Number.isNaN(epoch.valAccuracy)) continue;
    if (!best || epoch.valAccuracy > best.valAccuracy) best = epoch;
  }
  return best;
}

const gapLine = ({ step, at, lostSeconds, lostSteps, reason, otherwise }: Gap): string =>
  `after step ${thousands(step)} on ${formatInstant(at)}, ${formatDuration(lostSeconds)} lost` +
  `${lostSteps > 0 ? `, ${plural(lostSteps, 'step')} repeated` : ''}: ${oneLine(reason)}` +
  (otherwise === undefined ? '' : ` ${oneLine(otherwise)}`);

function checkpointsLine(run: Run, checkpoints: readonly Checkpoint[]): string {
  if (checkpoints.length === 0) return 'none';
  const damaged = checkpoints.filter((checkpoint) => checkpoint.damaged !== null).length;
  return [
    `${plural(checkpoints.length, 'checkpoint')}, ${formatDiskBytes(sizeOf(checkpoints))}`,
    run.checkpointStep === null ? 'none can be used' : `the newest of step ${thousands(run.checkpointStep)}`,
    damaged > 0 ? `${damaged} damaged` : null,
  ]
    .filter((part) => part !== null)
    .join(', ');
}

const CURVE_COLUMNS = 60;

export function runPage(
  run: Run,
  epochs: readonly EpochMetric[],
  /** Of each step. */
  losses: Float64Array,
  checkpoints: readonly Checkpoint[],
  output: Output,
  /** Name of the saved architecture that it was started with; null where there is none, or none any more. */
  savedName: string | null = null,
): string[] {
  if (run.unreadable !== undefined) return unreadablePage(run, run.unreadable, epochs, output);
  const { style } = output;
  const facts = isTrained(run) ? trainedFacts(run, checkpoints, output) : importedFacts(run, style);
  const model = facts.findIndex(([name]) => name === 'Model');
  facts.splice(model + 1, 0, ...savedFact(run, savedName));
  const lines = [
    style.bold(`Run ${run.id}: ${oneLine(shownRunName(run))}`),
    '',
    ...formatFacts(facts, style.dim),
  ];
  if (losses.length > 1) {
    const columns = Math.max(10, Math.min(CURVE_COLUMNS, output.width - 30));
    const curve = sparkline(losses, columns, output.unicode);
    const [first, last] = [losses[0]!, losses[losses.length - 1]!];
    lines.push('', `Loss by step  ${formatLoss(first)} ${style.cyan(curve)} ${formatLoss(last)}`);
  }
  if (epochs.length > 0) lines.push('', ...epochsTable(epochs, output, isTrained(run)));
  else if (hasEnded(run.state)) lines.push('', 'No epoch was finished.');
  return lines;
}

/** The latest test, and how often there was one. */
function testLine(run: TrainedRun): string {
  const found = [testOfRun(run), averagedTestOfRun(run)].filter((test) => test !== null);
  if (found.length === 0) return 'not taken yet';
  const count = run.tests.length === 1 ? 'taken once' : `the latest of ${thousands(run.tests.length)}`;
  const figures = found.map(
    (test) =>
      `accuracy ${formatPercent(test.accuracy)}${averagedOver(test)} on ${plural(test.images, 'image')} at step ${thousands(test.step)}`,
  );
  return `${figures.join('; ')}, ${count}`;
}

/** In the words of `models show`. */
function savedFact({ model }: Run, savedName: string | null): [string, string][] {
  if (model === null) return [];
  const of = savedName === null ? 'a saved architecture that has been deleted' : oneLine(savedName);
  return [['Saved as', `version ${model.version} of ${of}`]];
}

function trainedFacts(
  run: TrainedRun,
  checkpoints: readonly Checkpoint[],
  output: Output,
): [string, string][] {
  const { architecture, versions, machine } = run;
  const facts: [string, string][] = [
    ['State', paintState(run.state, output) + (run.reason === null ? '' : `: ${oneLine(run.reason)}`)],
    [
      'Model',
      `${oneLine(shownName(architecture))} (${architecture.inputShape.join('x')}, ${architecture.classes} classes, shortcut ${architecture.shortcut}), ${thousands(run.params)} parameters, ${formatCount(run.macs)} MACs`,
    ],
    ['Data', datasetLine(run)],
    ['Validated', `on ${validationLabel(run)}`],
    ['Recipe', recipeLine(run)],
    [
      'Progress',
      `step ${thousands(run.step)} of ${thousands(run.totalSteps)}, epoch ${thousands(run.epoch)} of ${thousands(run.epochs)} finished`,
    ],
    ['Time', run.step > 0 ? formatDuration(run.seconds) : '-'],
    ['Created', formatInstant(run.createdAt)],
  ];
  if (run.queue) {
    facts.push([
      'Queue',
      `place ${thousands(run.queue.place)}${run.asks !== null ? ', held with a question' : run.queue.held ? ', held until it is released' : ''}`,
    ]);
  }
  if (run.parent)
    facts.push(['Parent', `run ${run.parent.id}, from its checkpoint of step ${thousands(run.parent.step)}`]);
  facts.push(...run.gaps.map((gap, index): [string, string] => [index === 0 ? 'Gaps' : '', gapLine(gap)]));
  facts.push(['Checkpoints', checkpointsLine(run, checkpoints)]);
  if (run.best)
    facts.push([
      'Best',
      `validation accuracy ${formatPercent(run.best.valAccuracy)} in epoch ${run.best.epoch}`,
    ]);
  facts.push(['Test', testLine(run)]);
  facts.push(
    [
      'Machine',
      `${machine.cpu}, ${machine.threads} threads, ${formatBytes(machine.memoryBytes)}, ${machine.platform}`,
    ],
    ['Device', versions.tensorflow === null ? '-' : (machine.gpu ?? cpuOf(machine))],
    [
      'Versions',
      [
        `Resbench ${versions.resbench}`,
        versions.tensorflow === null ? null : `TensorFlow ${versions.tensorflow}`,
        versions.electron === null ? null : `Electron ${versions.electron}`,
        `Node ${versions.node}`,
      ]
        .filter((version) => version !== null)
        .join(', '),
    ],
  );
  if (run.threads !== null) facts.push(['Threads', `${run.threads} within an op`]);
  if (run.dataset.sha256 !== null) facts.push(['Data SHA-256', run.dataset.sha256]);
  return facts;
}

/** Its epochs have rows of their own, which can be read. */
function unreadablePage(
  run: Run,
  sentence: string,
  epochs: readonly EpochMetric[],
  output: Output,
): string[] {
  const { style } = output;
  return [
    style.bold(`Run ${run.id}: ${oneLine(run.name)}`),
    '',
    ...formatFacts([['State', `${style.red('unreadable')}: ${oneLine(sentence)}`]], style.dim),
    ...(epochs.length > 0 ? ['', ...epochsTable(epochs, output)] : []),
  ];
}

/** `CPU, oneDNN`: whose kernels compute is known from the moment on at which the run was ready. */
const cpuOf = ({ numerics }: TrainedRun['machine']): string =>
  numerics ? `CPU, ${describeKernels(numerics)}` : 'CPU';
