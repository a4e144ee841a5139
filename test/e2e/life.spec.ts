import { expect, test } from './app';
import { atRest, chooseModel, expectPoints, expectState, goTo, startRun } from './steps';

test('a run is paused, resumed with a gap, forked and extended', async ({ workbench }) => {
  test.slow();
  const page = await workbench.start();
  await chooseModel(page, 'resnet20');
  const run = await startRun(page, {
    name: 'parent',
    epochs: 3,
    batchSize: 8,
    limitTrain: 640,
    limitEval: 64,
  });

  await test.step('pause writes a checkpoint', async () => {
    await expectPoints(page, 'chart-loss', 20);
    await page.getByTestId('run-pause').click();
    await expectState(run, 'paused');
    await expect(page.getByTestId('run-banner')).toContainText(/can be resumed at step \d+/);
    await expect(page.getByTestId('checkpoint-row').first()).toContainText('at the pause');
  });

  await test.step('it resumes and trains to its end, and the curve shows where', async () => {
    await page.getByTestId('run-resume').click();
    await expectState(run, 'completed');
    await expect(page.getByTestId('chart-loss').getByTestId('chart-mark')).toHaveCount(1);
    await page.getByTestId('chart-loss').getByTestId('chart-mark').focus();
    await page.getByTestId('chart-loss').getByTestId('chart-mark').hover();
    await expect(page.getByText(/Resumed here after/)).toBeVisible();
    await expect(page.getByTestId('epoch-row')).toHaveCount(3);
  });

  await test.step('a pinned checkpoint says so; one is deleted only when it is confirmed', async () => {
    const rows = page.getByTestId('checkpoint-row');
    const count = await rows.count();
    await rows.last().getByTestId('checkpoint-pin').click();
    await expect(rows.last()).toContainText('pinned');
    await rows.last().getByTestId('checkpoint-delete').click();
    await page.getByRole('button', { name: 'Keep' }).click();
    await expect(rows).toHaveCount(count);
    await rows.last().getByTestId('checkpoint-delete').click();
    await page.getByRole('button', { name: 'Delete', exact: true }).click();
    await expect(rows).toHaveCount(count - 1);
  });

  await test.step('more epochs', async () => {
    await page.getByTestId('run-extend').click();
    await page.getByTestId('extend-epochs').fill('1');
    await page.getByTestId('extend-submit').click();
    await expect(page.getByTestId('epoch-row')).toHaveCount(4, { timeout: 120_000 });
    await expectState(run, 'completed');
  });

  await test.step('a fork remembers its parent, and the parent its fork', async () => {
    await page.getByTestId('run-fork').click();
    await page.getByTestId('fork-learning-rate').fill('0.0001');
    await page.getByTestId('fork-epochs').fill('4');
    await expect(page.getByTestId('fork-submit')).toBeDisabled();
    await page.getByTestId('fork-epochs').fill('5');
    await expect(page.getByTestId('fork-changes')).toContainText('learning rate 0.001 → 1e-4');
    await page.getByTestId('fork-submit').click();
    await expect(page.getByTestId('run-title')).toHaveText('parent (fork)');
    await expect(page.getByTestId('run-parent')).toContainText(/Forked from parent at step 320/);
    await expectState(run, 'completed');
    const loss = page.getByTestId('chart-loss');
    await expect(loss.getByRole('listitem').filter({ hasText: 'Parent, up to the fork' })).toBeVisible();
    // Its clock is another.
    await page.getByRole('radio', { name: 'Time' }).check();
    await expect(loss).not.toContainText('Parent, up to the fork');
    await page.getByRole('radio', { name: 'Epoch' }).check();
    await expect(loss).toContainText('Parent, up to the fork');
    await page.getByTestId('run-parent').getByRole('link').click();
    await expect(page.getByTestId('run-forks')).toContainText('parent (fork)');
  });
});

test('runs wait in the queue, are reordered, held, released and removed', async ({ workbench }) => {
  test.slow();
  const page = await workbench.start();
  const start = async (name: string, label: RegExp) => {
    await chooseModel(page, 'resnet20');
    await expect(page.getByTestId('run-start')).toHaveText(label);
    return startRun(page, { name, epochs: 50, limitTrain: 640, limitEval: 32 });
  };
  await expectState(await start('first', /Start/), 'running');
  await expectState(await start('second', /Queue as next/), 'queued');
  await expectState(await start('third', /Queue \(1 before it\)/), 'queued');
  await expectState(await start('fourth', /Queue \(2 before it\)/), 'queued');

  await goTo(page, 'runs');
  const names = () => page.getByTestId('queue-row').locator('.name').allInnerTexts();
  const rows = page.getByTestId('queue-row');
  await expect.poll(names).toEqual(['second', 'third', 'fourth']);

  await rows.nth(2).focus();
  await page.keyboard.press('Alt+ArrowUp');
  await expect.poll(names).toEqual(['second', 'fourth', 'third']);
  await expect(rows.nth(1)).toBeFocused();
  // Whatever else reorders the queue, the keys stay with the row.
  const [, fourth, third] = await rows.evaluateAll((all: HTMLElement[]) =>
    all.map((row) => Number(row.dataset.row)),
  );
  const moveElsewhere = (id: number, place: number) =>
    page.evaluate((move) => window.api.call('queue.move', move), { id, place });
  await moveElsewhere(fourth!, 1);
  await expect.poll(names).toEqual(['fourth', 'second', 'third']);
  await expect(rows.nth(0)).toBeFocused();
  await moveElsewhere(fourth!, 3);
  await expect.poll(names).toEqual(['second', 'third', 'fourth']);
  await expect(rows.nth(2)).toBeFocused();
  await moveElsewhere(third!, 3);
  await expect.poll(names).toEqual(['second', 'fourth', 'third']);

  // Rows glide to their new places.
  await atRest(rows);
  const grip = rows.nth(2).getByTestId('queue-grip');
  await grip.hover();
  const { x } = (await grip.boundingBox())!;
  const top = (await rows.nth(0).boundingBox())!;
  await page.mouse.down();
  await page.mouse.move(x + 8, top.y + 10, { steps: 5 });
  await page.mouse.up();
  await expect.poll(names).toEqual(['third', 'second', 'fourth']);

  await rows.nth(0).getByTestId('queue-hold').click();
  await expect(rows.nth(0)).toContainText('Held');
  await rows.nth(2).getByTestId('queue-next').click();
  await expect.poll(names).toEqual(['fourth', 'third', 'second']);
  await rows.nth(2).getByTestId('queue-remove').click();
  await expect.poll(names).toEqual(['fourth', 'third']);

  await page.getByRole('row', { name: 'Run first' }).getByText('first', { exact: true }).click();
  await page.getByTestId('run-stop').click();
  await goTo(page, 'runs');
  await expect(page.getByRole('row', { name: 'Run fourth' })).toContainText(/Preparing|Running/);
  await expect.poll(names).toEqual(['third']);

  // What waits survives the program, and is not taken while it is held.
  await workbench.kill();
  const again = await workbench.start();
  await goTo(again, 'runs');
  await expect(again.getByTestId('queue-row')).toHaveCount(1);
  await expect(again.getByTestId('queue-row')).toContainText('Held');
  await expect(again.getByRole('row', { name: 'Run fourth' })).toContainText('Interrupted');
});

test('a wrong setting is refused with a sentence, a right one applies at once', async ({ workbench }) => {
  let page = await workbench.start();
  await page.keyboard.press('Control+,');
  const field = page.getByTestId('setting-keepCheckpoints');
  await field.fill('0');
  await page.keyboard.press('Enter');
  await expect(page.getByRole('alert')).toContainText('from 1 to 1000; it stays as it was');
  await field.fill('5');
  await page.keyboard.press('Enter');
  await expect(page.getByText('Kept: the 5 newest')).toBeVisible();
  await workbench.quit();
  page = await workbench.start();
  await goTo(page, 'settings');
  await expect(page.getByTestId('setting-keepCheckpoints')).toHaveValue('5');
});
