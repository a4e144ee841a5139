import { describe, expect, it } from 'vitest';
import { bordersOf, PixelColumns, type Borders } from '../../../../src/renderer/charts/pixel-columns';
import { samplesOf, type Point } from '../../../../src/renderer/charts/samples';
import { Growing, randomOf, randomSeries } from './random-series';

interface Plain {
  columns: ({ first: number; last: number; low: number; high: number; cut: boolean } | null)[];
  before: Point | null;
  after: Point | null;
  points: number;
  skipped: number;
}

/** The same by going through all points for each column. */
function plainColumns(points: readonly Point[], borders: Borders, positive: boolean): Plain {
  const width = borders.length - 1;
  const [from, to] = [borders[0]!, borders[width]!];
  const has = ({ y }: Point): boolean => Number.isFinite(y) && (!positive || y > 0);
  const within = points.filter(({ x }) => x >= from && x <= to);
  const isIn = (column: number, { x }: Point): boolean =>
    x >= borders[column]! && (x < borders[column + 1]! || column === width - 1);
  const columns = Array.from({ length: width }, (_, column) => {
    const inside = within.filter((point) => isIn(column, point) && has(point));
    if (inside.length === 0) return null;
    const ys = inside.map(({ y }) => y);
    const at = within.indexOf(inside[0]!);
    // Back to the point before that has a value: what is between them is a hole.
    const cut = at > 0 && !has(within[at - 1]!);
    return { first: ys[0]!, last: ys.at(-1)!, low: Math.min(...ys), high: Math.max(...ys), cut };
  });
  const left = points.filter(({ x }) => x < from).at(-1);
  const right = points.find(({ x }) => x > to);
  const lastWithin = within.at(-1);
  return {
    columns,
    before: left && has(left) ? left : null,
    after: right && has(right) && (!lastWithin || has(lastWithin)) ? right : null,
    points: within.filter(has).length,
    skipped: within.filter((point) => !has(point)).length,
  };
}

function described(columns: PixelColumns): Plain {
  return {
    columns: [...columns.first].map((first, column) =>
      Number.isNaN(first)
        ? null
        : {
            first,
            last: columns.last[column]!,
            low: columns.low[column]!,
            high: columns.high[column]!,
            cut: columns.cut[column] === 1,
          },
    ),
    before: columns.before,
    after: columns.after,
    points: columns.points,
    skipped: columns.skipped,
  };
}

const made = (points: readonly Point[], borders: Borders, positive: boolean): PixelColumns => {
  const columns = new PixelColumns(samplesOf(points), borders, positive);
  columns.update();
  return columns;
};

describe('the borders of columns', () => {
  it('divide a range evenly, from one end to the other', () => {
    expect([...bordersOf(10, 20, 4, false)]).toEqual([10, 12.5, 15, 17.5, 20]);
    const many = bordersOf(0.1, 0.7, 977, false);
    expect([many[0], many[977]]).toEqual([0.1, 0.7]);
  });

  it('divide a logarithmic axis by powers', () => {
    const borders = bordersOf(1, 10_000, 4, true);
    [1, 10, 100, 1000, 10_000].forEach((border, index) => expect(borders[index]).toBeCloseTo(border, 8));
  });
});

describe.each(Array.from({ length: 12 }, (_, seed) => seed + 1))('a random series (%i)', (seed) => {
  const random = randomOf(seed);
  const points = randomSeries(random, random.pick([40, 400, 3000]));
  const end = points.at(-1)!.x;
  const views: [string, Borders, boolean][] = [
    ['in full', bordersOf(0, end, 97, false), false],
    ['zoomed into', bordersOf(end * 0.31, end * 0.57, 97, false), false],
    ['with more columns than points', bordersOf(end * 0.3, end * 0.35, 800, false), false],
    ['over more than it has', bordersOf(-end, 2 * end, 97, false), false],
    ['beside it', bordersOf(2 * end, 3 * end, 50, false), false],
    ['over a logarithmic axis', bordersOf(1, end, 97, true), false],
    ['zoomed into on a logarithmic axis', bordersOf(end / 9, end / 2, 97, true), false],
    ['by powers of its values', bordersOf(0, end, 97, false), true],
    ['by powers of both', bordersOf(1, end / 2, 97, true), true],
  ];

  it.each(views)(
    '%s has of each column the first, last, smallest and largest',
    (_what, borders, positive) => {
      expect(described(made(points, borders, positive))).toEqual(plainColumns(points, borders, positive));
    },
  );

  it.each(views)(
    '%s comes to the same bit by bit, and never changes what is past',
    (_what, borders, positive) => {
      const samples = new Growing(points);
      const columns = new PixelColumns(samples, borders, positive);
      let done: Plain | null = null;
      while (samples.xs.length < points.length) {
        samples.growTo(samples.xs.length + random.whole(1, 90));
        columns.update();
        const now = described(columns);
        expect(now).toEqual(plainColumns(points.slice(0, samples.xs.length), borders, positive));
        if (done) {
          // All but the column that points were last added to.
          const filled = done.columns.reduce((last, column, index) => (column ? index : last), -1);
          expect(now.columns.slice(0, Math.max(0, filled))).toEqual(
            done.columns.slice(0, Math.max(0, filled)),
          );
        }
        done = now;
      }
      expect(done).toEqual(described(made(points, borders, positive)));
    },
  );

  it('keeps each peak and each dip, wherever it is', () => {
    const borders = bordersOf(0, end, 60, false);
    for (const value of [1e6, -1e6]) {
      const at = random.whole(0, points.length - 1);
      const peaked = points.map((point, index) => (index === at ? { ...point, y: value } : point));
      const { low, high } = made(peaked, borders, false).extent!;
      expect(value > 0 ? high : low).toBe(value);
    }
  });
});

it('begins again in the memory that it has', () => {
  const points = randomSeries(randomOf(99), 500);
  const end = points.at(-1)!.x;
  const columns = made(points, bordersOf(0, end, 64, false), false);
  const { low } = columns;
  const near = bordersOf(end / 4, end / 2, 64, false);
  columns.restart(samplesOf(points), near, true);
  columns.update();
  expect(columns.low).toBe(low);
  expect(described(columns)).toEqual(plainColumns(points, near, true));
  columns.restart(samplesOf([]), near, false);
  columns.update();
  expect(columns.extent).toBeNull();
});

it('takes only the part of a curve that counts', () => {
  const points = randomSeries(randomOf(98), 300, { negative: false });
  const borders = bordersOf(0, points.at(-1)!.x, 40, false);
  const columns = new PixelColumns({ ...samplesOf(points), first: 100, end: 220 }, borders, false);
  columns.update();
  expect(described(columns)).toEqual(plainColumns(points.slice(100, 220), borders, false));
});

it('has no place for points whose x is unknown', () => {
  const columns = made(
    Array.from({ length: 5 }, () => ({ x: NaN, y: 1 })),
    bordersOf(0, 1, 10, false),
    false,
  );
  expect([columns.points, columns.skipped, columns.extent]).toEqual([0, 5, null]);
});
