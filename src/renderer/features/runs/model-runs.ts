/**
 * Which runs belong to which architecture: by the version that a run was started with; where a run does not know it, by
 * content, that is by every field but name, input shape and classes. Pure.
 */
import type { Architecture } from '../../../architecture/architecture';
import { PRESETS } from '../../../architecture/presets';
import { ownKey, presetKey, type ModelKey } from '../../../shared/model-key';
import type { Run } from '../../../shared/run';
import type { ArchitectureVersion, SavedArchitecture } from '../../../shared/saved-architecture';
import { designKey } from '../models/design-key';

export interface RunOfModel {
  run: Run;
  version: number;
}

const accuracy = ({ best }: Run): number => best?.valAccuracy ?? -Infinity;
/** The best first; those without a validation last, newest first. */
const byAccuracy = (a: Run, b: Run): number => {
  const difference = accuracy(b) - accuracy(a);
  return Number.isNaN(difference) || difference === 0 ? b.createdAt - a.createdAt || b.id - a.id : difference;
};

/** A run whose row can be read and whose network is known. */
const hasNetwork = (run: Run): run is Run & { architecture: Architecture } =>
  run.unreadable === undefined && run.architecture !== null;

/**
 * Runs of a saved architecture with the version that each used, the best first. One that is known by its content alone is of
 * the newest version like it.
 *
 * @param versions of the architecture, newest first
 */
export function runsOfModel(
  runs: readonly Run[],
  id: number,
  versions: readonly ArchitectureVersion[],
): RunOfModel[] {
  const byContent = new Map<string, number>();
  for (const { version, architecture } of [...versions].reverse()) {
    byContent.set(designKey(architecture), version);
  }
  return runs
    .filter((run) => run.unreadable === undefined)
    .flatMap((run): RunOfModel[] => {
      if (run.model) return run.model.id === id ? [{ run, version: run.model.version }] : [];
      const version = hasNetwork(run) ? byContent.get(designKey(run.architecture)) : undefined;
      return version === undefined ? [] : [{ run, version }];
    })
    .sort((a, b) => byAccuracy(a.run, b.run));
}

/** Runs of a preset, the best first; those that were started with a saved architecture are that one's. */
export const runsOfDesign = (runs: readonly Run[], architecture: Architecture): Run[] =>
  runs
    .filter((run) => !run.model && hasNetwork(run) && designKey(run.architecture) === designKey(architecture))
    .sort(byAccuracy);

/** Where in Models the network of a run is found. */
export type ModelOfRun =
  | { kind: 'preset'; key: ModelKey; title: string }
  /** `isNewest`: it is as the library has it now. */
  | { kind: 'own'; key: ModelKey; own: SavedArchitecture; version: number; isNewest: boolean };

/**
 * The model that a run used; null where neither a preset nor an entry of the library is it. By content a preset of its name
 * comes first, then an entry of its name, then any other.
 */
export function modelOfRun(
  { model, architecture }: Pick<Run, 'model' | 'architecture'>,
  saved: readonly SavedArchitecture[],
): ModelOfRun | null {
  const linked = model && saved.find(({ id }) => id === model.id);
  if (model && linked) {
    const { version } = model;
    const isNewest = linked.version === version;
    return { kind: 'own', key: ownKey(linked.id), own: linked, version, isNewest };
  }
  if (!architecture) return null;
  const design = designKey(architecture);
  const presets = PRESETS.filter((preset) => designKey(preset.architecture) === design);
  const own = saved.filter((one) => designKey(one.architecture) === design);
  const isNamesake = (one: { architecture: Architecture }): boolean =>
    one.architecture.name === architecture.name;
  const entry = own.find(isNamesake) ?? own[0];
  const preset = presets.find(isNamesake) ?? (entry ? undefined : presets[0]);
  if (preset) return { kind: 'preset', key: presetKey(preset.id), title: preset.title };
  if (!entry) return null;
  return { kind: 'own', key: ownKey(entry.id), own: entry, version: entry.version, isNewest: true };
}
