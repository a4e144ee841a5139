/**
 * Makes a place for the window, `PROGRAM FOLDER`: a sound data folder, or with the word `hostile` one with all that can lie in
 * it at once. Says where everything is, as JSON. Runs in the Node of Electron, for which SQLite is built.
 */
import { join } from 'node:path';
import * as inputs from './inputs';
import { copiedPlace, makeRoot } from './places';
import type { Place } from './harness';

/** Copies of run 1 for what spoils a run, from 4 on. */
const ROWS: ((place: Place, run: number) => void)[] = [
  inputs.namesThatAct,
  inputs.architectureThatActs,
  inputs.nameOfMegabytes,
  inputs.longName,
  inputs.wrongKey,
  inputs.badState,
  inputs.badHistory,
  inputs.oddNumbers,
  inputs.oddMetrics,
  inputs.hugeArchitecture,
  inputs.deepJson,
];

function copyRun(place: Place, run: number): void {
  inputs.meddle(place, (sqlite) => {
    for (const [table, key] of [
      ['runs', 'id'],
      ['run_states', 'run_id'],
      ['steps', 'run_id'],
      ['epochs', 'run_id'],
    ] as const) {
      const columns = (sqlite.pragma(`table_info(${table})`) as { name: string }[]).map(({ name }) => name);
      const values = columns.map((name) =>
        name === key ? String(run) : name === 'revision' ? String(1000 + run) : name,
      );
      sqlite.exec(
        `INSERT INTO ${table} (${columns.join()}) SELECT ${values.join()} FROM ${table} WHERE ${key} = 1`,
      );
    }
    sqlite.exec(`UPDATE revision SET value = ${1000 + run}`);
  });
}

async function main(): Promise<void> {
  await makeRoot(process.argv[2]);
  const place = copiedPlace();
  if (process.argv[3] === 'hostile') {
    inputs.weightsOfSevenBytes(place);
    ROWS.forEach((spoil, index) => {
      copyRun(place, 4 + index);
      spoil(place, 4 + index);
    });
    inputs.libraryThatActs(place);
    inputs.recipesThatAct(place);
    inputs.checkpointNames(place);
    inputs.badSettings(place);
    inputs.trigger(place);
    inputs.tableWithQuote(place);
    // Those that do not keep the window from opening, or run 2 from training.
    const links = ['logs/run-1.log', 'logs/run-2.log', 'backups'];
    for (const [name, to] of inputs.LINKS) if (links.includes(name)) await inputs.linked(place, name, to);
    inputs.windowOptions(place);
    inputs.idOfAnother(place);
    await inputs.pngBomb(join(place.files, 'cifar.tar.gz'));
  }
  process.stdout.write(JSON.stringify({ place, runs: 3 + ROWS.length }));
}

void main();
