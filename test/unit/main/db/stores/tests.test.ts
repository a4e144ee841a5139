import { createHash } from 'node:crypto';
import { beforeEach, describe, expect, it } from 'vitest';
import type { Db } from '../../../../../src/main/db/database';
import { RunStore } from '../../../../../src/main/db/stores/runs';
import { TestStore, type NewTest } from '../../../../../src/main/db/stores/tests';
import { unreadableRows } from '../../../../../src/main/db/stores/unreadable';
import type { TestViews } from '../../../../../src/shared/test-result';
import { begun, predicted } from '../../fixtures';
import { openMemoryDatabase } from '../../memory-database';

let db: Db;
let tests: TestStore;
let id: number;
beforeEach(() => {
  db = openMemoryDatabase();
  tests = new TestStore(db);
  ({ id } = begun(db));
});

const taken = (views: TestViews): NewTest => ({
  views,
  at: 5000,
  step: 10,
  epoch: 1,
  weightsSha256: 'a'.repeat(64),
  datasetSha256: 'b'.repeat(64),
  images: 4,
  loss: 1.5,
  crossEntropy: 1.25,
  accuracy: 0.75,
  seconds: 2,
  predictions: predicted(1, 1, 0, 1),
});
const unreadable = () => db.raw((sqlite) => unreadableRows(sqlite, new Set(['tests'])));

describe('tests', () => {
  it('come back with what they averaged over, in their order', () => {
    for (const views of ['none', 'flip', 'flip-translate'] as const) tests.add(id, taken(views));
    const viewChoices = ['none', 'flip', 'flip-translate'];
    expect(tests.whole(id).map(({ views }) => views)).toEqual(viewChoices);
    expect(new RunStore(db).get(id)!.tests.map(({ views }) => views)).toEqual(viewChoices);
    expect(unreadable()).toEqual([]);
  });

  it('of before averaging have the sum that they had', () => {
    tests.add(id, taken('none'));
    const row = db.get<Record<string, unknown>>('SELECT * FROM tests')!;
    const numbers = ['run_id', 'number', 'at', 'step', 'epoch', 'weights_sha256', 'dataset_sha256', 'images'];
    const figures = ['loss', 'cross_entropy', 'accuracy', 'seconds'];
    const sum = createHash('sha256')
      .update(`${JSON.stringify([...numbers, ...figures].map((column) => row[column]))}\n`)
      .update(row.classes as Uint8Array)
      .update(row.correct as Uint8Array)
      .digest('hex');
    expect(row.sha256).toBe(sum);
  });

  it.each(['none', 'flip-translate', 'mean'])('whose kind has become "%s" are found', (views) => {
    tests.add(id, taken('flip'));
    db.run('UPDATE tests SET views = ?', views);
    expect(unreadable()).toHaveLength(1);
    expect(tests.whole(id)).toEqual([]);
  });
});
