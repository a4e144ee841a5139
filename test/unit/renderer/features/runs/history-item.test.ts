import { Blob } from 'node:buffer';
import { DATASETS } from '../../../../../src/shared/datasets';
import { describe, expect, it } from 'vitest';
import { findPreset } from '../../../../../src/architecture/presets';
import { columnRows, historyFacts } from '../../../../../src/renderer/features/runs/describe-history';
import {
  defaultName,
  importRequest,
  newItem,
  readItem,
  type HistoryItem,
} from '../../../../../src/renderer/features/runs/history-item';
import type { ImportedHistory } from '../../../../../src/shared/histories/history';
import { savedSample } from './sample';
import { readHistory } from '../../../../../src/shared/histories/read';
import { MAX_SOURCE_FILE_BYTES } from '../../../../../src/shared/histories/source';

const CSV = 'epoch,loss\n0,1.5\n';
const LOG = 'Epoch 1/3\n10/10 [====] - 8s 12ms/step - loss: 1.5000 - val_loss: nan\n';
const LIGHTNING = 'epoch,step,train_acc_step,val_loss\n0,4,0.25,\n0,9,0.5,\n0,9,,2\n';

// The Node of these tests knows no `File`.
const fileOf = (name: string): File => Object.assign(new Blob([CSV]), { name }) as unknown as File;
const itemOf = (file: string | null, text: string): HistoryItem => newItem(1, file, text, readHistory(text));

function historyOf(text: string): ImportedHistory {
  const { reading } = itemOf(null, text);
  if (!reading.ok) throw new Error(reading.problems[0]!.sentence);
  return reading.history;
}

describe('a history that may be imported', () => {
  it.each([
    ['resnet18.csv', 'resnet18'],
    ['run.2024.log', 'run.2024'],
    ['history', 'history'],
    ['.csv', '.csv'],
    ['a.very-long-ending', 'a.very-long-ending'],
    [null, 'Keras CSVLogger'],
  ])('is called after its file %s: %s', (file, name) => {
    expect(defaultName(itemOf(file, CSV))).toBe(name);
  });

  it('has a name that nothing acts in, and that is not too long', () => {
    const { file } = itemOf(`\u202e${'x'.repeat(300)}.csv`, CSV);
    expect(file).toHaveLength(200);
    expect(file).not.toContain('\u202e');
  });

  it('is asked for with input and classes of its data set', () => {
    const preset = findPreset('resnet18')!.architecture;
    const wide = { ...preset, inputShape: [224, 224, 3], classes: 1000 } as typeof preset;
    const saved = [savedSample({ id: 1, architecture: wide })];
    const item = {
      ...itemOf(null, CSV),
      name: ' mine ',
      model: 'own:1',
      dataset: 'cifar10' as const,
    };
    const infoOf = () => DATASETS.cifar10;
    expect(importRequest(item, saved, infoOf, true)).toMatchObject({
      name: 'mine',
      architecture: { inputShape: [32, 32, 3], classes: 10 },
      datasetId: 'cifar10',
      again: true,
    });
    expect(importRequest({ ...item, dataset: '' }, saved, infoOf, false)).toMatchObject({
      architecture: wide,
      datasetId: null,
    });
    expect(importRequest({ ...item, model: '' }, saved, infoOf, false).architecture).toBeNull();
  });
});

describe('a short history', () => {
  const read = (source: File | string, signal = new AbortController().signal): Promise<HistoryItem> =>
    readItem(1, source, signal, () => undefined);
  const problemOf = ({ reading }: HistoryItem): string | null =>
    reading.ok ? null : reading.problems[0]!.sentence;

  it('is read from a file and from a pasted text alike', async () => {
    expect(await read(fileOf('a.csv'))).toEqual({ ...itemOf('a.csv', CSV) });
    expect(await read(CSV)).toEqual(itemOf(null, CSV));
  });

  it('that cannot be read says so in one sentence', async () => {
    const gone = Object.assign(fileOf('gone.csv'), {
      arrayBuffer: () => Promise.reject(new Error('it was moved')),
    });
    expect(problemOf(await read(gone))).toBe('The file could not be read: it was moved');
    const vast = Object.defineProperty(fileOf('vast.csv'), 'size', {
      value: MAX_SOURCE_FILE_BYTES + 1,
    });
    expect(problemOf(await read(vast))).toContain('more than any history');
  });

  it('is no item once it is given up', async () => {
    const controller = new AbortController();
    const item = read(fileOf('a.csv'), controller.signal);
    controller.abort();
    await expect(item).rejects.toThrow();
  });
});

describe('what a history holds', () => {
  it.each([
    [CSV, 'Keras CSVLogger: 1 epoch'],
    [LOG, 'Keras console log: 1 of 3 epochs of 10 steps'],
    [LIGHTNING, 'Lightning metrics.csv: 1 epoch of 10 steps, 2 steps logged'],
  ])('is said in a line', (text, facts) => {
    expect(historyFacts(historyOf(text))).toBe(facts);
  });

  it('has its columns with their values at both ends', () => {
    expect(columnRows(historyOf(LIGHTNING))).toEqual([
      { source: 'train_acc_step', label: 'Accuracy of each step', first: '25.00 %', last: '50.00 %' },
      { source: 'val_loss', label: 'Validation loss', first: '2.0000', last: '2.0000' },
    ]);
    expect(columnRows(historyOf(LOG))[1]).toEqual({
      source: 'val_loss',
      label: 'Validation loss',
      first: '–',
      last: '–',
    });
  });
});
