/**
 * Measured program, for plain Node: the grid of images of the built window, scrolled as a person does it.
 * `grid HOME ELECTRON PROJECT` prints one JSON value, times in milliseconds. HOME is a folder with files of CIFAR-10's lengths.
 */
import type { Page } from 'playwright';
import { Work } from './frames';
import { launch, quit, SCREEN } from './launch';

const [home, electron, project] = process.argv.slice(2) as [string, string, string];

const GRID = '[data-testid="image-grid"]';
/** How far the wheel is turned in a frame, pixels: as one who looks, and as one who looks for something. */
const PACES = { slowly: 60, quickly: 600 };
type Pace = keyof typeof PACES;

const FRAMES = 240;
const WARM_UP = 30;

interface Scrolling {
  pace: Pace;
  /** From each frame to the next. */
  intervals: number[];
  /** A frame's work of the window's thread, in time of that thread. */
  script: number;
  task: number;
  /** Share of the rows in sight that were drawn, over all frames. */
  drawn: number;
}

/** From the click that opens the images until the rows in sight are painted. */
async function open(page: Page): Promise<number> {
  await page.evaluate((grid) => {
    (window as unknown as { opened: Promise<number> }).opened = new Promise((done) =>
      document.addEventListener(
        'click',
        ({ timeStamp }) => {
          const look = (): void => {
            if (document.querySelectorAll(`${grid} canvas`).length === 0) requestAnimationFrame(look);
            else requestAnimationFrame(() => setTimeout(() => done(performance.now() - timeStamp)));
          };
          look();
        },
        { capture: true, once: true },
      ),
    );
  }, GRID);
  await page.getByTestId('dataset-cifar10-images').click();
  return page.evaluate(() => (window as unknown as { opened: Promise<number> }).opened);
}

/** In the page: scrolls on in every frame. */
const scroll = (page: Page, by: number, frames: number): Promise<{ intervals: number[]; drawn: number }> =>
  page.evaluate(
    async ([grid, by, frames]) => {
      const element = document.querySelector<HTMLElement>(grid)!;
      const frame = () => new Promise<number>((done) => requestAnimationFrame(done));
      const intervals: number[] = [];
      let [rows, drawn] = [0, 0];
      let last = await frame();
      for (let turn = 0; turn < frames; turn++) {
        element.scrollTop += by;
        const now = await frame();
        intervals.push(now - last);
        last = now;
        for (const row of element.querySelectorAll('.row')) {
          rows++;
          if (row.firstElementChild) drawn++;
        }
      }
      return { intervals, drawn: drawn / rows };
    },
    [GRID, by, frames] as const,
  );

async function main(): Promise<void> {
  const opened: number[] = [];
  const scrollings: Scrolling[] = [];
  const program = await launch({ home, electron, project }, SCREEN);
  const { page } = program;
  await page.waitForSelector('nav');
  for (let turn = 0; turn < 3; turn++) {
    await page.getByTestId('nav-data').click();
    await page.waitForSelector('[data-testid="dataset-cifar10-images"]');
    opened.push(await open(page));
  }
  const work = await Work.of(page);
  for (const pace of Object.keys(PACES) as Pace[]) {
    await scroll(page, PACES[pace], WARM_UP);
    const before = await work.sums();
    const { intervals, drawn } = await scroll(page, PACES[pace], FRAMES);
    const after = await work.sums();
    scrollings.push({
      pace,
      intervals,
      script: (after.script - before.script) / FRAMES,
      task: (after.task - before.task) / FRAMES,
      drawn,
    });
  }
  await quit(program);
  process.stdout.write(`${JSON.stringify({ opened, scrollings })}\n`);
}

void main();
