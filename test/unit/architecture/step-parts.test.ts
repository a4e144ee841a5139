import { expect, it } from 'vitest';
import { buildNetwork } from '../../../src/architecture/network';
import { findPreset } from '../../../src/architecture/presets';
import { differentParts, layersWithin, stepParts } from '../../../src/architecture/step-parts';

const network = (id: string) => buildNetwork(findPreset(id)!.architecture);

it('has each layer once: by itself, or within a normalisation', () => {
  for (const id of ['resnet18', 'resnet20', 'resnet50', 'resnet18-cifar']) {
    const { layers } = network(id);
    const parts = stepParts({ layers });
    const named = parts.flatMap(({ layer, unit }) => [layer.name, ...(unit ? layersWithin(unit) : [])]);
    const all = layers.filter(({ kind }) => kind !== 'input').map(({ name }) => name);
    // A sum may be computed with the first of two normalisations that meet in it.
    expect([...new Set(named)].sort()).toEqual([...all].sort());
    expect(named).toHaveLength(all.length);
  }
});

it('knows what computes the same, and that the images need no gradient', () => {
  const parts = differentParts(network('resnet20'));
  const keys = [...parts.keys()];
  expect(keys[0]).toBe('32x32x3-3x3/1-same-32x32x16-first');
  expect(parts.get('32x32x16-3x3/1-same-32x32x16')).toHaveLength(6);
  expect(parts.get('16x16x32-norm-add-relu')).toHaveLength(3);
  expect(keys).toContain('shortcut-a-32x32x16-16x16x32');
  expect(keys).toContain('dense-64-10');
});
