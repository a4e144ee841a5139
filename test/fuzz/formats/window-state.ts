/** `window.json`: what comes out are the four bounded numbers and the truth value, and nothing else. */
import {
  fitInto,
  formatWindowState,
  parseWindowState,
  type WindowState,
} from '../../../src/main/window/window-state';
import { mustBe, same, type Format } from '../fuzz';
import { mutateBytes, mutateJson, type Random } from '../random';

const LIMIT = 65_536;
const FIELDS = ['x', 'y', 'width', 'height'] as const;

const isObject = (value: unknown): value is Record<string, unknown> =>
  typeof value === 'object' && value !== null;

/** Why a text is no state of a window, by the rules alone; null for one that is. */
function why(text: string): string | null {
  let value: unknown;
  try {
    value = JSON.parse(text);
  } catch {
    return 'it is not JSON';
  }
  if (!isObject(value) || Array.isArray(value)) return 'it is no object';
  if (!isObject(value.bounds) || Array.isArray(value.bounds)) return 'it has no bounds';
  for (const field of FIELDS) {
    const number = value.bounds[field];
    if (typeof number !== 'number') return `a bound is no number`;
    if (!Number.isInteger(number)) return 'a bound is no whole number';
    const least = field === 'x' || field === 'y' ? -LIMIT : 1;
    if (number < least || number > LIMIT) return 'a bound lies beyond every screen';
  }
  return typeof value.maximized === 'boolean' ? null : 'it does not say whether it was maximized';
}

function genuine(random: Random): WindowState {
  const at = (from: number): number =>
    random.chance(0.2) ? random.pick([from, LIMIT]) : random.whole(from, LIMIT);
  return {
    bounds: { x: at(-LIMIT), y: at(-LIMIT), width: at(1), height: at(1) },
    maximized: random.chance(0.5),
  };
}

export const windowState: Format = {
  name: 'window',
  refusals: [
    'it is not JSON',
    'it is no object',
    'it has no bounds',
    'a bound is no number',
    'a bound is no whole number',
    'a bound lies beyond every screen',
    'it does not say whether it was maximized',
  ],
  prepare: () => (random) => {
    const state = genuine(random);
    const options = ['kiosk', 'fullscreen', 'webPreferences', '__proto__', 'title'];
    const given: unknown = random.pick([
      () => state,
      // What a window's options know besides is dropped.
      () => ({ ...state, [random.pick(options)]: { sandbox: false }, bounds: { ...state.bounds, more: 1 } }),
      () => mutateJson(random, state),
      () => mutateJson(random, mutateJson(random, state)),
      () => ({ ...state, bounds: { ...state.bounds, [random.pick(FIELDS)]: random.oddNumber() } }),
      () => ({ ...state, maximized: random.oddValue() }),
      () => random.oddValue(),
    ])();
    const plain = JSON.stringify(given) ?? '';
    const text = random.chance(0.2) ? mutateBytes(random, Buffer.from(plain)).toString('utf8') : plain;
    const read = parseWindowState(text);
    const wrong = why(text);
    mustBe((read === null) === (wrong !== null), `it is ${wrong ?? 'right'}, and is not taken so: ${text}`);
    if (read === null) return [wrong!];
    mustBe(same(Object.keys(read).sort(), ['bounds', 'maximized']), 'more comes out than a state');
    mustBe(same(Object.keys(read.bounds).sort(), [...FIELDS].sort()), 'more comes out than bounds');
    mustBe(same(parseWindowState(formatWindowState(read)), read), 'it is another one once it was written');
    const area = { x: random.whole(-4000, 4000), y: random.whole(-4000, 4000), width: 1920, height: 1080 };
    const fitted = fitInto(read.bounds, area, { width: 800, height: 600 });
    const within = (at: number, size: number, from: number, room: number): boolean =>
      at >= from && at + size <= from + room;
    mustBe(
      within(fitted.x, fitted.width, area.x, area.width) &&
        within(fitted.y, fitted.height, area.y, area.height),
      'it does not lie on the screen',
    );
    return [];
  },
};
