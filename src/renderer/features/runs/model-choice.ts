/** The architectures that a run can be started with, in groups, each with a key. Pure. */
import type { Architecture } from '../../../architecture/architecture';
import { formatArchitecture } from '../../../architecture/text/architecture';
import { PRESET_GROUPS, PRESETS } from '../../../architecture/presets';
import { imagesAtOnce } from '../../../shared/batches';
import type { DatasetInfo } from '../../../shared/dataset';
import type { Recipe } from '../../../shared/recipe';
import type { RunRequest } from '../../../shared/run';
import type { ModelVersion, SavedArchitecture } from '../../../shared/saved-architecture';
import { formatShape } from '../../../shared/format';
import { ownKey, parseModelKey, presetKey } from '../../../shared/model-key';
import type { OptionGroup } from '../../ui/options';

/** An architecture that is neither a preset nor saved: an edit, or the one of an earlier run. */
export const GIVEN = 'given';

export function modelGroups(given: Architecture | null, saved: readonly SavedArchitecture[]): OptionGroup[] {
  const own = saved.map(({ id, architecture }) => ({ value: ownKey(id), label: architecture.name }));
  if (given) own.unshift({ value: GIVEN, label: `${given.name} (not saved)` });
  const presets = PRESET_GROUPS.map((label) => ({
    label,
    options: PRESETS.filter(({ group }) => group === label).map(({ id, title }) => ({
      value: presetKey(id),
      label: title,
    })),
  }));
  return [{ label: 'Yours', options: own }, ...presets].filter(({ options }) => options.length > 0);
}

export function architectureOf(
  key: string,
  given: Architecture | null,
  saved: readonly SavedArchitecture[],
): Architecture | null {
  if (key === GIVEN) return given;
  const reference = parseModelKey(key);
  const found =
    reference?.kind === 'preset'
      ? PRESETS.find(({ id }) => id === reference.id)
      : saved.find(({ id }) => reference?.kind === 'own' && id === reference.id);
  return found?.architecture ?? null;
}

/** The key under which an architecture can be chosen; GIVEN where it is neither preset nor saved. */
export function keyOf(architecture: Architecture, saved: readonly SavedArchitecture[]): string {
  const text = formatArchitecture(architecture);
  const preset = PRESETS.find((one) => formatArchitecture(one.architecture) === text);
  if (preset) return presetKey(preset.id);
  const own = saved.find((one) => formatArchitecture(one.architecture) === text);
  return own ? ownKey(own.id) : GIVEN;
}

/**
 * The version in the library that a run is started with: the newest of the chosen entry, as it is saved; null for presets and
 * for what is not saved.
 */
export function modelVersionOf(key: string, saved: readonly SavedArchitecture[]): ModelVersion | null {
  const reference = parseModelKey(key);
  const own = reference?.kind === 'own' ? saved.find(({ id }) => id === reference.id) : undefined;
  return own ? { id: own.id, version: own.version } : null;
}

/** The architecture with input and classes of a data set. */
export function adapted(architecture: Architecture, dataset: DatasetInfo): Architecture {
  return { ...architecture, inputShape: [...dataset.imageShape], classes: dataset.classNames.length };
}

/** Whether a run of this architecture and recipe has the shapes and images at once for which an earlier run's plan was chosen. */
export const planStillFits = (
  earlier: Pick<RunRequest, 'architecture' | 'recipe'>,
  architecture: Architecture,
  recipe: Recipe | null,
): boolean =>
  formatArchitecture(earlier.architecture) === formatArchitecture(architecture) &&
  recipe !== null &&
  imagesAtOnce(recipe) === imagesAtOnce(earlier.recipe);

/** What adapting changes, in words: `input 32 × 32 × 3 and 10 classes`. */
export function describeAdaptation(architecture: Architecture, dataset: DatasetInfo): string {
  const words: string[] = [];
  if (formatShape(architecture.inputShape) !== formatShape(dataset.imageShape)) {
    words.push(`input ${formatShape(dataset.imageShape)}`);
  }
  if (architecture.classes !== dataset.classNames.length) words.push(`${dataset.classNames.length} classes`);
  return words.join(' and ');
}
