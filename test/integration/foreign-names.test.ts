/** A data folder whose names and sentences act on terminals: none of it reaches one, by any command. */
import { appendFileSync } from 'node:fs';
import { join } from 'node:path';
import Database from 'better-sqlite3';
import { expect, test } from 'vitest';
import { home, SHORT, SMALL, type } from './cli-fixture';

const HOSTILE = 'A\u001b]0;title\u0007B\u001b[2J\u009b31mC\u202eD\u2066\nE\rF\u2028G';
const ACTING = /(?!\n)\p{Cc}|[\u061c\u200e\u200f\u202a-\u202e\u2028\u2029\u2066-\u2069]/u;

test('names from elsewhere reach no terminal', async () => {
  expect((await type('train', ...SMALL, ...SHORT)).code).toBe(0);
  expect((await type('train', ...SMALL, '--queue', 'held')).code).toBe(0);
  const database = new Database(join(home, 'resbench.db'));
  database.prepare('UPDATE runs SET name = ?, reason = ?').run(HOSTILE, HOSTILE);
  database.prepare("UPDATE runs SET architecture = json_set(architecture, '$.name', ?)").run(HOSTILE);
  database.close();
  appendFileSync(join(home, 'logs', 'run-1.log'), HOSTILE);

  for (const words of [
    'runs list',
    'runs list --json',
    'runs show 1',
    'runs log 1',
    'runs log 1 --json',
    'runs export 1',
    'runs pause 1',
    'runs resume 1',
    'runs fork 1 --epochs 5 --background',
    'queue list',
    'queue hold 2',
    'runs stop 2',
    'runs delete 2',
    'db check',
    'checkpoints list 1',
  ]) {
    const { stdout, stderr } = await type(...words.split(' '));
    expect(`${words}: ${stdout}${stderr}`).not.toMatch(ACTING);
    expect(`${words}: ${stdout}${stderr}`).not.toMatch(/should not/);
  }
  const shown = await type('runs', 'list');
  // Nothing of a name makes a line.
  expect(shown.stdout).not.toMatch(/^[EFG]/m);
  expect(shown.stdout).toContain('A\ufffd]0;title\ufffdB');
});
