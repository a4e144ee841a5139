/** docs/COMMANDS.md says of each flag what the descriptions of recipes and conventions say. */
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, it } from 'vitest';
import { CONVENTION_KEYS, fieldOfConvention, stemField } from '../../../src/architecture/conventions';
import { columnWord } from '../../../src/architecture/layer-table/choose';
import { LAYER_COLUMNS } from '../../../src/architecture/layer-table/columns';
import { FLAGS_OF_LR_FIND } from '../../../src/cli/commands/lr-find/command';
import { FLAGS_OF_PROBE, PROBE_RECIPE } from '../../../src/cli/commands/probe/command';
import { FLAGS_OF_REPRODUCE } from '../../../src/cli/commands/reproduce/command';
import { BLOG_RECIPE } from '../../../src/shared/blog/experiment';
import { flagsOf } from '../../../src/cli/flags/model';
import { FLAGS_OF_TRAIN, flagOf, helpOf, keptValue, placeholderOf } from '../../../src/cli/flags/recipe';
import { DEFAULT_RECIPE, RECIPE_KEYS, type Recipe, type RecipeKey } from '../../../src/shared/recipe';

const text = readFileSync(join(__dirname, '../../../docs/COMMANDS.md'), 'utf8');

/** Rows of tables as their cells, without the marks of code. */
const rowsOf = (markdown: string): string[][] =>
  markdown
    .split('\n')
    .filter((line) => line.startsWith('| '))
    .map((line) =>
      line
        .slice(1, -1)
        .split('|')
        .map((cell) => cell.trim().replace(/`/g, '')),
    );

const section = (title: string): string => text.split(/^## /m).find((part) => part.startsWith(`${title}\n`))!;

function expected(keys: readonly RecipeKey[], base: Recipe): string[][] {
  return keys.map((key) => {
    const placeholder = placeholderOf(key)?.toUpperCase();
    return [[flagOf(key), placeholder].filter(Boolean).join(' '), keptValue(key, base), helpOf(key)];
  });
}

it.each([
  ['train', FLAGS_OF_TRAIN, DEFAULT_RECIPE],
  ['reproduce', FLAGS_OF_REPRODUCE, BLOG_RECIPE],
  ['lr-find', FLAGS_OF_LR_FIND, DEFAULT_RECIPE],
  ['probe', FLAGS_OF_PROBE, PROBE_RECIPE],
] as const)('the flags of %s', (command, keys, base) => {
  const wanted = expected(keys, base);
  const flags = new Set(wanted.map(([flag]) => flag));
  expect(rowsOf(section(command)).filter(([flag]) => flags.has(flag!))).toEqual(wanted);
});

it('the fields of a recipe in the JSON of a run', () => {
  const row = rowsOf(section('runs')).find(([field]) => field === 'recipe')!;
  expect(row[1]!.replace(/ \(.*?\)/g, '').split(', ')).toEqual(RECIPE_KEYS);
});

it('the columns of summary', () => {
  const wanted = LAYER_COLUMNS.map((column) => columnWord(column));
  const rows = rowsOf(section('summary')).map(([column]) => column!);
  expect(rows.filter((column) => wanted.includes(column))).toEqual(wanted);
});

it('the flags of a model', () => {
  const wanted = CONVENTION_KEYS.map((key) => {
    const flags = flagsOf(key);
    const words = flags.map(({ flag, placeholder }) => [flag, placeholder].filter(Boolean).join(' '));
    const field = [fieldOfConvention(key), stemField(key)].filter(Boolean).join('.');
    return [words.join(', '), field, flags[0]!.help];
  });
  const rows = rowsOf(section('MODEL')).filter(([flag]) => /^--(?!table)[a-z]/.test(flag!));
  expect(
    rows.map(([flag, ...cells]) => [flag!.replace(/ [A-Z]+$/, (word) => word.toLowerCase()), ...cells]),
  ).toEqual(wanted);
});
