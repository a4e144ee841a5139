import { expect, it } from 'vitest';
import { readHistory } from '../../../../src/shared/histories/read';
import type { HistoryReading } from '../../../../src/shared/histories/history';
import { serviceOn, value } from '../services';
import { scriptedHost, temporaryFolder } from '../fixtures';

const TEXT = 'epoch,loss\n0,2\n1,1\n';

/** A reader that answers when it is told to. */
function slowReader() {
  const answers: (() => void)[] = [];
  const read = (text: string) =>
    new Promise<HistoryReading>((done) => answers.push(() => done(readHistory(text))));
  return { read, answer: () => answers.splice(0).forEach((one) => one()) };
}

it('is stored once it has been read, whoever reads it, and others go on meanwhile', async () => {
  const { read, answer } = slowReader();
  const { store, services } = await serviceOn(temporaryFolder(), scriptedHost('complete'), {
    readHistory: read,
  });
  const importing = services.imports.import({ text: TEXT, file: 'history.csv', name: '' });
  expect(store.list()).toEqual([]);
  expect(value(services.imports.ofSource(TEXT))).toBeNull();
  answer();
  expect(value(await importing).name).toBe('history');
});

it('of the same text twice at a time gives one run', async () => {
  const { read, answer } = slowReader();
  const { store, services } = await serviceOn(temporaryFolder(), scriptedHost('complete'), {
    readHistory: read,
  });
  const both = [1, 2].map(() => services.imports.import({ text: TEXT, file: null, name: '' }));
  answer();
  const results = await Promise.all(both);
  expect(results.map(({ ok }) => ok)).toEqual([true, false]);
  expect(results[1]).toMatchObject({ error: { code: 'conflict' } });
  expect(store.list()).toHaveLength(1);
});

it('is waited for by a program that closes', async () => {
  const { read, answer } = slowReader();
  const { store, services } = await serviceOn(temporaryFolder(), scriptedHost('complete'), {
    readHistory: read,
  });
  const importing = services.imports.import({ text: TEXT, file: null, name: '' });
  const closing = services.shutdown();
  answer();
  await closing;
  expect((await importing).ok).toBe(true);
  expect(store.list()).toHaveLength(1);
});
