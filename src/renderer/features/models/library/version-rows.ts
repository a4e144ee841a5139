/** The versions of an architecture as their dialog lists them. Pure. */
import { differences } from '../../../../architecture/edits/differences';
import type { ArchitectureVersion } from '../../../../shared/saved-architecture';

/** A run that used a version, as far as the dialog shows it. */
export interface VersionRun {
  id: number;
  name: string;
  version: number;
  /** Best validation accuracy; null before the first validation. */
  best: number | null;
}

export interface VersionRow {
  version: ArchitectureVersion;
  /** From the one before; null for the first. */
  changes: readonly string[] | null;
  /** Best first. */
  runs: readonly VersionRun[];
}

/** Newest first, as they are given. The name is the entry's, so it is no change. */
export function versionRows(
  versions: readonly ArchitectureVersion[],
  runs: readonly VersionRun[],
): VersionRow[] {
  return versions.map((version, index) => {
    const before = versions[index + 1];
    return {
      version,
      changes: before
        ? differences({ ...before.architecture, name: version.architecture.name }, version.architecture).map(
            ({ name }) => name,
          )
        : null,
      runs: runs.filter((run) => run.version === version.version),
    };
  });
}

/** Changes that a row of the table has room for. */
const SAID = 3;

/** `stage 3 filters 256 → 192; shortcut option B → none; 2 more` */
export function describeChanges(changes: VersionRow['changes']): string {
  if (changes === null) return 'the first';
  if (changes.length === 0) return 'nothing';
  const more = changes.length - SAID;
  return [...changes.slice(0, SAID), ...(more > 0 ? [`${more} more`] : [])].join('; ');
}
