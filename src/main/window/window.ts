/** The one window: remembers where it was, shows up painted, and asks before it stops a run. */
import { join } from 'node:path';
import { BrowserWindow, dialog, nativeTheme, screen } from 'electron';
import { readOwn, writeOwn } from '../../node/files/own-files';
import { PAGE_URL } from './page-files';
import { keepToOurPage, SECURE_WEB_PREFERENCES } from './security';
import { fitInto, formatWindowState, parseWindowState, type WindowState } from './window-state';

const DEFAULT_SIZE = { width: 1280, height: 800 };
const SMALLEST = { width: 960, height: 600 };

const MAX_STATE_BYTES = 4096;

function remembered(home: string, file: string): WindowState | null {
  let text: string;
  try {
    text = readOwn(home, file, MAX_STATE_BYTES)?.toString('utf8') ?? '';
  } catch {
    return null;
  }
  const state = parseWindowState(text);
  if (!state) return null;
  const { workArea } = screen.getDisplayMatching(state.bounds);
  return { ...state, bounds: fitInto(state.bounds, workArea, SMALLEST) };
}

export interface WindowOptions {
  home: string;
  preload: string;
  icon: string;
  /** How many runs this window trains right now. */
  activeRuns(): number;
}

export function openWindow({ home, preload, icon, activeRuns }: WindowOptions): BrowserWindow {
  const file = join(home, 'window.json');
  const last = remembered(home, file);
  const window = new BrowserWindow({
    ...DEFAULT_SIZE,
    ...last?.bounds,
    minWidth: SMALLEST.width,
    minHeight: SMALLEST.height,
    show: false,
    title: 'Resbench',
    icon,
    autoHideMenuBar: true,
    backgroundColor: nativeTheme.shouldUseDarkColors ? '#0e1116' : '#f5f6f8',
    webPreferences: { ...SECURE_WEB_PREFERENCES, preload },
  });
  if (last?.maximized) window.maximize();
  window.once('ready-to-show', () => window.show());

  let agreed = false;
  window.on('close', (event) => {
    const active = activeRuns();
    if (active === 0 || agreed) {
      const state: WindowState = { bounds: window.getNormalBounds(), maximized: window.isMaximized() };
      try {
        writeOwn(home, file, formatWindowState(state));
      } catch {
        // A window that opens in its default place next time is not worth a word.
      }
      return;
    }
    event.preventDefault();
    void dialog
      .showMessageBox(window, {
        type: 'question',
        title: 'Resbench',
        message: active === 1 ? 'A run is still training.' : `${active} runs are still training.`,
        detail:
          active === 1
            ? 'Closing the window stops it after a checkpoint; it can be resumed.'
            : 'Closing the window stops each after a checkpoint; they can be resumed.',
        buttons: ['Stop and close', 'Keep training'],
        defaultId: 1,
        cancelId: 1,
      })
      .then(({ response }) => {
        if (response !== 0) return;
        agreed = true;
        window.close();
      });
  });

  keepToOurPage(window.webContents);
  void window.loadURL(PAGE_URL);
  return window;
}
