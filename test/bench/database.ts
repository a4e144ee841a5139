/**
 * Measured program: a database of many long runs. `make HOME RUNS STEPS` writes it, `start HOME` opens the services as
 * the window and the command line do, `read HOME` measures what they read. Prints one JSON value, times in milliseconds.
 */
import { rmSync } from 'node:fs';
import { join } from 'node:path';
import { performance } from 'node:perf_hooks';
import { MessageChannel, receiveMessageOnPort } from 'node:worker_threads';
import Database from 'better-sqlite3';
import { parseArchitecture } from '../../src/architecture/architecture-text';
import { bytesOf } from '../../src/main/db/disk';
import { backUpDatabase, checkDatabase } from '../../src/main/db/maintenance';
import { CHECKPOINT_QUERIES } from '../../src/main/db/checkpoints';
import { METRIC_QUERIES, MetricStore } from '../../src/main/db/metrics';
import { openDatabase, type Db } from '../../src/main/db/open';
import { QUERIES, RunStore } from '../../src/main/db/runs';
import { SUM_QUERIES } from '../../src/main/db/sums';
import { createServices, type Services } from '../../src/main/services';
import { databasePath } from '../../src/node/home';
import { childProcessHost } from '../../src/node/process-host';
import { ownIdentity } from '../../src/node/process-identity';
import { DEFAULT_RECIPE } from '../../src/shared/domain';
import type { Result } from '../../src/shared/result';

const STEPS_AN_EPOCH = 500;

function value<T>(result: Result<T>): T {
  if (!result.ok) throw new Error(result.error.message);
  return result.value;
}

/** Through the stores that a real run goes through, with losses that fall and waver as real ones do. */
function make(home: string, runCount: number, stepCount: number): unknown {
  const from = performance.now();
  const parsed = parseArchitecture({
    name: 'bench',
    inputShape: [32, 32, 3],
    classes: 10,
    table: [
      [2, [[64, 3]]],
      [2, [[128, 3]]],
    ],
  });
  if (!parsed.ok) throw new Error('the architecture of the bench is wrong');
  const db = value(openDatabase(databasePath(home)));
  const [runs, metrics] = [new RunStore(db), new MetricStore(db)];
  for (let number = 1; number <= runCount; number++) {
    db.write('durable', () => {
      const { id } = runs.create({
        name: `run ${number}`,
        architecture: parsed.value,
        recipe: { ...DEFAULT_RECIPE, seed: number },
        dataset: { id: 'shapes', title: 'Shapes', sha256: null, trainCount: 32000, evalCount: 2000 },
        versions: { resbench: '0.0.0', tensorflow: null, electron: null, node: process.versions.node },
        machine: { platform: 'p', cpu: 'c', threads: 2, memoryBytes: 4e9, gpu: null },
        createdAt: number * 1000,
        params: 1e6,
        macs: 1e8,
        totalSteps: stepCount,
        epochs: Math.ceil(stepCount / STEPS_AN_EPOCH),
        queue: 'last',
        device: 'auto',
        plan: null,
        parent: null,
        step: 0,
        epoch: 0,
        ownerId: 'bench',
        owner: ownIdentity(),
      });
      runs.transition(id, 'running', null, number * 1000 + 1);
      for (let first = 1; first <= stepCount; first += STEPS_AN_EPOCH) {
        const length = Math.min(STEPS_AN_EPOCH, stepCount - first + 1);
        const epoch = Math.ceil(first / STEPS_AN_EPOCH);
        metrics.addSteps(
          id,
          Array.from({ length }, (_, index) => {
            const step = first + index;
            const crossEntropy = 2.3 / Math.sqrt(step) + Math.abs(Math.sin(step * number)) / 10;
            return {
              step,
              epoch,
              loss: crossEntropy + 0.1,
              crossEntropy,
              accuracy: (step % 65) / 64,
              seconds: step * 0.114,
            };
          }),
        );
        metrics.addEpoch(id, {
          epoch,
          step: first + length - 1,
          loss: 1 / epoch,
          crossEntropy: 1 / epoch,
          accuracy: 0.5,
          valLoss: 1 / epoch,
          valCrossEntropy: 1 / epoch,
          valAccuracy: 1 - 1 / (epoch + 1),
          seconds: length * 0.114,
          imagesPerSecond: 560,
          memoryBytes: 1e9,
        });
      }
      runs.transition(id, 'completed', null, number * 1000 + 2);
    });
  }
  db.close();
  return { milliseconds: performance.now() - from };
}

async function services(home: string): Promise<Services> {
  const opened = value(
    await createServices({
      home,
      host: childProcessHost(__dirname),
      version: '0.0.0',
      electron: process.versions.electron ?? null,
      queue: 'none',
    }),
  );
  opened.boot();
  return opened;
}

async function start(home: string): Promise<unknown> {
  const opened = await services(home);
  const readyAt = performance.timeOrigin + performance.now();
  await opened.shutdown();
  return { readyAt };
}

function times(count: number, work: (turn: number) => void): number[] {
  return Array.from({ length: count }, (_, turn) => {
    const from = performance.now();
    work(turn);
    return performance.now() - from;
  });
}

async function read(home: string): Promise<unknown> {
  const opened = await services(home);
  const { runs } = opened;
  const list = times(9, () => runs.list());
  const ids = runs.list().map(({ id }) => id);
  // Another run each time, so that none has just been read, nor have its sums been looked at.
  const at = (turn: number): number => ids[Math.floor(((turn + 0.5) / 18) * ids.length)]!;
  const one = (turn: number): unknown => {
    const id = at(turn);
    return [value(runs.get(id)), value(runs.steps(id)), value(runs.epochs(id))];
  };
  const open = times(9, (turn) => one(2 * turn));
  // The window gets a copy, made as for any message between processes.
  const { port1, port2 } = new MessageChannel();
  const sent = times(9, (turn) => {
    port1.postMessage(one(2 * turn + 1));
    receiveMessageOnPort(port2);
  });
  port1.close();
  await opened.shutdown();

  const path = databasePath(home);
  const sqlite = new Database(path, { readonly: true });
  const count = (table: string): unknown => sqlite.prepare(`SELECT COUNT(*) FROM ${table}`).pluck().get();
  const counts = { runs: count('runs'), steps: count('steps'), epochs: count('epochs') };
  const quickCheck = times(1, () => {
    const found = sqlite.pragma('quick_check(1)', { simple: true });
    if (found !== 'ok') throw new Error(`the database is not sound: ${String(found)}`);
  })[0];
  sqlite.close();
  const check = times(1, () => {
    const { problems, logDamage, changed } = value(checkDatabase(path));
    const problem = problems[0] ?? logDamage ?? changed;
    if (problem !== null) throw new Error(problem);
  })[0];
  const copy = join(home, 'bench-backup.sqlite3');
  const backup = times(1, () => value(backUpDatabase(path, copy, true)))[0];
  rmSync(copy);
  const db = value(openDatabase(path));
  const plans = plansOf(db);
  const metrics = new MetricStore(db);
  const sums = times(9, (turn) => void metrics.changedEpochs(at(2 * turn)));
  db.close();
  return { ...counts, bytes: bytesOf(path), list, open, sent, sums, quickCheck, check, backup, plans };
}

function plansOf(db: Db): Record<string, string[]> {
  const all = { runs: QUERIES, metrics: METRIC_QUERIES, checkpoints: CHECKPOINT_QUERIES, sums: SUM_QUERIES };
  const queries = Object.entries(all).flatMap(([store, some]) =>
    Object.entries(some).map(([name, sql]): [string, string] => [`${store}.${name}`, sql]),
  );
  return Object.fromEntries(
    queries.map(([name, sql]) => {
      const values = Array.from({ length: sql.split('?').length - 1 }, () => 1);
      const rows = db.all<{ detail: string }>(`EXPLAIN QUERY PLAN ${sql}`, ...values);
      return [name, rows.map(({ detail }) => detail)];
    }),
  );
}

async function main(): Promise<void> {
  const [what, home, ...numbers] = process.argv.slice(2) as [string, string, ...string[]];
  const report =
    what === 'make'
      ? make(home, Number(numbers[0]), Number(numbers[1]))
      : await (what === 'start' ? start(home) : read(home));
  process.stdout.write(`${JSON.stringify(report)}\n`);
}

void main();
