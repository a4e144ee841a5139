import { describe, expect, it } from 'vitest';
import type { Architecture } from '../../../../../src/architecture/architecture';
import { buildNetwork } from '../../../../../src/architecture/network';
import { PRESETS } from '../../../../../src/architecture/presets';
import { summarize } from '../../../../../src/architecture/summary';
import type { GroupRow } from '../../../../../src/renderer/features/models/layer-rows';
import { layerRows, rowOfStage, visibleRange } from '../../../../../src/renderer/features/models/layer-rows';
import { stageRows } from '../../../../../src/renderer/features/models/stages';

function rowsOf(architecture: Architecture) {
  const network = buildNetwork(architecture);
  const summary = summarize(network);
  return {
    network,
    summary,
    layers: layerRows(network, summary),
    stages: stageRows(architecture, network, summary),
  };
}
const preset = (id: string): Architecture => PRESETS.find((one) => one.id === id)!.architecture;
const resnet18 = rowsOf(preset('resnet18'));
const resnet50 = rowsOf(preset('resnet50'));
const groups = resnet18.layers.filter((row): row is GroupRow => row.kind === 'group');

describe('the layer table', () => {
  it('groups every layer by its block', () => {
    expect(groups.map(({ title, note }) => `${title}: ${note}`)).toEqual([
      'Stem: ',
      'Stage 1, block 1: identity shortcut',
      'Stage 1, block 2: identity shortcut',
      'Stage 2, block 1: stride 2, projection shortcut',
      'Stage 2, block 2: identity shortcut',
      'Stage 3, block 1: stride 2, projection shortcut',
      'Stage 3, block 2: identity shortcut',
      'Stage 4, block 1: stride 2, projection shortcut',
      'Stage 4, block 2: identity shortcut',
      'Head: ',
    ]);
  });

  it.each([
    ['resnet18', resnet18],
    ['resnet50', resnet50],
  ])('of %s runs up to all its parameters', (_id, { layers, summary }) => {
    const last = layers[layers.length - 1];
    expect(last?.kind === 'layer' && last.running).toBe(summary.totalParams);
    expect(layers.filter(({ kind }) => kind === 'layer')).toHaveLength(summary.layers.length);
  });

  it('adds up parameters and MACs of each group to the totals', () => {
    expect(groups.reduce((sum, { params }) => sum + params, 0)).toBe(resnet18.summary.totalParams);
    expect(groups.reduce((sum, { macs }) => sum + macs, 0)).toBe(resnet18.summary.macs);
  });

  it.each([
    ['stem', 'Stem'],
    ['stage3', 'Stage 3, block 1'],
    ['', 'Head'],
  ])('finds the first row of %j', (stage, title) => {
    expect(resnet18.layers[rowOfStage(resnet18.layers, stage)]).toMatchObject({ title });
  });

  it('does not take stage 1 for stage 10', () => {
    const many = rowsOf({ ...preset('resnet18'), table: Array.from({ length: 12 }, () => [1, [[8, 3]]]) });
    expect(many.layers[rowOfStage(many.layers, 'stage1')]).toMatchObject({ title: 'Stage 1, block 1' });
    expect(many.layers[rowOfStage(many.layers, 'stage10')]).toMatchObject({ title: 'Stage 10, block 1' });
  });
});

describe('the rows in sight', () => {
  it.each([
    ['at the top', [1000, 28, 0, 280, 2], { start: 0, end: 12 }],
    ['in the middle', [1000, 28, 2800, 280, 2], { start: 98, end: 112 }],
    ['at the end', [100, 28, 2520, 280, 2], { start: 88, end: 100 }],
    ['of a list that became shorter than its scroll position', [5, 28, 2800, 280, 2], { start: 5, end: 5 }],
    ['of nothing', [0, 28, 0, 280, 2], { start: 0, end: 0 }],
  ] as const)('%s', (_where, [count, height, top, view, margin], range) => {
    expect(visibleRange(count, height, top, view, margin)).toEqual(range);
  });
});

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
