import { describe, expect, it } from 'vitest';
import type { Architecture, BlockTable } from '../../../src/architecture/architecture';
import { findPreset, PRESETS } from '../../../src/architecture/presets';
import { shownName, shownTitle } from '../../../src/architecture/shown-name';

const preset = (id: string): Architecture => findPreset(id)!.architecture;
const shown = (id: string, changes: Partial<Architecture>): string =>
  shownName({ ...preset(id), ...changes });
const TABLE = preset('resnet18').table;
const STEM = preset('resnet18').stem;
const wider = (factor: number): BlockTable =>
  TABLE.map(([count, convolutions]) => [
    count,
    convolutions.map(([filters, kernel]) => [filters * factor, kernel]),
  ]);

describe('the name that an architecture is shown by', () => {
  it('is that of the preset where nothing differs', () => {
    for (const { architecture, title } of PRESETS) {
      expect(shownName(architecture)).toBe(architecture.name);
      expect(shownTitle(architecture)).toBe(title);
    }
  });

  it('does not count what was adapted to a data set', () => {
    const adapted: Partial<Architecture> = { inputShape: [32, 32, 1], classes: 7 };
    expect(shown('resnet50-torchvision', adapted)).toBe('resnet50-torchvision');
    expect(shownTitle({ ...preset('resnet50-torchvision'), ...adapted })).toBe('ResNet-50, torchvision');
  });

  it.each<[Partial<Architecture>, string]>([
    [{ shortcut: 'none' }, 'no shortcut'],
    [{ shortcut: 'identity' }, 'shortcut A'],
    [{ strideOn: '3x3' }, 'stride on the 3×3'],
    [{ bias: false }, 'no biases'],
    [{ l2: 0 }, 'no L2'],
    [{ l2: 0.0005 }, 'L2 5e-4'],
    [{ bnMomentum: 0.9, bnEpsilon: 1e-5 }, 'BN momentum 0.9, BN epsilon 1e-5'],
    [{ zeroInitLastGamma: true }, 'last gamma 0'],
    [{ stem: { ...STEM, pool: false } }, 'no max pooling'],
    [{ stem: { ...STEM, stride: 1 } }, 'stem stride 1'],
    [{ stem: { filters: 64, kernel: 3, stride: 1, pool: false } }, 'another stem'],
    [{ table: [[4, TABLE[0]![1]], ...TABLE.slice(1)] }, 'stage 1 blocks 4'],
    [{ table: TABLE.slice(0, 3) }, 'no stage 4'],
    [{ table: [...TABLE, [1, [[1024, 3]]]] }, 'stage 5 added'],
    [{ table: wider(2) }, 'widths × 2'],
    [{ table: wider(0.5), stem: { ...STEM, filters: 32 } }, 'widths × 0.5'],
    [{ table: TABLE.map(([, list], index) => [index + 3, list]) }, 'another block table'],
  ])('says %j as “%s”', (changes, words) => expect(shown('resnet18', changes)).toBe(`resnet18, ${words}`));

  it('says two differences, and that there are more', () => {
    const changes: Partial<Architecture> = { shortcut: 'none', bias: false, l2: 0 };
    expect(shown('resnet18', changes)).toBe('resnet18, no shortcut, no biases, …');
    expect(shownTitle({ ...preset('resnet18'), ...changes })).toBe('ResNet-18, no shortcut, no biases, …');
  });

  it('is the user’s own name, whatever the network', () => {
    expect(shown('resnet18', { name: 'mine', shortcut: 'none' })).toBe('mine');
  });
});
