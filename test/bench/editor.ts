/**
 * Measured program, for plain Node: the editor of a deep architecture in the built window, typed into as a person does it.
 * `editor HOME ELECTRON PROJECT` prints one JSON value, times in milliseconds. HOME is an empty folder.
 */
import type { Page } from 'playwright';
import { LAYER_COLUMNS } from '../../src/architecture/layer-table/columns';
import type { Api } from '../../src/shared/contract';
import type { Settings } from '../../src/shared/settings';
import { Work } from './frames';
import { launch, quit, SCREEN } from './launch';

const [home, electron, project] = process.argv.slice(2) as [string, string, string];

const BLOCKS = 200;
/** Four stages of bottlenecks. The keys change the first `64`. */
const FILTERS = [64, 128, 256, 512];
const STAGES = FILTERS.map(
  (filters) => `[${BLOCKS / FILTERS.length}, [[${filters},1],[${filters},3],[${filters * 4},1]]]`,
);
const TABLE = `[${STAGES.join(',\n ')}]`;

/** Keys that are measured, and those before them, in which code is compiled. */
const KEYS = 60;
const WARM_UP = 10;
/** Milliseconds from what a key has changed to the next key, as one types who does not hurry. */
const PAUSE = 120;
/** So many keys have a longer pause after them, in which the window does what it had put off while one typed. */
const REST_EVERY = 10;
const REST = 700;
/** Milliseconds after which the window is taken to show a key's change never. */
const TOO_LONG = 10_000;

/** What stands in front, and what of it a key changes. */
const FRONTS = { layers: '[data-key="stage1/block1/conv1"]', picture: '[data-testid="picture-sheet"]' };
type Front = keyof typeof FRONTS;

/** What must have changed in the window once a key's change is shown. */
const partsOf = (front: Front): string[] => [
  '[data-testid="summary-total-params"]',
  '[data-testid="summary-macs"]',
  FRONTS[front],
];

/** Where the keys go, and how the caret comes behind the first `64` there. */
const PLACES = {
  text: {
    element: '[data-testid="table-text"]',
    caret: ['Control+Home', ...Array<string>(TABLE.indexOf('64') + 2).fill('ArrowRight')],
  },
  card: { element: '[data-testid="stage-card-1"] [data-part="filters-0"]', caret: ['End'] },
};
type Place = keyof typeof PLACES;

interface Typing {
  place: Place;
  front: Front;
  /** From each key press until a frame with all that it changes is painted. */
  keys: number[];
  /** From each frame to the next, meanwhile. */
  frames: number[];
  /** A key's work of the window's thread, in time of that thread, pauses included. */
  script: number;
  task: number;
}

/** In the page. */
interface Watch {
  keys: number[];
  frames: number[];
  stop(): void;
}
type PageWindow = Window & { api: Api; watch: Watch };

/** Notes how long each key takes from now on. */
const watch = (page: Page, { element, parts }: { element: string; parts: string[] }) =>
  page.evaluate(
    ([element, parts]) => {
      const target = document.querySelector<HTMLElement>(element)!;
      const texts = () => parts.map((part) => document.querySelector(part)?.textContent ?? '');
      let key: { at: number; before: string[] } | null = null;
      const onKey = ({ timeStamp }: KeyboardEvent) => {
        key = { at: timeStamp, before: texts() };
      };
      target.addEventListener('keydown', onKey, { capture: true });
      let isOver = false;
      const state: Watch = {
        keys: [],
        frames: [],
        stop() {
          isOver = true;
          target.removeEventListener('keydown', onKey, { capture: true });
        },
      };
      (window as unknown as PageWindow).watch = state;
      let last: number | null = null;
      requestAnimationFrame(function frame(now) {
        if (last !== null) state.frames.push(now - last);
        last = now;
        if (key) {
          const { at, before } = key;
          if (texts().every((text, index) => text !== before[index])) {
            key = null;
            // After this frame has been drawn.
            setTimeout(() => state.keys.push(performance.now() - at));
          }
        }
        if (!isOver) requestAnimationFrame(frame);
      });
    },
    [element, parts] as const,
  );

/** Presses so many keys, the next one only when the change of the one before is shown. */
async function press(page: Page, count: number): Promise<void> {
  for (let turn = 0; turn < count; turn++) {
    await page.keyboard.press(turn % 2 === 0 ? 'Backspace' : '4');
    const shown = page.waitForFunction(
      (keys) => (window as unknown as PageWindow).watch.keys.length === keys,
      turn + 1,
      { timeout: TOO_LONG },
    );
    await shown.catch(() => {
      throw new Error(`The window did not show what key ${turn + 1} changed within ${TOO_LONG / 1000} s.`);
    });
    await page.waitForTimeout((turn + 1) % REST_EVERY === 0 ? REST : PAUSE);
  }
}

async function type(page: Page, work: Work, place: Place, front: Front): Promise<Typing> {
  const { element, caret } = PLACES[place];
  await page.focus(element);
  for (const key of caret) await page.keyboard.press(key);
  const watched = { element, parts: partsOf(front) };
  const end = () =>
    page.evaluate(() => {
      const { watch } = window as unknown as PageWindow;
      watch.stop();
      return { keys: watch.keys, frames: watch.frames };
    });
  await watch(page, watched);
  await press(page, WARM_UP);
  await end();
  const before = await work.sums();
  await watch(page, watched);
  await press(page, KEYS);
  const measured = await end();
  const after = await work.sums();
  return {
    place,
    front,
    ...measured,
    script: (after.script - before.script) / KEYS,
    task: (after.task - before.task) / KEYS,
  };
}

const set = (page: Page, settings: Partial<Settings>) =>
  page.evaluate(async (changes) => {
    const done = await (window as unknown as PageWindow).api.call('settings.set', changes);
    if (!done.ok) throw new Error(done.error.message);
  }, settings);

/** The architecture in the editor, with every column and every row, or with its picture folded to blocks. */
async function open(page: Page, front: Front): Promise<{ layers: number; columns: number }> {
  await set(page, {
    theme: 'light',
    layerDetail: 'layers',
    layerColumns: LAYER_COLUMNS.map(({ key }) => ({ key, width: null })),
    modelPicture: { front, level: 'blocks', direction: 'down' },
  });
  await page.reload();
  await page.getByTestId('nav-models').click();
  await page.getByTestId('model-preset:resnet50').click();
  const text = page.getByTestId('table-text');
  await text.focus();
  await page.keyboard.press('Control+a');
  await page.keyboard.insertText(TABLE);
  // Into the first stage: the table shows the one that the caret is in.
  for (const key of PLACES.text.caret) await page.keyboard.press(key);
  await page.waitForSelector(FRONTS[front]);
  const columns = await page.locator('[data-testid="layer-table"] th').count();
  if (front === 'layers' && columns !== LAYER_COLUMNS.length)
    throw new Error('A column of the table is not shown.');
  const layers = await page.getByTestId('summary-layers').textContent();
  return { layers: Number(layers?.replaceAll(',', '')), columns };
}

async function main(): Promise<void> {
  const program = await launch({ home, electron, project }, SCREEN);
  const { page } = program;
  await page.waitForSelector('nav');
  const work = await Work.of(page);
  const typing: Typing[] = [];
  let layers = 0;
  for (const front of ['layers', 'picture'] as const) {
    ({ layers } = await open(page, front));
    for (const place of ['text', 'card'] as const) typing.push(await type(page, work, place, front));
  }
  await quit(program);
  const about = { blocks: BLOCKS, stages: FILTERS.length, layers, columns: LAYER_COLUMNS.length };
  process.stdout.write(`${JSON.stringify({ ...about, typing })}\n`);
}

void main();
