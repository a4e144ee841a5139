/** The one window: remembers where it was, shows up painted, and asks before it stops a run. */
import { readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { BrowserWindow, dialog, nativeTheme, screen, type Rectangle } from 'electron';
import { PAGE_URL } from './page';
import { SECURE_WEB_PREFERENCES } from './security';

interface RememberedWindow {
  bounds: Rectangle;
  maximized: boolean;
}

const DEFAULT_SIZE = { width: 1280, height: 800 };
const SMALLEST = { width: 960, height: 600 };

function remembered(file: string): RememberedWindow | null {
  try {
    const value = JSON.parse(readFileSync(file, 'utf8')) as RememberedWindow;
    const { x, y, width, height } = value.bounds;
    if (![x, y, width, height].every(Number.isFinite)) return null;
    // A window on a screen that is gone would be out of reach.
    const area = screen.getDisplayMatching(value.bounds).workArea;
    const visible =
      x < area.x + area.width - 40 &&
      x + width > area.x + 40 &&
      y >= area.y - 10 &&
      y < area.y + area.height - 40;
    return visible ? value : null;
  } catch {
    return null;
  }
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
  const last = remembered(file);
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
      const state: RememberedWindow = { bounds: window.getNormalBounds(), maximized: window.isMaximized() };
      try {
        writeFileSync(file, JSON.stringify(state));
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
            ? 'Closing the window stops it after a checkpoint; it can be continued.'
            : 'Closing the window stops each after a checkpoint; they can be continued.',
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

  void window.loadURL(PAGE_URL);
  return window;
}
