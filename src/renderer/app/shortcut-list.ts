/** The list of shortcuts by section, narrowed by what is typed. Pure. */
import { COMMAND_IDS, COMMAND_SECTIONS, commandOf, type CommandId, type Place } from '../../shared/commands';
import { formatKeys } from '../ui/keys';
import { fuzzyScore, wordsOf } from '../ui/fuzzy';

export interface ShortcutSection {
  title: string;
  /** Where its keys work. */
  place: Place;
  rows: { id: CommandId; title: string; keys: readonly string[] }[];
}

/** Sections with at least one key, in the table's order; a search looks at titles, sections and keys. */
export function listShortcuts(query: string): ShortcutSection[] {
  const words = wordsOf(query);
  return COMMAND_SECTIONS.map((section) => {
    const commands = COMMAND_IDS.map((id) => ({ id, ...commandOf(id) })).filter(
      (command) => command.section === section,
    );
    const rows = commands.flatMap(({ id, title, keys = [], keywords = '' }) => {
      const also = [section, keywords, ...keys.map((one) => formatKeys(one))].join(' ').toLowerCase();
      const isWanted = words.length === 0 || fuzzyScore(words, title.toLowerCase(), also) > 0;
      return keys.length > 0 && isWanted ? [{ id, title, keys }] : [];
    });
    return { title: section, place: commands[0]?.place ?? 'everywhere', rows };
  }).filter(({ rows }) => rows.length > 0);
}
