/** The blog's experiment by the command line as it is built; the epochs themselves need the real CIFAR-10. */
import { mkdirSync, truncateSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { eventsOf, home, oneSentence, show, type } from './cli-fixture';

test('says how to get the data where it is not there, and starts nothing', async () => {
  const refused = await type('reproduce', 'blog');
  expect(refused).toMatchObject({ code: 4, stdout: '' });
  expect(refused.stderr).toMatch(
    oneSentence(/CIFAR-10 is not on this machine: .*`npm start -- data get cifar10`/),
  );
  expect((await type('runs', 'list')).stdout).toContain('There are no runs yet.');
});

test('queues the network of its variant by the printed recipe, and ends as its run does', async () => {
  const folder = join(home, 'datasets', 'cifar10');
  mkdirSync(folder, { recursive: true });
  for (const name of [1, 2, 3, 4, 5].map((number) => `data_batch_${number}.bin`).concat('test_batch.bin')) {
    writeFileSync(join(folder, name), '');
    truncateSync(join(folder, name), 30_730_000);
  }
  const words = ['reproduce', 'blog', '--variant', 'both', '--epochs', '1', '--limit-train', '64', '--json'];
  const { code, stdout } = await type(...words);
  expect(code).toBe(6);
  // What lies there is not CIFAR-10: the first run fails, so that there is nothing to compare and no second one.
  expect(eventsOf(stdout).map(({ event }) => event)).not.toContain('comparison');
  expect(await show(1)).toMatchObject({
    name: 'The blog’s ResNet-18, plain, shorter',
    state: 'failed',
    reason: expect.stringContaining('data_batch_1.bin is corrupt') as string,
    architecture: { name: 'resnet18-plain', shortcut: 'none' },
    recipe: { epochs: 1, limitTrain: 64, batchSize: 64, learningRate: 0.001 },
  });
  expect((await type('runs', 'show', '2')).code).toBe(3);
});
