/** When something that changes often is drawn: in an animation frame, and not more often than the eye follows. */
import { onScopeDispose } from 'vue';

/** Milliseconds between two drawings of what grows. */
const MIN_INTERVAL_MS = 120;

export interface Redraw {
  /** Draws in a frame, no sooner than 120 ms after the last drawing. */
  soon(): void;
  /** Draws in the next frame: somebody waits to see what they did. */
  now(): void;
}

/** Calls `draw` once for any number of changes; not any more when the component is gone. */
export function useRedraw(draw: () => void): Redraw {
  let drawnAt = -Infinity;
  let frame: number | undefined;
  let timer: ReturnType<typeof setTimeout> | undefined;

  function request(): void {
    timer = undefined;
    frame = requestAnimationFrame(() => {
      frame = undefined;
      drawnAt = performance.now();
      draw();
    });
  }
  function cancelTimer(): void {
    clearTimeout(timer);
    timer = undefined;
  }
  onScopeDispose(() => {
    cancelTimer();
    if (frame !== undefined) cancelAnimationFrame(frame);
  });

  return {
    soon() {
      if (frame !== undefined || timer !== undefined) return;
      const wait = drawnAt + MIN_INTERVAL_MS - performance.now();
      if (wait > 0) timer = setTimeout(request, wait);
      else request();
    },
    now() {
      cancelTimer();
      if (frame === undefined) request();
    },
  };
}
