/** What the palette lists for what is typed. Pure. */
import { fuzzyScore, wordsOf } from '../ui/fuzzy';

export interface PaletteEntry {
  /** `command:run.new`, `run:12`, `model:preset:resnet18`, `setting:theme`. */
  id: string;
  kind: 'Command' | 'Run' | 'Model' | 'Setting';
  title: string;
  /** Stands behind the title, smaller. */
  note?: string;
  /** Other words by which it is found. */
  also?: string;
  keys?: string;
  /** Why it cannot be chosen now. */
  refusal?: string | null;
  run(): unknown;
}

/** An entry with its texts as they are compared. */
export interface Searchable {
  entry: PaletteEntry;
  text: string;
  also: string;
}

export const searchable = (entry: PaletteEntry): Searchable => ({
  entry,
  text: entry.title.toLowerCase(),
  also: (entry.also ?? '').toLowerCase(),
});

/** More than these nobody reads: the rest is a matter of another letter. */
export const MAX_SHOWN = 50;

export interface Found {
  shown: PaletteEntry[];
  total: number;
}

/** What was used lately is meant again, unless something else fits clearly better. */
const RECENT = 0.4;

/** The best first; without a word all, those used last first. */
export function searchPalette(all: readonly Searchable[], query: string, recent: readonly string[]): Found {
  const words = wordsOf(query);
  const rank = new Map(recent.map((id, index) => [id, index]));
  const rankOf = (id: string): number => rank.get(id) ?? recent.length;
  const scored = all
    .map(({ entry, text, also }) => ({
      entry,
      score: words.length === 0 ? 1 : fuzzyScore(words, text, also),
    }))
    .filter(({ score }) => score > 0);
  for (const one of scored) if (rank.has(one.entry.id)) one.score += RECENT;
  // A stable sort: what is equal stays in the order of the sources.
  scored.sort((a, b) => b.score - a.score || rankOf(a.entry.id) - rankOf(b.entry.id));
  return { shown: scored.slice(0, MAX_SHOWN).map(({ entry }) => entry), total: scored.length };
}
