/** Files that the page makes (figures, rows): says what became of each once it is written, and leaves none by half. */
import { rmSync, statSync } from 'node:fs';
import { basename, dirname } from 'node:path';
import type { DownloadItem, Session } from 'electron';
import { freeSpaceNow } from '../../node/files/free-space';
import type { Events } from '../../shared/contract';
import { formatBytes } from '../../shared/format';

type Notice = Events['app.notice'];
type Item = Pick<DownloadItem, 'on' | 'cancel' | 'getSavePath' | 'getTotalBytes'>;

/** @param tell shows a sentence in the window */
export function watchDownloads(session: Pick<Session, 'on'>, tell: (notice: Notice) => void): void {
  session.on('will-download', (_event, item) => watchDownload(item, tell));
}

export function watchDownload(item: Item, tell: (notice: Notice) => void): void {
  const begun = Date.now();
  let failed = false;
  const fail = (): void => {
    if (failed) return;
    failed = true;
    tell({ kind: 'error', message: whyNot(item.getSavePath(), item.getTotalBytes()) });
  };
  item.on('updated', (_event, state) => {
    if (state !== 'interrupted') return;
    fail();
    // Chromium would wait until somebody resumes it.
    item.cancel();
  });
  item.on('done', (_event, state) => {
    if (state === 'completed') tell({ kind: 'info', message: `${basename(item.getSavePath())} is saved.` });
    // A dismissed dialog is a cancellation too, and needs no word.
    else if (state === 'interrupted') fail();
    if (failed) removePart(item.getSavePath(), begun);
  });
}

/** Coarse clocks of file systems lag behind by some milliseconds. */
const CLOCK_LAG = 100;

/**
 * A failed download leaves its file, empty or cut off. One that has not changed since is somebody's, such as one that may not
 * be written to.
 * @param begun milliseconds since 1970
 */
function removePart(path: string, begun: number): void {
  try {
    if (statSync(path).mtimeMs >= begun - CLOCK_LAG) rmSync(path);
  } catch {
    // There is none, or it cannot be removed either; that it was not saved has been said.
  }
}

/** Bytes that any figure may have: of an image it is not known before how many it has. */
const FIGURE_BYTES = 16 * 2 ** 20;

/**
 * Chromium does not say why: what can be seen of the disk is the most likely reason.
 * @param bytes of the file; 0 where that is not known
 */
function whyNot(path: string, bytes: number): string {
  const folder = dirname(path);
  const free = freeSpaceNow(folder);
  const needed = bytes > 0 ? `, and ${formatBytes(bytes)} are needed` : '';
  const why =
    free !== null && free < (bytes || FIGURE_BYTES)
      ? `the disk that holds ${folder} has ${formatBytes(free)} left${needed}: free some space`
      : `its folder ${folder} cannot be written to: choose another one`;
  return `${basename(path)} was not saved, since ${why} and save it again.`;
}
