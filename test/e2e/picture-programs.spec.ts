/** Pictures that the window saved, as Inkscape reads them: `npm run picture-check`. */
import { execFileSync } from 'node:child_process';
import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { Page } from '@playwright/test';
import { expect, test } from './app';
import { differingBlocks, savesTo, type Box } from './files';
import { goTo, savePicture } from './steps';

/** Pixels by which the edge of a box may be off: numbers in the file have two digits. */
const BOX_TOLERANCE = 0.05;
/** Pixels by which a text's ink may stick out of the window's line box, on any side: letters are hinted by each program. */
const TEXT_TOLERANCE = 2;
/** Share of blocks of 8 by 8 pixels whose mean may differ by more than a tenth. */
const PIXEL_TOLERANCE = 0.01;

const sheet = (page: Page) => page.getByTestId('picture-sheet');

const inkscape = (...args: string[]): string =>
  execFileSync('inkscape', args, {
    encoding: 'utf8',
    maxBuffer: 64 * 2 ** 20,
    stdio: ['ignore', 'pipe', 'pipe'],
  });

/** What Inkscape says of the objects of a kind, in the order of the file: extents in pixels, strokes and ink included. */
const queried = (answer: string, kind: 'rect' | 'text'): Box[] =>
  answer
    .split('\n')
    .filter((line) => line.startsWith(kind))
    .map((line) => {
      const [x, y, width, height] = line.split(',').slice(1).map(Number) as [number, number, number, number];
      return { x, y, width, height };
    });

/** Boxes and texts as the window draws them, in the picture's own pixels. */
const drawn = (page: Page): Promise<{ boxes: Box[]; texts: (Box & { text: string })[] }> =>
  sheet(page).evaluate((element: SVGSVGElement) => {
    // Items are moved as groups; the picture is scaled, but not turned.
    const toPicture = element.getScreenCTM()!.inverse();
    const placed = (one: SVGGraphicsElement) => {
      const { x, y, width, height } = one.getBBox();
      const matrix = toPicture.multiply(one.getScreenCTM()!);
      const [from, to] = [
        new DOMPoint(x, y).matrixTransform(matrix),
        new DOMPoint(x + width, y + height).matrixTransform(matrix),
      ];
      return { x: from.x, y: from.y, width: to.x - from.x, height: to.y - from.y };
    };
    const all = (kind: string) => [
      ...element.querySelectorAll<SVGGraphicsElement>(`g[aria-hidden] > ${kind}`),
    ];
    return {
      boxes: all('rect').map((rect) => {
        const stroke = rect.getAttribute('stroke') ? Number(rect.getAttribute('stroke-width') ?? 0) : 0;
        const { x, y, width, height } = placed(rect);
        return { x: x - stroke / 2, y: y - stroke / 2, width: width + stroke, height: height + stroke };
      }),
      texts: all('text').map((text) => ({ ...placed(text), text: text.textContent!.trim() })),
    };
  });

const SIGNS: Record<string, string> = { '&amp;': '&', '&lt;': '<', '&gt;': '>', '&quot;': '"' };

/** The words of an element, without the spans that a program puts around them. */
const plainText = (inner: string): string =>
  inner
    .replace(/<[^>]*>/g, '')
    .replace(/&(?:amp|lt|gt|quot);/g, (sign) => SIGNS[sign]!)
    .trim();

const sidesOf = ({ x, y, width, height }: Box) => [x, y, x + width, y + height] as const;

/** The furthest that an edge of one lies from that of the other. */
const offset = (one: Box, other: Box): number =>
  Math.max(...sidesOf(one).map((side, index) => Math.abs(side - sidesOf(other)[index]!)));

/** How far the inner box sticks out of the outer one, 0 where it does not. */
function sticksOut(inner: Box, outer: Box): number {
  const [left, top, right, bottom] = sidesOf(inner);
  const [outerLeft, outerTop, outerRight, outerBottom] = sidesOf(outer);
  return Math.max(0, outerLeft - left, outerTop - top, right - outerRight, bottom - outerBottom);
}

for (const [preset, level] of [
  ['resnet18', 'Stages'],
  ['resnet18', 'Layers'],
  ['resnet50', 'Blocks'],
] as const) {
  test(`Inkscape draws ${preset}, ${level.toLowerCase()}, as the window does`, async ({ workbench }) => {
    const folder = mkdtempSync(join(tmpdir(), 'resbench-inkscape-'));
    const page = await workbench.start();
    await savesTo(workbench, folder);
    await goTo(page, 'models');
    await page.getByTestId(`model-preset:${preset}`).click();
    await page.getByRole('radio', { name: 'Picture' }).check({ force: true });
    await page.getByRole('radio', { name: level, exact: true }).last().check({ force: true });
    await page.getByTestId('picture-fit').click();
    const file = (extension: string) => join(folder, `${preset} - ${level.toLowerCase()}.${extension}`);
    const saved = (extension: string, encoding: BufferEncoding): string => {
      try {
        return readFileSync(file(extension)).toString(encoding);
      } catch {
        return '';
      }
    };
    await savePicture(page, 'SVG');
    await expect.poll(() => saved('svg', 'utf8')).toContain('</svg>');
    await savePicture(page, 'PNG');
    await expect.poll(() => saved('png', 'latin1')).toContain('IEND');

    const window = await drawn(page);
    const answer = inkscape('--query-all', file('svg'));
    // The first is the page.
    const boxes = queried(answer, 'rect').slice(1);
    const texts = queried(answer, 'text');
    expect(boxes).toHaveLength(window.boxes.length);
    expect(texts).toHaveLength(window.texts.length);
    const plain = join(folder, 'plain.svg');
    inkscape('--export-plain-svg', `--export-filename=${plain}`, file('svg'));
    const read = [...readFileSync(plain, 'utf8').matchAll(/<text\b[^>]*>([\s\S]*?)<\/text>/g)];
    const words = read.map(([, inner]) => plainText(inner!));
    expect([...words].sort()).toEqual(window.texts.map(({ text }) => text).sort());

    // The window draws them in an order of its own: each has its nearest there, and the other way round.
    const furthest = (some: Box[], others: Box[]): number =>
      Math.max(...some.map((box) => Math.min(...others.map((other) => offset(box, other)))));
    const boxOffset = Math.max(furthest(boxes, window.boxes), furthest(window.boxes, boxes));
    const textOffset = Math.max(
      ...texts.map((box, index) => {
        const same = window.texts.filter(({ text }) => text === words[index]);
        return Math.min(...same.map((other) => sticksOut(box, other)));
      }),
    );

    const image = join(folder, 'inkscape.png');
    inkscape('--export-type=png', `--export-filename=${image}`, file('svg'));
    const [width, height] = /width="(\d+)" height="(\d+)"/
      .exec(saved('svg', 'utf8'))!
      .slice(1)
      .map(Number) as [number, number];
    const share = await differingBlocks(page, readFileSync(image), readFileSync(file('png')), {
      x: 0,
      y: 0,
      width,
      height,
    });
    process.stdout.write(
      `${inkscape('--version').split(' (')[0]!.trim()}, ${preset}, ${level.toLowerCase()}: ` +
        `${boxes.length} boxes, at most ${boxOffset.toFixed(3)} px off; ${texts.length} texts, at most ` +
        `${textOffset.toFixed(2)} px out of their lines; ${(share * 100).toFixed(2)} % of the blocks differ\n`,
    );
    expect(boxOffset).toBeLessThanOrEqual(BOX_TOLERANCE);
    expect(textOffset).toBeLessThanOrEqual(TEXT_TOLERANCE);
    expect(share).toBeLessThan(PIXEL_TOLERANCE);
    rmSync(folder, { recursive: true, force: true });
  });
}
