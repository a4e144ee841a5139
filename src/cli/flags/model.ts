/**
 * MODEL on the command line: a preset's name, a saved architecture, or a file with an architecture or a block table; flags
 * change it.
 */
import type { Command } from 'commander';
import type { Architecture } from '../../architecture/architecture';
import {
  CONVENTION_KEYS,
  conventionHelp,
  conventionLimits,
  conventionOf,
  nested,
  type ConventionKey,
  type Conventions,
  type CONVENTIONS,
} from '../../architecture/conventions';
import {
  parseArchitecture,
  parseArchitectureText,
  type ArchitectureChanges,
} from '../../architecture/text/architecture';
import type { Parsed } from '../../architecture/problem';
import { findPreset, suggestModelName } from '../../architecture/presets';
import { userPathStats } from '../../node/files/user-files';
import { nearest } from '../../architecture/suggest';
import { dashed } from '../../shared/dashed';
import { expected } from '../../shared/result';
import { isSameDesign, type ModelVersion } from '../../shared/saved-architecture';
import { shown } from '../../shared/shown';
import { problemsError } from './problems-error';
import { inLibraryWords, isOfLibrary, noSavedModel, type Library, type SavedModel } from './saved-model';
import { kernel, oneOf, imageShape, realNumber, wholeNumber } from './values';

type OptionName<K extends ConventionKey> = (typeof CONVENTIONS)[K] extends {
  option: infer Name extends string;
}
  ? Name
  : K;

/** As they come from the command line. */
export type ModelOptions = { table?: string } & {
  [K in ConventionKey as OptionName<K>]?: Conventions[K];
};

const optionOf = (key: ConventionKey): keyof ModelOptions =>
  (conventionOf(key).option ?? key) as keyof ModelOptions;

/** A flag as help and documentation write it, its words there, and how its value is read. */
export interface ModelFlag {
  /** `--stem-stride` */
  flag: string;
  /** `n`; null for one that stands alone. */
  placeholder: string | null;
  help: string;
  parse: ((value: string) => unknown) | null;
}

/** The flags of a convention: one that is on or off has two. */
export function flagsOf(key: ConventionKey): ModelFlag[] {
  const convention = conventionOf(key);
  const flag = `--${dashed(optionOf(key))}`;
  const limits = conventionLimits(key);
  const help = limits === '' ? conventionHelp(key) : `${conventionHelp(key)}; ${limits}`;
  const withValue = (placeholder: string, parse: (value: string) => unknown): ModelFlag[] => [
    { flag, placeholder, help, parse },
  ];
  switch (convention.kind) {
    case 'shape':
      return withValue('HxWxC', imageShape(flag));
    case 'whole':
      // Above its limit the check of the architecture says so.
      return withValue('n', wholeNumber(flag, convention.bounds.atLeast));
    case 'real':
      return withValue('x', realNumber(flag, convention.bounds));
    case 'kernel':
      return withValue('size', kernel(flag));
    case 'choice':
      return withValue('word', oneOf(flag, Object.keys(convention.choices)));
    case 'switch':
      return [
        { flag, placeholder: null, help, parse: null },
        { flag: `--no-${flag.slice(2)}`, placeholder: null, help: `without ${flag.slice(2)}`, parse: null },
      ];
  }
}

const TABLE: ModelFlag = {
  flag: '--table',
  placeholder: 'table',
  help: 'block table, e.g. "[[2, [[64,3],[64,3]]], [2, [[128,3],[128,3]]]]"',
  parse: null,
};

/** The conventions that flags of a recipe stand beside: `--l2` is one of these then, since an architecture's L2 is only its default. */
export const BESIDE_RECIPES = CONVENTION_KEYS.filter((key) => key !== 'l2');

/** Without the flag that is the recipe's. */
export const besideRecipe = <T extends ModelOptions>(options: T): T => ({ ...options, l2: undefined });

/**
 * Adds a flag for the block table and for every convention of an architecture.
 * @param keys the conventions, where not all
 */
export function addModelOptions(command: Command, keys: readonly ConventionKey[] = CONVENTION_KEYS): Command {
  for (const { flag, placeholder, help, parse } of [TABLE, ...keys.flatMap(flagsOf)]) {
    const words = placeholder === null ? flag : `${flag} <${placeholder}>`;
    const option = command.createOption(words, help).helpGroup('What to change in the architecture:');
    if (parse) option.argParser(parse);
    command.addOption(option);
  }
  return command;
}

/** The fields that flags set; the stem's flags change those of the given stem. */
async function changesOf(options: ModelOptions): Promise<ArchitectureChanges> {
  const changes: ArchitectureChanges = nested((key) => options[optionOf(key)]);
  if (options.table !== undefined) {
    // With the grammar of Python, which no other command waits for.
    const { parseBlockTable } = await import('../../architecture/text/table');
    const parsed = parseBlockTable(options.table);
    if (!parsed.ok) throw problemsError('--table', parsed.problems);
    changes.table = parsed.value;
  }
  return changes;
}

/** What was read, or its problems as one error; `where` names what was read. */
function valueOf(parsed: Parsed<Architecture>, where: string): Architecture {
  if (!parsed.ok) throw problemsError(where, parsed.problems);
  return parsed.value;
}

async function fromFile(model: string, options: ModelOptions): Promise<Architecture> {
  const { readModelFile } = await import('./model-file');
  const file = readModelFile(model);
  const changes = await changesOf(options);
  if (file.json !== null) return valueOf(parseArchitectureText(file.json, changes), file.path);
  const { name, table } = file;
  const whole = { name, inputShape: [32, 32, 3], classes: 10 };
  return valueOf(parseArchitecture(whole, { table, ...changes }), file.path);
}

const looksLikePath = (model: string): boolean =>
  /[/\\]/.test(model) || /\.(json|txt|py|ipynb)(:|$)/i.test(model);

/** MODEL as help describes it. */
export const MODEL_HELP =
  'a preset (see presets), a saved architecture (see models), or a file with an architecture or a block table';

export interface ResolvedModel {
  architecture: Architecture;
  /** The version in the library that it is; null where it is of none, or where flags made another design of it. */
  model: ModelVersion | null;
}

/** As `resolveVersion`, for whom the architecture is enough. */
export async function resolveModel(
  model: string | undefined,
  options: ModelOptions,
  library: Library | null = null,
): Promise<Architecture> {
  return (await resolveVersion(model, options, library)).architecture;
}

/**
 * The architecture that MODEL and the flags name: MODEL may be left out where `--table` says everything. A preset comes
 * first, then the library, then a file; what else has the name is said.
 * Rejects with an ExpectedError of one sentence where it names nothing, or something that cannot be built.
 */
export async function resolveVersion(
  model: string | undefined,
  options: ModelOptions,
  library: Library | null,
): Promise<ResolvedModel> {
  if (model === undefined) {
    if (options.table === undefined) {
      throw expected(
        'invalid-input',
        'name a model: a preset such as resnet18 (`npm start -- presets` lists them), an architecture file, or a block table with --table',
      );
    }
    const whole = { name: 'custom', inputShape: [32, 32, 3], classes: 10 };
    return ofNone(valueOf(parseArchitecture(whole, await changesOf(options)), ''));
  }
  if (looksLikePath(model) && !isOfLibrary(model)) return ofNone(await fromFile(model, options));
  const preset = findPreset(model);
  if (preset) {
    if (library?.hasFolder) await sayNamesake(preset.id, model, library);
    return ofNone(valueOf(parseArchitecture(preset.architecture, await changesOf(options)), preset.id));
  }
  // A folder may happen to have the name that was mistyped; whatever else stands there is meant.
  const isFile = !isOfLibrary(model) && userPathStats(model)?.isDirectory() === false;
  const { found, names } = (await library?.look(model)) ?? { found: null, names: [] };
  if (found) {
    if (isFile) library?.say(`${model} is a saved architecture here; the file of that name is ./${model}`);
    return fromLibrary(found, options);
  }
  if (isFile) return ofNone(await fromFile(model, options));
  if (isOfLibrary(model)) throw noSavedModel(model, names, {});
  const near = suggestModelName(model) ?? nearest(model, names);
  throw expected(
    'not-found',
    `there is no preset, saved architecture or file called ${JSON.stringify(model)}; ${near === undefined ? '`npm start -- presets` and `models list` list those there are' : `did you mean ${shown(near)}?`}`,
  );
}

const ofNone = (architecture: Architecture): ResolvedModel => ({ architecture, model: null });

async function fromLibrary(
  { name, architecture, model }: SavedModel,
  options: ModelOptions,
): Promise<ResolvedModel> {
  const changed = valueOf(parseArchitecture(architecture, await changesOf(options)), name);
  return { architecture: changed, model: isSameDesign(architecture, changed) ? model : null };
}

/** That a saved architecture has the name under which a preset was taken. */
async function sayNamesake(preset: string, words: string, library: Library): Promise<void> {
  const name = await library.named(words);
  if (name === null) return;
  library.say(
    `${words} is the preset ${preset}; the saved architecture of that name is ${inLibraryWords(name)}`,
  );
}
