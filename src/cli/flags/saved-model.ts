/** A saved architecture as the words of a command name it: `NAME`, `NAME@VERSION`, or either behind `library:`. */
import type { Architecture } from '../../architecture/architecture';
import { nearest } from '../../architecture/suggest';
import type { ArchitectureService } from '../../main/architectures/service';
import type { ArchitectureVersion, ModelVersion } from '../../shared/saved-architecture';
import { expected } from '../../shared/result';
import { shown } from '../../shared/shown';
import { noSuchVersion } from '../../shared/version-notes';
import { typed, type CommonOptions, type Context } from '../terminal/context';
import { unwrap } from '../terminal/errors';

/** Before a name that a preset or a file has, too. */
const PREFIX = 'library:';

export interface SavedModel {
  name: string;
  /** Of the version. */
  architecture: Architecture;
  model: ModelVersion;
  /** All of the entry, newest first. */
  versions: ArchitectureVersion[];
}

/** What looking for a model in the library came to. */
export interface Look {
  found: SavedModel | null;
  /** Of all entries, to suggest one. */
  names: string[];
}

/** Where a command looks for the models that are neither presets nor files. */
export interface Library {
  look(words: string): Promise<Look>;
  /** The name of the entry that is called so, whatever its case; null for none. */
  named(words: string): Promise<string | null>;
  /** Tells the user something that is no mistake. */
  say(sentence: string): void;
  /** Whether the command opens the data folder anyhow, so that it can say where a preset has the name of a saved one. */
  hasFolder: boolean;
}

/** The library of a command's data folder, opened when something is looked up. */
export const libraryOf = (context: Context, options: CommonOptions, hasFolder: boolean): Library => ({
  look: async (words) => {
    const { inLibrary } = await import('../services');
    const look = inLibrary(context, options, ({ architectures }) => lookUp(architectures, words));
    return look ?? { found: null, names: [] };
  },
  named: async (words) => {
    const { inLibrary } = await import('../services');
    return inLibrary(context, options, ({ architectures }) => architectures.find(words)?.name ?? null);
  },
  say: (sentence) => context.output.notice(`resbench: ${sentence}`),
  hasFolder,
});

/** The same in a data folder that is open already. */
export const libraryIn = (architectures: Architectures, output: Context['output']): Library => ({
  look: (words) => Promise.resolve(lookUp(architectures, words)),
  named: (words) => Promise.resolve(architectures.find(words)?.name ?? null),
  say: (sentence) => output.notice(`resbench: ${sentence}`),
  hasFolder: true,
});

type Architectures = Pick<ArchitectureService, 'find' | 'list' | 'versions'>;

export const lookUp = (architectures: Architectures, words: string): Look => ({
  found: findSaved(architectures, words),
  names: architectures.list().map(({ architecture }) => architecture.name),
});

/** Whether the words can only name a saved architecture. */
export const isOfLibrary = (words: string): boolean => words.startsWith(PREFIX);

/** Without what says that it is of the library. */
export const bareWords = (words: string): string => (isOfLibrary(words) ? words.slice(PREFIX.length) : words);

/** The entry that `NAME` or `NAME@VERSION` names, and what stands behind the @; a name may hold an @ itself. */
export function entryOfWords<Entry>(
  library: { find(name: string): Entry | undefined },
  bare: string,
): { entry: Entry | undefined; version: string | null } {
  const whole = library.find(bare);
  const [, before = '', version = null] = whole ? [] : (/^(.+)@([^@]*)$/s.exec(bare) ?? []);
  return { entry: whole ?? (version === null ? undefined : library.find(before)), version };
}

export const inLibraryWords = (name: string): string => `${PREFIX}${name}`;

/**
 * Null where no entry has the name.
 * @throws ExpectedError for an entry without such a version, or one of which no version can be read.
 */
function findSaved(architectures: Architectures, words: string): SavedModel | null {
  const bare = bareWords(words);
  const { entry, version } = entryOfWords(architectures, bare);
  if (!entry) return null;
  const { id, name } = entry;
  if (!entry.readable) throw unreadableModel(name);
  const versions = unwrap(architectures.versions(id));
  const found = version === null ? versions[0] : versionOf(name, version, versions);
  return found
    ? { name, architecture: found.architecture, model: { id, version: found.version }, versions }
    : null;
}

export const unreadableModel = (name: string): ReturnType<typeof expected> =>
  expected(
    'data-corrupt',
    `The saved architecture "${shown(name)}" cannot be read in the database: \`npm start -- db check\` says why.`,
  );

/**
 * The version whose number stands behind the @ of `mine@2`.
 * @throws ExpectedError where that is no number, or there is none of it
 */
export function versionOf<Version extends { version: number }>(
  name: string,
  words: string,
  versions: readonly Version[],
): Version {
  const version = /^\d{1,15}$/.test(words) ? Number(words) : NaN;
  if (Number.isNaN(version)) {
    throw expected(
      'invalid-input',
      `behind the @ of ${JSON.stringify(shown(`${name}@${words}`))} stands the number of a version, such as ${shown(name)}@1`,
    );
  }
  const found = versions.find((one) => one.version === version);
  if (!found) throw expected('not-found', noSuchVersion(name, version, versions));
  return found;
}

/**
 * The entry that the words name, of its newest version unless they say which.
 * @throws ExpectedError of one sentence where there is none.
 */
export function savedModel(architectures: Architectures, words: string, options: CommonOptions): SavedModel {
  const { found, names } = lookUp(architectures, words);
  if (found) return found;
  throw noSavedModel(words, names, options);
}

export function noSavedModel(
  words: string,
  names: readonly string[],
  options: CommonOptions,
): ReturnType<typeof expected> {
  const bare = bareWords(words).replace(/@\d+$/, '');
  const near = nearest(bare, names);
  return expected(
    'not-found',
    `there is no saved architecture called ${JSON.stringify(shown(bare))}; ` +
      (near === undefined
        ? `\`${typed('models list', options)}\` lists those there are`
        : `did you mean ${shown(near)}?`),
  );
}
