import { describe, expect, it } from 'vitest';
import {
  bordersOf,
  NO_COLUMNS,
  PixelColumns,
  spanOfAll,
} from '../../../../src/renderer/charts/pixel-columns';
import {
  pixelOf,
  rasterise,
  spansOf,
  type PixelMap,
  type Raster,
  type RasterStroke,
} from '../../../../src/renderer/charts/raster';
import { samplesOf, type Point } from '../../../../src/renderer/charts/samples';
import { Growing, randomOf, randomSeries } from './random-series';

const [WIDTH, HEIGHT] = [60, 48];
const map: PixelMap = { scale: 10, offset: 40, logarithmic: false };
const place = (y: number): number => map.offset - map.scale * y;
const blank = (): Raster => ({ width: WIDTH, height: HEIGHT, pixels: new Uint32Array(WIDTH * HEIGHT) });
const alphaAt = ({ pixels }: Raster, column: number, row: number): number =>
  pixels[row * WIDTH + column]! >>> 24;
const colorAt = ({ pixels }: Raster, column: number, row: number): number => pixels[row * WIDTH + column]!;

function columnsOf(points: readonly Point[], from: number, to: number, width = WIDTH): PixelColumns {
  const columns = new PixelColumns(samplesOf(points), bordersOf(from, to, width, false), false);
  columns.update();
  return columns;
}
const stroke = (columns: PixelColumns, over: Partial<RasterStroke> = {}): RasterStroke => ({
  columns,
  color: pixelOf('#ff0000'),
  alpha: 1,
  width: 1,
  dash: [],
  ...over,
});

/**
 * Spans by their definition: the values in a column; those of columns that follow each other meet halfway; between two with
 * empty ones between, and to the points beside, there is a line.
 */
function plainSpans(points: readonly Point[], from: number, to: number): ([number, number] | null)[] {
  const spans: ([number, number] | null)[] = Array.from({ length: WIDTH }, () => null);
  const widen = (column: number, y: number): void => {
    if (column < 0 || column >= WIDTH) return;
    const [top, bottom] = spans[column] ?? [Infinity, -Infinity];
    spans[column] = [Math.min(top, y), Math.max(bottom, y)];
  };
  const perColumn = (to - from) / WIDTH;
  // By the same borders: a point may stand on one but for the last digit.
  const borders = bordersOf(from, to, WIDTH, false);
  const columnOf = (x: number): number => Math.min(WIDTH, borders.filter((border) => border <= x).length) - 1;
  const line = (x0: number, y0: number, x1: number, y1: number): void => {
    for (let column = 0; column < WIDTH; column++) {
      const [begin, end] = [Math.max(x0, column), Math.min(x1, column + 1)];
      if (begin > end) continue;
      for (const x of [begin, end]) widen(column, y0 + ((y1 - y0) / (x1 - x0)) * (x - x0));
    }
  };
  /** Of a point in a column its middle, of one beside the drawing its own place. */
  const across = ({ x }: Point): number => (x < from || x > to ? (x - from) / perColumn : columnOf(x) + 0.5);
  const left = points.filter(({ x }) => x < from).at(-1);
  const right = points.find(({ x }) => x > to);
  const shown = [
    ...(left ? [left] : []),
    ...points.filter(({ x }) => x >= from && x <= to),
    ...(right ? [right] : []),
  ];
  shown.forEach((point, index) => {
    if (!Number.isFinite(point.y)) return;
    const y = place(point.y);
    const isIn = point.x >= from && point.x <= to;
    if (isIn) widen(columnOf(point.x), y);
    const next = shown[index + 1];
    if (!next || !Number.isFinite(next.y)) return;
    const nextY = place(next.y);
    const nextIn = next.x >= from && next.x <= to;
    if (isIn && nextIn) {
      const [a, b] = [columnOf(point.x), columnOf(next.x)];
      if (a === b) return;
      if (b === a + 1) {
        widen(a, (y + nextY) / 2);
        widen(b, (y + nextY) / 2);
        return;
      }
    }
    line(across(point), y, across(next), nextY);
  });
  return spans;
}

const finite = (points: readonly Point[], random: ReturnType<typeof randomOf>): Point[] =>
  points.map(({ x, y }) => ({ x, y: Number.isFinite(y) ? 4 * random.next() : NaN }));

describe.each([1, 2, 3, 4, 5, 6, 7, 8])('the spans of a random curve (%i)', (seed) => {
  const random = randomOf(seed);
  const points = finite(randomSeries(random, random.pick([15, 60, 900])), random);
  const end = points.at(-1)!.x;

  it.each([
    ['all of it', -1, end + 1],
    ['a part', end * 0.2 + 0.1, end * 0.6 + 0.1],
    ['a part between few points', end * 0.4 + 0.1, end * 0.4 + 8.1],
  ])('go from the smallest to the largest value and join their neighbours: %s', (_what, from, to) => {
    const { top, bottom } = spansOf(columnsOf(points, from, to), map);
    plainSpans(points, from, to).forEach((span, column) => {
      if (!span) expect(top[column]! <= bottom[column]!, `column ${column} is empty`).toBe(false);
      else {
        expect(top[column], `top of ${column}`).toBeCloseTo(span[0], 6);
        expect(bottom[column], `bottom of ${column}`).toBeCloseTo(span[1], 6);
      }
    });
  });

  it('leave no step between neighbours that belong together', () => {
    const whole = points.map((point) => ({ ...point, y: Number.isFinite(point.y) ? point.y : 1 }));
    const { top, bottom } = spansOf(columnsOf(whole, whole[0]!.x, end), map);
    for (let column = 1; column < WIDTH; column++) {
      expect(top[column]!).toBeLessThanOrEqual(bottom[column - 1]! + 1e-9);
      expect(bottom[column]!).toBeGreaterThanOrEqual(top[column - 1]! - 1e-9);
    }
  });
});

it('a line between two points beside the drawing goes through it, unless it is broken', () => {
  const through = (middle: Point[]) =>
    spansOf(columnsOf([{ x: 0, y: 0 }, ...middle, { x: 100, y: 4 }], 40, 60), map);
  const { top, bottom } = through([]);
  expect([bottom[0], top[WIDTH - 1]].map((y) => y!.toFixed(4))).toEqual(
    [place(1.6), place(2.4)].map((y) => y.toFixed(4)),
  );
  const broken = through([{ x: 50, y: NaN }]);
  expect(broken.top.every((y, column) => y > broken.bottom[column]!)).toBe(true);
});

it('a line from beside the drawing is straight as it is seen, over a logarithmic axis too', () => {
  const [from, to] = [10, 1000];
  const points = [
    { x: 1, y: 0 },
    { x: 100, y: 4 },
    { x: 100_000, y: 1 },
  ];
  const columns = new PixelColumns(samplesOf(points), bordersOf(from, to, WIDTH, true), false);
  columns.update();
  const { top, bottom } = spansOf(columns, map);
  // A decade is 30 columns, and the point at 100 stands in the middle of one.
  const middle = Array.from(columns.first).findIndex((value) => !Number.isNaN(value)) + 0.5;
  const expected = (column: number): number =>
    column < middle
      ? place(0) + ((column + 30) / (middle + 30)) * (place(4) - place(0))
      : place(4) + ((column - middle) / (120 - middle)) * (place(1) - place(4));
  for (const column of [0, 10, 20, 40, 50, WIDTH - 1]) {
    const ends = [expected(column), expected(column + 1)].sort((a, b) => a - b);
    expect(top[column], String(column)).toBeCloseTo(ends[0]!, 6);
    expect(bottom[column], String(column)).toBeCloseTo(ends[1]!, 6);
  }
});

it('by powers, a value stands where its logarithm does', () => {
  const columns = columnsOf([{ x: 0.5, y: Math.exp(2) }], 0, WIDTH);
  expect(spansOf(columns, { ...map, logarithmic: true }).top[0]).toBeCloseTo(place(2), 8);
});

describe.each([1, 2, 3, 4, 5, 6])('rasterised random curves (%i)', (seed) => {
  const random = randomOf(seed + 50);
  const curves = Array.from({ length: random.whole(1, 9) }, () => {
    const points = finite(randomSeries(random, random.pick([30, 300])), random);
    return columnsOf(points, 0, points.at(-1)!.x);
  });
  const strokes = curves.map((columns, index) =>
    stroke(columns, {
      color: pixelOf(['#ff0000', '#00ff00', '#0000ff', '#ffff00'][index % 4]!),
      width: random.pick([1, 1.25, 2, 4]),
      dash: random.pick([[], [], [7, 4], [3, 2, 1]]),
    }),
  );

  /** Of each pixel, the strokes that cover it from edge to edge, and those that touch it at all. */
  function covers(column: number, row: number): { full: number[]; any: number[] } {
    const [full, any]: number[][] = [[], []] as never;
    strokes.forEach(({ columns, width, dash }, index) => {
      const { top, bottom } = spansOf(columns, map);
      if (!(top[column]! <= bottom[column]!)) return;
      if (!isOn(dash, column)) return;
      const [a, b] = [top[column]! - width / 2, bottom[column]! + width / 2];
      if (a <= row + 1e-9 && b >= row + 1 - 1e-9) full!.push(index);
      if (a < row + 1 && b > row) any!.push(index);
    });
    return { full: full!, any: any! };
  }
  function isOn(dash: readonly number[], column: number): boolean {
    if (dash.length === 0) return true;
    const lengths = dash.length % 2 ? [...dash, ...dash] : dash;
    let at = column % lengths.reduce((sum, length) => sum + length, 0);
    let index = 0;
    while (at >= lengths[index]!) at -= lengths[index++]!;
    return index % 2 === 0;
  }

  it('cover fully what a stroke covers, in the colour of the first, and nothing that none touches', () => {
    const raster = blank();
    rasterise(raster, strokes, map);
    for (let column = 0; column < WIDTH; column++) {
      for (let row = 0; row < HEIGHT; row++) {
        const { full, any } = covers(column, row);
        const where = `column ${column}, row ${row}`;
        if (any.length === 0) expect(colorAt(raster, column, row), where).toBe(0);
        if (full.length > 0) expect(alphaAt(raster, column, row), where).toBe(255);
        // Nobody before it has a share of the pixel.
        if (full.length > 0 && any[0] === full[0]) {
          expect(colorAt(raster, column, row), where).toBe(strokes[full[0]!]!.color);
        }
      }
    }
  });

  it('leave what is there already before them', () => {
    const raster = blank();
    const front = pixelOf('#123456');
    for (let row = 10; row < 20; row++) raster.pixels.fill(front, row * WIDTH, row * WIDTH + 30);
    rasterise(raster, strokes, map);
    for (let row = 10; row < 20; row++) {
      for (let column = 0; column < 30; column++) expect(colorAt(raster, column, row)).toBe(front);
    }
  });

  it('are drawn one by one as all at once', () => {
    const [once, apart] = [blank(), blank()];
    rasterise(once, strokes, map);
    for (const one of strokes) rasterise(apart, [one], map);
    expect([...apart.pixels]).toEqual([...once.pixels]);
  });
});

describe('a stroke', () => {
  const flat = (y: number): PixelColumns =>
    columnsOf(
      [
        { x: 0, y },
        { x: WIDTH, y },
      ],
      0,
      WIDTH,
    );
  const rowsOf = (raster: Raster, column: number): [number, number][] =>
    Array.from({ length: HEIGHT }, (_, row): [number, number] => [row, alphaAt(raster, column, row)]).filter(
      ([, alpha]) => alpha > 0,
    );

  it('covers a share of the pixels at its edges', () => {
    const raster = blank();
    // From 19.25 to 20.75.
    rasterise(raster, [stroke(flat(2), { width: 1.5 })], map);
    expect(rowsOf(raster, 30)).toEqual([
      [19, Math.round(0.75 * 255)],
      [20, Math.round(0.75 * 255)],
    ]);
  });

  it('within one pixel covers a share of that', () => {
    const raster = blank();
    // From 20 to 21, moved up by a quarter: nothing of it is thinner than a pixel.
    rasterise(raster, [stroke(flat(1.95), { width: 0.2 })], map);
    expect(rowsOf(raster, 30)).toEqual([[20, 255]]);
  });

  it('ends at the edges of the raster', () => {
    const raster = blank();
    rasterise(
      raster,
      [
        stroke(flat(40)),
        stroke(flat(-40)),
        stroke(
          columnsOf(
            [
              { x: 1, y: 900 },
              { x: 1.2, y: -900 },
            ],
            0,
            WIDTH,
          ),
        ),
      ],
      map,
    );
    expect(rowsOf(raster, 1)).toHaveLength(HEIGHT);
    expect(rowsOf(raster, 30)).toEqual([]);
  });
});

it('a colour is written as red, green and blue from the lowest byte on', () => {
  expect(pixelOf('#123456')).toBe(0xff563412);
});

describe.each([1, 2, 3, 4, 5, 6])('curves that grow (%i)', (seed) => {
  const random = randomOf(seed);
  const curves = [0, 1, 2].map(() => finite(randomSeries(random, random.pick([40, 400])), random));
  const end = Math.max(...curves.map((points) => points.at(-1)!.x));

  it('drawn where they have changed are what they are drawn at once', () => {
    const borders = bordersOf(0, end * random.pick([0.6, 1, 1.4]), WIDTH, false);
    const growing = curves.map((points) => new Growing(points));
    const strokes = growing.map((samples, index) =>
      stroke(new PixelColumns(samples, borders, false), {
        color: pixelOf(['#ff0000', '#00ff00', '#0000ff'][index]!),
        width: 1 + index,
        dash: index === 1 ? [4, 2] : [],
      }),
    );
    const grown = blank();
    while (growing.some((samples, index) => samples.xs.length < curves[index]!.length)) {
      for (const samples of growing) samples.growTo(samples.xs.length + random.whole(0, 30));
      for (const { columns } of strokes) columns.update();
      const touched = spanOfAll(strokes.map(({ columns }) => columns.takeTouched()));
      for (let row = 0; row < HEIGHT && touched.from < WIDTH; row++)
        grown.pixels.fill(0, row * WIDTH + touched.from, row * WIDTH + Math.min(WIDTH, touched.to));
      rasterise(grown, strokes, map, touched);
      const atOnce = blank();
      rasterise(atOnce, strokes, map);
      expect(grown.pixels).toEqual(atOnce.pixels);
      expect(spanOfAll(strokes.map(({ columns }) => columns.takeTouched()))).toEqual(NO_COLUMNS);
    }
  });
});
