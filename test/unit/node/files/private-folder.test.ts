import { chmodSync, mkdirSync, statSync, symlinkSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { defaultHome } from '../../../../src/node/files/home';
import { closeToOthers } from '../../../../src/node/files/private-folder';
import { temporaryFolder } from '../../main/fixtures';

describe.skipIf(process.platform === 'win32')('a data folder that others could read', () => {
  const modeOf = (path: string): string => (statSync(path).mode & 0o777).toString(8);
  const FOLDERS = ['backups', 'checkpoints', 'logs'];
  const FILES = ['resbench.db', 'resbench.db-wal', 'resbench-damaged-20260101-000000.sqlite3', 'window.json'];

  function open(home: string): string {
    mkdirSync(home, { recursive: true });
    for (const name of FOLDERS) mkdirSync(join(home, name));
    for (const name of FILES) writeFileSync(join(home, name), '');
    for (const name of FOLDERS) chmodSync(join(home, name), 0o755);
    for (const name of FILES) chmodSync(join(home, name), 0o644);
    chmodSync(home, 0o755);
    return home;
  }

  it('is its user’s alone from then on, with all that is in it', () => {
    const home = open(join(temporaryFolder(), 'data'));
    closeToOthers(home);
    expect([home, ...FOLDERS.map((name) => join(home, name))].map(modeOf)).toEqual([
      '700',
      '700',
      '700',
      '700',
    ]);
    expect(FILES.map((name) => modeOf(join(home, name)))).toEqual(['600', '600', '600', '600']);
  });

  it('stays open itself where it holds something else that its user may want to be seen', () => {
    const home = open(join(temporaryFolder(), 'data'));
    writeFileSync(join(home, 'index.html'), 'mine');
    chmodSync(join(home, 'index.html'), 0o644);
    closeToOthers(home);
    expect([home, join(home, 'index.html'), join(home, 'resbench.db')].map(modeOf)).toEqual([
      '755',
      '644',
      '600',
    ]);
  });

  it('is closed at the usual place, whatever Chromium keeps there', () => {
    const env = { HOME: temporaryFolder() };
    const home = open(defaultHome(env));
    writeFileSync(join(home, 'Preferences'), '{}');
    closeToOthers(home, env);
    expect(modeOf(home)).toBe('700');
  });

  it('keeps its hands off what a link leads to', () => {
    const home = open(join(temporaryFolder(), 'data'));
    const victim = join(home, '..', 'victim');
    writeFileSync(victim, '');
    chmodSync(victim, 0o644);
    symlinkSync(victim, join(home, 'resbench.db-suspect'));
    closeToOthers(home);
    expect(modeOf(victim)).toBe('644');
  });
});
