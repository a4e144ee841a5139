/** What a dead program left on the disk: its database, looked at as a copy, and its files of checkpoints. */
import { spawn } from 'node:child_process';
import { createHash } from 'node:crypto';
import { copyFileSync, existsSync, mkdirSync, readdirSync, readFileSync, rmSync } from 'node:fs';
import { join } from 'node:path';
import { createInterface } from 'node:readline';
import { fileURLToPath } from 'node:url';
import { Failure } from '../lib/failure.mjs';
import { nodeEnv } from '../lib/run-env.mjs';
import { Patience } from './patience.mjs';

export class Inspector {
  constructor(electron) {
    this.child = spawn(electron.path, [fileURLToPath(new URL('inspector.mjs', import.meta.url))], {
      env: nodeEnv(),
      stdio: ['pipe', 'pipe', 'inherit'],
      windowsHide: true,
    });
    this.waiting = [];
    this.child.stdin.on('error', () => {});
    createInterface({ input: this.child.stdout }).on('line', (line) => this.waiting.shift()?.(line));
  }

  /** Everything in the data folder's database; a copy is opened, so that the next start finds what the dead one left. */
  async database(home) {
    const folder = `${home}.copy`;
    rmSync(folder, { recursive: true, force: true });
    mkdirSync(folder);
    for (const name of ['resbench.db', 'resbench.db-wal']) {
      const path = join(home, name);
      if (existsSync(path)) copyFileSync(path, join(folder, name));
    }
    const torn = endsWithinTransaction(join(folder, 'resbench.db-wal'));
    const found = await this.ask({ file: join(folder, 'resbench.db') });
    rmSync(folder, { recursive: true, force: true });
    if (found.error) return { integrity: [found.error], foreignKeys: [], run: null, torn };
    return { ...found, torn };
  }

  ask(question) {
    return new Promise((resolve, reject) => {
      const patience = new Patience({
        pids: () => [this.child.pid],
        onStuck: (words) => reject(new Failure(`The database is not read: ${words}.`)),
      }).start();
      this.waiting.push((line) => {
        patience.stop();
        resolve(JSON.parse(line));
      });
      this.child.stdin.write(`${JSON.stringify(question)}\n`);
    });
  }

  close() {
    this.child.kill();
  }
}

/**
 * Whether the log of the database ends in the middle of a transaction: pages of it were written, its commit was not.
 * A frame is 24 bytes and a page; bytes 4 to 7 are not 0 in the last frame of a transaction; frames of the log's present
 * use repeat its salts (https://www.sqlite.org/fileformat2.html#walformat).
 */
export function endsWithinTransaction(path) {
  if (!existsSync(path)) return false;
  const log = readFileSync(path);
  if (log.length < 32) return log.length > 0;
  const frame = 24 + log.readUInt32BE(8);
  const salts = log.subarray(16, 24);
  let whole = true;
  for (let at = 32; at < log.length; at += frame) {
    // The rest is of an earlier use, which was written over up to here.
    if (at + 24 > log.length || !log.subarray(at + 8, at + 16).equals(salts)) break;
    whole = at + frame <= log.length && log.readUInt32BE(at + 4) !== 0;
  }
  return !whole;
}

/** Lines in which the program says that something is damaged, changed or gone: a kill damages nothing. */
export const wordsOfDamage = (output) =>
  output
    .split('\n')
    .filter((line) =>
      /^(resbench: |\{"event":"notice").*\b(damaged|missing|changed on the disk)\b/.test(line),
    );

const DESCRIPTION = '.json';
const WEIGHTS = '.safetensors';

/** Files of the run's checkpoints: those that are whole pairs, and what else lies there. */
export function checkpointFiles(home, runId) {
  const folder = join(home, 'checkpoints', `run-${runId}`);
  const names = existsSync(folder) ? readdirSync(folder) : [];
  const there = new Set(names);
  const whole = names
    .filter((name) => name.endsWith(DESCRIPTION))
    .map((name) => name.slice(0, -DESCRIPTION.length))
    .filter((name) => there.has(name + WEIGHTS));
  const ofPairs = new Set(whole.flatMap((name) => [name + DESCRIPTION, name + WEIGHTS]));
  return { folder, whole, loose: names.filter((name) => !ofPairs.has(name)) };
}

export const fileSha256 = (path) => createHash('sha256').update(readFileSync(path)).digest('hex');
