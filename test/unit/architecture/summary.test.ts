import { readFileSync } from 'node:fs';
import { describe, expect, it } from 'vitest';
import { buildNetwork } from '../../../src/architecture/network';
import { findPreset } from '../../../src/architecture/presets';
import { BLOG_RESNET18_PLAIN, BLOG_RESNET18_TOTAL } from './published';
import type { AdditiveField, Summary } from '../../../src/architecture/summary';
import { formatKeras } from '../../../src/architecture/layer-table/keras';
import { summarize } from '../../../src/architecture/summary';
import type { Architecture } from '../../../src/architecture/architecture';

function summary(preset: string, changes: Partial<Architecture> = {}): Summary {
  return summarize(buildNetwork({ ...findPreset(preset)!.architecture, ...changes }));
}

/** The rows and totals of a printed Keras summary: type (which old Keras cuts), output shape, parameters. */
function readKeras(text: string): {
  rows: [type: string, shape: string, params: string][];
  totals: string[];
} {
  const rows = [...text.matchAll(/^\S+ \((\w*)\)? +(\[?\(None.*?\)\]?) +(\d+)$/gm)].map(
    ([, type, shape, params]): [string, string, string] => [type!, shape!, params!],
  );
  return { rows, totals: text.match(/^.*params: .*$/gm) ?? [] };
}

const SEED = readKeras(readFileSync(new URL('./blog-summary.txt', import.meta.url), 'utf8'));
const PLAIN = summary('resnet18', { shortcut: 'none' });

describe("the blog's ResNet-18 without shortcuts", () => {
  const ours = readKeras(formatKeras(PLAIN, 'resnet18'));

  it('has as many rows as the blog prints', () => {
    expect(SEED.rows).toHaveLength(55);
    expect(ours.rows).toHaveLength(55);
  });

  it.each(SEED.rows.map((row, index) => [index, ...row] as const))(
    'row %i is %s, %s, %s',
    (index, type, shape, params) => {
      const [ourType, ourShape, ourParams] = ours.rows[index]!;
      expect([ourType.slice(0, type.length), ourShape, ourParams]).toEqual([type, shape, params]);
    },
  );

  it('has the totals that the blog prints', () => {
    expect(SEED.totals).toHaveLength(3);
    expect(ours.totals).toEqual(SEED.totals);
  });

  it('has them as numbers', () => {
    expect(PLAIN).toMatchObject(BLOG_RESNET18_PLAIN);
  });

  it('has 11,196,042 parameters with its projections', () => {
    expect(summary('resnet18').totalParams).toBe(BLOG_RESNET18_TOTAL);
  });
});

describe('the Keras text', () => {
  it('begins and ends as Keras writes it, and cuts no type', () => {
    const lines = formatKeras(summary('resnet20'), 'resnet20').split('\n');
    expect(lines.slice(0, 8).map((line) => line.trimEnd())).toEqual([
      'Model: "resnet20"',
      '_'.repeat(68),
      'Layer (type)                            Output Shape         Param #',
      '='.repeat(68),
      'input (InputLayer)                      [(None, 32, 32, 3)]  0',
      '_'.repeat(68),
      'stem/conv (Conv2D)                      (None, 32, 32, 16)   432',
      '_'.repeat(68),
    ]);
    expect(lines.slice(-6)).toEqual([
      '='.repeat(68),
      'Total params: 271,098',
      'Trainable params: 269,722',
      'Non-trainable params: 1,376',
      '_'.repeat(68),
      '',
    ]);
    expect(lines).toContain('pool (GlobalAveragePooling2D)           (None, 64)           0');
  });

  it('names option A a Lambda and the sum an Add', () => {
    const types = readKeras(formatKeras(summary('resnet20'), 'x')).rows.map(([type]) => type);
    expect(types.filter((type) => type === 'Lambda')).toHaveLength(2);
    expect(types.filter((type) => type === 'Add')).toHaveLength(9);
  });
});

describe('the summary', () => {
  it('counts parameters, MACs and memory of each layer', () => {
    const layers = new Map(summary('resnet18').layers.map((layer) => [layer.name, layer]));
    expect(layers.get('stage2/block1/conv1')).toEqual({
      name: 'stage2/block1/conv1',
      type: 'Conv2D',
      stage: 2,
      block: 1,
      inputs: ['stage1/block2/relu'],
      kernel: [3, 3],
      stride: 2,
      outputShape: [4, 4, 128],
      params: 3 * 3 * 64 * 128 + 128,
      trainable: 3 * 3 * 64 * 128 + 128,
      macs: 4 * 4 * 3 * 3 * 64 * 128,
      forwardFlops: 2 * 4 * 4 * 3 * 3 * 64 * 128,
      backwardFlops: 4 * 4 * 4 * 3 * 3 * 64 * 128,
      activationBytes: 4 * 4 * 128 * 4,
      keptBytes: 4 * 4 * 128 * 4,
      // Stem 7 and pool 11 pixels, four 3x3 at stride 4 add 8 each, this one too.
      receptiveField: [51, 51],
      totalStride: 8,
    });
    expect(layers.get('stage2/block1/bn1')).toMatchObject({ params: 4 * 128, trainable: 2 * 128, macs: 0 });
    expect(layers.get('dense')).toMatchObject({
      outputShape: [10],
      params: 5130,
      macs: 5120,
      activationBytes: 40,
    });
    expect(layers.get('stage2/block1/add')).toMatchObject({
      type: 'Add',
      inputs: ['stage2/block1/bn2', 'stage2/block1/shortcut/bn'],
      params: 0,
      macs: 0,
    });
  });

  it('adds them up', () => {
    const { layers, ...totals } = summary('resnet50');
    const sum = (field: AdditiveField): number => layers.map((layer) => layer[field]).reduce((a, b) => a + b);
    expect(totals).toEqual({
      totalParams: sum('params'),
      trainableParams: sum('trainable'),
      nonTrainableParams: sum('params') - sum('trainable'),
      macs: sum('macs'),
      forwardFlops: sum('forwardFlops'),
      backwardFlops: sum('backwardFlops'),
      activationBytes: sum('activationBytes'),
      keptBytes: sum('keptBytes'),
      parameterBytes: 4 * sum('params'),
    });
  });

  it('counts rectangular kernels', () => {
    const { layers } = summary('resnet18', { table: [[1, [[8, [1, 5]]]]], bias: false });
    expect(layers.find(({ name }) => name === 'stage1/block1/conv1')).toMatchObject({
      params: 1 * 5 * 64 * 8,
      macs: 8 * 8 * 5 * 64 * 8,
    });
  });

  it('is JSON', () => {
    expect(JSON.parse(JSON.stringify(PLAIN))).toEqual(PLAIN);
  });

  it('does not change the network when it is changed', () => {
    const network = buildNetwork(findPreset('resnet20')!.architecture);
    summarize(network).layers[0]!.outputShape[0] = 99;
    expect(network.layers[0]!.outputShape).toEqual([32, 32, 3]);
  });
});
