/** What main tells again and again of runs that train: of ten runs it comes in ten messages, each with a rendering of its own. */

/** Milliseconds in which messages that belong together arrive. */
const TOGETHER_MS = 16;
/** Milliseconds between renderings of what grows by itself: more often the eye does not follow. */
const INTERVAL_MS = 150;

export interface Gathered {
  /** Does a change a moment later, together with those that come meanwhile, in their order. */
  soon(change: () => void): void;
  /** Does what waits: something comes that must not overtake it. */
  now(): void;
}

export function gathered(): Gathered {
  let waiting: (() => void)[] = [];
  let timer: ReturnType<typeof setTimeout> | undefined;
  let doneAt = -Infinity;
  function now(): void {
    clearTimeout(timer);
    timer = undefined;
    const changes = waiting;
    waiting = [];
    doneAt = performance.now();
    for (const change of changes) change();
  }
  return {
    soon(change) {
      waiting.push(change);
      timer ??= setTimeout(now, Math.max(TOGETHER_MS, doneAt + INTERVAL_MS - performance.now()));
    },
    now,
  };
}
