import { describe, expect, it } from 'vitest';
import { buildNetwork } from '../../../../src/architecture/network';
import { findPreset } from '../../../../src/architecture/presets';
import { groupLayers, type Figures } from '../../../../src/architecture/layer-table/groups';
import { tableRows, totalRow } from '../../../../src/architecture/layer-table/rows';
import { summarize, type AdditiveField } from '../../../../src/architecture/summary';
import { random } from '../random';
import { randomArchitecture } from '../random-architecture';

const FIELDS: AdditiveField[] = [
  'params',
  'trainable',
  'macs',
  'forwardFlops',
  'backwardFlops',
  'activationBytes',
  'keptBytes',
];
const sum = (parts: readonly Figures[]): Record<string, number> =>
  Object.fromEntries(
    FIELDS.map((field) => [field, parts.map((part) => part[field]).reduce((a, b) => a + b, 0)]),
  );

describe('the groups of layers', () => {
  it('add up: layers to blocks, blocks to stages, stages to the whole, in 200 random networks', () => {
    const next = random(14);
    for (let trial = 0; trial < 200; trial++) {
      const network = buildNetwork(randomArchitecture(next));
      const summary = summarize(network);
      const groups = groupLayers(network, summary);
      for (const group of groups.flatMap((one) => [one, ...one.blocks])) {
        expect(group.figures).toMatchObject(sum(group.layers));
        if (group.blocks.length > 0) {
          expect(group.figures).toMatchObject(sum(group.blocks.map(({ figures }) => figures)));
        }
      }
      const whole = { ...sum(groups.map(({ figures }) => figures)) };
      expect(totalRow(summary).figures).toMatchObject(whole);
      expect(whole).toMatchObject({
        params: summary.totalParams,
        trainable: summary.trainableParams,
        macs: summary.macs,
        keptBytes: summary.keptBytes,
      });
      expect(groups.flatMap(({ layers }) => layers)).toEqual(summary.layers);
      for (const detail of ['stages', 'blocks', 'layers'] as const) {
        const rows = tableRows({ network, summary }, detail);
        expect(rows.at(-1)?.running).toBe(summary.totalParams);
      }
    }
  });

  it('say what is particular to a block', () => {
    const network = buildNetwork(findPreset('resnet18')!.architecture);
    const [stem, , second, , , head] = groupLayers(network, summarize(network));
    expect([stem!.title, head!.title]).toEqual(['Stem', 'Head']);
    expect(second).toMatchObject({ id: 'stage2', title: 'Stage 2', note: '2 blocks' });
    expect(second!.blocks.map(({ id, title, note }) => [id, title, note])).toEqual([
      ['stage2/block1', 'Block 1', 'stride 2, projection shortcut'],
      ['stage2/block2', 'Block 2', 'identity shortcut'],
    ]);
  });
});
