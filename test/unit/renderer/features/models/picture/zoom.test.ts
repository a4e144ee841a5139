import { describe, expect, it } from 'vitest';
import { nextItem } from '../../../../../../src/renderer/features/models/picture/items';
import {
  scaleOfWhole,
  scaleToRead,
  scrollAfterZoom,
} from '../../../../../../src/renderer/features/models/picture/zoom';

describe('the scale of a picture', () => {
  const view = { width: 500, height: 400 };

  it('shows the whole, though a small one no larger than it looks well', () => {
    expect(scaleOfWhole({ width: 1000, height: 500 }, view)).toBe(0.5);
    expect(scaleOfWhole({ width: 50, height: 40 }, view)).toBe(1.25);
  });

  it('stays readable: of a long picture a part is seen', () => {
    expect(scaleToRead({ width: 500, height: 500 }, view)).toBe(0.8);
    expect(scaleToRead({ width: 400, height: 9000 }, view)).toBe(1);
    expect(scaleToRead({ width: 625, height: 9000 }, view)).toBe(0.8);
  });
});

describe('scrolling after a zoom', () => {
  it('keeps what is under the pointer there', () => {
    const before = { scroll: 300, at: 100, view: 500, size: 2000 };
    // 400 pixels into the picture at its own size, 800 at twice that.
    expect(scrollAfterZoom(before, 1, 2)).toBe(700);
  });

  it('counts the margin around a picture that is smaller than the view', () => {
    // Half of the margin of 300 lies before the picture; the middle stays the middle.
    expect(scrollAfterZoom({ scroll: 0, at: 250, view: 500, size: 200 }, 1, 5)).toBe(250);
  });
});

describe('the next box by an arrow key', () => {
  const box = (x: number, y: number) => ({ rect: { x, y, width: 100, height: 20 } });
  const main = [box(0, 0), box(0, 40), box(0, 80)];
  const items = [...main, box(130, 40)];

  it('is the nearest straight ahead', () => {
    expect(nextItem(items, 0, 'ArrowDown')).toBe(1);
    expect(nextItem(items, 2, 'ArrowUp')).toBe(1);
  });

  it('is on the shortcut to the side', () => {
    expect(nextItem(items, 1, 'ArrowRight')).toBe(3);
    expect(nextItem(items, 3, 'ArrowLeft')).toBe(1);
  });

  it('is the same where there is none', () => {
    expect(nextItem(items, 2, 'ArrowDown')).toBe(2);
    expect(nextItem([], 0, 'ArrowDown')).toBe(0);
  });
});
