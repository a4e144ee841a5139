import { createHash } from 'node:crypto';
import { describe, expect, it } from 'vitest';
import { MetricStore } from '../../../../../src/main/db/stores/metrics';
import type { Db } from '../../../../../src/main/db/database';
import { openMemoryDatabase } from '../../memory-database';
import { changedSentence, SUM_QUERIES } from '../../../../../src/main/db/care/sums';
import { begun, epoch, step } from '../../fixtures';

interface Stored {
  db: Db;
  metrics: MetricStore;
  id: number;
}

const empty = (): Stored => {
  const db = openMemoryDatabase();
  return { db, metrics: new MetricStore(db), id: begun(db).id };
};

/** Three epochs of two steps each, and a step of the next. */
function stored(): Stored {
  const run = empty();
  run.metrics.addSteps(
    run.id,
    [1, 2, 3, 4, 5, 6, 7].map((number) => step(number)),
  );
  for (const number of [1, 2, 3]) run.metrics.addEpoch(run.id, epoch(number));
  return run;
}

const sumOf = ({ db, id }: Stored, number: number): unknown =>
  db.get<{ sha256: string | null }>('SELECT sha256 FROM epochs WHERE run_id = ? AND epoch = ?', id, number)
    ?.sha256;

describe('the sum of an epoch', () => {
  it('is the SHA-256 of its numbers and those of its steps, as little-endian float64s with NULL as a NaN', () => {
    const run = empty();
    run.metrics.addSteps(run.id, [
      step(1),
      step(2, { loss: NaN, crossEntropy: Infinity }),
      step(3),
      step(4, { accuracy: 0 }),
    ]);
    run.metrics.addEpoch(run.id, epoch(1));
    run.metrics.addEpoch(run.id, epoch(2, { valLoss: NaN, memoryBytes: 7 }));
    // This order, and this NaN, are those of every sum that is stored anywhere.
    const numbers = [
      ...[run.id, 2, 4, 1, 0.5, 0.5, NaN, 0.75, 0.2, 0.75, 100, 7],
      ...[3, 2, 2 / 3, 1 / 3, 0.5, 0.75],
      ...[4, 2, 0.5, 0.25, 0, 1],
    ];
    const bytes = Buffer.alloc(8 * numbers.length);
    numbers.forEach((value, index) => bytes.writeDoubleLE(value, 8 * index));
    const nan = Buffer.from('000000000000f87f', 'hex');
    expect(bytes.indexOf(nan)).toBe(6 * 8);
    expect(sumOf(run, 2)).toBe(createHash('sha256').update(bytes).digest('hex'));
    expect(run.metrics.changedEpochs(run.id)).toEqual([]);
  });

  it('has the learning rate of a step at its end, where it is stored', () => {
    const run = empty();
    run.metrics.addSteps(run.id, [step(1), step(2, { learningRate: 0.5 })]);
    run.metrics.addEpoch(run.id, epoch(1));
    expect(run.metrics.changedEpochs(run.id)).toEqual([]);
    const before = sumOf(run, 1);
    run.db.run('UPDATE steps SET learning_rate = NULL WHERE step = 2');
    expect(run.metrics.changedEpochs(run.id)).toEqual([1]);
    run.db.run('UPDATE steps SET learning_rate = 0.5 WHERE step = 2');
    run.db.run('UPDATE steps SET learning_rate = 0.25 WHERE step = 1');
    expect(run.metrics.changedEpochs(run.id)).toEqual([1]);
    expect(sumOf(run, 1)).toBe(before);
  });

  it('has norms and the average at the end of their rows, where they are stored', () => {
    const run = empty();
    const averaged = { emaValLoss: 0.75, emaValCrossEntropy: 0.5, emaValAccuracy: 0.25 };
    run.metrics.addSteps(run.id, [step(1), step(2, { gradientNorm: 1.5, weightNorm: 20 })]);
    run.metrics.addEpoch(run.id, epoch(1, averaged));
    expect(run.metrics.changedEpochs(run.id)).toEqual([]);
    for (const [table, column] of [
      ['steps', 'gradient_norm'],
      ['steps', 'weight_norm'],
      ['epochs', 'ema_val_loss'],
      ['epochs', 'ema_val_cross_entropy'],
      ['epochs', 'ema_val_accuracy'],
    ]) {
      const { kept } = run.db.get<{ kept: number }>(`SELECT MAX(${column}) AS kept FROM ${table}`)!;
      for (const other of ['NULL', '0.125']) {
        run.db.run(`UPDATE ${table} SET ${column} = ${other} WHERE step = 2`);
        expect(run.metrics.changedEpochs(run.id), column).toEqual([1]);
      }
      run.db.run(`UPDATE ${table} SET ${column} = ? WHERE step = 2`, kept);
      expect(run.metrics.changedEpochs(run.id)).toEqual([]);
    }
  });

  it('holds over steps and epochs that were made a second time, of which the first are kept', () => {
    const run = stored();
    run.metrics.addSteps(run.id, [step(6, { seconds: 99 }), step(7, { seconds: 99 }), step(8)]);
    run.metrics.addEpoch(run.id, epoch(3, { seconds: 99 }));
    run.metrics.addEpoch(run.id, epoch(4));
    expect(sumOf(run, 4)).toMatch(/^[0-9a-f]{64}$/);
    expect(run.metrics.changedEpochs(run.id)).toEqual([]);
  });

  it('holds where steps of the next epoch are stored in the same batch', () => {
    const run = empty();
    run.metrics.addSteps(run.id, [step(1), step(2), step(3)]);
    run.metrics.addEpoch(run.id, epoch(1));
    run.metrics.addSteps(run.id, [step(4)]);
    run.metrics.addEpoch(run.id, epoch(2));
    expect(run.metrics.changedEpochs(run.id)).toEqual([]);
  });

  it('holds for a fork that begins within an epoch', () => {
    const { db, metrics } = empty();
    const { id } = begun(db, { parent: { id: 1, step: 3, images: 192 }, step: 3, epoch: 1 });
    metrics.addSteps(id, [step(4)]);
    metrics.addEpoch(id, epoch(2));
    expect(metrics.changedEpochs(id)).toEqual([]);
    db.run('UPDATE steps SET loss = 7 WHERE run_id = ?', id);
    expect(metrics.changedEpochs(id)).toEqual([2]);
  });

  it('holds for an epoch without steps of its own', () => {
    const run = empty();
    run.metrics.addEpoch(run.id, epoch(1));
    expect(run.metrics.changedEpochs(run.id)).toEqual([]);
    run.db.run('UPDATE epochs SET loss = 7');
    expect(run.metrics.changedEpochs(run.id)).toEqual([1]);
  });

  it('holds for an epoch of more steps than are hashed at a time', () => {
    const run = empty();
    const steps = Array.from({ length: 1000 }, (_, index) => step(index + 1, { epoch: 1 }));
    run.metrics.addSteps(run.id, steps);
    run.metrics.addEpoch(run.id, epoch(1, { step: 1000 }));
    expect(run.metrics.changedEpochs(run.id)).toEqual([]);
    run.db.run('UPDATE steps SET loss = -loss WHERE step = 777');
    expect(run.metrics.changedEpochs(run.id)).toEqual([1]);
  });
});

describe('the queries', () => {
  it.each(Object.entries(SUM_QUERIES))(
    '(%s) read no table but that of the runs from end to end',
    (_name, sql) => {
      const { db } = empty();
      const values = Array.from({ length: sql.split('?').length - 1 }, () => 1);
      const plan = db
        .all<{ detail: string }>(`EXPLAIN QUERY PLAN ${sql}`, ...values)
        .map(({ detail }) => detail)
        .join('; ');
      expect(plan).toContain('USING PRIMARY KEY (run_id=?');
      expect(plan).not.toMatch(/SCAN (steps|epochs)|TEMP B-TREE/);
    },
  );
});

describe('a number that has changed', () => {
  it.each([
    ...['step', 'loss', 'cross_entropy', 'accuracy', 'val_loss', 'val_cross_entropy', 'val_accuracy'],
    ...['seconds', 'images_per_second', 'memory_bytes', 'sha256'],
  ])('in the column %s of epochs is named', (column) => {
    const { db, metrics, id } = stored();
    db.run(`UPDATE epochs SET ${column} = ${column} + 1 WHERE epoch = 2`);
    expect(metrics.changedEpochs(id)).toEqual([2]);
  });

  it.each(['loss', 'cross_entropy', 'accuracy', 'seconds'])(
    'in the column %s of steps is named, however little it is',
    (column) => {
      const { db, metrics, id } = stored();
      const { value } = db.get<{ value: number }>(`SELECT ${column} AS value FROM steps WHERE step = 4`)!;
      const bits = Buffer.alloc(8);
      bits.writeDoubleLE(value);
      bits[0]! ^= 1;
      db.run(`UPDATE steps SET ${column} = ? WHERE step = 4`, bits.readDoubleLE());
      expect(metrics.changedEpochs(id)).toEqual([2]);
    },
  );

  it.each([
    ['the number of a step', 'UPDATE steps SET step = 40 WHERE step = 4', [2]],
    ["the epoch of an epoch's last step", 'UPDATE steps SET epoch = 3 WHERE step = 4', [2, 3]],
    ["the epoch of an epoch's first step", 'UPDATE steps SET epoch = 3 WHERE step = 3', [2, 3]],
    ['the epoch of a step, which there is not', 'UPDATE steps SET epoch = 66 WHERE step = 4', [2]],
    ['all steps of an epoch', 'DELETE FROM steps WHERE epoch = 2', [2]],
    ['the run of a step', 'UPDATE steps SET run_id = 2 WHERE step = 4', [2]],
    ['the number of an epoch', 'UPDATE epochs SET epoch = 66 WHERE epoch = 2', [66]],
    ['a number that is one no more', 'UPDATE steps SET loss = NULL WHERE step = 4', [2]],
    [
      'two numbers for each other',
      'UPDATE steps SET loss = cross_entropy, cross_entropy = loss WHERE step = 4',
      [2],
    ],
    ['a step that is gone', 'DELETE FROM steps WHERE step = 4', [2]],
    ['a number of two epochs', 'UPDATE steps SET loss = 7 WHERE step IN (2, 5)', [1, 3]],
  ])('(%s) is named', (_what, sql, epochs) => {
    const { db, metrics, id } = stored();
    begun(db);
    db.run(sql);
    expect(metrics.changedEpochs(id)).toEqual(epochs);
  });

  it('is not looked for where an epoch has no sum, and not in the epoch under way', () => {
    const { db, metrics, id } = stored();
    db.run('UPDATE epochs SET sha256 = NULL WHERE epoch = 2');
    db.run('UPDATE steps SET loss = 7 WHERE step IN (4, 7)');
    expect(metrics.changedEpochs(id)).toEqual([]);
    expect(metrics.changedEpochs(id + 1)).toEqual([]);
  });
});

describe('the sentence', () => {
  it('names run, epoch and the newest backup, and says what still works', () => {
    expect(changedSentence([{ runId: 3, epochs: [2] }], '/b.sqlite3')).toBe(
      'Numbers of run 3 (epoch 2) have changed on the disk since they were stored, as their SHA-256 shows: the newest ' +
        'backup, /b.sqlite3, may have the right ones, and the run can be resumed, as its checkpoints have a SHA-256 of ' +
        'their own.',
    );
  });

  it('names the first of many', () => {
    const changed = [1, 2, 3, 4, 5, 6, 7].map((runId) => ({ runId, epochs: [1, 2, 3, 4, 5, 6] }));
    const sentence = changedSentence([{ runId: 9, epochs: [4, 7] }, ...changed], null);
    expect(sentence).toMatch(
      /^Numbers of run 9 \(epochs 4, 7\), run 1 \(epochs 1, 2, 3, 4, 5 and 1 more\), /,
    );
    expect(sentence).toContain('run 4 (epochs 1, 2, 3, 4, 5 and 1 more) and 3 more have changed');
    expect(sentence).toContain(
      'a backup of the database may have the right ones, and the runs can be resumed',
    );
  });
});
