/** Saved architectures with their versions, what they cost and the runs of them. Pure. */
import type { Architecture } from '../../../architecture/architecture';
import { buildNetwork } from '../../../architecture/network';
import { PRESETS, type Preset } from '../../../architecture/presets';
import { summarize } from '../../../architecture/summary';
import type { Run, RunState } from '../../../shared/run';
import {
  foldedTag,
  versionOfRun,
  type ArchitectureVersion,
  type SavedArchitecture,
} from '../../../shared/saved-architecture';

/** A run that was started with an entry. */
export interface RunOfEntry {
  id: number;
  name: string;
  /** Of the entry. */
  version: number;
  state: RunState;
  bestValAccuracy: number | null;
}

export interface Entry {
  saved: SavedArchitecture;
  /** Newest first. */
  versions: ArchitectureVersion[];
  /** Newest first. */
  runs: RunOfEntry[];
}

export interface Totals {
  layers: number;
  totalParams: number;
  trainableParams: number;
  macs: number;
  activationBytes: number;
}

export function totalsOf(architecture: Architecture): Totals {
  const { layers, totalParams, trainableParams, macs, activationBytes } = summarize(
    buildNetwork(architecture),
  );
  return { layers: layers.length, totalParams, trainableParams, macs, activationBytes };
}

/** @param all every run, of whatever architecture */
export function entryOf(
  saved: SavedArchitecture,
  versions: ArchitectureVersion[],
  all: readonly Run[],
): Entry {
  const runs = all.flatMap((run): RunOfEntry[] => {
    const version = run.unreadable === undefined ? versionOfRun(run, saved.id, versions) : null;
    if (version === null) return [];
    const { id, name, state, best } = run;
    return [{ id, name, version, state, bestValAccuracy: best?.valAccuracy ?? null }];
  });
  return { saved, versions, runs };
}

export const bestOf = ({ runs }: Entry): number | null =>
  runs.reduce<number | null>(
    (best, { bestValAccuracy: one }) => (one !== null && one > (best ?? -1) ? one : best),
    null,
  );

export interface Wanted {
  tag?: string;
  starred?: boolean;
  search?: string;
}

const holds = (texts: readonly string[], search: string | undefined): boolean => {
  const wanted = search?.trim().toLowerCase() ?? '';
  return texts.some((text) => text.toLowerCase().includes(wanted));
};

export const isWanted = (
  { architecture, starred, tags, notes }: SavedArchitecture,
  wanted: Wanted,
): boolean =>
  (!wanted.starred || starred) &&
  (wanted.tag === undefined || tags.map(foldedTag).includes(foldedTag(wanted.tag))) &&
  holds([architecture.name, ...tags, notes], wanted.search);

/** Presets have neither stars nor tags. */
export const presetsFor = (wanted: Wanted): Preset[] =>
  wanted.starred || wanted.tag !== undefined
    ? []
    : PRESETS.filter(({ id, title, description }) => holds([id, title, description], wanted.search));

/** An entry as the JSON of a list has it. */
export const entryJson = (entry: Entry): object => ({
  ...entry.saved,
  ...totalsOf(entry.saved.architecture),
  runs: entry.runs.map(({ id }) => id),
  bestValAccuracy: bestOf(entry),
});

export const presetJson = ({ id, title, architecture }: Preset): object => ({
  preset: id,
  title,
  architecture,
  ...totalsOf(architecture),
});

/** An entry with all of its versions and runs; `architecture` and the totals are those of the version that is shown. */
export const entryPageJson = (
  { saved, versions, runs }: Entry,
  { version, architecture }: ArchitectureVersion,
): object => ({
  ...saved,
  architecture,
  version,
  newest: saved.version,
  ...totalsOf(architecture),
  versions: versions.map(({ architecture: one, ...rest }) => {
    const { totalParams, macs } = totalsOf(one);
    return { ...rest, totalParams, macs };
  }),
  runs,
});
