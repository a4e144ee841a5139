import { describe, expect, it } from 'vitest';
import type { Architecture } from '../../../../../src/architecture/architecture';
import { buildNetwork } from '../../../../../src/architecture/network';
import { PRESETS } from '../../../../../src/architecture/presets';
import { summarize } from '../../../../../src/architecture/summary';
import { stageRows } from '../../../../../src/renderer/features/models/stages';

function rowsOf(architecture: Architecture) {
  const network = buildNetwork(architecture);
  const summary = summarize(network);
  return { summary, stages: stageRows(architecture, network, summary) };
}
const preset = (id: string): Architecture => PRESETS.find((one) => one.id === id)!.architecture;
const resnet50 = rowsOf(preset('resnet50'));

describe('the stages', () => {
  it('show repetition, convolutions, output and shortcut', () => {
    expect(
      resnet50.stages.map(({ title, count, chips, output, shortcut }) => [
        title,
        count,
        chips,
        output,
        shortcut,
      ]),
    ).toEqual([
      ['Stem', null, ['7×7, 64', 'max pool 3×3 /2'], '8×8×64', null],
      ['Stage 1', 3, ['1×1, 64', '3×3, 64', '1×1, 256'], '8×8×256', 'projection, then identity'],
      ['Stage 2', 4, ['1×1, 128', '3×3, 128', '1×1, 512'], '4×4×512', 'projection, then identity'],
      ['Stage 3', 6, ['1×1, 256', '3×3, 256', '1×1, 1024'], '2×2×1024', 'projection, then identity'],
      ['Stage 4', 3, ['1×1, 512', '3×3, 512', '1×1, 2048'], '1×1×2048', 'projection, then identity'],
      ['Head', null, ['average pool', 'dense, 10'], '10 classes', null],
    ]);
  });

  it('say nothing of shortcuts in a plain net', () => {
    const plain = rowsOf({ ...preset('resnet18'), shortcut: 'none' });
    expect(plain.stages.map(({ shortcut }) => shortcut)).toEqual([null, null, null, null, null, null]);
  });

  it('add up to all parameters', () => {
    expect(resnet50.stages.reduce((sum, { params }) => sum + params, 0)).toBe(resnet50.summary.totalParams);
  });

  it('write rectangular kernels with height and width', () => {
    expect(rowsOf({ ...preset('resnet18'), table: [[1, [[8, [1, 7]]]]] }).stages[1]?.chips).toEqual([
      '1×7, 8',
    ]);
  });
});
