/**
 * All that a recipe goes through, once by the mouse and once by the keyboard alone: taken as it is proposed, changed, seen before the
 * run, tried out, trained by, tested, and kept.
 */
import type { Locator, Page } from '@playwright/test';
import { expect, test } from './app';
import { chooseModel, command, expectState, tabTo, typeAt } from './steps';

/** How somebody works the window. */
interface Hand {
  openNewRun(): Promise<void>;
  press(target: Locator): Promise<void>;
  fill(field: Locator, text: string): Promise<void>;
  /** @param label of the choice; its first letters are its alone. */
  choose(select: Locator, label: string): Promise<void>;
}

const mouse = (page: Page): Hand => ({
  openNewRun: () => chooseModel(page, 'resnet20'),
  press: (target) => target.click(),
  fill: (field, text) => field.fill(text),
  choose: async (select, label) => {
    const option = select.locator('option').filter({ hasText: new RegExp(`^\\s*${label}`, 'i') });
    await select.selectOption(await option.first().getAttribute('value'));
  },
});

const keyboard = (page: Page): Hand => ({
  openNewRun: async () => {
    await command(page, 'preset:resnet20');
    await page.keyboard.press('Control+n');
    // A dialog takes the focus as it opens: what is pressed before goes elsewhere.
    await expect(page.getByRole('dialog', { name: 'New run' }).locator(':focus')).toHaveCount(1);
  },
  press: async (target) => {
    await tabTo(page, target);
    await page.keyboard.press('Enter');
  },
  fill: (field, text) => typeAt(page, field, text),
  choose: async (select, label) => {
    await tabTo(page, select);
    await page.keyboard.type(label);
  },
});

/** What is said of a field, where it stands. */
const saidAt = (field: Locator): Promise<string> =>
  field.evaluate((element) =>
    (element.getAttribute('aria-describedby') ?? '')
      .split(' ')
      .map((id) => document.getElementById(id)?.textContent ?? '')
      .join(' '),
  );

/** How many different colours a canvas shows. */
const colours = (canvas: Locator): Promise<number> =>
  canvas.evaluate((element) => {
    const { width, height } = element as HTMLCanvasElement;
    const { data } = (element as HTMLCanvasElement).getContext('2d')!.getImageData(0, 0, width, height);
    return new Set(new Uint32Array(data.buffer)).size;
  });

/** A recipe of one's own that a run was trained by. */
async function haveUsedOne(page: Page): Promise<void> {
  await chooseModel(page, 'resnet20');
  const form = page.getByRole('dialog', { name: 'New run' });
  await form.getByRole('combobox', { name: 'Flip' }).selectOption({ label: 'Random' });
  for (const [field, value] of [
    ['limit-train', 64],
    ['limit-eval', 64],
    ['epochs', 1],
    ['crop', 4],
  ] as const)
    await form.getByTestId(`run-${field}`).fill(String(value));
  await form.getByTestId('run-recipe-save').click();
  await page.getByTestId('recipe-name').fill('mine');
  await page.getByTestId('recipe-save-submit').click();
  await expect(form.getByTestId('run-recipe')).toHaveValue('own:1');
  await form.getByTestId('run-start').click();
  await expectState(page.getByTestId('run-page'), 'completed');
}

for (const [words, handOf] of [
  ['by mouse', mouse],
  ['by the keyboard alone', keyboard],
] as const) {
  test(`${words}: take, change, see, try out, train, test and save a recipe`, async ({ workbench }) => {
    test.slow();
    const page = await workbench.start();
    await haveUsedOne(page);
    const hand = handOf(page);
    const form = page.getByRole('dialog', { name: 'New run' });
    const field = (name: string): Locator => form.getByTestId(`run-${name}`);

    await test.step('take the recipe that is proposed', async () => {
      await hand.openNewRun();
      await expect(field('recipe-proposal')).toContainText('As proposed: last used for Shapes, by run 1');
      await hand.choose(field('recipe'), 'the paper’s for CIFAR');
      await expect(field('recipe-proposal')).toContainText(
        'Proposed is mine: last used for Shapes, by run 1',
      );
      await hand.press(field('recipe-use-proposal'));
      await expect(field('crop')).toHaveValue('4');
      await expect(field('recipe-proposal')).toContainText('As proposed');
      for (const [name, value] of [
        ['limit-train', '640'],
        ['limit-eval', '64'],
        ['batch-size', '8'],
        ['epochs', '3'],
      ] as const)
        await hand.fill(field(name), value);
    });

    await test.step('wrong values are named at their fields', async () => {
      const wrong = async (name: string, value: string, sentence: string, right: string): Promise<void> => {
        await hand.fill(field(name), value);
        await expect.poll(() => saidAt(field(name))).toContain(sentence);
        await expect(field('start')).toBeDisabled();
        await hand.fill(field(name), right);
        await expect.poll(() => saidAt(field(name))).not.toContain(sentence);
      };
      await hand.choose(field('optimizer'), 'SGD');
      await wrong('momentum', '1', 'Momentum must be less than 1.', '0.9');
      await hand.choose(field('schedule'), 'Step');
      await wrong(
        'step-epochs',
        '9',
        'A step every 9 epochs never comes, since the run has 3 epochs: choose at most 2, or more epochs.',
        '2',
      );
      await hand.choose(field('warmup'), 'Epochs');
      await wrong(
        'warmup-length',
        '3',
        'A warm-up of 3 epochs is no shorter than the run, which has 3: shorten it.',
        '1',
      );
      await wrong(
        'crop',
        '32',
        'Crop can be at most 31 pixels, not 32: the images of Shapes have 32x32.',
        '3',
      );
      await expect(field('start')).toBeEnabled();
    });

    await test.step('change the schedule, and see it drawn', async () => {
      const path = form.getByTestId('rate-path');
      const stepped = await path.getAttribute('d');
      await hand.choose(field('schedule'), 'One');
      await expect(field('schedule')).toHaveValue('one-cycle');
      await expect(path).not.toHaveAttribute('d', stepped!);
      await expect(form.getByTestId('rate-words')).toContainText('is largest');
    });

    await test.step('see the augmentation on real images', async () => {
      const canvas = field('preview').getByRole('img');
      await expect(canvas).toHaveAccessibleName(/in epochs 1 to \d/);
      await expect.poll(() => colours(canvas)).toBeGreaterThan(1000);
    });

    await test.step('find a learning rate', async () => {
      const dialog = page.getByRole('dialog', { name: 'Find learning rate' });
      await hand.press(field('find-rate'));
      await hand.fill(dialog.getByTestId('range-steps'), '40');
      await hand.press(dialog.getByTestId('range-start'));
      await expect(dialog.getByTestId('range-use')).toBeFocused({ timeout: 120_000 });
      const found = (await dialog.getByTestId('range-use').textContent())!.replace('Use', '').trim();
      await hand.press(dialog.getByTestId('range-use'));
      await expect(dialog).toHaveCount(0);
      await expect(field('learning-rate')).toHaveValue(found);
    });

    const run = page.getByTestId('run-page');
    await test.step('start, pause and resume', async () => {
      await hand.press(field('start'));
      await expectState(run, 'running');
      await hand.press(page.getByTestId('run-pause'));
      await expectState(run, 'paused');
      await hand.press(page.getByTestId('run-resume'));
      await expectState(run, 'completed');
      await expect(page.getByTestId('epoch-row')).toHaveCount(3);
      await expect(page.getByTestId('chart-learning-rate')).toBeVisible();
    });

    await test.step('take the test accuracy', async () => {
      const panel = page.getByTestId('test-panel');
      await hand.press(panel.getByTestId('test-take'));
      await expect(panel.getByTestId('test-count')).toContainText('Taken once', { timeout: 120_000 });
    });

    await test.step('save the recipe', async () => {
      await hand.press(page.getByTestId('run-recipe-save'));
      await hand.fill(page.getByTestId('recipe-name'), 'ours');
      await expect(page.getByTestId('recipe-consequence')).toHaveText('A new recipe of your own.');
      await hand.press(page.getByTestId('recipe-save-submit'));
      await expect(page.getByTestId('run-recipe-nearest')).toHaveText('ours');
    });
  });
}
