/** The Data view on a machine where another program has left CIFAR-10. */
import { mkdirSync, mkdtempSync, rmSync, truncateSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect, test } from './app';
import { goTo } from './steps';

let keras: string;
let before: string | undefined;
const copy = (): string => join(keras, 'datasets', 'cifar-10-batches-py');

// The window looks where this variable says, as Keras does.
test.beforeAll(() => {
  keras = mkdtempSync(join(tmpdir(), 'resbench-keras-'));
  mkdirSync(copy(), { recursive: true });
  for (const name of [1, 2, 3, 4, 5].map((number) => `data_batch_${number}`).concat('test_batch')) {
    writeFileSync(join(copy(), name), '');
    truncateSync(join(copy(), name), 31_000_000);
  }
  before = process.env.KERAS_HOME;
  process.env.KERAS_HOME = keras;
});
test.afterAll(() => {
  if (before === undefined) delete process.env.KERAS_HOME;
  else process.env.KERAS_HOME = before;
  rmSync(keras, { recursive: true, force: true });
});

test('a copy that Keras left is offered in place of the download', async ({ workbench }) => {
  const page = await workbench.start();
  await goTo(page, 'data');
  await expect(page.getByTestId('dataset-cifar10-detail')).toHaveText(
    `A copy lies in ${copy()}: it is checked and taken from there, without a download.`,
  );
  const take = page.getByTestId('dataset-cifar10-get');
  await expect(take).toHaveText('Use this copy');
  await expect(take).toHaveAccessibleName('Use the copy of CIFAR-10');
});
