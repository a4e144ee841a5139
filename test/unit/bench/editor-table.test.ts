import { expect, it } from 'vitest';
import { load } from '../scripts/load';

const { editorText } = await load<{ editorText(result: unknown): string }>('bench/editor-table.mjs');

it('what was measured of the editor has the load, and the limits of keys, frames and texts', () => {
  const typed = { keys: [20, 30, 40, 60], frames: [16.7, 16.7, 83.3], script: 9.5, task: 14 };
  const text = editorText({
    blocks: 200,
    stages: 4,
    layers: 2213,
    columns: 16,
    typing: [
      { place: 'text', front: 'layers', ...typed },
      { place: 'card', front: 'picture', ...typed },
    ],
    load: 1.23,
    reader: { times: [10, 20, 30, 70], characters: 150_000, load: 0.5 },
  });
  expect(text).toContain('200 blocks in 4 stages');
  expect(text).toMatch(/^in the text, table shown +35\.0 +57\.0 +60\.0 +83\.3 +9\.50 +14\.0$/m);
  expect(text).toMatch(/^in a card, picture shown /m);
  expect(text).toContain('Load 1.2; limits: 95 % of keys within 50 ms, no frame over 100 ms.');
  expect(text).toContain('4 texts of 150 thousand characters');
  expect(text).toContain('the longest 70.0 ms; 1 over the limit of 50 ms (load 0.5).');
});
