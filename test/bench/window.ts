/**
 * Measured program, for plain Node: the built window on a data folder that exists, driven as a person does it. `window HOME
 * ELECTRON PROJECT` prints one JSON value, times in milliseconds.
 */
import type { Page } from 'playwright';
import { launch, quit, type Program } from './launch';

const STARTS = 5;
const OPENED = 9;
/** Pixels a notch of the wheel, as Chromium on Linux and Windows has it. */
const NOTCH = 100;
/** Notches at most: enough for 1,000 runs. */
const NOTCHES = 500;
const JUMPS = 60;

const [home, electron, project] = process.argv.slice(2) as [string, string, string];
const installed = { home, electron, project };

/** From the start of the process, Playwright's own work with it included, until rows of the table are painted. */
async function start(): Promise<{ program: Program; milliseconds: number }> {
  const from = Date.now();
  const program = await launch(installed);
  await program.page.waitForSelector('[data-testid="run-row"]');
  const painted = await program.page.evaluate(
    () =>
      new Promise<number>((done) =>
        requestAnimationFrame(() => requestAnimationFrame(() => done(Date.now()))),
      ),
  );
  return { program, milliseconds: painted - from };
}

const toTable = async (page: Page): Promise<void> => {
  await page.getByTestId('nav-runs').click();
  await page.waitForSelector('[data-testid="run-row"]');
};

const scroller = (page: Page) => page.getByTestId('runs-table').locator('xpath=..');

/** Time between one frame and the next while a wheel is turned from the first run to the last. */
async function wheel(page: Page): Promise<number[]> {
  const box = (await scroller(page).boundingBox())!;
  await page.mouse.move(box.x + box.width / 2, box.y + box.height / 2);
  await page.evaluate(() => {
    const measured = { frames: [] as number[], done: false };
    (window as unknown as { measured: typeof measured }).measured = measured;
    let last = performance.now();
    requestAnimationFrame(function frame(now) {
      measured.frames.push(now - last);
      last = now;
      if (!measured.done) requestAnimationFrame(frame);
    });
  });
  for (let notch = 0; notch < NOTCHES; notch++) await page.mouse.wheel(0, NOTCH);
  const [frames, left] = await scroller(page).evaluate((element) => {
    const { measured } = window as unknown as { measured: { frames: number[]; done: boolean } };
    measured.done = true;
    return [measured.frames.slice(1), element.scrollHeight - element.clientHeight - element.scrollTop];
  });
  if (left > 1) throw new Error(`the table was not scrolled to its end: ${left} pixels are left`);
  return frames;
}

/** Time of a frame that shows quite another place of the table, as while its scroll bar is dragged. */
const jumps = (page: Page): Promise<number[]> =>
  scroller(page).evaluate(async (element, count) => {
    const frames: number[] = [];
    const frame = () => new Promise<number>((done) => requestAnimationFrame(done));
    let last = await frame();
    for (let jump = 1; jump <= count; jump++) {
      element.scrollTop = ((jump * 0.37) % 1) * element.scrollHeight;
      const now = await frame();
      frames.push(now - last);
      last = now;
    }
    return frames;
  }, JUMPS);

/** From a letter in the filter to the table that it leaves, painted. */
const typing = (page: Page): Promise<number[]> =>
  page.getByTestId('runs-filter').evaluate(async (input: HTMLInputElement) => {
    const times: number[] = [];
    for (const text of ['r', 're', 'res', 'resn', 'resne', 'resnet', 'resnet 7', 'resnet 77', '']) {
      const from = performance.now();
      input.value = text;
      input.dispatchEvent(new Event('input', { bubbles: true }));
      await new Promise((done) => requestAnimationFrame(() => setTimeout(done)));
      times.push(performance.now() - from);
    }
    return times;
  });

/** From the click on a run to its curve, drawn with all its steps. Another run each time. */
async function open(page: Page, turn: number): Promise<number> {
  await toTable(page);
  await scroller(page).evaluate(async (element, share) => {
    element.scrollTop = share * element.scrollHeight;
    await new Promise((done) => requestAnimationFrame(() => setTimeout(done)));
  }, turn / OPENED);
  const box = (await scroller(page).boundingBox())!;
  await page.evaluate(() => {
    const opened = new Promise<number>((done) =>
      document.addEventListener(
        'click',
        ({ timeStamp }) => {
          const look = () => {
            const plot = document.querySelector<HTMLElement>('[data-testid="chart-loss"] [data-points]');
            // A point each epoch comes first; a curve of steps has hundreds.
            if (Number(plot?.dataset.points ?? 0) < 100) requestAnimationFrame(look);
            else requestAnimationFrame(() => setTimeout(() => done(performance.now() - timeStamp)));
          };
          look();
        },
        { capture: true, once: true },
      ),
    );
    (window as unknown as { opened: Promise<number> }).opened = opened;
  });
  // Whichever run is there, on its name.
  await page.mouse.click(box.x + 100, box.y + box.height / 2);
  return page.evaluate(() => (window as unknown as { opened: Promise<number> }).opened);
}

async function main(): Promise<void> {
  // A window shows the view that it showed last.
  const first = await launch(installed);
  await toTable(first.page);
  await quit(first);

  const starts: number[] = [];
  for (let turn = 1; turn < STARTS; turn++) {
    const { program, milliseconds } = await start();
    starts.push(milliseconds);
    await quit(program);
  }
  const { program, milliseconds } = await start();
  starts.push(milliseconds);

  const { page } = program;
  const frames = await wheel(page);
  const report = { starts, wheel: frames, jumps: await jumps(page), typing: await typing(page) };
  const opened: number[] = [];
  for (let turn = 0; turn < OPENED; turn++) opened.push(await open(page, turn));
  await quit(program);
  process.stdout.write(`${JSON.stringify({ ...report, open: opened })}\n`);
}

void main();
