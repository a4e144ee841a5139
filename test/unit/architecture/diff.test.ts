import { expect, it } from 'vitest';
import { diffArchitectures } from '../../../src/architecture/diff';
import { findPreset } from '../../../src/architecture/presets';
import { formatBlockTable } from '../../../src/architecture/text/table';

const preset = (id: string) => findPreset(id)!.architecture;

it('lists the fields that differ, in readable words', () => {
  expect(diffArchitectures([preset('resnet18'), preset('resnet20'), preset('resnet50-torchvision')])).toEqual(
    [
      { field: 'Name', values: ['resnet18', 'resnet20', 'resnet50-torchvision'] },
      { field: 'Input shape', values: ['32 × 32 × 3', '32 × 32 × 3', '224 × 224 × 3'] },
      { field: 'Classes', values: ['10', '10', '1,000'] },
      {
        field: 'Stem',
        values: [
          '64 filters, 7×7, stride 2, max pooling',
          '16 filters, 3×3, stride 1, no max pooling',
          '64 filters, 7×7, stride 2, max pooling',
        ],
      },
      {
        field: 'Block table',
        values: ['resnet18', 'resnet20', 'resnet50-torchvision'].map((id) =>
          formatBlockTable(preset(id).table),
        ),
      },
      {
        field: 'Shortcut',
        values: [
          'projection where the shape changes (B)',
          'identity with zero padding (A)',
          'projection where the shape changes (B)',
        ],
      },
      { field: 'Stride on', values: ['first convolution', 'first convolution', 'first 3×3 convolution'] },
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
    ['Block table', formatBlockTable(other.table)],
    ['L2', '0'],
    ['Zero-initialise last gamma', 'yes'],
  ]);
});

it('lists nothing for the same architecture, one or none', () => {
  const base = preset('resnet18');
  expect(diffArchitectures([base, JSON.parse(JSON.stringify(base)) as typeof base])).toEqual([]);
  expect(diffArchitectures([base])).toEqual([]);
  expect(diffArchitectures([])).toEqual([]);
});
