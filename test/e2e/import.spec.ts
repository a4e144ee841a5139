/** Histories of other programs become runs in the window: pasted, chosen and dropped, by mouse and by keyboard. */
import { readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, ROOT, test } from './app';
import { expectPoints, goTo } from './steps';

const LOG = readFileSync(join(ROOT, 'resources/blog/history.txt'), 'utf8');
const CSV =
  'epoch,accuracy,loss,lr,val_accuracy,val_loss\n0,0.4,1.6,0.001,0.5,1.4\n1,0.6,1.2,0.001,0.66,1.1\n';

test('a pasted console log becomes a run, by keyboard alone', async ({ workbench }) => {
  const page = await workbench.start();
  await page.keyboard.press('Control+k');
  await page.keyboard.type('import histories');
  await page.keyboard.press('Enter');
  const dialog = page.getByRole('dialog', { name: 'Import histories' });
  await expect(dialog).toBeVisible();

  const paste = dialog.getByTestId('import-paste');
  await paste.focus();
  await page.keyboard.insertText(LOG);
  await expect(dialog.getByTestId('import-status')).toHaveText('1 history understood.');
  await expect(dialog.getByTestId('history')).toContainText('Keras console log: 10 epochs of 782 steps');
  await dialog.getByTestId('import-submit').focus();
  await page.keyboard.press('Enter');
  await expect(dialog).toHaveCount(0);

  const run = page.getByTestId('imported-run');
  await expect(run).toContainText('Keras console log');
  await expectPoints(page, 'chart-accuracy', 20);
  await expect(page.getByTestId('epoch-row')).toHaveCount(10);
  await expect(page.getByTestId('epoch-row').first()).toContainText('34.73 %');
  await page.getByTestId('source-toggle').focus();
  await page.keyboard.press('Enter');
  await expect(page.getByTestId('source-text')).toContainText(
    '782/782 [==============================] - 1038s',
  );

  await test.step('the same text is imported again only on request', async () => {
    await page.keyboard.press('Control+k');
    await page.keyboard.type('import histories');
    await page.keyboard.press('Enter');
    await dialog.getByTestId('import-paste').fill(LOG);
    await dialog.getByTestId('import-submit').click();
    await expect(dialog.getByTestId('history')).toContainText('imported already');
    await page.keyboard.press('Escape');
    await expect(dialog).toHaveCount(0);
    await goTo(page, 'runs');
    await expect(page.getByTestId('run-row')).toHaveCount(1);
  });
});

test('files are chosen and dropped, and one that is wrong keeps no other from being imported', async ({
  workbench,
}) => {
  const page = await workbench.start();
  await goTo(page, 'runs');
  await page.getByTestId('import-button').click();
  const dialog = page.getByRole('dialog', { name: 'Import histories' });
  await dialog.getByTestId('import-files').setInputFiles([
    { name: 'history.csv', mimeType: 'text/csv', buffer: Buffer.from(CSV) },
    { name: 'torn.csv', mimeType: 'text/csv', buffer: Buffer.from('epoch,loss\n0,1\n1,x\n') },
  ]);
  await expect(dialog.getByTestId('history')).toHaveCount(2);
  await expect(dialog).toContainText('Line 3: “loss”: “x” is no number');

  const transfer = await page.evaluateHandle((text) => {
    const data = new DataTransfer();
    data.items.add(new File([text], 'keras.log'));
    return data;
  }, LOG);
  await dialog.getByTestId('import-drop').dispatchEvent('drop', { dataTransfer: transfer });
  await expect(dialog.getByTestId('history')).toHaveCount(3);
  await expect(dialog.getByTestId('import-status')).toHaveText('2 histories understood, 1 not understood.');

  await dialog.getByTestId('import-submit').click();
  // What is wrong stays, with its reason.
  await expect(dialog.getByTestId('history')).toHaveCount(1);
  await expect(dialog).toContainText('torn.csv');
  await page.keyboard.press('Escape');
  await expect(dialog).toHaveCount(0);
  await goTo(page, 'runs');
  await expect(page.getByTestId('run-row')).toHaveCount(2);
  await expect(page.locator('main')).toContainText('keras');
});

/** A console log of about 12 MB: of each epoch every state of its progress bar. */
const [EPOCHS, STEPS] = [1000, 100];
const LONG_LOG = Array.from({ length: EPOCHS }, (_, index) => {
  const bars = Array.from(
    { length: STEPS },
    (_bar, step) =>
      `${String(step + 1).padStart(3)}/${STEPS} [==============================] - 38s 49ms/step - loss: 1.7900 - acc: 0.4212 - mean_squared_error: 0.4212`,
  );
  return `Epoch ${index + 1}/${EPOCHS}\n${bars.join('\n')} - val_loss: 2.2747 - val_acc: 0.3473\n`;
}).join('');

test('a long history is read beside the page, which says how far that is and can give it up', async ({
  workbench,
}, info) => {
  const page = await workbench.start();
  const files = ['one.log', 'two.log', 'three.log'].map((name) => info.outputPath(name));
  for (const file of files) writeFileSync(file, LONG_LOG);
  await goTo(page, 'runs');
  await page.getByTestId('import-button').click();
  const dialog = page.getByRole('dialog', { name: 'Import histories' });

  // What stands on the page while the files are read: it would be nothing if the page read them.
  await dialog.evaluate((element) => {
    const seen = new Set<string>();
    (window as unknown as { seen: Set<string> }).seen = seen;
    new MutationObserver(() => {
      const bar = element.querySelector('[role="progressbar"][aria-valuenow]');
      if (bar) seen.add(`${bar.getAttribute('aria-label')} ${bar.getAttribute('aria-valuenow')}`);
    }).observe(element, { subtree: true, childList: true, attributes: true });
  });
  const shares = (name: string) =>
    page.evaluate(
      (label) =>
        [...(window as unknown as { seen: Set<string> }).seen].filter((one) => one.includes(label)).length,
      name,
    );
  await dialog.getByTestId('import-files').setInputFiles(files);
  await expect(dialog.getByTestId('history-pending')).not.toHaveCount(0);
  await dialog.getByRole('button', { name: 'Stop reading three.log' }).click();

  await expect(dialog.getByTestId('import-status')).toHaveText('2 histories understood.', {
    timeout: 60_000,
  });
  await expect(dialog.getByTestId('history').first()).toContainText('1,000 epochs of 100 steps');
  await expect(dialog.getByTestId('history')).toHaveCount(2);
  expect(await shares('one.log')).toBeGreaterThan(1);
  expect(await shares('two.log')).toBeGreaterThan(1);
  expect(await shares('three.log')).toBe(0);

  // What was read beside the page is what main imports.
  await dialog.getByRole('button', { name: 'Leave out two.log' }).click();
  await dialog.getByTestId('import-submit').click();
  await expect(dialog).toHaveCount(0, { timeout: 60_000 });
  await expect(page.getByTestId('imported-run')).toContainText('one.log');
});
