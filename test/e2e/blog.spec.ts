/** The page of the blog's experiment, from where it is reached to a run that is queued, by mouse and by keyboard. */
import { expect, test } from './app';
import { pretendCifar10 } from './files';
import { command, expectPoints, goTo } from './steps';

test('is reached from the empty states, and has the printed epochs before anything is trained', async ({
  workbench,
}) => {
  const page = await workbench.start();
  const blog = page.getByTestId('blog-page');

  await test.step('from the start page, Runs and Compare', async () => {
    await page.getByTestId('door-blog').click();
    await expect(blog).toBeVisible();
    await goTo(page, 'runs');
    await page.getByTestId('runs-blog').click();
    await expect(blog).toBeVisible();
    await goTo(page, 'compare');
    await page.getByTestId('compare-blog').click();
    await expect(blog).toBeVisible();
  });

  await test.step('ten epochs are a curve and a table', async () => {
    await expectPoints(page, 'blog-chart', 10);
    await expect(page.getByTestId('blog-epochs').locator('tbody tr')).toHaveCount(10);
    await expect(page.getByTestId('blog-epochs').locator('tbody tr').last()).toContainText('64.65 %');
    await expect(page.getByTestId('blog-networks')).toContainText('11,019,530');
  });

  await test.step('without the data nothing can be started', async () => {
    await expect(page.getByTestId('blog-data')).toHaveText('not downloaded (170 MB)');
    await expect(page.getByTestId('blog-run')).toHaveCount(0);
    await expect(page.getByTestId('blog-get')).toBeEnabled();
  });

  await test.step('the network as it ran opens in Models', async () => {
    await page.getByTestId('blog-model-plain').click();
    await expect(page.getByTestId('summary-total-params')).toHaveText('11,019,530');
  });

  await test.step('the printed epochs become a run once', async () => {
    await command(page, 'blog’s experiment');
    await page.getByTestId('blog-add').click();
    await page.getByTestId('blog-printed').click();
    await expect(page.getByTestId('imported-run')).toContainText('The blog’s ResNet-18, as printed');
    await expect(page.getByTestId('epoch-row')).toHaveCount(10);
    await page.reload();
    await page.waitForSelector('nav');
    await command(page, 'blog’s experiment');
    await expect(page.getByTestId('blog-printed')).toBeVisible();
    await expect(page.getByTestId('blog-add')).toHaveCount(0);
    await goTo(page, 'runs');
    await expect(page.getByTestId('run-row')).toHaveCount(1);
  });
});

test('queues a short form of both networks by keyboard alone, and says why one failed', async ({
  workbench,
}) => {
  pretendCifar10(workbench.home);
  const page = await workbench.start();
  await command(page, 'blog’s experiment');
  await expect(page.getByTestId('blog-data')).toHaveText('downloaded and ready');

  await page.getByLabel('Plain', { exact: true }).focus();
  await page.keyboard.press('ArrowRight');
  await page.keyboard.press('ArrowRight');
  await expect(page.getByLabel('Both')).toBeChecked();
  await page.keyboard.press('Tab');
  await page.keyboard.press('ArrowRight');
  await expect(page.getByLabel('Short form')).toBeChecked();
  await expect(page.getByTestId('blog-shorter')).toContainText('not the same experiment');
  await expect(page.getByTestId('blog-work')).toHaveText(
    '2 epochs of 100 steps, 6,400 training images, each network',
  );
  await page.getByTestId('blog-run').focus();
  await page.keyboard.press('Enter');

  const rows = page.getByTestId('blog-run-row');
  await expect(rows).toHaveCount(2);
  await expect(rows.first()).toContainText('Shorter: 2 epochs, first 6,400 training images');
  // What lies there is not CIFAR-10, and the trainer says so.
  await expect(rows.first()).toHaveAttribute('data-state', 'failed', { timeout: 90_000 });
  await expect(rows.first()).toContainText('data_batch_1.bin is corrupt');
  await expect(page.getByTestId('blog-differences')).toContainText('Less training');

  await page.getByTestId('blog-compare').focus();
  await page.keyboard.press('Enter');
  await expect(page.getByTestId('nav-compare')).toHaveAttribute('aria-current', 'page');
  await expect(page.locator('main')).toContainText('as printed');
});
