/**
 * How fast a page draws while something is done to it in each of its frames, Resbench's window and a page in a browser alike:
 * time between frames, and what the page's main thread worked.
 */
import type { CDPSession, Page } from 'playwright';

/** Milliseconds between frames, and of work of the main thread in each, on the average. */
export interface Frames {
  intervals: number[];
  /** Script alone, and all work: script, style, layout and painting. Time of the thread, not of the clock. */
  script: number;
  task: number;
}

/** What is done in a frame: events as a person's hand causes them, dispatched to an element at places in it. */
export type Gesture = 'zoom' | 'pan' | 'cursor';

/** Frames of a gesture; the first ones, in which code is compiled, do not count. */
const FRAMES = 120;
const WARM_UP = 20;

/** Counts what the main thread of a page works, in time of that thread: what else the machine does does not count. */
export class Work {
  private constructor(private readonly session: CDPSession) {}

  static async of(page: Page): Promise<Work> {
    const session = await page.context().newCDPSession(page);
    await session.send('Performance.enable', { timeDomain: 'threadTicks' });
    return new Work(session);
  }

  /** Milliseconds since the page was opened. */
  async sums(): Promise<{ script: number; task: number }> {
    const { metrics } = await this.session.send('Performance.getMetrics');
    const of = (name: string) => (metrics.find((metric) => metric.name === name)?.value ?? 0) * 1e3;
    return { script: of('ScriptDuration'), task: of('TaskDuration') };
  }
}

/**
 * Something is done in every frame, so that there is something to draw in every frame: a notch of the wheel, an arrow key, a
 * pointer that moves on.
 *
 * @param element what hears keys and the wheel; the pointer goes over the canvas in it, or over it where there is none
 * @param wheel which key makes it zoom, and how far it is turned in a frame: about a twelfth of what is shown comes or goes
 */
export async function during(
  page: Page,
  work: Work,
  gesture: Gesture,
  element: string,
  wheel: { modifier: 'ctrlKey' | 'altKey'; delta: number } = { modifier: 'ctrlKey', delta: 40 },
): Promise<Frames> {
  const act = { gesture, element, wheel };
  await page.evaluate(perform, { ...act, frames: WARM_UP });
  const before = await work.sums();
  const intervals = await page.evaluate(perform, { ...act, frames: FRAMES });
  const after = await work.sums();
  return {
    intervals,
    script: (after.script - before.script) / FRAMES,
    task: (after.task - before.task) / FRAMES,
  };
}

/** In the page; gives the time from each frame to the next. */
async function perform({
  gesture,
  element,
  wheel,
  frames,
}: {
  gesture: Gesture;
  element: string;
  wheel: { modifier: string; delta: number };
  frames: number;
}): Promise<number[]> {
  const target = document.querySelector<HTMLElement>(element)!;
  const under = target.querySelector('canvas') ?? target;
  const { left, top, width, height } = under.getBoundingClientRect();
  const actions = {
    // In for a while, then out again.
    zoom: (turn: number) =>
      under.dispatchEvent(
        new WheelEvent('wheel', {
          deltaY: turn % 60 < 30 ? -wheel.delta : wheel.delta,
          [wheel.modifier]: true,
          clientX: left + width / 2,
          clientY: top + height / 2,
          bubbles: true,
          cancelable: true,
        }),
      ),
    // Four steps to the right, four to the left.
    pan: (turn: number) =>
      target.dispatchEvent(
        new KeyboardEvent('keydown', { key: turn % 8 < 4 ? 'ArrowRight' : 'ArrowLeft', bubbles: true }),
      ),
    cursor: (turn: number) => {
      // Low, where curves of losses lie: those that are pointed at stand out, so that all are drawn again.
      const place = { clientX: left + (0.1 + 0.8 * ((turn / 80) % 1)) * width, clientY: top + 0.8 * height };
      under.dispatchEvent(new PointerEvent('pointermove', { ...place, bubbles: true }));
      if (turn === 0) under.dispatchEvent(new MouseEvent('mouseenter', place));
      under.dispatchEvent(new MouseEvent('mousemove', { ...place, bubbles: true }));
    },
  };
  const frame = () => new Promise<number>((done) => requestAnimationFrame(done));
  const intervals: number[] = [];
  let last = await frame();
  for (let turn = 0; turn < frames; turn++) {
    actions[gesture](turn);
    const now = await frame();
    intervals.push(now - last);
    last = now;
  }
  return intervals;
}
