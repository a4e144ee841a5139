import { describe, expect, it } from 'vitest';
import { DEFAULT_RECIPE } from '../../../src/shared/recipe';
import { formatRecipeFile, parseRecipeFile } from '../../../src/shared/recipe-file';
import { namedForm } from '../../../src/shared/saved-recipe';

const recipe = namedForm({ ...DEFAULT_RECIPE, optimizer: 'sgd', learningRate: 0.05, momentum: 0.8, crop: 4 });
const text = formatRecipeFile({ name: '我的配方', note: 'for CIFAR', recipe });
const problems = (given: unknown): string[] => {
  const read = parseRecipeFile(typeof given === 'string' ? given : JSON.stringify(given));
  return read.ok ? [] : read.problems;
};

it('comes back as it was written', () => {
  expect(parseRecipeFile(text)).toEqual({ ok: true, value: { name: '我的配方', note: 'for CIFAR', recipe } });
  expect(JSON.parse(text)).toMatchObject({
    format: 'resbench-recipe',
    formatVersion: 1,
    recipe: { optimizer: 'sgd', learningRate: 0.05 },
  });
  // What is the run's is not the recipe's.
  expect(text).not.toMatch(/seed|limit/i);
  expect(parseRecipeFile(`\ufeff${text}`).ok).toBe(true);
});

it('takes one by hand, in which what is left out is as it is without the field', () => {
  const read = parseRecipeFile(
    '{"name": " mine ", "recipe": {"learningRate": 0.01, "seed": 7, "momentum": 0.5}}',
  );
  expect(read).toEqual({
    ok: true,
    value: {
      name: 'mine',
      note: '',
      recipe: { ...DEFAULT_RECIPE, learningRate: 0.01, regularisation: 'both', validationSplit: 0 },
    },
  });
});

describe('says of another text what is wrong with it', () => {
  it.each([
    ['', 'the text is empty; expected a recipe as JSON'],
    ['{"name": "mine",}', expect.stringMatching(/^line 1, column 16: remove the comma/)],
    ['[]', 'a recipe must be an object with name and recipe, got []'],
    ['"mine"', 'a recipe must be an object with name and recipe, got "mine"'],
    [
      { format: 'resbench-run' },
      expect.stringContaining('format must be "resbench-recipe", got "resbench-run"'),
    ],
    [
      { formatVersion: 2 },
      expect.stringContaining('formatVersion must be 1, got 2; a newer Resbench wrote it'),
    ],
    ['x'.repeat(100_001), 'the text has 100,001 characters, at most 100,000 are allowed'],
    ['['.repeat(50_000), expect.stringContaining('too many brackets inside each other')],
  ])('%#', (given, sentence) => expect(problems(given)).toEqual([sentence]));

  it('and everything at once', () => {
    expect(
      problems({
        name: 7,
        note: 'a\nb',
        comment: 'x',
        recipe: { lerningRate: 0.1, learningRate: 0, optimizer: 'lion', epochs: 2.5 },
      }),
    ).toEqual([
      'unknown field "comment"',
      'name must be a text, got 7',
      'The note of a version must not hold control characters or marks that turn text around',
      'recipe: unknown field "lerningRate"; did you mean "learningRate"?',
      'recipe: optimizer must be one of adam, sgd, muon',
      'recipe: learning rate must be greater than 0',
      'recipe: epochs must be a whole number',
    ]);
    expect(problems({ name: 'mine' })).toEqual(['recipe is missing']);
    expect(problems({ recipe: {} })).toEqual(['name is missing']);
    expect(problems({ name: 'mine', recipe: [] })).toEqual(['recipe must be an object of fields, got []']);
  });

  it('keys of every object change nothing', () => {
    const read = parseRecipeFile(
      '{"name": "mine", "__proto__": {"note": "x"}, "recipe": {"__proto__": {"epochs": 3}}}',
    );
    expect(read).toEqual({
      ok: false,
      problems: ['unknown field "__proto__"', 'recipe: unknown field "__proto__"'],
    });
  });

  it('no more than a few', () => {
    const fields = Object.fromEntries(Array.from({ length: 3000 }, (_, index) => [`f${index}`, 1]));
    expect(problems({ name: 'mine', recipe: fields })).toHaveLength(20);
  });
});
