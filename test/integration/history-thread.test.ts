/** The thread that reads a long history for main, as it is built. */
import { join } from 'node:path';
import { expect, it } from 'vitest';
import { readBeside } from '../../src/main/runs/read-history';
import { readHistory } from '../../src/shared/histories/read';
import { isLongSource } from '../../src/shared/histories/source';

const thread = join(__dirname, '../../out/main/histories.js');

const csv = (epochs: number): string =>
  `epoch,loss\n${Array.from({ length: epochs }, (_, index) => `${index},${2 / (index + 1)}\n`).join('')}`;

it('reads what the reader reads, and main goes on meanwhile', async () => {
  const text = csv(20_000);
  expect(isLongSource(text)).toBe(true);
  const before = performance.now();
  const expected = readHistory(text);
  const here = performance.now() - before;

  // Each turn of the loop is one that main could answer the window in; a reader in this thread would leave none.
  let [turns, longest, last] = [0, 0, performance.now()];
  const watching = setInterval(() => {
    const now = performance.now();
    longest = Math.max(longest, now - last);
    last = now;
    turns++;
  }, 1);
  const reading = await readBeside(thread)(text);
  clearInterval(watching);
  expect(reading).toEqual(expected);
  expect(turns).toBeGreaterThan(0);
  console.log(
    `${text.length} characters: ${here.toFixed(0)} ms in this thread; beside it ${turns} turns, longest ${longest.toFixed(0)} ms`,
  );
});

it('says what is wrong as the reader does', async () => {
  const text = `${csv(20_000)}x,y\n`;
  expect(await readBeside(thread)(text)).toEqual(readHistory(text));
});

it('is not started for a short text', () => {
  expect(readBeside('nowhere.js')(csv(3))).toEqual(readHistory(csv(3)));
});

it('fails with a sentence where it cannot be started', async () => {
  await expect(readBeside(join(__dirname, 'nowhere.js'))(csv(20_000))).rejects.toThrow(/nowhere\.js/);
});
