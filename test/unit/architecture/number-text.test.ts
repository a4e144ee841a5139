import { describe, expect, it } from 'vitest';
import {
  formatBytes,
  formatCount,
  formatExact,
  formatSetting,
  thousands,
} from '../../../src/architecture/number-text';

type Format = (value: number) => string;

describe.each<[string, Format, [number, string][]]>([
  [
    'thousands',
    thousands,
    [
      [0, '0'],
      [999, '999'],
      [1000, '1,000'],
      [1234567, '1,234,567'],
      [-1234567, '-1,234,567'],
      [1234.56789, '1,234.56789'],
      [Number.MAX_SAFE_INTEGER, '9,007,199,254,740,991'],
    ],
  ],
  [
    'formatCount',
    formatCount,
    [
      [0, '0'],
      [999, '999'],
      [999.95, '1 k'],
      [1000, '1 k'],
      [999_499, '999 k'],
      [999_500, '1 M'],
      [-11_196_042, '-11.2 M'],
      [1_814_073_344, '1.81 G'],
      [11_196_042, '11.2 M'],
      [1e19, '10,000 P'],
    ],
  ],
  [
    'formatBytes',
    formatBytes,
    [
      [0, '0 B'],
      [1023, '1,023 B'],
      [1024, '1 KiB'],
      [1_047_552, '1,023 KiB'],
      [1024 ** 2, '1 MiB'],
      [44_784_168, '42.7 MiB'],
      [-1.5 * 1024 ** 3, '-1.5 GiB'],
      [5 * 1024 ** 5, '5 PiB'],
    ],
  ],
  [
    'formatExact',
    formatExact,
    [
      [0.0001, '1e-4'],
      [0.00001001, '1.001e-5'],
      [0.001, '0.001'],
      [0, '0'],
      [0.99, '0.99'],
      [0.1234567890123456, '0.1234567890123456'],
      [1e7, '1e7'],
      [-0.0005, '-5e-4'],
    ],
  ],
  [
    'formatSetting',
    formatSetting,
    [
      [0.001, '0.001'],
      [0.0005, '5e-4'],
      [1e-5, '1e-5'],
      [0.9, '0.9'],
      [0.30000000000000004, '0.3'],
      [0, '0'],
    ],
  ],
])('%s', (_name, format, cases) => {
  it.each(cases)('writes %f as %s', (value, text) => {
    expect(format(value)).toBe(text);
  });
});
