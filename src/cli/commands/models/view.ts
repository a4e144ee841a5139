/** The library as text; docs/COMMANDS.md describes the JSON. */
import { listArchitecture } from '../../../architecture/listing';
import type { Preset } from '../../../architecture/presets';
import {
  formatCount,
  formatInstant,
  formatMacs,
  formatPercent,
  plural,
  thousands,
} from '../../../shared/format';
import type { ArchitectureVersion } from '../../../shared/saved-architecture';
import { formatFacts, formatTable } from '../../format/table';
import { oneLine } from '../../format/text';
import type { Output } from '../../terminal/output';
import { bestOf, totalsOf, type Entry, type RunOfEntry } from './entries';

const accuracy = (share: number | null): string => (share === null ? '-' : formatPercent(share));
const starOf = (starred: boolean, { unicode }: Output): string => (starred ? (unicode ? '★' : '*') : '');

export function modelsTable(entries: readonly Entry[], presets: readonly Preset[], output: Output): string[] {
  const sizes = (architecture: Preset['architecture']): string[] => {
    const { totalParams, macs } = totalsOf(architecture);
    return [thousands(totalParams), formatCount(macs)];
  };
  return formatTable(
    [
      { title: '' },
      { title: 'Name', shrink: true },
      { title: 'Version', align: 'right', optional: 'late' },
      { title: 'Parameters', align: 'right' },
      { title: 'MACs', align: 'right', optional: true },
      { title: 'Runs', align: 'right', optional: 'late' },
      { title: 'Best val', align: 'right', optional: 'late' },
      { title: 'Changed', optional: true },
      { title: 'Tags', shrink: true, optional: 'late' },
    ],
    [
      ...entries.map((entry) => [
        starOf(entry.saved.starred, output),
        oneLine(entry.saved.architecture.name),
        String(entry.saved.version),
        ...sizes(entry.saved.architecture),
        String(entry.runs.length),
        accuracy(bestOf(entry)),
        formatInstant(entry.saved.updatedAt),
        oneLine(entry.saved.tags.join(', ')),
      ]),
      ...presets.map(({ id, architecture }) => ['', id, 'preset', ...sizes(architecture), '-', '-', '-', '']),
    ],
    output.table,
  );
}

/** @param shown the version of the entry that is shown */
export function modelPage(
  { saved, versions, runs }: Entry,
  shown: ArchitectureVersion,
  output: Output,
): string[] {
  const { style } = output;
  const { architecture, version } = shown;
  const { layers, totalParams, trainableParams, macs } = totalsOf(architecture);
  const facts: [string, string][] = [
    ['Version', `${version} of ${saved.version}, saved ${formatInstant(shown.savedAt)}`],
    ...(saved.starred ? [['Star', 'yes'] as [string, string]] : []),
    ...(saved.tags.length > 0 ? [['Tags', saved.tags.join(', ')] as [string, string]] : []),
    ['Layers', thousands(layers)],
    ['Parameters', `${thousands(totalParams)}, ${thousands(trainableParams)} of them trainable`],
    ['Work', `${formatMacs(macs)} per image`],
  ];
  const listed = listArchitecture(architecture).filter(({ field }) => field !== 'Name');
  const fields = listed.filter(({ block }) => !block).map(({ field, value }) => [field, value] as const);
  const blocks = listed.filter(({ block }) => block);
  return [
    style.bold(oneLine(saved.architecture.name)),
    '',
    ...formatFacts([...facts, ...fields], style.dim),
    ...blocks.flatMap(({ field, value }) => ['', `${field}:`, ...value.split('\n')]),
    ...(saved.notes === '' ? [] : ['', 'Notes:', ...saved.notes.split('\n')]),
    '',
    ...versionsTable(versions, version, output),
    '',
    ...(runs.length > 0 ? runsTable(runs, output) : ['No run was started with it.']),
  ];
}

function versionsTable(versions: readonly ArchitectureVersion[], shown: number, output: Output): string[] {
  return formatTable(
    [
      { title: 'Version', align: 'right' },
      { title: 'Saved' },
      { title: 'Parameters', align: 'right', optional: true },
      { title: 'MACs', align: 'right', optional: true },
      { title: 'Note', shrink: true },
    ],
    versions.map(({ version, savedAt, architecture, note }) => {
      const { totalParams, macs } = totalsOf(architecture);
      const number = version === shown ? output.style.bold(String(version)) : String(version);
      return [number, formatInstant(savedAt), thousands(totalParams), formatCount(macs), oneLine(note)];
    }),
    output.table,
  );
}

const runsTable = (runs: readonly RunOfEntry[], output: Output): string[] =>
  formatTable(
    [
      { title: 'Run', align: 'right' },
      { title: 'Name', shrink: true },
      { title: 'Version', align: 'right' },
      { title: 'State', optional: true },
      { title: 'Best val', align: 'right' },
    ],
    runs.map(({ id, name, version, state, bestValAccuracy }) => [
      String(id),
      oneLine(name),
      String(version),
      state,
      accuracy(bestValAccuracy),
    ]),
    output.table,
  );

/** What to say where nothing is listed. */
export const nothingListed = (isFiltered: boolean, save: string): string =>
  isFiltered
    ? 'No saved architecture matches.'
    : `Nothing is saved yet. Save a preset under a name of your own: ${save}`;

/** `mine has a star and 2 tags: deep, wide.` */
export function describedLine({ saved }: Pick<Entry, 'saved'>): string {
  const { starred, tags, architecture } = saved;
  const has = [
    starred ? 'a star' : 'no star',
    tags.length > 0 ? `${plural(tags.length, 'tag')}: ${tags.join(', ')}` : 'no tags',
  ];
  return `${oneLine(architecture.name)} has ${has.join(' and ')}.`;
}
