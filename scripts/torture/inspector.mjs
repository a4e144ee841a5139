/**
 * Runs in Electron's Node, for which SQLite is built: a line with the path of a database comes in, a line with all that is
 * in it goes out. The database is a copy of what lay on the disk; nobody else has it open.
 */
import { existsSync } from 'node:fs';
import { createRequire } from 'node:module';
import { createInterface } from 'node:readline';

const Database = createRequire(import.meta.url)('better-sqlite3');

createInterface({ input: process.stdin }).on('line', (line) => {
  let answer;
  try {
    answer = inspect(JSON.parse(line).file);
  } catch (error) {
    answer = { error: error.message };
  }
  process.stdout.write(`${JSON.stringify(answer)}\n`);
});

function inspect(file) {
  if (!existsSync(file)) return { integrity: [], foreignKeys: [], run: null };
  const db = new Database(file);
  try {
    const integrity = db
      .pragma('integrity_check')
      .map((row) => row.integrity_check)
      .filter((text) => text !== 'ok');
    const foreignKeys = db.pragma('foreign_key_check');
    const tables = db.prepare("SELECT name FROM sqlite_master WHERE type = 'table'").all();
    const run = tables.some(({ name }) => name === 'runs') ? db.prepare('SELECT * FROM runs').get() : null;
    if (!run) return { integrity, foreignKeys, run: null };
    const of = (table, order) =>
      db.prepare(`SELECT * FROM ${table} WHERE run_id = ? ORDER BY ${order}`).all(run.id);
    return {
      integrity,
      foreignKeys,
      run,
      runs: db.prepare('SELECT COUNT(*) AS count FROM runs').get().count,
      states: of('run_states', 'number'),
      steps: of('steps', 'step'),
      epochs: of('epochs', 'epoch'),
      checkpoints: of('checkpoints', 'step, id'),
      gaps: of('gaps', 'number'),
    };
  } finally {
    db.close();
  }
}
