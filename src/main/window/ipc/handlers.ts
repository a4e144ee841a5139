/** What each call of the contract does: a line to the service that does it, and dialogs where the page may not choose a path. */
import { app, dialog, nativeTheme, shell, type BrowserWindow, type FileFilter } from 'electron';
import { writeExport } from '../../../node/files/export-file';
import { gpuObstacle, readGpuFacts } from '../../../node/machine/gpu';
import { describeMachine } from '../../../node/machine/machine';
import { refusedToOpen } from '../../../node/files/own-files';
import { fileName } from '../../../shared/file-name';
import { fail, ok, type Result } from '../../../shared/result';
import { cautions } from '../electron-compat';
import type { Services } from '../../services';
import type { Handlers } from './register';

/** With the program that the desktop has for it. */
async function open(
  home: string,
  path: string,
  what: 'folder' | 'file',
  absent: string,
): Promise<Result<void>> {
  const refused = refusedToOpen(home, path, what, absent);
  if (refused) return { ok: false, error: refused };
  const problem = await shell.openPath(path);
  return problem ? fail('unsupported', `${path} could not be opened: ${problem}`) : ok();
}

/** Files of sets, as dialogs offer them. Keras gives its download no ending, and the files of the Python form have none. */
const ARCHIVES: FileFilter = { name: 'Archives', extensions: ['gz', 'tgz', 'tar'] };
const IMAGE_FILES: FileFilter = { name: 'Images as arrays', extensions: ['npz', 'gz', 'tgz', 'mat'] };

export function createHandlers(services: Services, window: () => BrowserWindow | null): Handlers {
  const {
    architectures,
    recipes,
    datasets,
    runs,
    control,
    imports,
    tests,
    rangeTests,
    costs,
    queue,
    checkpoints,
    settings,
    home,
  } = services;

  const dialogParent = (): BrowserWindow => {
    const parent = window();
    if (!parent) throw new Error('A call came without a window.');
    return parent;
  };
  /** The path of a file or folder that the user picks; null where the dialog was dismissed. */
  const pickPath = async (
    kind: 'file' | 'folder',
    fileTitle: string,
    folderTitle: string,
    files: FileFilter,
  ): Promise<string | null> => {
    const picked = await dialog.showOpenDialog(dialogParent(), {
      title: kind === 'file' ? fileTitle : folderTitle,
      properties: [kind === 'file' ? 'openFile' : 'openDirectory'],
      ...(kind === 'file' && { filters: [files, { name: 'All files', extensions: ['*'] }] }),
    });
    return picked.canceled ? null : (picked.filePaths[0] ?? null);
  };

  return {
    'app.info': () =>
      ok({
        version: app.getVersion(),
        electron: process.versions.electron ?? '',
        chromium: process.versions.chrome ?? '',
        node: process.versions.node,
        home,
        machine: describeMachine(),
        gpuObstacle: gpuObstacle(readGpuFacts()),
        cautions: cautions(),
      }),
    'app.openHome': () => open(home, home, 'folder', 'There is no data folder'),

    'settings.get': () => ok(settings.get()),
    'settings.set': (change) => {
      const changed = settings.set(change);
      if (changed.ok) nativeTheme.themeSource = changed.value.theme;
      return changed;
    },

    'architectures.list': () => ok(architectures.list()),
    'architectures.save': ({ id, architecture, note }) => architectures.save(id, architecture, note),
    'architectures.rename': ({ id, name }) => architectures.rename(id, name),
    'architectures.describe': ({ id, ...description }) => architectures.describe(id, description),
    'architectures.versions': ({ id }) => architectures.versions(id),
    'architectures.annotate': ({ id, version, note }) => architectures.annotate(id, version, note),
    'architectures.delete': ({ id }) => architectures.delete(id),
    'architectures.restore': ({ id }) => architectures.restore(id),

    'recipes.list': () => ok(recipes.list()),
    'recipes.save': ({ id, name, recipe, note }) => recipes.save(id, name, recipe, note),
    'recipes.rename': ({ id, name }) => recipes.rename(id, name),
    'recipes.annotate': ({ id, version, note }) => recipes.annotate(id, version, note),
    'recipes.delete': ({ id }) => recipes.delete(id),
    'recipes.restore': ({ id }) => recipes.restore(id),

    'datasets.list': () => ok(datasets.list()),
    'datasets.get': ({ id }) => datasets.get(id),
    'datasets.cancel': ({ id }) => datasets.cancel(id),
    'datasets.check': ({ id }) => datasets.check(id),
    'datasets.labels': ({ id }) => datasets.labels(id),
    'datasets.images': ({ id, part, indices }) => datasets.images(id, part, indices),
    'datasets.statistics': ({ id }) => datasets.statistics(id),
    'datasets.sample': ({ id }) => datasets.sample(id),
    'datasets.pick': async ({ kind }) =>
      ok(await pickPath(kind, 'Choose a file of images', 'Choose the folder of images', IMAGE_FILES)),
    'datasets.add': (request) => datasets.add(request),
    'datasets.remove': ({ id }) => datasets.remove(id),

    'datasets.import': async ({ id, pick }) => {
      const [file, folder] = ['Choose the archive of the data set', 'Choose the folder of the data set'];
      const path = await pickPath(pick, file, folder, ARCHIVES);
      return path === null ? ok(null) : datasets.import(id, path);
    },

    'costs.known': ({ batch, device }) => costs.known(batch, device),
    'costs.measure': (job) => costs.measure({ ...job, steps: true }),
    'costs.cancel': () => costs.cancel(),

    'runs.list': () => ok(runs.list()),
    'runs.get': ({ id }) => runs.get(id),
    'runs.start': (request) => control.start(request),
    'runs.stop': ({ id }) => control.stop(id),
    'runs.pause': ({ id }) => control.pause(id),
    'runs.resume': ({ id, queue: entry, otherKernels }) => control.resumeRun(id, entry, { otherKernels }),
    'runs.extend': ({ id, epochs, queue: entry }) => control.extend(id, epochs, entry),
    'runs.fork': (request) => control.fork(request),
    'runs.import': (request) => imports.import(request),
    'runs.ofSource': ({ text }) => imports.ofSource(text),
    'runs.source': ({ id }) => imports.source(id),
    'runs.openLog': async ({ id }) => {
      const path = runs.logPath(id);
      return path.ok ? open(home, path.value, 'file', `Run ${id} has no log yet`) : path;
    },

    'queue.move': ({ id, place }) => {
      const moved = queue.move(id, place);
      return moved.ok ? queue.list() : moved;
    },
    'queue.hold': ({ id, held }) => queue.hold(id, held),

    'checkpoints.list': ({ id }) => checkpoints.list(id),
    'checkpoints.space': ({ id }) => checkpoints.space(id),
    'checkpoints.pin': ({ checkpointId, pinned }) => checkpoints.pin(checkpointId, pinned),
    'checkpoints.delete': ({ checkpointId }) => checkpoints.delete(checkpointId),
    'checkpoints.openFolder': async ({ id }) => {
      const folder = checkpoints.folder(id);
      return folder.ok ? open(home, folder.value, 'folder', `Run ${id} has no checkpoints yet`) : folder;
    },

    'runs.test': ({ id, checkpointId, views }) => tests.take(id, checkpointId, views),
    'runs.cancelTest': ({ id }) => tests.cancel(id),
    'rangeTest.take': (request) => rangeTests.take(request),
    'rangeTest.cancel': () => rangeTests.cancel(),
    'runs.rename': ({ id, name }) => runs.rename(id, name),
    'runs.delete': ({ ids }) => runs.remove(ids),
    'runs.restore': ({ ids }) => runs.restore(ids),
    'runs.steps': ({ id, after }) => runs.steps(id, after, undefined, 'soon'),
    'runs.epochs': ({ id }) => runs.epochs(id),
    'runs.predictions': ({ id }) => runs.predictions(id),
    'runs.plan': ({ id }) => runs.plan(id),
    'runs.export': async ({ id, format }) => {
      const run = runs.get(id);
      if (!run.ok) return run;
      const chosen = await dialog.showSaveDialog(dialogParent(), {
        title: 'Export run',
        defaultPath: fileName(run.value.name, format, `run ${id}`),
        filters: [{ name: format.toUpperCase(), extensions: [format] }],
      });
      if (chosen.canceled || !chosen.filePath) return ok(null);
      const content = format === 'csv' ? runs.exportCsv(id) : runs.export(id);
      if (!content.ok) return content;
      const text = typeof content.value === 'string' ? content.value : JSON.stringify(content.value, null, 2);
      try {
        writeExport(chosen.filePath, text);
      } catch (error) {
        const why = (error as Error).message;
        return fail(
          'storage',
          `The run could not be written to ${chosen.filePath}: ${why}. Choose another folder.`,
        );
      }
      return ok(chosen.filePath);
    },
  };
}
