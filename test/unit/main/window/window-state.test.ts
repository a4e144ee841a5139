import { describe, expect, it } from 'vitest';
import { fitInto, formatWindowState, parseWindowState } from '../../../../src/main/window/window-state';

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

describe('window.json, changed at random', () => {
  /** Mulberry32: the same cases at every run. */
  function random(seed: number): () => number {
    return () => {
      seed = (seed + 0x6d2b79f5) | 0;
      let t = Math.imul(seed ^ (seed >>> 15), 1 | seed);
      t = (t + Math.imul(t ^ (t >>> 7), 61 | t)) ^ t;
      return ((t ^ (t >>> 14)) >>> 0) / 2 ** 32;
    };
  }

  it('is read as four bounded whole numbers and one truth value, or not at all', () => {
    const next = random(11);
    const pick = <T>(from: readonly T[]): T => from[Math.floor(next() * from.length)]!;
    const values = [
      0,
      1,
      -1,
      40,
      800,
      65_536,
      65_537,
      -65_537,
      2 ** 53,
      1e300,
      0.5,
      -0,
      '40',
      '',
      null,
      true,
      [],
      {},
    ];
    const keys = ['x', 'y', 'width', 'height', 'kiosk', '__proto__', 'constructor', 'webPreferences'];
    const counts = { read: 0, refused: 0, 'no JSON': 0 };
    for (let i = 0; i < 2_000; i++) {
      const state: Record<string, unknown> = { bounds: { ...bounds }, maximized: next() < 0.5 };
      for (let changes = Math.floor(next() * 3); changes > 0; changes--) {
        const target = next() < 0.7 ? (state.bounds as Record<string, unknown>) : state;
        const key = target === state ? pick(['bounds', 'maximized', ...keys]) : pick(keys);
        if (key === 'bounds' && next() < 0.5) continue;
        if (next() < 0.2) delete target[key];
        else
          Object.defineProperty(target, key, { value: pick(values), enumerable: true, configurable: true });
        if (typeof state.bounds !== 'object' || state.bounds === null) break;
      }
      let text = JSON.stringify(state);
      if (next() < 0.2) text = text.slice(0, Math.floor(next() * text.length));
      const read = parseWindowState(text);
      if (!read) {
        counts[isJson(text) ? 'refused' : 'no JSON']++;
        continue;
      }
      counts.read++;
      expect(Object.keys(read).sort(), text).toEqual(['bounds', 'maximized']);
      expect(Object.keys(read.bounds).sort(), text).toEqual(['height', 'width', 'x', 'y']);
      expect(typeof read.maximized).toBe('boolean');
      const placed = fitInto(read.bounds, screen, smallest);
      expect(placed.x >= 0 && placed.x + placed.width <= screen.width, text).toBe(true);
      expect(placed.y >= 0 && placed.y + placed.height <= screen.height, text).toBe(true);
      expect(Object.values(placed).every(Number.isInteger), text).toBe(true);
    }
    for (const [outcome, count] of Object.entries(counts)) expect(count, outcome).toBeGreaterThan(0);
  });

  function isJson(text: string): boolean {
    try {
      JSON.parse(text);
      return true;
    } catch {
      return false;
    }
  }
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
