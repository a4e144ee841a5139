/** The window's program: opens data and window in order, closes them in the reverse order. */
import { mkdtempSync, realpathSync, rmSync } from 'node:fs';
import { join } from 'node:path';
import { app, dialog, nativeTheme, Notification, session, type BrowserWindow } from 'electron';
import { inert } from '../../architecture/inert-text';
import { claimFolder, statusOfFolder } from '../../node/files/folder-trust';
import { homeFolder } from '../../node/files/home';
import { makeOwnFolder } from '../../node/files/own-files';
import { childProcessHost, plainNode } from '../../node/processes/process-host';
import { isActive } from '../../shared/run';
import { ExpectedError, ok, type Result } from '../../shared/result';
import { watchDownloads } from './downloads';
import { cautions, refusal } from './electron-compat';
import { createHandlers } from './ipc/handlers';
import { eventSender, registerIpc } from './ipc/register';
import { setMenu } from './menu';
import { declarePageScheme, servePage } from './page';
import { RunNotifier, type RunNotification } from './notifications';
import { denyPermissions, lockDown } from './security';
import { ImageBrowser } from '../datasets/images/browser';
import { readBeside } from '../runs/read-history';
import { createServices, type Services } from '../services';
import { utilityHost } from './utility-host';
import { openWindow } from './window';

// Bundled into out/main; the page and the preload lie beside it.
const OUT = join(__dirname, '..');
const place = placeOfData();
const home = place.ok ? place.value : '';
/** Nothing in it is started, changed or followed before its user has said whose it is. */
const isForeign = place.ok && statusOfFolder(home) === 'foreign';

function placeOfData(): Result<string> {
  try {
    return ok(process.env.RESBENCH_HOME ? homeFolder() : app.getPath('userData'));
  } catch (error) {
    if (error instanceof ExpectedError) return { ok: false, error: error.failure };
    throw error;
  }
}

let window: BrowserWindow | null = null;
/** On the screen: one that nobody refers to is collected, and its click goes nowhere. */
const notifications = new Set<Notification>();
let services: Services | null = null;
/** Told to go by a signal: nobody is there to answer a question. */
let leaving = false;

/** Says in one sentence why the program cannot start, where a person and where a program sees it. */
function giveUp(sentence: string): void {
  console.error(`resbench: ${inert(sentence)}`);
  dialog.showErrorBox('Resbench cannot start', sentence);
  app.exit(1);
}

function showWindow(running: Services): void {
  window = openWindow({
    home,
    preload: join(OUT, 'preload', 'index.js'),
    icon: join(app.getAppPath(), 'resources', 'icon.png'),
    activeRuns: () =>
      leaving ? 0 : running.runs.list().filter((run) => run.own && isActive(run.state)).length,
  });
  window.on('closed', () => {
    window = null;
  });
}

function raiseWindow(): void {
  if (window?.isMinimized()) window.restore();
  window?.show();
  window?.focus();
}

/** A click brings the window to the front and opens the run. */
function notify({ runId, title, body }: RunNotification, open: (runId: number) => void): void {
  if (!Notification.isSupported()) return;
  const notification = new Notification({ title, body });
  notifications.add(notification);
  notification.on('close', () => notifications.delete(notification));
  notification.on('click', () => {
    notifications.delete(notification);
    raiseWindow();
    open(runId);
  });
  notification.show();
}

/** The one question about a data folder that is not known as this user's. */
async function isTrusted(): Promise<boolean> {
  const { response } = await dialog.showMessageBox({
    type: 'warning',
    title: 'Resbench',
    message: 'Use a data folder that comes from elsewhere?',
    detail:
      `${home} is not known as your own: it comes from another machine or user or from an earlier version of Resbench, or is ` +
      'a copy. Nothing in it has been opened yet. When it is used, runs that wait in it are trained, and old checkpoints and damaged files in it are removed or set aside. Use it ' +
      'only if you know whom it comes from. You will not be asked again.',
    buttons: ['Use this folder', 'Quit'],
    defaultId: 1,
    cancelId: 1,
  });
  return response === 0;
}

async function start(): Promise<void> {
  if (!place.ok) return giveUp(place.error.message);
  if (isForeign && !(await isTrusted())) {
    app.quit();
    return;
  }
  denyPermissions();
  servePage(join(OUT, 'renderer'));
  setMenu((id) => eventSender(() => window)('app.command', { id }));
  const created = await createServices({
    home,
    readHistory: readBeside(join(OUT, 'main', 'histories.js')),
    images: new ImageBrowser(join(OUT, 'main', 'images.js')),
    host: plainNode() ? childProcessHost(join(OUT, 'main')) : utilityHost(join(OUT, 'main')),
    version: app.getVersion(),
    electron: process.versions.electron ?? null,
    queue: 'all',
    trust: isForeign,
  });
  if (!created.ok) return giveUp(created.error.message);
  services = created.value;

  const send = eventSender(() => window);
  const { settings } = services;
  const notifier = new RunNotifier({
    wanted: () => settings.get().notify,
    watched: () => window?.isFocused() ?? false,
    show: (notification) => notify(notification, (id) => send('run.open', { id })),
  });
  services.events.on('changed', (run) => {
    send('run.changed', run);
    notifier.changed(run);
  });
  services.events.on('removed', (gone) => send('run.removed', gone));
  services.events.on('metrics', (metrics) => send('run.metrics', metrics));
  services.events.on('live', (live) => send('run.live', live));
  services.events.on('testing', (testing) => send('run.testing', testing));
  services.events.on('measuring', (progress) => send('costs.measuring', progress));
  services.events.on('ranging', (progress) => send('rangeTest.progress', progress));
  services.events.on('notice', (notice) => send('app.notice', notice));
  watchDownloads(session.defaultSession, (notice) => send('app.notice', notice));
  services.datasets.on('changed', (dataset) => send('dataset.changed', dataset));
  services.datasets.on('removed', (id) => send('dataset.removed', { id }));
  registerIpc(
    createHandlers(services, () => window),
    () => window,
  );

  nativeTheme.themeSource = services.settings.get().theme;
  services.boot();
  for (const { sentence } of cautions()) console.error(`resbench: ${sentence}`);
  showWindow(services);
  const { notices } = services;
  // Before the page has loaded there is nobody to hear them.
  window?.webContents.once('did-finish-load', () => {
    for (const message of notices) {
      console.error(`resbench: ${inert(message)}`);
      send('app.notice', { kind: 'error', message });
    }
  });
}

/**
 * Ctrl-C, `kill` and the end of a session end the program like closing the window does, without a question. Chromium puts its
 * own handlers, which would ask, in the place of any that are there before it is ready.
 */
function obeySignals(): void {
  for (const signal of ['SIGINT', 'SIGTERM', 'SIGHUP'] as const) {
    process.on(signal, () => {
      leaving = true;
      app.quit();
    });
  }
}

declarePageScheme();
lockDown();

/** Whether both lead to the same folder, by whatever names. */
function isSameFolder(one: string, other: string): boolean {
  try {
    return realpathSync(one) === realpathSync(other);
  } catch {
    return false;
  }
}

const refused = refusal();

// The lock of the single instance lies in this folder of Electron's: a data folder of one's own brings its own, so that
// windows on two of them do not meet, and one that is the usual folder keeps the usual lock.
if (!refused && isForeign) {
  // Not the one of somebody else's, this time: a browser's caches may hold programs. What Chromium writes at its very end
  // stays there, a few kilobytes in the folder for temporary files.
  const passing = mkdtempSync(join(app.getPath('temp'), 'resbench-window-'));
  app.setPath('userData', passing);
  app.on('quit', () => rmSync(passing, { recursive: true, force: true }));
} else if (
  !refused &&
  place.ok &&
  process.env.RESBENCH_HOME &&
  !isSameFolder(home, app.getPath('userData'))
) {
  const own = join(home, 'electron');
  try {
    // Marked as this user's before anything lies in it.
    const claimed = claimFolder(home);
    if (claimed.ok && claimed.value !== null) console.error(`resbench: ${inert(claimed.value)}`);
    makeOwnFolder(home, own);
    app.setPath('userData', own);
  } catch {
    // Opening the database names what is wrong with the folder.
  }
}

if (refused) {
  // On the terminal alone: a box would be a window too.
  console.error(`resbench: ${refused}`);
  app.exit(1);
} else if (!app.requestSingleInstanceLock()) {
  app.quit();
} else {
  app.on('second-instance', raiseWindow);
  app.on('window-all-closed', () => app.quit());

  let closed = false;
  app.on('will-quit', (event) => {
    if (closed || !services) return;
    // Runs of this window end with a reason and the database is closed before the program goes.
    event.preventDefault();
    void services.shutdown().finally(() => {
      closed = true;
      // Not from within this event: a call to quit is ignored while Electron is still asking.
      setImmediate(() => app.quit());
    });
  });
  app
    .whenReady()
    .then(obeySignals)
    .then(start)
    .catch((error: Error) => giveUp(`Resbench could not start: ${error.message}`));
}
