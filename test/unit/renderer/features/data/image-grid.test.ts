import { describe, expect, it } from 'vitest';
import {
  allIndices,
  classCounts,
  indicesOf,
} from '../../../../../src/renderer/features/data/images/class-counts';
import {
  gridLayout,
  placeAfter,
  placeAt,
  rowsOfUnit,
} from '../../../../../src/renderer/features/data/images/grid-layout';
import { imageUnits } from '../../../../../src/renderer/features/data/images/image-units';

const SHAPE = [32, 32, 3] as const;

describe('the grid', () => {
  it('has as many columns as there is room for, at least one', () => {
    // 68 pixels from one to the next, the last without its gap of 4.
    expect(gridLayout(100, [...SHAPE], 2, 676)).toEqual({ columns: 10, rows: 10, stepX: 68, stepY: 68 });
    expect(gridLayout(101, [...SHAPE], 2, 675)).toMatchObject({ columns: 9, rows: 12 });
    expect(gridLayout(3, [...SHAPE], 3, 20)).toMatchObject({ columns: 1, rows: 3 });
    expect(gridLayout(0, [...SHAPE], 1, 500)).toMatchObject({ rows: 0 });
  });

  it('knows which image is at a point', () => {
    const layout = gridLayout(25, [...SHAPE], 1, 340);
    expect(layout.columns).toBe(10);
    expect([placeAt(layout, 25, 0, 0), placeAt(layout, 25, 35, 70), placeAt(layout, 25, 339, 0)]).toEqual([
      0, 21, 9,
    ]);
    expect([
      placeAt(layout, 25, -1, 0),
      placeAt(layout, 25, 341, 0),
      placeAt(layout, 25, 200, 70),
      placeAt(layout, 25, 0, 500),
    ]).toEqual([null, null, null, null]);
  });

  it('is walked through by keys', () => {
    const layout = gridLayout(25, [...SHAPE], 1, 340);
    const after = (key: string, place: number) => placeAfter(key, place, layout, 25, 2);
    expect(['ArrowRight', 'ArrowLeft', 'ArrowDown', 'ArrowUp'].map((key) => after(key, 12))).toEqual([
      13, 11, 22, 2,
    ]);
    expect(['PageDown', 'PageUp', 'Home', 'End'].map((key) => after(key, 4))).toEqual([24, 0, 0, 24]);
    expect([after('ArrowRight', 24), after('ArrowLeft', 0), after('x', 3)]).toEqual([24, 0, null]);
  });

  it('asks for a few rows at once: 1.5 MB, at most a thousand images, at least one row', () => {
    expect(rowsOfUnit(10, 3072)).toBe(48);
    expect(rowsOfUnit(10, 784)).toBe(100);
    expect(rowsOfUnit(10, 224 * 224 * 3)).toBe(1);
  });
});

describe('images that are asked for', () => {
  /** Units that are asked for, and how they are answered. */
  function asked() {
    const waiting = new Map<number, (images: Uint8Array | null) => void>();
    const arrived: number[] = [];
    const units = imageUnits(
      (unit) => new Promise((resolve) => waiting.set(unit, resolve)),
      (unit) => arrived.push(unit),
    );
    const answer = async (
      unit: number,
      images: Uint8Array | null = new Uint8Array([unit]),
    ): Promise<void> => {
      waiting.get(unit)!(images);
      waiting.delete(unit);
      await new Promise((resolve) => setImmediate(resolve));
    };
    return { units, arrived, answer, waiting: () => [...waiting.keys()] };
  }

  it('come two at a time, and what was scrolled past before its turn is left out', async () => {
    const { units, arrived, answer, waiting } = asked();
    units.want([0, 1, 2]);
    expect(waiting()).toEqual([0, 1]);
    units.want([7, 8]);
    await answer(1);
    expect(waiting()).toEqual([0, 7]);
    await answer(0);
    await answer(7);
    await answer(8);
    expect(arrived).toEqual([1, 0, 7, 8]);
    expect(waiting()).toEqual([]);
    expect(units.get(2)).toBeUndefined();
    expect(units.get(7)).toEqual(new Uint8Array([7]));
  });

  it('are asked for once, also where they cannot be had', async () => {
    const { units, answer, waiting } = asked();
    units.want([3]);
    await answer(3, null);
    units.want([3, 4]);
    expect(waiting()).toEqual([4]);
    await answer(4);
    units.want([4, 3]);
    expect(waiting()).toEqual([]);
    expect(units.get(3)).toBeUndefined();
  });

  it('are forgotten where they were seen longest ago, but not in sight', async () => {
    const { units, answer } = asked();
    const large = () => new Uint8Array(25e6);
    for (const unit of [0, 1]) {
      units.want([0, unit]);
      await answer(unit, large());
    }
    units.get(0);
    units.want([2]);
    await answer(2, large());
    expect([0, 1, 2].map((unit) => units.get(unit) !== undefined)).toEqual([true, false, true]);
    units.want([2, 0, 3]);
    await answer(3, large());
    expect([0, 2, 3].map((unit) => units.get(unit) !== undefined)).toEqual([true, true, true]);
  });
});

describe('classes', () => {
  const labels = Uint8Array.from([2, 0, 2, 1, 0, 2]);
  it('are counted, those without an image too', () => {
    expect(classCounts(labels, 4)).toEqual([2, 1, 3, 0]);
  });

  it('choose images, in their order', () => {
    expect(allIndices(3)).toEqual(Int32Array.from([0, 1, 2]));
    expect(indicesOf(labels, new Set([0, 1]))).toEqual(Int32Array.from([1, 3, 4]));
    expect(indicesOf(labels, new Set([3]))).toHaveLength(0);
  });
});
