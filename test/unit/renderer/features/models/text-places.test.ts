import { describe, expect, it } from 'vitest';
import { findPreset } from '../../../../../src/architecture/presets';
import { formatArchitecture } from '../../../../../src/architecture/text/architecture';
import { editOf } from '../../../../../src/renderer/features/models/document';
import {
  jsonPlaces,
  placeAt,
  spanOfPath,
  spanOfPlace,
  tablePlaces,
  type TextPlaces,
} from '../../../../../src/renderer/features/models/text-places';

const { architecture } = findPreset('resnet18')!;

const tableOf = (tableText: string, tableIndex = 0): TextPlaces =>
  tablePlaces({ ...editOf(architecture), tableText, tableIndex });
const at = (places: TextPlaces, stage: string): string | null => {
  const span = spanOfPlace(places, { stage });
  return span && places.text.slice(span.offset, span.offset + span.length);
};

describe('a block table', () => {
  const TEXT = '[ # widths\n  [2, [[64, 3], [64, 3]]], # first\r\n  [1, [[128, 3]]]\n]';

  it('has a row for each stage, and none for stem and head', () => {
    const places = tableOf(TEXT);
    expect(at(places, 'stage1')).toBe('[2, [[64, 3], [64, 3]]]');
    expect(spanOfPlace(places, { stage: 'stage2', block: 1 })).toMatchObject({ line: 3, column: 3 });
    expect(at(places, 'stage3')).toBeNull();
    expect(at(places, 'stem')).toBeNull();
    expect(at(places, 'head')).toBeNull();
    expect(spanOfPath(places, ['shortcut'])).toBeNull();
  });

  it.each([
    ['in the row', 'first', { stage: 'stage1' }],
    ['in the row', '128', { stage: 'stage2' }],
    ['before the row, on its line', '  [1', { stage: 'stage2' }],
    ['above all rows', 'widths', null],
  ])('knows the stage of a caret %s: %j', (_, before, place) =>
    expect(placeAt(tableOf(TEXT), TEXT.indexOf(before))).toEqual(place),
  );

  it('tells stages on one line apart', () => {
    const text = '[[1, [[8, 3]]], [2, [[8, 3]]]]';
    expect(placeAt(tableOf(text), text.indexOf('[2'))).toEqual({ stage: 'stage2' });
  });

  it('is the one that counts among several', () => {
    const text = 'a = [[1, [[8, 3]]]]\nb = [[2, [[8, 3]]]]';
    expect(at(tableOf(text), 'stage1')).toBe('[1, [[8, 3]]]');
    expect(at(tableOf(text, 1), 'stage1')).toBe('[2, [[8, 3]]]');
    expect(placeAt(tableOf(text, 1), 5)).toBeNull();
  });

  it('has no rows while it has a mistake', () => {
    const places = tableOf('[[2, [[64, 0]]]]');
    expect(places.stages).toEqual([]);
    expect(placeAt(places, 3)).toBeNull();
  });

  it('finds one row for stages that are computed together', () => {
    const text = '[[2, [[8, 3]]]] * 3';
    expect(at(tableOf(text), 'stage3')).toBe('[2, [[8, 3]]]');
    expect(placeAt(tableOf(text), 4)).toEqual({ stage: 'stage1' });
  });
});

describe('JSON', () => {
  const places = jsonPlaces(formatArchitecture(architecture));

  it('has places for stages, for the stem, and for every value', () => {
    expect(at(places, 'stage2')).toBe('[2, [[128, 3], [128, 3]]]');
    expect(at(places, 'stem')).toMatch(/^\{ "filters": 64/);
    const span = spanOfPath(places, ['bnMomentum'])!;
    expect(places.text.slice(span.offset, span.offset + span.length)).toBe(String(architecture.bnMomentum));
    expect(spanOfPath(places, ['nothing'])).toBeNull();
  });

  it('knows what a caret stands in', () => {
    expect(placeAt(places, places.text.indexOf('128'))).toEqual({ stage: 'stage2' });
    expect(placeAt(places, places.text.indexOf('"filters"'))).toEqual({ stage: 'stem' });
    expect(placeAt(places, 0)).toBeNull();
  });

  it('has no places while it has a mistake', () => {
    const broken = jsonPlaces('{ "table": [');
    expect(at(broken, 'stage1')).toBeNull();
    expect(spanOfPath(broken, ['table', 0])).toBeNull();
  });
});
