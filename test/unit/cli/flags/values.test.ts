import { describe, expect, it } from 'vitest';
import { kernel, oneOf, imageShape, realNumber, runId, wholeNumber } from '../../../../src/cli/flags/values';

describe('wholeNumber', () => {
  const epochs = wholeNumber('--epochs', 1, 1000);

  it.each([
    ['1', 1],
    ['+7', 7],
    ['1000', 1000],
  ])('takes %s', (word, value) => expect(epochs(word)).toBe(value));

  it.each(['abc', '', ' ', '0', '-3', '1.5', '1e3', '0x10', 'NaN', 'Infinity', '3 4', '--seed'])(
    'refuses %j and repeats it',
    (word) =>
      expect(() => epochs(word)).toThrow(
        `--epochs must be a whole number of at least 1, got ${JSON.stringify(word)}`,
      ),
  );

  it('names the upper bound', () => {
    expect(() => epochs('1001')).toThrow('--epochs must be at most 1000, got "1001"');
  });

  it('refuses what a number cannot hold exactly', () => {
    expect(() => wholeNumber('--seed', 0)('99999999999999999999')).toThrow('--seed must be at most');
  });
});

describe('realNumber', () => {
  it.each([
    ['0.001', 0.001],
    ['1e-3', 0.001],
    ['.5', 0.5],
    ['2.', 2],
  ])('takes %s', (word, value) => expect(realNumber('--lr', { above: 0 })(word)).toBe(value));

  it.each(['fast', '', '0', '-1', 'NaN', 'Infinity', '1e999', '1,5', '0x1'])('refuses %j', (word) =>
    expect(() => realNumber('--lr', { above: 0 })(word)).toThrow(
      `--lr must be a number greater than 0, got ${JSON.stringify(word)}`,
    ),
  );

  it('names the decimal point where a comma stands', () => {
    expect(() => realNumber('--lr', { above: 0 })('0,01')).toThrow(
      /^--lr must be a number greater than 0, got "0,01"; write 0\.01 with a decimal point$/,
    );
  });

  it('says both bounds', () => {
    expect(() => realNumber('--momentum', { atLeast: 0, below: 1 })('1')).toThrow(
      '--momentum must be a number of at least 0 and less than 1, got "1"',
    );
  });

  it('includes inclusive bounds', () => {
    const l2 = realNumber('--l2', { atLeast: 0, atMost: 1 });
    expect([l2('0'), l2('1')]).toEqual([0, 1]);
  });
});

describe('oneOf', () => {
  const optimizer = oneOf('--optimizer', ['adam', 'sgd'] as const);

  it('ignores case', () => expect(optimizer('SGD')).toBe('sgd'));

  it('suggests what was probably meant', () => {
    expect(() => optimizer('adma')).toThrow(
      '--optimizer must be one of adam, sgd, got "adma"; did you mean "adam"?',
    );
  });

  it('suggests nothing where nothing is near', () => {
    expect(() => optimizer('lbfgs')).toThrow(/^--optimizer must be one of adam, sgd, got "lbfgs"$/);
  });
});

describe('imageShape', () => {
  it.each(['32x48x3', '32X48X3', '32×48×3', '32,48,3', '(32, 48, 3)', '[32,48,3]'])('takes %s', (word) =>
    expect(imageShape('--input')(word)).toEqual([32, 48, 3]),
  );

  it.each(['32', '32x32', '0x32x3', '32x32x3x1', 'axbxc', '-1x3x3', '32.5x3x3', ''])('refuses %j', (word) =>
    expect(() => imageShape('--input')(word)).toThrow(
      `--input must be height x width x channels such as 32x32x3, each at least 1, got ${JSON.stringify(word)}`,
    ),
  );
});

describe('kernel', () => {
  it.each([
    ['3', 3],
    ['3x3', 3],
    ['(3,5)', [3, 5]],
    ['[1, 7]', [1, 7]],
  ])('takes %s', (word, value) => expect(kernel('--stem-kernel')(word)).toEqual(value));

  it.each(['0', '3x0', 'big', '3x3x3', ''])('refuses %j', (word) =>
    expect(() => kernel('--stem-kernel')(word)).toThrow('--stem-kernel must be a size such as 3 or 3x5'),
  );
});

describe('runId', () => {
  it('takes a number', () => expect(runId('12')).toBe(12));

  it.each(['0', '-1', '1.5', 'last', '', '01'])('refuses %j', (word) =>
    expect(() => runId(word)).toThrow('a run is named by its number'),
  );
});
