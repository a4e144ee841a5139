import { describe, expect, it } from 'vitest';
import {
  formatAge,
  formatBytes,
  formatClock,
  formatCores,
  formatGpuMemory,
  formatCount,
  formatDiskBytes,
  formatDuration,
  formatInstant,
  formatLoss,
  formatMacs,
  formatPercent,
  formatRate,
  formatSetting,
  formatShape,
  NOTHING,
  plural,
  thousands,
} from '../../../src/renderer/format';

describe.each<[string, (value: number) => string, [number, string][]]>([
  [
    'thousands',
    thousands,
    [
      [0, '0'],
      [999, '999'],
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
      [12, '12 MAC'],
      [1.81e9, '1.81 GMAC'],
    ],
  ],
  [
    'formatPercent',
    formatPercent,
    [
      [0, '0.00 %'],
      [0.6465, '64.65 %'],
      [1, '100.00 %'],
    ],
  ],
  [
    'formatLoss',
    formatLoss,
    [
      [2.302585, '2.3026'],
      [123.456, '123.46'],
      [1.234e8, '1.23e+8'],
      [0.0000123, '1.23e-5'],
      [0, '0.0000'],
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
      [0.42, '0.42 s'],
      [0.999, '1.0 s'],
      [7.4, '7.4 s'],
      [59.97, '1 min 00 s'],
      [125, '2 min 05 s'],
      [3599.6, '1 h 00 min'],
      [7500, '2 h 05 min'],
      [86399, '1 d 00 h'],
      [183600, '2 d 03 h'],
    ],
  ],
  [
    'formatClock',
    formatClock,
    [
      [42, '0:42'],
      [725, '12:05'],
      [3729, '1:02:09'],
    ],
  ],
  [
    'formatRate',
    formatRate,
    [
      [42.34, '42.3 img/s'],
      [99.96, '100 img/s'],
      [1234.4, '1,234 img/s'],
    ],
  ],
  [
    'formatBytes',
    formatBytes,
    [
      [1024, '1 KiB'],
      [1.5 * 2 ** 30, '1.5 GiB'],
    ],
  ],
  [
    'formatDiskBytes',
    formatDiskBytes,
    [
      [170498071, '170 MB'],
      [1234567, '1.23 MB'],
      [999999, '1.00 MB'],
      [12, '12 B'],
    ],
  ],
])('%s', (_name, format, cases) => {
  it.each(cases)('writes %f as %s', (value, text) => {
    expect(format(value)).toBe(text);
  });

  it.each([[null], [undefined]])('writes a dash for %s', (value) => {
    expect(format(value as unknown as number)).toBe(NOTHING);
  });
});

it('says that a loss is not finite', () => {
  expect(formatLoss(NaN)).toBe('not finite');
  expect(formatLoss(Infinity)).toBe('not finite');
});

it('writes an instant in the time zone of the user', () => {
  expect(formatInstant(new Date(2026, 2, 4, 9, 6).getTime())).toBe('2026-03-04 09:06');
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

describe('age', () => {
  it.each([
    [-5, 'just now'],
    [59, 'just now'],
    [60, '1 min ago'],
    [3599, '59 min ago'],
    [3600, '1 h ago'],
    [86_399, '23 h ago'],
    [86_400 * 5, '5 d ago'],
    [null, '–'],
  ])('%s s: %s', (seconds, text) => {
    expect(formatAge(seconds)).toBe(text);
  });
});

it('writes how many processors are busy', () => {
  expect([formatCores(1.94, 2), formatCores(null, 2)]).toEqual(['1.9 of 2', '–']);
});

it('shows memory of a GPU as a part of all', () => {
  expect(formatGpuMemory({ usedBytes: 1.5 * 2 ** 30, totalBytes: 80 * 2 ** 30 })).toBe('1.5 GiB of 80 GiB');
});
