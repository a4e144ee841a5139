import { expect, it } from 'vitest';
import { load } from '../scripts/load';

interface Addition {
  share: number;
}
const { judgeAddition, recipeTable } = await load<{
  judgeAddition(name: string, limit: number, found: { plain: number[][]; with: number[][] }): Addition;
  recipeTable(title: string, batch: number, additions: Addition[]): string;
}>('bench/recipe-table.mjs');

it('an addition costs what its steps are longer than those beside them, and is held against its limit', () => {
  // The machine slows down for a round: both do.
  const cheap = judgeAddition('flip', 0.03, {
    plain: [[50, 50, 90], [100, 100], [50]],
    with: [[50.5], [101, 101, 300], [52]],
  });
  const dear = judgeAddition('mixup', 0.03, { plain: [[50, 50, 50]], with: [[52, 53, 54]] });
  expect(cheap.share).toBeCloseTo(0.01, 9);
  const lines = recipeTable('ResNet-18', 64, [cheap, dear]).split('\n');
  expect(lines[1]).toMatch(/^flip .* 1\.0 % +1\.0 % to 2\.5 % +3\.0 %$/);
  expect(lines[2]).toMatch(/^mixup .* 6\.0 % +6\.0 % to 6\.0 % +3\.0 %, missed$/);
});
