/** What protects the user less than it should on this machine: said on the terminal at the start, and in the window for as long as it is open. */
import type { Caution } from '../../shared/app-info';

/** Electron mends its three newest lines; 45 was the newest when this was written. */
const OLDEST_MENDED = 43;

/** Set by `npm start` once its user has said yes, by the tests, or by hand. */
const ALLOW = 'RESBENCH_ALLOW_OLD_ELECTRON';

export const isOldElectron = (electron: string): boolean => Number(electron.split('.')[0]) < OLDEST_MENDED;

/** Why no window may be opened, or null. */
export function refusalOf(electron: string, env: NodeJS.ProcessEnv): string | null {
  if (!isOldElectron(electron) || env[ALLOW] === '1') return null;
  return (
    `Electron ${electron} is past its end of life and gets no security fixes; a window opens on it only after a yes. Start ` +
    `Resbench by \`npm start\` on a terminal, which asks for it, or set ${ALLOW}=1.`
  );
}

interface Running {
  platform: NodeJS.Platform;
  /** Null where the platform has no user numbers. */
  uid: number | null;
  /** Whether Chromium was told to do without its sandbox. */
  noSandbox: boolean;
  /** The version of Electron. */
  electron: string;
}

export function cautionsOf({ platform, uid, noSandbox, electron }: Running): Caution[] {
  const found: Caution[] = [];
  if (noSandbox) {
    const reason =
      platform === 'linux' && uid === 0
        ? 'Chromium has no sandbox for root, so a fault in it would have all of root’s rights. Start Resbench as an ordinary user.'
        : 'Chromium was started without its sandbox (--no-sandbox), so a fault in it would have all of your rights.';
    found.push({ label: 'No sandbox', sentence: reason });
  }
  if (isOldElectron(electron)) {
    found.push({
      label: 'Old Electron',
      sentence:
        `This window runs on Electron ${electron}, which is past its end of life and gets no security fixes. Open only data ` +
        'folders and files whose origin you know; `npm run setup -- --official` fetches the current Electron where the network has it.',
    });
  }
  return found;
}
