import { expect, it } from 'vitest';
import { diffArchitectures } from '../../../src/architecture/diff';
import { findPreset } from '../../../src/architecture/presets';

const preset = (id: string) => findPreset(id)!.architecture;

it('lists the fields that differ, in readable words', () => {
  expect(diffArchitectures([preset('resnet18'), preset('resnet20'), preset('resnet50-torchvision')])).toEqual(
    [
      { field: 'Name', values: ['resnet18', 'resnet20', 'resnet50-torchvision'] },
      { field: 'Input', values: ['32 x 32 x 3', '32 x 32 x 3', '224 x 224 x 3'] },
      { field: 'Classes', values: ['10', '10', '1000'] },
      {
        field: 'Stem',
        values: [
          '64 filters 7x7, stride 2, pooling',
          '16 filters 3x3, stride 1, no pooling',
          '64 filters 7x7, stride 2, pooling',
        ],
      },
      {
        field: 'Blocks',
        values: [
          '2 x (64 3x3, 64 3x3); 2 x (128 3x3, 128 3x3); 2 x (256 3x3, 256 3x3); 2 x (512 3x3, 512 3x3)',
          '3 x (16 3x3, 16 3x3); 3 x (32 3x3, 32 3x3); 3 x (64 3x3, 64 3x3)',
          '3 x (64 1x1, 64 3x3, 256 1x1); 4 x (128 1x1, 128 3x3, 512 1x1); 6 x (256 1x1, 256 3x3, 1024 1x1); 3 x (512 1x1, 512 3x3, 2048 1x1)',
        ],
      },
      {
        field: 'Shortcut',
        values: [
          'projection where the shape changes (B)',
          'identity (A)',
          'projection where the shape changes (B)',
        ],
      },
      { field: 'Stride on', values: ['first convolution', 'first convolution', 'first 3x3 convolution'] },
      { field: 'Convolution bias', values: ['yes', 'no', 'no'] },
      { field: 'L2', values: ['1e-4', '5e-5', '5e-5'] },
      { field: 'BN momentum', values: ['0.99', '0.9', '0.9'] },
      { field: 'BN epsilon', values: ['0.001', '1e-5', '1e-5'] },
    ],
  );
});

it('shows rectangular kernels, no L2 and zero gammas', () => {
  const base = preset('resnet20');
  const other = { ...base, table: [[1, [[8, [1, 3]]]]] as typeof base.table, l2: 0, zeroInitLastGamma: true };
  expect(diffArchitectures([base, other]).map(({ field, values }) => [field, values[1]])).toEqual([
    ['Blocks', '1 x (8 1x3)'],
    ['L2', '0'],
    ['Last gamma starts at', '0'],
  ]);
});

it('lists nothing for the same architecture, one or none', () => {
  const base = preset('resnet18');
  expect(diffArchitectures([base, JSON.parse(JSON.stringify(base)) as typeof base])).toEqual([]);
  expect(diffArchitectures([base])).toEqual([]);
  expect(diffArchitectures([])).toEqual([]);
});
