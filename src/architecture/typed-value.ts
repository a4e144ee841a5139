/** Values of an architecture as people type them into a field; whether they are right is for the checks to say. Pure. */
import type { Kernel } from './architecture';
import { readNumber } from './typed-number';

/** `7` or `3x5`. */
export const kernelText = (kernel: Kernel): string =>
  typeof kernel === 'number' ? String(kernel) : kernel.join('x');

/** A number, or the text itself where it is none: the checks then quote it. */
export function numberOrText(text: string): number | string {
  const number = readNumber(text);
  return Number.isNaN(number) ? text.trim() : number;
}

/** `7`, `3x5`, `3×5`, `(3, 5)`. */
export function typedKernel(text: string): unknown {
  const sides = /^[[(]?\s*(\d+)\s*[x×*,]\s*(\d+)\s*[\])]?$/i.exec(text.trim());
  return sides ? [Number(sides[1]), Number(sides[2])] : numberOrText(text);
}
