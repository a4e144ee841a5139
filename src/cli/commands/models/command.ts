/** `models`: the library of architectures, which the window has, too. */
import type { Command } from 'commander';
import type { Architecture } from '../../../architecture/architecture';
import { findPreset } from '../../../architecture/presets';
import { retagged, type SavedArchitecture } from '../../../shared/saved-architecture';
import { expected } from '../../../shared/result';
import {
  addModelOptions,
  MODEL_HELP,
  resolveVersion,
  type ModelOptions,
  type ResolvedModel,
} from '../../flags/model';
import { libraryIn, lookUp, noSavedModel, savedModel, unreadableModel } from '../../flags/saved-model';
import { checkedName } from '../../flags/recipe';
import { runId } from '../../flags/values';
import { plural } from '../../../shared/format';
import { oneLine } from '../../format/text';
import { quoted, typed, type CommonOptions, type Context } from '../../terminal/context';
import { ExitStatus, unwrap } from '../../terminal/errors';
import { EXIT } from '../../terminal/exit-codes';
import type { Services } from '../../services';
import { servicesOf } from '../../use-services';
import type { Entry, Wanted } from './entries';

const RUN = /^run:(.*)$/s;
const NAME_HELP = 'name of a saved architecture';
const MODEL_OR_RUN_HELP = `${MODEL_HELP}; run:3 is that of run 3`;
const ENTRY_JSON = 'one JSON object on stdout: the saved architecture';

interface SaveOptions extends CommonOptions, ModelOptions {
  name?: string;
  note?: string;
}

interface TagOptions extends CommonOptions {
  remove: string[];
  star?: boolean;
  unstar?: boolean;
  notes?: string;
}

export function addModels(program: Command, context: Context): void {
  const { output } = context;
  const models = program
    .command('models')
    .description('the library of architectures: list, show, save, diff, tag, rename, delete');
  const add = (name: string, description: string, json: string): Command =>
    models
      .command(name)
      .description(description)
      .option('--home <dir>', 'data folder')
      .option('--json', json);
  const withServices = servicesOf(context);
  /** MODEL, or the architecture of a run. */
  const resolve = (services: Services, words: string, options: ModelOptions = {}): Promise<ResolvedModel> => {
    const ofRun = RUN.exec(words);
    return ofRun
      ? Promise.resolve(modelOfRun(services, runId(ofRun[1]!)))
      : resolveVersion(words, options, libraryIn(services.architectures, output));
  };
  const say = async (services: Services, saved: SavedArchitecture, sentence: string): Promise<void> => {
    const { entryJson } = await import('./entries');
    output.value(entryJson(await entryIn(services, saved)));
    output.lines(sentence);
  };

  add('list', 'saved architectures, those with a star first', 'one JSON array on stdout')
    .option('--tag <tag>', 'only those with this tag')
    .option('--starred', 'only those with a star')
    .option('--search <text>', 'only those with this text in their name, tags or notes')
    .option('--presets', 'those that come with Resbench, too')
    .action((options: CommonOptions & Wanted & { presets?: boolean }) =>
      withServices(options, async (services) => {
        const { entryJson, entryOf, isWanted, presetJson, presetsFor } = await import('./entries');
        const { modelsTable, nothingListed } = await import('./view');
        const runs = services.runs.list();
        const entries = services.architectures
          .list()
          .filter((saved) => isWanted(saved, options))
          .sort((a, b) => Number(b.starred) - Number(a.starred))
          .map((saved) => entryOf(saved, unwrap(services.architectures.versions(saved.id)), runs));
        const presets = options.presets ? presetsFor(options) : [];
        output.value([...entries.map(entryJson), ...presets.map(presetJson)]);
        const isFiltered = Boolean(options.starred) || (options.tag ?? options.search) !== undefined;
        output.lines(
          entries.length + presets.length > 0
            ? modelsTable(entries, presets, output)
            : nothingListed(isFiltered, typed('models save resnet18 --name mine', options)),
        );
      }),
    );

  add('show', 'one saved architecture, its versions and its runs', 'one JSON object on stdout, with both')
    .argument('<name>', `${NAME_HELP}; mine@2 is its version 2`)
    .action((words: string, options: CommonOptions) =>
      withServices(options, async (services) => {
        const { entryPageJson } = await import('./entries');
        const { modelPage } = await import('./view');
        const { model, versions } = savedModel(services.architectures, words, options);
        const entry = await entryIn(services, unwrap(services.architectures.get(model.id)));
        const shown = versions.find(({ version }) => version === model.version)!;
        output.value(entryPageJson(entry, shown));
        output.lines(modelPage(entry, shown, output));
      }),
    );

  const save = add('save', 'save a model, or the next version of a saved one', ENTRY_JSON)
    .argument('<model>', MODEL_OR_RUN_HELP)
    .option('--name <name>', "name in the library (default: the model's)")
    .option('--note <text>', 'one line on what the version is for');
  addModelOptions(save).action((words: string, options: SaveOptions) => {
    const name = options.name === undefined ? null : checkedName(options.name);
    return withServices(options, async (services) => {
      const { architecture } = await resolve(services, words, options);
      const { saved, before } = saveAs(services, name ?? architecture.name, architecture, options.note);
      const called = oneLine(saved.architecture.name);
      await say(
        services,
        saved,
        before === saved.version
          ? `${called} is as its version ${before} already${options.note === undefined ? '' : ', which has the note now'}.`
          : `Saved version ${saved.version} of ${called}. Train it: ${typed(`train ${quoted(saved.architecture.name)}`, options)}`,
      );
    });
  });

  add('diff', 'what differs between two models', 'one JSON object on stdout')
    .argument('<model>', MODEL_OR_RUN_HELP)
    .argument('<other>', 'likewise; mine@2 is version 2 of the saved architecture mine')
    .action((words: string, others: string, options: CommonOptions) =>
      withServices(options, async (services) => {
        const { diffLines, diffOf } = await import('./diff');
        const one = { words, ...(await resolve(services, words)) };
        const diff = diffOf(one, { words: others, ...(await resolve(services, others)) });
        output.value(diff);
        output.lines(diffLines(diff, output));
      }),
    );

  add('tag', 'tags, star and notes of a saved architecture', ENTRY_JSON)
    .argument('<name>', NAME_HELP)
    .argument('[tags...]', 'tags to add, with or without a + before them')
    .option('--remove <tag>', 'take a tag away; may be given several times', collect, [])
    .option('--star', 'give it a star')
    .option('--unstar', 'take its star away')
    .option('--notes <text>', 'what there is to say of it, in the place of its notes')
    .action((words: string, tags: string[], options: TagOptions) => {
      if (options.star && options.unstar)
        throw expected('invalid-input', '--star and --unstar contradict each other; leave one out');
      return withServices(options, async (services) => {
        const { describedLine } = await import('./view');
        const { architectures } = services;
        const { id } = savedModel(architectures, words, options).model;
        const star = options.star ? true : options.unstar ? false : undefined;
        const added = tags.map((tag) => tag.replace(/^\+/, ''));
        const saved = unwrap(
          architectures.redescribe(id, (before) => ({
            starred: star,
            tags: retagged(before.tags, added, options.remove),
            notes: options.notes,
          })),
        );
        await say(services, saved, describedLine({ saved }));
      });
    });

  add('rename', 'give a saved architecture another name', ENTRY_JSON)
    .argument('<name>', NAME_HELP)
    .argument('<other>', 'the new name')
    .action((words: string, name: string, options: CommonOptions) =>
      withServices(options, async (services) => {
        const { id } = savedModel(services.architectures, words, options).model;
        const saved = unwrap(services.architectures.rename(id, name));
        await say(services, saved, `It is now called ${oneLine(saved.architecture.name)}.`);
      }),
    );

  add(
    'delete',
    'delete saved architectures with all versions; their runs stay',
    'one JSON object on stdout: {"deleted": [NAME, …]}',
  )
    .argument('<names...>', 'names of saved architectures')
    .option('--yes', 'do not ask')
    .action((words: string[], options: CommonOptions & { yes?: boolean }) =>
      withServices(options, async ({ architectures }) => {
        // All or none: a wrong name among them deletes nothing. Also one that cannot be read.
        const entries = words.map((name) => {
          const entry = architectures.find(name.replace(/^library:/, ''));
          if (entry) return entry;
          throw noSavedModel(name, lookUp(architectures, name).names, options);
        });
        const names = [...new Set(entries.map(({ name }) => name))];
        if (!options.yes) await confirmDeletion(context, names, options);
        for (const id of new Set(entries.map((entry) => entry.id))) unwrap(architectures.delete(id));
        output.value({ deleted: names });
        output.lines(`Deleted ${plural(names.length, 'saved architecture')}: ${oneLine(names.join(', '))}.`);
      }),
    );
}

const collect = (value: string, before: string[]): string[] => [...before, value];

async function entryIn(services: Services, saved: SavedArchitecture): Promise<Entry> {
  const { entryOf } = await import('./entries');
  return entryOf(saved, unwrap(services.architectures.versions(saved.id)), services.runs.list());
}

function modelOfRun(services: Services, id: number): ResolvedModel {
  const { architecture, model, unreadable } = unwrap(services.runs.get(id));
  if (unreadable !== undefined) throw expected('storage', unreadable);
  if (architecture) return { architecture, model };
  throw expected(
    'invalid-input',
    `run ${id} was imported, and what it trained is not known; name another model`,
  );
}

/**
 * Saves under a name: the next version of the entry that has it, or a new one.
 * @returns what is saved, and the newest version that there was before; null for a new entry
 */
function saveAs(
  { architectures }: Services,
  name: string,
  architecture: Architecture,
  note: string | undefined,
): { saved: SavedArchitecture; before: number | null } {
  const entry = architectures.find(name);
  if (entry && !entry.readable) throw unreadableModel(entry.name);
  if (!entry && findPreset(name)) {
    throw expected('conflict', `${name} is the name of a preset; give the model another one with --name`);
  }
  const before = entry ? unwrap(architectures.get(entry.id)).version : null;
  const saved = unwrap(
    architectures.save(entry?.id ?? null, { ...architecture, name: entry?.name ?? name }, note),
  );
  return { saved, before };
}

async function confirmDeletion(
  context: Context,
  names: readonly string[],
  options: CommonOptions,
): Promise<void> {
  if (!context.confirm) {
    const words = `models delete ${names.map(quoted).join(' ')} --yes`;
    throw expected(
      'invalid-input',
      `deleting a saved architecture cannot be undone here; confirm it with \`${typed(words, options)}\``,
    );
  }
  for (const name of names) context.output.notice(oneLine(name));
  const question =
    names.length === 1
      ? 'Delete it with all its versions for good?'
      : `Delete these ${names.length} with all their versions for good?`;
  if (!(await context.confirm(question))) throw new ExitStatus(EXIT.interrupted, 'nothing was deleted');
}
