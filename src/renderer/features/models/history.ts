/** Steps that can be undone and redone. Pure; the time is given, in milliseconds. */

/** From one state to the next. */
export interface Step<T> {
  before: T;
  after: T;
  /** What it was done to: consecutive steps of the same are one. Null for one that stands alone. */
  gather: string | null;
  /** When it was last added to. */
  at: number;
}

export interface History<T, S extends Step<T> = Step<T>> {
  readonly past: readonly S[];
  /** What was undone, that which comes next last. */
  readonly future: readonly S[];
  /** Whether the last step can still be added to. */
  readonly isOpen: boolean;
}

export const NO_HISTORY: History<never, never> = { past: [], future: [], isOpen: false };

export const MAX_STEPS = 200;

/** Adds what has been done, to the last step where it goes on with that; what had been undone is gone. */
export function record<T, S extends Step<T>>(
  history: History<T, S>,
  step: S,
  equal: (a: T, b: T) => boolean,
): History<T, S> {
  const last = history.past[history.past.length - 1];
  const isMore = history.isOpen && last && step.gather !== null && last.gather === step.gather;
  const whole = isMore ? { ...step, before: last.before } : step;
  const earlier = isMore ? history.past.slice(0, -1) : history.past;
  // There and back again is no step.
  const past = equal(whole.before, whole.after) ? earlier : [...earlier, whole].slice(-MAX_STEPS);
  return { past, future: [], isOpen: past !== earlier };
}

/** The next step will stand alone. */
export const sealed = <T, S extends Step<T>>(history: History<T, S>): History<T, S> =>
  history.isOpen ? { ...history, isOpen: false } : history;

/** The step that undoing takes back, and the history then; null where there is none. */
export function undone<T, S extends Step<T>>({ past, future }: History<T, S>): [S, History<T, S>] | null {
  const step = past[past.length - 1];
  return step ? [step, { past: past.slice(0, -1), future: [...future, step], isOpen: false }] : null;
}

/** The step that redoing does again, and the history then; null where there is none. */
export function redone<T, S extends Step<T>>({ past, future }: History<T, S>): [S, History<T, S>] | null {
  const step = future[future.length - 1];
  return step ? [step, { past: [...past, step], future: future.slice(0, -1), isOpen: false }] : null;
}

/** The same steps between other states. */
export function mapped<T, S extends Step<T>>(
  { past, future, isOpen }: History<T, S>,
  change: (state: T) => T,
): History<T, S> {
  const step = (one: S): S => ({ ...one, before: change(one.before), after: change(one.after) });
  return { past: past.map(step), future: future.map(step), isOpen };
}
