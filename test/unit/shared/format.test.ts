import { describe, expect, it } from 'vitest';
import {
  formatAge,
  formatBytes,
  formatClock,
  formatCores,
  formatCount,
  formatDiskBytes,
  formatDuration,
  formatGpuMemory,
  formatInstant,
  formatLoss,
  formatMacs,
  formatPercent,
  formatProgress,
  formatRate,
  formatRoundDuration,
  formatSetting,
  formatShape,
  NOTHING,
  plural,
  thousands,
  wholePercent,
  asSentence,
  capitalized,
} from '../../../src/shared/format';

const DAY = 86_400;

type Format = (value: number | null | undefined) => string;

const FORMATS: [string, Format, [number, string][]][] = [
  [
    'thousands',
    thousands,
    [
      [0, '0'],
      [999, '999'],
      [-1000, '-1,000'],
      [11173962, '11,173,962'],
    ],
  ],
  [
    'formatCount',
    formatCount,
    [
      [950, '950'],
      [11173962, '11.2 M'],
      [999999, '1 M'],
    ],
  ],
  [
    'formatMacs',
    formatMacs,
    [
      [0, '0 MAC'],
      [12, '12 MAC'],
      [1.81e9, '1.81 GMAC'],
    ],
  ],
  [
    'formatPercent',
    formatPercent,
    [
      [0, '0.00 %'],
      [0.64651, '64.65 %'],
      [1, '100.00 %'],
      [-0.001, '-0.10 %'],
    ],
  ],
  [
    'formatProgress',
    formatProgress,
    [
      [-1, '0 %'],
      [0, '0 %'],
      [0.29, '29 %'],
      [0.999, '99 %'],
      [1, '100 %'],
      [1.2, '100 %'],
    ],
  ],
  [
    'formatSetting',
    formatSetting,
    [
      [0.001, '0.001'],
      [1e-5, '1e-5'],
      [0.9, '0.9'],
      [0.30000000000000004, '0.3'],
      [0, '0'],
    ],
  ],
  [
    'formatDuration',
    formatDuration,
    [
      [0, '0 s'],
      [0.0001, '< 1 ms'],
      [0.412, '412 ms'],
      [0.9994, '999 ms'],
      [0.9996, '1.0 s'],
      [7.4, '7.4 s'],
      [8.44, '8.4 s'],
      [59.94, '59.9 s'],
      [59.96, '1 min 00 s'],
      [125, '2 min 05 s'],
      [3599.6, '1 h 00 min'],
      [3725, '1 h 02 min'],
      [7500, '2 h 05 min'],
      [DAY - 1, '1 d 00 h'],
      [183600, '2 d 03 h'],
      [99 * DAY, '99 d 00 h'],
      [1234.4 * DAY, '1,234 d'],
      [-1, NOTHING],
    ],
  ],
  [
    'formatRoundDuration',
    formatRoundDuration,
    [
      [0, '0 s'],
      [0.1 + 0.2, '0.3 s'],
      [30, '30 s'],
      [90, '1 min 30 s'],
      [600, '10 min'],
      [5400, '1 h 30 min'],
      [1.5 * DAY, '1 d 12 h'],
      [2000 * DAY, '2,000 d'],
      [-1, NOTHING],
    ],
  ],
  [
    'formatClock',
    formatClock,
    [
      [0.4, '0:00'],
      [5, '0:05'],
      [42, '0:42'],
      [725, '12:05'],
      [3599.6, '1:00:00'],
      [3729, '1:02:09'],
      [1234 * 3600, '1,234:00:00'],
      [-1, NOTHING],
    ],
  ],
  [
    'formatAge',
    formatAge,
    [
      [-5, 'just now'],
      [59, 'just now'],
      [60, '1 min ago'],
      [3599, '59 min ago'],
      [3600, '1 h ago'],
      [DAY - 1, '23 h ago'],
      [DAY * 5, '5 d ago'],
      [DAY * 1500, '1,500 d ago'],
    ],
  ],
  [
    'formatRate',
    formatRate,
    [
      [0, '0.0 img/s'],
      [42.34, '42.3 img/s'],
      [99.96, '100 img/s'],
      [999.95, '1,000 img/s'],
      [1234.4, '1,234 img/s'],
    ],
  ],
  [
    'formatBytes',
    formatBytes,
    [
      [1023, '1,023 B'],
      [1024, '1 KiB'],
      [1.5 * 2 ** 30, '1.5 GiB'],
    ],
  ],
  [
    'formatDiskBytes',
    formatDiskBytes,
    [
      [0, '0 B'],
      [12, '12 B'],
      [999, '999 B'],
      [1000, '1.00 kB'],
      [1023, '1.02 kB'],
      [999600, '1.00 MB'],
      [999999, '1.00 MB'],
      [1234567, '1.23 MB'],
      [170052171, '170 MB'],
      [170498071, '170 MB'],
      [5e15, '5.00 PB'],
      [5e18, '5,000 PB'],
      [-1234567, '-1.23 MB'],
    ],
  ],
];

describe.each(FORMATS)('%s', (_name, format, cases) => {
  it.each(cases)('writes %f as %s', (value, text) => {
    expect(format(value)).toBe(text);
  });

  it.each([[null], [undefined], [NaN], [Infinity], [-Infinity]])('writes a dash for %s', (value) => {
    expect(format(value)).toBe(NOTHING);
  });
});

describe('a loss', () => {
  it.each([
    [2.302585, '2.3026'],
    [-0.5, '-0.5000'],
    [99.99996, '100.00'],
    [123.456, '123.46'],
    [99_999.99, '99,999.99'],
    [99_999.996, '1.00e+5'],
    [1.234e8, '1.23e+8'],
    [123456, '1.23e+5'],
    [0.0000123, '1.23e-5'],
    [0.00012, '1.20e-4'],
    [0, '0.0000'],
  ])('of %f is %s', (value, text) => {
    expect(formatLoss(value)).toBe(text);
  });

  it('says what it has diverged to', () => {
    expect([NaN, Infinity, -Infinity].map(formatLoss)).toEqual(['NaN', '∞', '-∞']);
  });

  it.each([[null], [undefined]])('that is %s is a dash', (value) => {
    expect(formatLoss(value)).toBe(NOTHING);
  });
});

describe('an instant', () => {
  it('is in the time zone of the user, to the minute', () => {
    expect(formatInstant(new Date(2026, 2, 4, 9, 6, 59).getTime())).toBe('2026-03-04 09:06');
  });

  it.each([[null], [undefined], [NaN], [Infinity], [9e15]])('of %s is a dash', (value) => {
    expect(formatInstant(value)).toBe(NOTHING);
  });
});

it('gives whole per cent for progress bars', () => {
  expect([0.29, 0.9999, 1].map(wholePercent)).toEqual([29, 99, 100]);
});

it('writes a shape with times signs', () => {
  expect(formatShape([32, 32, 3])).toBe('32 × 32 × 3');
});

it('counts in singular and plural', () => {
  expect([plural(1, 'run'), plural(0, 'run'), plural(1200, 'run'), plural(2, 'class', 'classes')]).toEqual([
    '1 run',
    '0 runs',
    '1,200 runs',
    '2 classes',
  ]);
});

it('writes how many processors are busy', () => {
  expect([formatCores(1.94, 2), formatCores(null, 2)]).toEqual(['1.9 of 2', '–']);
});

it('shows memory of a GPU as a part of all', () => {
  expect(formatGpuMemory({ usedBytes: 1.5 * 2 ** 30, totalBytes: 80 * 2 ** 30 })).toBe('1.5 GiB of 80 GiB');
});

it('begins with a capital, and ends a sentence', () => {
  expect(capitalized('epoch 3 of 10')).toBe('Epoch 3 of 10');
  expect(capitalized('')).toBe('');
  expect(asSentence('epochs must be at least 1')).toBe('Epochs must be at least 1.');
});
