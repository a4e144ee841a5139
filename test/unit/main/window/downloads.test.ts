import { EventEmitter } from 'node:events';
import { existsSync, mkdtempSync, rmSync, utimesSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { DownloadItem } from 'electron';
import { afterEach, beforeEach, expect, it } from 'vitest';
import { watchDownload } from '../../../../src/main/window/downloads';

let folder: string;
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'resbench-downloads-'));
});
afterEach(() => rmSync(folder, { recursive: true, force: true }));

/** What Electron hands over of a file that the page makes; `cancelled` counts how often it was told to leave none of it. */
function download(bytes: number, path = join(folder, 'chart.svg')) {
  const events = new EventEmitter();
  const said: unknown[] = [];
  let cancelled = 0;
  const item = {
    on: (event: string, listener: (...args: unknown[]) => void) => events.on(event, listener),
    cancel: () => {
      cancelled++;
      events.emit('done', {}, 'cancelled');
    },
    getSavePath: () => path,
    getTotalBytes: () => bytes,
  };
  watchDownload(item as unknown as DownloadItem, (notice) => said.push(notice));
  return {
    said,
    cancelled: () => cancelled,
    updated: (state: string) => events.emit('updated', {}, state),
    done: (state: string) => events.emit('done', {}, state),
  };
}

it('a file that is written is named', () => {
  const { said, updated, done } = download(100);
  updated('progressing');
  done('completed');
  expect(said).toEqual([{ kind: 'info', message: 'chart.svg is saved.' }]);
});

it('a dismissed dialog needs no word', () => {
  const { said, done } = download(100, '');
  done('cancelled');
  expect(said).toEqual([]);
});

it('of a file for which there is no room nothing is left, and it is said once why', () => {
  const { said, cancelled, updated } = download(2 ** 60);
  updated('interrupted');
  expect(cancelled()).toBe(1);
  expect(said).toEqual([
    {
      kind: 'error',
      message: expect.stringMatching(
        /^chart\.svg was not saved, since the disk that holds .* has .+ left, and .+ are needed: free some space and save it again\.$/,
      ) as string,
    },
  ]);
});

it('the part that was written is removed, and a file from before is not', () => {
  const [part, before] = [join(folder, 'part.csv'), join(folder, 'before.csv')];
  writeFileSync(before, 'of last week');
  utimesSync(before, 1e9, 1e9);
  const [one, other] = [download(100, part), download(100, before)];
  writeFileSync(part, 'cut o');
  one.updated('interrupted');
  other.done('interrupted');
  expect([existsSync(part), existsSync(before)]).toEqual([false, true]);
});

it('a folder that is not written to is named', () => {
  const { said, done } = download(1);
  done('interrupted');
  expect(said).toEqual([
    {
      kind: 'error',
      message: `chart.svg was not saved, since its folder ${folder} cannot be written to: choose another one and save it again.`,
    },
  ]);
});
