import { existsSync, readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { PassThrough } from 'node:stream';
import { describe, expect, it } from 'vitest';
import { refusalOf } from '../../../src/main/window/cautions';
import { load, withFolder } from './load';

interface Electron {
  source: 'official' | 'fallback' | 'override';
  version: string;
}
interface Streams {
  env: Record<string, string>;
  input: unknown;
  stdout: unknown;
  output: unknown;
}
const { isAllowed, mayOpenWindow } = await load<{
  isAllowed(electron: Electron, env: Record<string, string>): boolean;
  mayOpenWindow(electron: Electron, streams: Streams): Promise<'yes' | 'no' | 'unasked'>;
}>('lib/old-electron.mjs');

const old: Electron = { source: 'fallback', version: '22.3.25' };
const FILE = 'old-electron-allowed.json';

/** Asks with a person at the terminal who types `typed` (null: ends the input), or with none. */
async function ask(electron: Electron, folder: string, typed: string | null, terminal = true, more = {}) {
  const input = Object.assign(new PassThrough(), { isTTY: terminal });
  const output = new PassThrough();
  let said = '';
  output.on('data', (text) => {
    said += String(text);
    if (said.includes('[y/N]') && !input.writableEnded) {
      if (typed === null) input.end();
      else input.write(`${typed}\n`);
    }
  });
  const answer = await mayOpenWindow(electron, {
    env: { RESBENCH_CACHE: folder, ...more },
    input,
    stdout: { isTTY: terminal },
    output,
  });
  return { answer, said };
}

describe('a window on the old Electron', () => {
  it('opens after a yes, which is kept with the cache folder for this version', () =>
    withFolder(async (folder) => {
      const { answer, said } = await ask(old, folder, 'Yes');
      expect(answer).toBe('yes');
      expect(said).toMatch(/Electron 22\.3\.25, which is past its end of life and gets no security fixes\./);
      expect(readFileSync(join(folder, FILE), 'utf8')).toBe('{"electron":"22.3.25"}\n');

      expect(await ask(old, folder, 'n')).toEqual({ answer: 'yes', said: '' });
      expect((await ask(old, folder, '', false)).answer).toBe('yes');
      expect((await ask({ ...old, version: '22.3.26' }, folder, 'n')).answer).toBe('no');
    }));

  it.each(['', 'n', 'no', 'yes please', 'ja', null])('does not open after %j', (typed) =>
    withFolder(async (folder) => {
      const { answer, said } = await ask(old, folder, typed);
      expect(answer).toBe('no');
      expect(said).toContain('no window was opened');
      expect(readdirSync(folder)).toEqual([]);
    }),
  );

  it('is not asked for where there is no terminal, and says what to do', () =>
    withFolder(async (folder) => {
      const { answer, said } = await ask(old, folder, 'y', false);
      expect(answer).toBe('unasked');
      expect(said).toContain('set RESBENCH_ALLOW_OLD_ELECTRON=1');
      expect(said.trim().split('\n')).toHaveLength(1);
      expect(existsSync(join(folder, FILE))).toBe(false);
    }));

  it('opens where the variable says yes, and nowhere else keeps it', () =>
    withFolder(async (folder) => {
      const allowed = { RESBENCH_ALLOW_OLD_ELECTRON: '1' };
      expect((await ask(old, folder, 'n', false, allowed)).answer).toBe('yes');
      expect(readdirSync(folder)).toEqual([]);
      expect(isAllowed(old, { RESBENCH_CACHE: folder, RESBENCH_ALLOW_OLD_ELECTRON: '0' })).toBe(false);
    }));

  it.each(['', 'null', '[]', '{', '{"electron":"9"}'])('does not open by an answer that reads %j', (text) =>
    withFolder(async (folder) => {
      writeFileSync(join(folder, FILE), text);
      expect(isAllowed(old, { RESBENCH_CACHE: folder })).toBe(false);
    }),
  );

  it('is no question on the official Electron, nor on one of one’s own', () =>
    withFolder(async (folder) => {
      for (const source of ['official', 'override'] as const) {
        expect(await ask({ ...old, source }, folder, 'n', false)).toEqual({ answer: 'yes', said: '' });
      }
    }));
});

describe('the program', () => {
  it('opens no window on an old Electron unless told so', () => {
    expect(refusalOf('22.3.25', {})).toMatch(/^Electron 22\.3\.25 is past its end of life.*=1\.$/);
    expect(refusalOf('22.3.25', { RESBENCH_ALLOW_OLD_ELECTRON: '0' })).not.toBeNull();
    expect(refusalOf('22.3.25', { RESBENCH_ALLOW_OLD_ELECTRON: '1' })).toBeNull();
    expect(refusalOf('45.4.1', {})).toBeNull();
  });
});
