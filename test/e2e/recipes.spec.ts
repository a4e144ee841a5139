/** A recipe of one's own, by the keyboard alone: saved, changed, saved as a version, compared, and used for a run. */
import type { Locator } from '@playwright/test';
import { expect, test } from './app';
import { command, expectState, tabTo, typeAt } from './steps';

/** A dialog takes the focus as it opens: what is pressed before goes elsewhere. */
async function toHaveOpened(dialog: Locator): Promise<void> {
  await expect(dialog).toBeVisible();
  await expect(dialog.locator(':focus')).toHaveCount(1);
}

test('a recipe is saved, versioned, compared and trained by, without a pointer', async ({ workbench }) => {
  test.slow();
  const page = await workbench.start();
  const { keyboard } = page;
  const newRun = page.getByRole('dialog', { name: 'New run' });
  const saving = page.getByRole('dialog', { name: 'Save the recipe' });
  const recipes = page.getByRole('dialog', { name: 'Recipes' });
  const press = async (target: Locator): Promise<void> => {
    await tabTo(page, target);
    await keyboard.press('Enter');
  };

  await test.step('save what the dialog of a new run has', async () => {
    await command(page, 'preset:resnet20');
    await keyboard.press('Control+n');
    await toHaveOpened(newRun);
    await typeAt(page, newRun.getByTestId('run-limit-train'), '64');
    await typeAt(page, newRun.getByTestId('run-limit-eval'), '64');
    await typeAt(page, newRun.getByTestId('run-epochs'), '1');
    await tabTo(page, newRun.getByTestId('run-recipe-save'), 'Shift+Tab');
    await keyboard.press('Enter');
    await toHaveOpened(saving);
    await expect(saving.getByTestId('recipe-save-submit')).toBeDisabled();
    await typeAt(page, saving.getByTestId('recipe-name'), '我的配方');
    await expect(saving.getByTestId('recipe-consequence')).toHaveText('A new recipe of your own.');
    await typeAt(page, saving.getByTestId('recipe-note'), 'one epoch');
    await keyboard.press('Enter');
    await expect(saving).toHaveCount(0);
    await expect(newRun.getByTestId('run-recipe')).toHaveValue('own:1');
  });

  await test.step('change a field, and save a version', async () => {
    await typeAt(page, newRun.getByTestId('run-learning-rate'), '0.01');
    await expect(newRun.getByTestId('run-recipe-about')).toHaveText(
      'Nearest is 我的配方: learning rate 0.001 → 0.01.',
    );
    await tabTo(page, newRun.getByTestId('run-recipe-save'), 'Shift+Tab');
    await keyboard.press('Enter');
    await toHaveOpened(saving);
    await expect(saving.getByTestId('recipe-name')).toHaveValue('我的配方');
    await expect(saving.getByTestId('recipe-consequence')).toHaveText(
      'Version 2, which changes learning rate 0.001 → 0.01.',
    );
    await keyboard.press('Enter');
    await expect(saving).toHaveCount(0);
    await expect(newRun.getByTestId('run-recipe')).toHaveValue('own:1');
    await keyboard.press('Escape');
    await expect(newRun).toHaveCount(0);
  });

  await test.step('compare the two versions', async () => {
    await command(page, 'recipes');
    await toHaveOpened(recipes);
    const rows = recipes.getByTestId('recipe-differences').locator('tbody tr');
    await press(recipes.getByLabel('Compare with version 1'));
    await expect(rows).toHaveText([/Learning rate\s*0\.001\s*0\.01/]);
    await expect(recipes.getByTestId('recipe-runs')).toContainText('Not used by a run yet');
  });

  await test.step('use it for a run', async () => {
    await tabTo(page, recipes.getByTestId('recipe-list'), 'Shift+Tab');
    await keyboard.press('Enter');
    await toHaveOpened(newRun);
    await expect(newRun.getByTestId('run-learning-rate')).toHaveValue('0.01');
    await typeAt(page, newRun.getByTestId('run-limit-train'), '64');
    await typeAt(page, newRun.getByTestId('run-limit-eval'), '64');
    await press(newRun.getByTestId('run-start'));
    await expectState(page.getByTestId('run-page'), 'completed');
    await expect(page.getByTestId('run-recipe-nearest')).toHaveText('我的配方');
  });

  await test.step('it says that the run used it', async () => {
    await press(page.getByTestId('run-recipe-open'));
    await toHaveOpened(recipes);
    await expect(recipes.getByTestId('recipe-runs')).toContainText('Used by 1 run');
    await expect(recipes.getByTestId('recipe-version-2')).toContainText('learning rate 0.001 → 0.01');
    await keyboard.press('Escape');
  });
});
