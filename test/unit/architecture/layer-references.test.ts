/**
 * Our figures of layers against those of torchinfo, fvcore and PyTorch, which `npm run layer-references` writes down:
 * test/reference/layer_figures.py builds the same architectures from their descriptions alone.
 */
import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import type { Architecture } from '../../../src/architecture/architecture';
import { trainingBytes } from '../../../src/architecture/layer-table/columns';
import { totalRow } from '../../../src/architecture/layer-table/rows';
import { buildNetwork } from '../../../src/architecture/network';
import { receptiveFields, type Reach } from '../../../src/architecture/receptive-field';
import { summarize } from '../../../src/architecture/summary';
import { parseArchitectureText } from '../../../src/architecture/text/architecture';

interface Figures {
  torchinfo: { params: number; macs: number };
  /** Counts by operator. */
  fvcore: Record<string, number>;
  /** Moving means and variances, which torchinfo does not count. */
  statistics: number;
  /** Of one unit: the first and last pixel with a gradient along each axis. Layers that leave the reach as it is have none. */
  reach?: { unit: [number, number] | []; pixels: [[number, number], [number, number]] };
}
interface Reference {
  /** Pixels by which the image is larger on each side where reaches are measured. */
  more: number;
  networks: Record<
    string,
    {
      flops: { forward: number; backward: number };
      memory: { batch: number; peak: number } | null;
      layers: Record<string, Figures>;
    }
  >;
}

const FOLDER = join(__dirname, '../../reference');
const reference = JSON.parse(readFileSync(join(FOLDER, 'layer-figures.json'), 'utf8')) as Reference;

function architectureOf(name: string): Architecture {
  const parsed = parseArchitectureText(readFileSync(join(FOLDER, 'architectures', `${name}.json`), 'utf8'));
  if (!parsed.ok) throw new Error(`${name} is not an architecture.`);
  return parsed.value;
}

it('the reference knows every architecture', () => {
  const files = readdirSync(join(FOLDER, 'architectures')).map((file) => file.replace(/\.json$/, ''));
  expect(Object.keys(reference.networks).sort()).toEqual(files.sort());
});

describe.each(Object.keys(reference.networks))('%s', (name) => {
  const theirs = reference.networks[name]!;
  const architecture = architectureOf(name);
  const summary = summarize(buildNetwork(architecture));
  const layers = summary.layers.filter((layer) => layer.type !== 'InputLayer');

  it('has the parameters that torchinfo counts', () => {
    expect(layers.map(({ name: layer, params, trainable }) => [layer, params, trainable])).toEqual(
      Object.entries(theirs.layers).map(([layer, { torchinfo, statistics }]) => [
        layer,
        torchinfo.params + statistics,
        torchinfo.params,
      ]),
    );
  });

  it('has the multiply-accumulates that fvcore counts in convolutions and the dense layer', () => {
    for (const { name: layer, macs } of layers) {
      const { conv = 0, linear = 0 } = theirs.layers[layer]!.fvcore;
      expect([layer, macs]).toEqual([layer, conv + linear]);
    }
  });

  it('has torchinfo’s but for an addition for each bias, and the parameters of batch normalisation', () => {
    for (const { name: layer, type, macs, trainable, outputShape } of layers) {
      const outputs = outputShape.reduce((a, b) => a * b, 1);
      const biases = type === 'Dense' || (type === 'Conv2D' && architecture.bias) ? outputs : 0;
      const added = type === 'BatchNormalization' ? trainable : biases;
      expect([layer, macs + added]).toEqual([layer, theirs.layers[layer]!.torchinfo.macs]);
    }
  });

  it('has the FLOPs of PyTorch’s counter, forward and backward', () => {
    expect({ forward: summary.forwardFlops, backward: summary.backwardFlops }).toEqual(theirs.flops);
  });

  it('reaches as far as the gradient of a unit does', () => {
    const [height, width, channels] = architecture.inputShape;
    const sides = [height + reference.more, width + reference.more] as const;
    const fields = receptiveFields(
      buildNetwork({ ...architecture, inputShape: [...sides, channels] }).layers,
    );
    const pixels = ({ stride, first, last }: Reach, unit: number, side: number): [number, number] => [
      Math.max(0, unit * stride + first),
      Math.min(side - 1, unit * stride + last),
    ];
    for (const [layer, { reach }] of Object.entries(theirs.layers)) {
      if (!reach) continue;
      const [row = 0, column = 0] = reach.unit;
      const [down, across] = fields.get(layer)!.axes;
      expect([layer, pixels(down, row, sides[0]), pixels(across, column, sides[1])]).toEqual([
        layer,
        ...reach.pixels,
      ]);
    }
  });

  if (theirs.memory !== null) {
    const { batch, peak } = theirs.memory;
    it(`takes the memory that PyTorch’s tensors take in a step of ${batch} images with Adam, to 15 %`, () => {
      const ours = trainingBytes(totalRow(summary).figures, { batch, slots: 2 });
      expect(Math.abs(ours / peak - 1)).toBeLessThan(0.15);
    });
  }
});
