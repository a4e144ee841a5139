/**
 * What the DOM of the tests lacks: a context to draw in, sizes of elements, what is in sight, idle time, the pointer's
 * capture, and when a new selection is told of.
 */
import { enableAutoUnmount } from '@vue/test-utils';
import { afterEach, vi } from 'vitest';
import { dismiss, notices } from '../../src/renderer/base/notices';
import { forgetSight, SightObserver } from './sight';

/** Width and height of every element, pixels: the DOM of the tests lays nothing out. */
const SIZE = { width: 800, height: 300 };

/**
 * A context that draws nothing and measures texts by their number of characters: chart.js lays out, scales and ticks for
 * real, and the end-to-end tests look at what it draws.
 */
function blankContext(canvas: HTMLCanvasElement): CanvasRenderingContext2D {
  const known: Record<string, unknown> = { canvas };
  return new Proxy(known, {
    get: (_, name: string) =>
      name in known
        ? known[name]
        : (text: unknown) => (name === 'measureText' ? { width: 6 * String(text).length } : undefined),
  }) as unknown as CanvasRenderingContext2D;
}

HTMLCanvasElement.prototype.getContext = function (this: HTMLCanvasElement) {
  return blankContext(this);
} as unknown as HTMLCanvasElement['getContext'];
window.IntersectionObserver = SightObserver as unknown as typeof IntersectionObserver;
// The DOM of the tests is never busy.
window.requestIdleCallback = (work) =>
  Number(setTimeout(() => work({ didTimeout: false, timeRemaining: () => 50 }), 0));
window.cancelIdleCallback = (handle) => clearTimeout(handle);
// A browser tells of a new selection once, in a task of its own, and not of one that was set again.
const dispatch = document.dispatchEvent.bind(document);
const selected = (): readonly unknown[] => {
  const { anchorNode, anchorOffset, focusNode, focusOffset } = document.getSelection()!;
  return [anchorNode, anchorOffset, focusNode, focusOffset];
};
let told = selected();
let telling: ReturnType<typeof setTimeout> | undefined;
document.dispatchEvent = (event) => {
  if (event.type !== 'selectionchange') return dispatch(event);
  telling ??= setTimeout(() => {
    telling = undefined;
    const before = told;
    told = selected();
    if (told.some((part, index) => part !== before[index])) dispatch(event);
  });
  return true;
};
HTMLElement.prototype.setPointerCapture = () => undefined;
HTMLElement.prototype.getBoundingClientRect = () => new DOMRect(0, 0, SIZE.width, SIZE.height);
for (const [name, value] of [
  ['clientWidth', SIZE.width],
  ['clientHeight', SIZE.height],
  ['offsetWidth', SIZE.width],
  ['offsetHeight', SIZE.height],
] as const) {
  Object.defineProperty(HTMLElement.prototype, name, { get: () => value });
}

enableAutoUnmount(afterEach);
afterEach(() => {
  for (const { id } of notices.value) dismiss(id);
  vi.unstubAllGlobals();
  forgetSight();
  document.body.replaceChildren();
});
