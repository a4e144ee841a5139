/** The built window for programs that measure it, driven by Playwright. */
import { _electron, type ElectronApplication, type Page } from 'playwright';

export interface Program {
  app: ElectronApplication;
  page: Page;
}

/** Paths: the data folder, Electron, and the project whose build is measured. */
export interface Installed {
  home: string;
  electron: string;
  project: string;
}

/** A usual screen, which the window fills, in pixels. */
export const SCREEN = { width: 1920, height: 1080 };

/** @param size of the window in pixels; that of the program unless given */
export async function launch(
  { home, electron, project }: Installed,
  size?: { width: number; height: number },
): Promise<Program> {
  const app = await _electron.launch({
    executablePath: electron,
    // As root, Chromium refuses to start with its sandbox.
    args: [...(process.getuid?.() === 0 ? ['--no-sandbox'] : []), project],
    colorScheme: null,
    env: {
      ...(process.env as Record<string, string>),
      RESBENCH_HOME: home,
      // A window on an old Electron opens only after a yes; this page is our own.
      RESBENCH_ALLOW_OLD_ELECTRON: '1',
    },
  });
  const page = await app.firstWindow();
  if (size) {
    await app.evaluate(
      ({ BrowserWindow }, bounds) => BrowserWindow.getAllWindows()[0]!.setBounds({ x: 0, y: 0, ...bounds }),
      size,
    );
    await page.waitForFunction(({ width }) => window.innerWidth === width, size);
  }
  return { app, page };
}

export async function quit({ app }: Program): Promise<void> {
  const child = app.process();
  const ended = new Promise<void>((done) => child.once('exit', () => done()));
  await app.evaluate((electron) => electron.app.quit()).catch(() => {});
  await ended;
}
