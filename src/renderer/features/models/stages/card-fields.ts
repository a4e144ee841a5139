/** The fields of a card: how each is read, written and counted up and down. Pure. */
import type { Kernel } from '../../../../architecture/architecture';
import { checkKernel, formatKernel, kernelSize } from '../../../../architecture/block-table';
import { Checker } from '../../../../architecture/checks';
import { scaledFilters } from '../../../../architecture/edits/apply';
import { LIMITS } from '../../../../architecture/limits';
import { numberOrText, typedKernel } from '../../../../architecture/typed-value';

export type Typed<T> = { ok: true; value: T } | { ok: false; sentence: string };

export interface CardField<T> {
  /** What is typed, or what is wrong with it. */
  read(text: string): Typed<T>;
  format(value: T): string;
  /** What an arrow key makes of it; `isLarge` with Shift. */
  step(value: T, by: 1 | -1, isLarge: boolean): T;
}

function typed<T>(check: (checker: Checker) => T | undefined): Typed<T> {
  const checker = new Checker();
  const value = check(checker);
  const [problem] = checker.problems;
  return value === undefined || problem
    ? { ok: false, sentence: problem?.sentence ?? '' }
    : { ok: true, value };
}

function wholeField(
  label: string,
  atMost: number,
  large: (value: number, by: 1 | -1) => number,
): CardField<number> {
  const within = (value: number): number => Math.min(atMost, Math.max(1, value));
  return {
    read: (text) =>
      typed((checker) => {
        const value = numberOrText(text);
        return checker.whole(value, label, 1, atMost, []) ? value : undefined;
      }),
    format: String,
    step: (value, by, isLarge) => within(isLarge ? large(value, by) : value + by),
  };
}

export const COUNT = wholeField('blocks', LIMITS.count, (value, by) => value + 10 * by);
/** Shift doubles and halves. */
export const FILTERS = wholeField('filters', LIMITS.filters, (value, by) =>
  scaledFilters(value, by > 0 ? 2 : 0.5),
);
/** Counts by two, so that an odd kernel stays one. */
export const KERNEL: CardField<Kernel> = {
  read: (text) => typed((checker) => checkKernel(typedKernel(text), checker, [])),
  format: formatKernel,
  step(kernel, by) {
    const [height, width] = kernelSize(kernel).map((side) => side + 2 * by) as [number, number];
    const isWithin = [height, width].every((side) => side >= 1 && side <= LIMITS.kernel);
    if (!isWithin) return kernel;
    return height === width ? height : [height, width];
  },
};
