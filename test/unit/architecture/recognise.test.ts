import { describe, expect, it } from 'vitest';
import type { Architecture } from '../../../src/architecture/architecture';
import { findPreset, PRESETS } from '../../../src/architecture/presets';
import { recognise } from '../../../src/architecture/recognise';

const preset = (id: string): Architecture => findPreset(id)!.architecture;
const said = (id: string, changes: Partial<Architecture>): string | undefined =>
  recognise({ ...preset(id), name: 'mine', ...changes })?.sentence;

describe('equality', () => {
  it.each(PRESETS.map(({ id }) => [id]))('finds %s under any name', (id) => {
    expect(recognise({ ...preset(id), name: 'mine' })).toMatchObject({ exact: true, preset: { id } });
  });

  it.each([
    ['resnet50-torchvision', 'Equals torchvision’s ResNet-50.'],
    ['resnet56', 'Equals the paper’s ResNet-56.'],
    ['resnet18', 'Equals the blog’s ResNet-18.'],
    ['resnet18-cifar', 'Equals ResNet-18 with a CIFAR stem.'],
    ['resnet50-keras', 'Equals Keras’ ResNet-50.'],
  ])('%s is called so: %s', (id, sentence) => expect(said(id, {})).toBe(sentence));

  it('says of the network that the blog’s code ran that it is a plain one', () => {
    expect(recognise(preset('resnet18-plain'))?.note).toContain('drops the sum');
    expect(recognise(preset('resnet18'))?.note).toBeNull();
  });
});

describe('the nearest', () => {
  it.each<[string, Partial<Architecture>, string]>([
    ['resnet56', { shortcut: 'projection' }, 'The paper’s ResNet-56 with option B instead of A.'],
    ['resnet56', { shortcut: 'none' }, 'The paper’s ResNet-56 with no shortcuts.'],
    ['resnet20', { classes: 100 }, 'The paper’s ResNet-20 with 100 classes instead of 10.'],
    [
      'resnet20',
      { bias: true, l2: 1e-4, bnMomentum: 0.99 },
      'The paper’s ResNet-20 with convolution biases, L2 1e-4 instead of 5e-5 and BN momentum 0.99 instead of 0.9.',
    ],
    [
      'resnet50-torchvision',
      { strideOn: 'first' },
      'Torchvision’s ResNet-50 with the stride on the first convolution instead of the first 3×3 convolution.',
    ],
  ])('of %s with %j is said', (id, changes, sentence) => expect(said(id, changes)).toBe(sentence));

  it('is named with three differences at most', () => {
    expect(said('resnet20', { bias: true, l2: 0, bnMomentum: 0.5, bnEpsilon: 0.5 })).toMatch(
      /and 1 more difference\.$/,
    );
  });

  it('tells the number of blocks, of stages, or that a stage is another', () => {
    const { table } = preset('resnet20');
    const [first, second, third] = table;
    const basic = second![1];
    expect(said('resnet20', { table: [first!, second!, [4, third![1]]] })).toBe(
      'The paper’s ResNet-20 with 4 blocks in stage 3 instead of 3.',
    );
    expect(said('resnet20', { table: [first!, [3, [...basic, ...basic]], third!] })).toBe(
      'The paper’s ResNet-20 with other convolutions in stage 2.',
    );
  });

  it('is none where nothing is near', () => {
    expect(recognise({ ...preset('resnet18'), table: [[1, [[1, 1]]]] })).toBeNull();
  });
});
