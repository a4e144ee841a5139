/** The architectures that a run can be started with, in groups, each with a key. Pure. */
import type { Architecture } from '../../../architecture/architecture';
import { formatArchitecture } from '../../../architecture/text/architecture';
import { PRESETS } from '../../../architecture/presets';
import type { DatasetInfo, Recipe, RunRequest, SavedArchitecture } from '../../../shared/domain';
import { formatShape } from '../../../shared/format';
import type { OptionGroup } from '../shared/options';

/** An architecture that is neither a preset nor saved: an edit, or the one of an earlier run. */
export const GIVEN = 'given';

const GROUPS = [
  { label: 'ImageNet stem', test: (id: string) => /^resnet(18|34|50|101|152)$/.test(id) },
  { label: 'CIFAR stem', test: (id: string) => id.endsWith('-cifar') },
  { label: 'The paper’s CIFAR nets', test: (id: string) => /^resnet(20|32|44|56|110)$/.test(id) },
  { label: 'torchvision (ImageNet)', test: (id: string) => id.endsWith('-torchvision') },
  { label: 'Keras (ImageNet)', test: (id: string) => id.endsWith('-keras') },
];

export function modelGroups(given: Architecture | null, saved: readonly SavedArchitecture[]): OptionGroup[] {
  const own = saved.map(({ id, architecture }) => ({ value: `own:${id}`, label: architecture.name }));
  if (given) own.unshift({ value: GIVEN, label: `${given.name} (not saved)` });
  const presets = GROUPS.map(({ label, test }) => ({
    label,
    options: PRESETS.filter(({ id }) => test(id)).map(({ id, title }) => ({
      value: `preset:${id}`,
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
  const preset = PRESETS.find(({ id }) => `preset:${id}` === key);
  return preset?.architecture ?? saved.find(({ id }) => `own:${id}` === key)?.architecture ?? null;
}

/** The key under which an architecture can be chosen; GIVEN where it is neither preset nor saved. */
export function keyOf(architecture: Architecture, saved: readonly SavedArchitecture[]): string {
  const text = formatArchitecture(architecture);
  const preset = PRESETS.find((one) => formatArchitecture(one.architecture) === text);
  if (preset) return `preset:${preset.id}`;
  const own = saved.find((one) => formatArchitecture(one.architecture) === text);
  return own ? `own:${own.id}` : GIVEN;
}

/** The architecture with input and classes of a data set. */
export function adapted(architecture: Architecture, dataset: DatasetInfo): Architecture {
  return { ...architecture, inputShape: [...dataset.pictureShape], classes: dataset.classNames.length };
}

/** Whether a run of this architecture and recipe has the shapes and batch for which an earlier run's plan was chosen. */
export const planStillFits = (
  earlier: Pick<RunRequest, 'architecture' | 'recipe'>,
  architecture: Architecture,
  recipe: Recipe | null,
): boolean =>
  formatArchitecture(earlier.architecture) === formatArchitecture(architecture) &&
  recipe?.batchSize === earlier.recipe.batchSize;

/** What adapting changes, in words: `input 32 × 32 × 3 and 10 classes`. */
export function adaptionWords(architecture: Architecture, dataset: DatasetInfo): string {
  const words: string[] = [];
  if (formatShape(architecture.inputShape) !== formatShape(dataset.pictureShape)) {
    words.push(`input ${formatShape(dataset.pictureShape)}`);
  }
  if (architecture.classes !== dataset.classNames.length) words.push(`${dataset.classNames.length} classes`);
  return words.join(' and ');
}
