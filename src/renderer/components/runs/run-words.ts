/** What the window says of a run, in words and shares. Pure. */
import type { Architecture } from '../../../architecture/architecture';
import { formatArchitecture } from '../../../architecture/architecture';
import { PRESETS } from '../../../architecture/presets';
import { isActive, type Recipe, type Run, type RunLive, type RunState } from '../../../shared/domain';
import { formatPercent, formatSetting, plural, thousands } from '../../format';

export const STATE_LABELS: Record<RunState, string> = {
  preparing: 'Preparing',
  running: 'Running',
  stopping: 'Stopping',
  stopped: 'Stopped',
  completed: 'Completed',
  failed: 'Failed',
  interrupted: 'Interrupted',
};

/** Share of its steps that a run has done, 0 to 1. */
export function progressOf(run: Pick<Run, 'step' | 'totalSteps' | 'state'>): number {
  if (run.state === 'completed') return 1;
  return run.totalSteps > 0 ? Math.min(1, run.step / run.totalSteps) : 0;
}

/** `epoch 3 of 10`: the epoch under way; `2 of 10 epochs` that a run has finished which has ended. */
export function epochWords(run: Pick<Run, 'state' | 'epoch' | 'epochs' | 'step'>): string {
  if (isActive(run.state)) {
    return `epoch ${thousands(Math.min(run.epochs, run.epoch + 1))} of ${thousands(run.epochs)}`;
  }
  const all = plural(run.epochs, 'epoch');
  return run.epoch === run.epochs ? all : `${thousands(run.epoch)} of ${all}`;
}

/** What the trainer is doing: `validating, 40 %`, `loading TensorFlow`. */
export function phaseWords(run: Pick<Run, 'state'>, live: RunLive | undefined): string {
  if (run.state === 'stopping') return 'stopping after this step';
  if (!live) return run.state === 'preparing' ? 'starting the trainer' : 'waiting for the trainer';
  if (live.phase === 'training' || live.fraction === null) return live.phase;
  return `${live.phase}, ${formatPercent(live.fraction, 0)}`;
}

/** Seconds a run has lasted, by the clock while it is active. */
export function elapsedSeconds(
  run: Pick<Run, 'state' | 'startedAt' | 'seconds'>,
  now: number,
): number | null {
  if (run.startedAt === null) return null;
  return isActive(run.state) ? Math.max(run.seconds, (now - run.startedAt) / 1000) : run.seconds;
}

/** `Adam, learning rate 0.001, batch 64`. */
export function recipeWords(recipe: Recipe): string {
  const optimizer =
    recipe.optimizer === 'adam'
      ? 'Adam'
      : `SGD, momentum ${formatSetting(recipe.momentum)}${recipe.nesterov ? ' (Nesterov)' : ''}`;
  const clip = recipe.clipNorm === null ? '' : `, clip norm ${formatSetting(recipe.clipNorm)}`;
  const decay = recipe.weightDecay === 0 ? '' : `, weight decay ${formatSetting(recipe.weightDecay)}`;
  return `${optimizer}, learning rate ${formatSetting(recipe.learningRate)}${clip}${decay}, batch ${thousands(recipe.batchSize)}`;
}

const presetTitles = new Map(
  PRESETS.map((preset) => [
    preset.architecture.name,
    { title: preset.title, text: formatArchitecture(preset.architecture) },
  ]),
);

/** Architectures of runs are never changed in place. */
const titles = new WeakMap<Architecture, string>();

/** The title of the preset that an architecture is, otherwise its own name. */
export function architectureTitle(architecture: Architecture): string {
  let title = titles.get(architecture);
  if (title === undefined) {
    const preset = presetTitles.get(architecture.name);
    title = preset && preset.text === formatArchitecture(architecture) ? preset.title : architecture.name;
    titles.set(architecture, title);
  }
  return title;
}

/** The id of the preset that an architecture is; null for others. */
export function presetIdOf(architecture: Architecture): string | null {
  const text = formatArchitecture(architecture);
  return PRESETS.find((preset) => formatArchitecture(preset.architecture) === text)?.id ?? null;
}

/** `ResNet-18 on Shapes`, with a number behind where runs of that name exist. */
export function freeRunName(
  architecture: Architecture,
  datasetTitle: string,
  taken: Iterable<string>,
): string {
  const plain = `${architectureTitle(architecture)} on ${datasetTitle}`;
  const names = new Set(taken);
  if (!names.has(plain)) return plain;
  let number = 2;
  while (names.has(`${plain} (${number})`)) number++;
  return `${plain} (${number})`;
}
