/**
 * The library: the architectures that the user has saved, each with all of its versions and with what is noted of it. Times
 * are milliseconds since 1970 (UTC). Pure.
 */
import type { Architecture } from '../architecture/architecture';
import { formatArchitecture } from '../architecture/text/architecture';
import { thousands } from '../architecture/number-text';
import { fail, ok, type Result } from './result';
import { textProblem } from './version-notes';

export interface SavedArchitecture {
  id: number;
  /** Of the newest version, under the entry's present name. */
  architecture: Architecture;
  /** The newest version, from 1. */
  version: number;
  /** When that was saved or the entry was renamed, whichever was later. */
  updatedAt: number;
  starred: boolean;
  /** Sorted, unique without regard to case. */
  tags: string[];
  /** Plain text, with its lines. */
  notes: string;
}

/** One state of a saved architecture. It never changes, its note apart. */
export interface ArchitectureVersion {
  /** From 1, in the order in which they were saved. */
  version: number;
  /** Under the entry's present name. */
  architecture: Architecture;
  /** One line on what it is for; empty where nobody said. */
  note: string;
  savedAt: number;
}

/**
 * The saved architecture, and its version, that a run was started with. It stays with the run when the architecture is
 * deleted, and its number is never given out again.
 */
export interface ModelVersion {
  id: number;
  version: number;
}

/** What is noted of an entry; what is absent stays. */
export interface ArchitectureDescription {
  starred?: boolean;
  tags?: string[];
  notes?: string;
}

/** Most of each, lengths in UTF-16 units. */
export const LIBRARY_LIMITS = { tags: 20, tagLength: 40, notesLength: 2000 } as const;

/** As they are stored: trimmed, sorted, and of those that differ in case alone the first. One sentence on the first that cannot be one. */
export function checkedTags(tags: readonly string[]): Result<string[]> {
  const kept = new Map<string, string>();
  for (const given of tags) {
    const tag = given.trim();
    const problem = tag === '' ? 'must not be empty' : textProblem(tag, LIBRARY_LIMITS.tagLength);
    if (problem !== null) return fail('invalid-input', `A tag ${problem}.`);
    if (!kept.has(foldedTag(tag))) kept.set(foldedTag(tag), tag);
  }
  if (kept.size > LIBRARY_LIMITS.tags) {
    return fail(
      'invalid-input',
      `An architecture has at most ${LIBRARY_LIMITS.tags} tags, got ${thousands(kept.size)}: remove some.`,
    );
  }
  return ok([...kept.values()].sort((a, b) => a.localeCompare(b, 'en')));
}

/** Two tags with the same one are the same tag. */
export const foldedTag = (tag: string): string => tag.trim().toLowerCase();

/** The tags with some more, and without others. */
export function retagged(
  tags: readonly string[],
  added: readonly string[],
  removed: readonly string[],
): string[] {
  const gone = new Set(removed.map(foldedTag));
  return [...tags.filter((tag) => !gone.has(foldedTag(tag))), ...added];
}

/** As they are stored: lines end in `\n`, and tabs are blanks. */
export function checkedNotes(notes: string): Result<string> {
  const text = notes.replace(/\r\n?/g, '\n').replace(/\t/g, '    ').trim();
  const problem = textProblem(text, LIBRARY_LIMITS.notesLength, text.replaceAll('\n', ''));
  return problem === null ? ok(text) : fail('invalid-input', `The notes ${problem}.`);
}

/** Whether two architectures are the same in all but their names. */
export const isSameVersion = (one: Architecture, other: Architecture): boolean =>
  formatArchitecture({ ...one, name: other.name }) === formatArchitecture(other);

/** Architectures are never changed in place, so each is written out once. */
const designs = new WeakMap<Architecture, string>();

/** All of an architecture but what a data set decides (input shape and classes) and its name. */
function designOf(architecture: Architecture): string {
  let design = designs.get(architecture);
  if (design === undefined) {
    design = formatArchitecture({ ...architecture, name: '', inputShape: [1, 1, 1], classes: 2 });
    designs.set(architecture, design);
  }
  return design;
}

/** Whether one was made of the other for a data set at most. */
export const isSameDesign = (one: Architecture, other: Architecture): boolean =>
  designOf(one) === designOf(other);

/**
 * The version of an entry that a run is of: the one that it was started with, or for a run that does not say the newest one
 * of its design. Null for a run of something else.
 */
export function versionOfRun(
  run: { model: ModelVersion | null; architecture: Architecture | null },
  id: number,
  versions: readonly ArchitectureVersion[],
): number | null {
  if (run.model !== null) return run.model.id === id ? run.model.version : null;
  const { architecture } = run;
  if (architecture === null) return null;
  const same = versions.filter((version) => isSameDesign(version.architecture, architecture));
  return same.reduce<number | null>((newest, { version }) => Math.max(newest ?? 0, version), null);
}
