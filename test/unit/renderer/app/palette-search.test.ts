import { describe, expect, it } from 'vitest';
import { runEntry } from '../../../../src/renderer/app/run-entry';
import {
  MAX_SHOWN,
  searchable,
  searchPalette,
  type PaletteEntry,
} from '../../../../src/renderer/app/palette-search';
import { sampleRun } from '../features/runs/sample';

const entry = (id: string, title: string, over: Partial<PaletteEntry> = {}): PaletteEntry => ({
  id,
  kind: 'Command',
  title,
  run: () => undefined,
  ...over,
});
const search = (entries: PaletteEntry[], query: string, recent: string[] = []) =>
  searchPalette(entries.map(searchable), query, recent);
const ids = (found: { shown: PaletteEntry[] }) => found.shown.map(({ id }) => id);

const runs = (count: number) =>
  Array.from({ length: count }, (_, index) =>
    runEntry(sampleRun({ id: index + 1, name: `sweep ${String(index + 1).padStart(4, '0')}` }), () => null),
  );

describe('searchPalette', () => {
  const entries = [entry('a', 'New run'), entry('b', 'Go to Runs'), entry('c', 'Dark theme')];

  it('lists everything without a word, what was used last first', () => {
    expect(ids(search(entries, ''))).toEqual(['a', 'b', 'c']);
    expect(ids(search(entries, ' ', ['c', 'gone', 'b']))).toEqual(['c', 'b', 'a']);
  });

  it('prefers what fits, and of what fits alike what was used', () => {
    expect(ids(search(entries, 'run'))).toEqual(['a', 'b']);
    expect(ids(search([entry('a', 'Save one'), entry('b', 'Save two')], 'save', ['b']))).toEqual(['b', 'a']);
    // Used or not, a whole word is more than letters.
    expect(ids(search([entry('a', 'r-u-n'), entry('b', 'run')], 'run', ['a']))).toEqual(['b', 'a']);
  });

  it('shows no more than anybody reads, and says how many there are', () => {
    const found = search(runs(5000), 'sweep');
    expect(found.shown).toHaveLength(MAX_SHOWN);
    expect(found.total).toBe(5000);
  });

  it('finds a run among thousands by its number, with and without its sign', () => {
    const all = runs(5000);
    expect(ids(search(all, '#4711'))[0]).toBe('run:4711');
    expect(ids(search(all, '4711'))[0]).toBe('run:4711');
    expect(ids(search(all, 'run 7'))[0]).toBe('run:7');
  });

  it('finds a run by name, model, data and state, and one that cannot be read by its name', () => {
    const [one, broken] = [
      runEntry(sampleRun({ id: 3, name: 'warm start' }), () => null),
      runEntry(sampleRun({ id: 4, name: 'broken', unreadable: 'Its recipe is no recipe.' }), () => null),
    ];
    for (const query of ['warm', 'resnet-18 shapes', 'completed warm', 'resnet18 3']) {
      expect(ids(search([one, broken], query)), query).toEqual(['run:3']);
    }
    expect(ids(search([one, broken], 'broken'))).toEqual(['run:4']);
  });
});
