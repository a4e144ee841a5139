import { describe, expect, it } from 'vitest';
import { buildNetwork } from '../../../src/architecture/network';
import { findPreset } from '../../../src/architecture/presets';
import { normalisations, normKey, normUnits } from '../../../src/architecture/normalisations';
import { smallArchitecture } from '../trainer/fixtures';

describe('units of normalisation', () => {
  const network = buildNetwork(findPreset('resnet18')!.architecture);
  const units = normUnits(network);

  it('hold each normalisation once, and each sum and ReLU at most once', () => {
    const norms = network.layers.filter(({ kind }) => kind === 'bn').map(({ name }) => name);
    expect(units.map(({ bn }) => bn.name)).toEqual(norms);
    const outputs = units.map(({ output }) => output.name);
    expect(new Set(outputs).size).toBe(outputs.length);
  });

  it('end in the sum of a block where the shortcut meets the main path', () => {
    const of = (name: string) => units.find(({ bn }) => bn.name === name)!;
    const identity = of('stage1/block2/bn2');
    expect(identity).toMatchObject({ relu: true, addend: 'stage1/block1/relu' });
    expect(normKey(identity)).toBe('8x8x64-norm-add-relu');
    expect(of('stage1/block2/bn1')).toMatchObject({ relu: true, addend: null });
    // The projection's own normalisation is what is added.
    const projected = of('stage2/block1/bn2');
    expect(projected.addend).toBe('stage2/block1/shortcut/bn');
    expect(of('stage2/block1/shortcut/bn')).toMatchObject({ relu: false, addend: null });
  });

  it('are of few kinds', () => {
    expect([...normalisations(network).keys()].slice(0, 3)).toEqual([
      '16x16x64-norm-relu',
      '8x8x64-norm-relu',
      '8x8x64-norm-add-relu',
    ]);
    expect(normalisations(buildNetwork(smallArchitecture())).size).toBeGreaterThan(1);
    const all = [...normalisations(network).values()].flat();
    expect(all.map(({ bn }) => bn.name).sort()).toEqual(units.map(({ bn }) => bn.name).sort());
  });
});
