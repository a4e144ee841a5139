import { expect, it } from 'vitest';
import type { BlockTable, TableStage } from '../../../../../src/architecture/architecture';
import { placesAfter } from '../../../../../src/renderer/features/models/stages/stage-places';

const stage = (filters: number): TableStage => [2, [[filters, 3]]];
const table = (...filters: number[]): BlockTable => filters.map(stage);

it.each<[string, number, BlockTable, number[]]>([
  ['stays where nothing has changed', 1, table(1, 2, 3, 4), [1]],
  ['stays where it alone has changed', 1, table(1, 9, 3, 4), [1]],
  ['stays where another one has changed', 1, table(1, 2, 9, 4), [1]],
  ['is found where it was moved to', 1, table(1, 3, 4, 2), [3]],
  ['is found where another one was moved over it', 1, table(1, 3, 2, 4), [2]],
  ['goes up when one before it is removed', 2, table(1, 3, 4), [1]],
  ['goes down when one before it is added', 2, table(1, 1, 2, 3, 4), [3]],
  ['is gone when it is removed', 1, table(1, 3, 4), []],
  ['is gone in another network', 1, table(5, 6, 7, 8), []],
])('a stage %s', (_, place, after, places) => {
  expect([...placesAfter(new Set([place]), table(1, 2, 3, 4), after)]).toEqual(places);
});
