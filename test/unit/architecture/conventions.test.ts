import { describe, expect, it } from 'vitest';
import { ARCHITECTURE_FIELDS } from '../../../src/architecture/architecture';
import { describeBounds, isWithin } from '../../../src/architecture/bounds';
import {
  CONVENTION_GROUPS,
  CONVENTION_KEYS,
  conventionHelp,
  conventionIn,
  conventionLimits,
  conventionOf,
  conventionRows,
  DEFAULTS,
  describeConvention,
  describeStem,
  fieldOfConvention,
  nested,
  stemField,
  type ConventionGroup,
} from '../../../src/architecture/conventions';
import { findPreset, PRESETS } from '../../../src/architecture/presets';
import { formatProblem } from '../../../src/architecture/problem';
import { parseArchitecture } from '../../../src/architecture/text/architecture';

const resnet18 = findPreset('resnet18')!.architecture;

describe('the description of conventions', () => {
  it('has every field of an architecture but its name and its table', () => {
    const fields = new Set(CONVENTION_KEYS.map(fieldOfConvention));
    expect([...fields].sort()).toEqual(
      ARCHITECTURE_FIELDS.filter((field) => field !== 'name' && field !== 'table').sort(),
    );
    expect(CONVENTION_KEYS.map(stemField).filter((field) => field !== null)).toEqual(
      Object.keys(DEFAULTS.stem),
    );
  });

  it.each(CONVENTION_KEYS)('has words for %s, and its published values are those of presets', (key) => {
    const { label, help, published = [] } = conventionOf(key);
    expect(label).toMatch(/^[A-Z]/);
    expect(help).not.toMatch(/\.$/);
    for (const { preset, value } of published) {
      expect([preset, conventionIn(findPreset(preset)!.architecture, key)]).toEqual([preset, value]);
    }
  });

  it('has rows for the form, each convention in one', () => {
    const groups = Object.keys(CONVENTION_GROUPS) as ConventionGroup[];
    expect(groups.flatMap(conventionRows).flatMap(({ keys }) => keys)).toEqual(CONVENTION_KEYS);
    expect(conventionRows('stem')).toEqual([
      {
        label: 'Convolution',
        help: 'filters, kernel (7 or 3x5) and stride of the layer before the first stage',
        keys: ['stemFilters', 'stemKernel', 'stemStride'],
      },
      expect.objectContaining({ label: 'Max pooling', keys: ['stemPool'] }),
    ]);
  });
});

it.each(PRESETS.map(({ id, architecture }) => [id, architecture] as const))(
  '%s is its flat conventions, put together again',
  (_id, { name, table, ...conventions }) => {
    expect(nested((key) => conventionIn({ name, table, ...conventions }, key))).toEqual(conventions);
  },
);

describe('words', () => {
  it('say each value', () => {
    expect(CONVENTION_KEYS.map((key) => describeConvention(key, conventionIn(resnet18, key)))).toEqual([
      '32 × 32 × 3',
      '10',
      '64',
      '7×7',
      '2',
      'max pooling',
      'projection where the shape changes (B)',
      'first convolution',
      'yes',
      '1e-4',
      '0.99',
      '0.001',
      'no',
    ]);
    expect(describeStem(resnet18)).toBe('64 filters, 7×7, stride 2, max pooling');
  });

  it('say who has it how, and what there may be', () => {
    expect(conventionHelp('bnEpsilon')).toBe(
      "added to the variance before the root: 0.001 (Keras' layer), 1.001e-5 (Keras' ResNets), 1e-5 (PyTorch)",
    );
    expect([conventionLimits('bnEpsilon'), conventionLimits('strideOn'), conventionLimits('bias')]).toEqual([
      'above 0 and at most 1',
      'first or 3x3',
      '',
    ]);
  });
});

describe('bounds', () => {
  it.each([
    [{}, ''],
    [{ above: 0 }, 'above 0'],
    [{ atLeast: 2 }, 'at least 2'],
    [{ atLeast: 0, below: 1 }, '0 to below 1'],
    [{ atLeast: 1, atMost: 9 }, '1 to 9'],
    [{ above: 0, atMost: 1 }, 'above 0 and at most 1'],
  ])('%j: %s', (bounds, words) => expect(describeBounds(bounds)).toBe(words));

  it('exclude what is no number', () => {
    expect([isWithin(NaN, {}), isWithin(Infinity, {}), isWithin(0, { above: 0 })]).toEqual([
      false,
      false,
      false,
    ]);
    expect(isWithin(1, { atLeast: 1, atMost: 1 })).toBe(true);
  });
});

it('a number typed with a decimal comma is refused with the number to write', () => {
  const parsed = parseArchitecture({ ...resnet18, l2: '0,0001' });
  expect(parsed.ok ? [] : parsed.problems.map((problem) => formatProblem(problem))).toEqual([
    'l2: must be a number from 0 to 1, got "0,0001"; write 0.0001 with a decimal point',
  ]);
});
