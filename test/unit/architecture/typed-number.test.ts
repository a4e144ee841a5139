import { describe, expect, it } from 'vitest';
import { readNumber, withDecimalPoint } from '../../../src/architecture/typed-number';

describe('readNumber', () => {
  it.each([
    ['0.001', 0.001],
    ['1e-3', 0.001],
    [' .5 ', 0.5],
    ['2.', 2],
    ['-7', -7],
  ])('reads %j', (text, value) => expect(readNumber(text)).toBe(value));

  it.each(['', ' ', '0,01', '1 000', '0x10', 'NaN', 'Infinity', '1.2.3'])('does not read %j', (text) =>
    expect(readNumber(text)).toBeNaN(),
  );
});

describe('withDecimalPoint', () => {
  it.each([
    ['0,01', '0.01'],
    [' ,5', '.5'],
    ['1,5e-3', '1.5e-3'],
  ])('turns %j into %j', (text, pointed) => expect(withDecimalPoint(text)).toBe(pointed));

  it.each(['0.01', '1,000,000', '1,000.5', 'a,b', ',', ''])('has none for %j', (text) =>
    expect(withDecimalPoint(text)).toBeNull(),
  );
});
