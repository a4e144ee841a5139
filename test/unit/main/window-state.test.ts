import { describe, expect, it } from 'vitest';
import { fitInto, formatWindowState, parseWindowState } from '../../../src/main/window-state';

const bounds = { x: 40, y: 30, width: 1111, height: 777 };
const screen = { x: 0, y: 0, width: 1920, height: 1080 };
const smallest = { width: 960, height: 600 };

describe('window.json', () => {
  it('comes back as it was written', () => {
    expect(parseWindowState(formatWindowState({ bounds, maximized: true }))).toEqual({
      bounds,
      maximized: true,
    });
  });

  it('gives four whole numbers and one truth value, whatever else is in it', () => {
    const hostile = {
      bounds: { ...bounds, kiosk: true, fullscreen: true, webPreferences: { sandbox: false } },
      maximized: false,
      kiosk: true,
      alwaysOnTop: true,
    };
    expect(parseWindowState(JSON.stringify(hostile))).toEqual({ bounds, maximized: false });
  });

  it.each([
    ['is no JSON', '{"bounds":'],
    ['is empty', ''],
    ['is null', 'null'],
    ['is a list', '[]'],
    ['lacks a number', JSON.stringify({ bounds: { x: 1, y: 1, width: 1000 }, maximized: false })],
    ['has a text for a number', JSON.stringify({ bounds: { ...bounds, x: '40' }, maximized: false })],
    ['has half a pixel', JSON.stringify({ bounds: { ...bounds, x: 0.5 }, maximized: false })],
    ['has a number without end', `{"bounds":{"x":1e999,"y":1,"width":1,"height":1},"maximized":false}`],
    ['has a width of nothing', JSON.stringify({ bounds: { ...bounds, width: 0 }, maximized: false })],
    ['is wider than any screen', JSON.stringify({ bounds: { ...bounds, width: 1e9 }, maximized: false })],
    ['has a number for the truth value', JSON.stringify({ bounds, maximized: 1 })],
    ['lacks the truth value', JSON.stringify({ bounds })],
  ])('that %s is passed over', (_, text) => {
    expect(parseWindowState(text)).toBeNull();
  });
});

describe('the place of the window', () => {
  it('within the screen stays', () => {
    expect(fitInto(bounds, screen, smallest)).toEqual(bounds);
  });

  it.each([
    ['right of it', { ...bounds, x: 5000 }, { x: 1920 - 1111, y: 30 }],
    ['above it', { ...bounds, y: -900 }, { x: 40, y: 0 }],
    ['left of a second screen', { ...bounds, x: -60_000 }, { x: 0, y: 30 }],
  ])('%s is moved onto it', (_, from, to) => {
    expect(fitInto(from, screen, smallest)).toEqual({ ...bounds, ...to });
  });

  it('never is larger than the screen, nor smaller than what can be used', () => {
    expect(fitInto({ x: -10, y: -10, width: 60_000, height: 60_000 }, screen, smallest)).toEqual(screen);
    expect(fitInto({ x: 100, y: 100, width: 1, height: 1 }, screen, smallest)).toEqual({
      x: 100,
      y: 100,
      ...smallest,
    });
    const small = { x: 10, y: 10, width: 800, height: 480 };
    expect(fitInto(bounds, small, smallest)).toEqual({ x: 10, y: 10, ...smallest });
  });
});
