import { expect, test } from './app';
import { chooseModel, expectState, goTo, startRun, typeInto } from './steps';

test('a run keeps the name that Enter or leaving the field gave it', async ({ workbench }) => {
  const page = await workbench.start();
  await chooseModel(page, 'resnet20');
  const run = await startRun(page, { name: 'first', epochs: 1, limitTrain: 32, limitEval: 32 });
  await expectState(run, 'completed');
  const title = page.getByTestId('run-title');
  const field = page.getByTestId('run-name-input');
  const pencil = page.getByRole('button', { name: 'Rename the run' });
  const stored = () =>
    page.evaluate(async () => {
      const answer = await window.api.call('runs.list', undefined as never);
      return answer.ok ? answer.value.map(({ name }) => name) : answer.error;
    });

  await test.step('Enter, and leaving what it left', async () => {
    await pencil.click();
    await expect(field).toBeFocused();
    await page.keyboard.type('second');
    await page.keyboard.press('Enter');
    await expect(title).toHaveText('second');
    await expect(field).toHaveCount(0);
    await expect(pencil).toBeFocused();
    await page.keyboard.press('Tab');
    await expect(pencil).not.toBeFocused();
    await expect(title).toHaveText('second');
    await expect.poll(stored).toEqual(['second']);
  });

  await test.step('Enter without a mouse, from the pencil and back to it', async () => {
    await pencil.focus();
    await page.keyboard.press('Enter');
    await expect(field).toBeFocused();
    await page.keyboard.type('third');
    await page.keyboard.press('Enter');
    await expect(title).toHaveText('third');
    await expect(pencil).toBeFocused();
  });

  await test.step('leaving the field keeps, Escape does not', async () => {
    await pencil.click();
    await page.keyboard.type('fourth');
    await page.keyboard.press('Tab');
    await expect(title).toHaveText('fourth');
    await pencil.click();
    await page.keyboard.type('fifth');
    await page.keyboard.press('Escape');
    await expect(title).toHaveText('fourth');
    await expect(pencil).toBeFocused();
    await expect.poll(stored).toEqual(['fourth']);
  });
});

test('a number of the settings stays as Enter took it when the field is left', async ({ workbench }) => {
  const page = await workbench.start();
  await page.keyboard.press('Control+,');
  const field = page.getByTestId('setting-keepCheckpoints');
  const stored = () =>
    page.evaluate(async () => {
      const answer = await window.api.call('settings.get', undefined as never);
      return answer.ok ? answer.value.keepCheckpoints : answer.error;
    });
  await field.fill('5');
  await page.keyboard.press('Enter');
  await expect(field).toBeFocused();
  await page.keyboard.press('Tab');
  await expect(field).not.toBeFocused();
  await expect(field).toHaveValue('5');
  await expect.poll(stored).toBe(5);
});

test('Ctrl+S on an edited preset asks for its name first', async ({ workbench }) => {
  const page = await workbench.start();
  const own = () =>
    page.evaluate(async () => {
      const answer = await window.api.call('architectures.list', undefined as never);
      return answer.ok ? answer.value.map(({ architecture }) => architecture.name) : answer.error;
    });
  const dialog = page.getByRole('dialog', { name: 'Save architecture as' });
  const name = dialog.getByTestId('name-input');
  await goTo(page, 'models');
  await page.getByTestId('model-preset:resnet18').click();
  await typeInto(page.getByTestId('table-text'), '[[1, [[16,3],[16,3]]]]');
  await expect(page.getByTestId('architecture-name')).toHaveValue('resnet18 (edited)');

  await test.step('Escape cancels', async () => {
    await page.keyboard.press('Control+s');
    await expect(name).toBeFocused();
    await expect(name).toHaveValue('resnet18 (edited)');
    await page.keyboard.press('Escape');
    await expect(dialog).toHaveCount(0);
    await expect(page.getByTestId('architecture-status')).toHaveText('Not saved');
    expect(await own()).toEqual([]);
  });

  await test.step('what is typed takes the place of the name, Enter saves', async () => {
    await page.keyboard.press('Control+s');
    await expect(name).toBeFocused();
    await page.keyboard.type('wide');
    await page.keyboard.press('Enter');
    await expect(dialog).toHaveCount(0);
    await expect(page.getByTestId('architecture-status')).toHaveText('Saved');
    await expect(page.getByTestId('architecture-name')).toHaveValue('wide');
    expect(await own()).toEqual(['wide']);
  });

  await test.step('once it has a name, it is saved without a question', async () => {
    await page.getByTestId('field-classes').fill('7');
    await page.keyboard.press('Control+s');
    await expect(page.getByTestId('architecture-status')).toHaveText('Saved');
    await expect(dialog).toHaveCount(0);
    expect(await own()).toEqual(['wide']);
  });

  await test.step('an architecture is renamed without a mouse', async () => {
    // The menu may open below a pointer that was left there, and would begin with what it points at.
    await page.mouse.move(2, 2);
    await page.getByRole('link', { name: /^wide/ }).focus();
    const more = page.getByRole('button', { name: 'More on wide' });
    await more.focus();
    await page.keyboard.press('Enter');
    await page.getByText('Rename…', { exact: true }).waitFor();
    // Below the star.
    await page.keyboard.press('ArrowDown');
    await page.keyboard.press('ArrowDown');
    await page.keyboard.press('Enter');
    const field = page.getByRole('dialog').getByTestId('name-input');
    await expect(field).toBeFocused();
    await expect(field).toHaveValue('wide');
    await page.keyboard.type('wider');
    await page.keyboard.press('Enter');
    await expect(page.getByRole('dialog')).toHaveCount(0);
    await expect(page.getByTestId('architecture-name')).toHaveValue('wider');
    await expect.poll(own).toEqual(['wider']);
  });
});
