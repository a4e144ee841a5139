/** Values of flags: each parser names its flag, says what it must be and repeats what it got. */
import { isWithin, type Bounds } from '../../architecture/bounds';
import { readNumber, readWholeNumbers, withDecimalPoint } from '../../architecture/typed-number';
import { nearest } from '../../architecture/suggest';
import { expected } from '../../shared/result';

export type Parser<T> = (value: string) => T;

const got = (value: string): string => `got ${JSON.stringify(value)}`;

/** `--epochs must be a whole number of at least 1, got "abc"` */
export function wholeNumber(
  flag: string,
  min: number,
  max: number = Number.MAX_SAFE_INTEGER,
): Parser<number> {
  return (value) => {
    const number = /^[+-]?\d+$/.test(value.trim()) ? Number(value) : NaN;
    if (!(number >= min))
      throw expected('invalid-input', `${flag} must be a whole number of at least ${min}, ${got(value)}`);
    if (number > max) throw expected('invalid-input', `${flag} must be at most ${max}, ${got(value)}`);
    return number;
  };
}

/** `--milestones must be whole numbers of at least 1 such as 5,8, got "a"` */
export function wholeNumbers(flag: string, min: number): Parser<number[]> {
  return (value) => {
    const numbers = readWholeNumbers(value);
    if (numbers.length > 0 && numbers.every((number) => number >= min)) return numbers;
    throw expected(
      'invalid-input',
      `${flag} must be whole numbers of at least ${min} such as 5,8, ${got(value)}`,
    );
  };
}

/** `--lr must be a number greater than 0, got "fast"` */
export function realNumber(flag: string, bounds: Bounds): Parser<number> {
  const { above, atLeast, below, atMost } = bounds;
  const limits = [
    above !== undefined && `greater than ${above}`,
    atLeast !== undefined && `of at least ${atLeast}`,
    below !== undefined && `less than ${below}`,
    atMost !== undefined && `at most ${atMost}`,
  ].filter((limit): limit is string => limit !== false);
  const wanted = `a number ${limits.join(' and ')}`.trimEnd();
  return (value) => {
    const number = readNumber(value);
    if (isWithin(number, bounds)) return number;
    const pointed = withDecimalPoint(value);
    const hint = pointed === null ? '' : `; write ${pointed} with a decimal point`;
    throw expected('invalid-input', `${flag} must be ${wanted}, ${got(value)}${hint}`);
  };
}

/**
 * `--optimizer must be one of adam, sgd, got "adma"; did you mean "adam"?`
 * @param other what else it could be, for the sentence
 */
export function oneOf<T extends string>(flag: string, choices: readonly T[], other?: string): Parser<T> {
  return (value) => {
    const found = choices.find((choice) => choice === value.toLowerCase());
    if (found !== undefined) return found;
    const near = nearest(value, choices);
    throw expected(
      'invalid-input',
      `${flag} must be one of ${choices.join(', ')}${other === undefined ? '' : ` or ${other}`}, ${got(value)}${near === undefined ? '' : `; did you mean ${JSON.stringify(near)}?`}`,
    );
  };
}

export const DEVICE_HELP = 'cpu, gpu, or auto: the GPU where TensorFlow can use one';

/** Height, width and channels as `32x32x3`. */
export function imageShape(flag: string): Parser<[height: number, width: number, channels: number]> {
  return (value) => {
    const match = /^(\d+)[x×,](\d+)[x×,](\d+)$/i.exec(value.replace(/[\s()[\]]/g, ''));
    const numbers = match?.slice(1).map(Number) ?? [];
    const [height, width, channels] = numbers;
    if (!height || !width || !channels) {
      throw expected(
        'invalid-input',
        `${flag} must be height x width x channels such as 32x32x3, each at least 1, ${got(value)}`,
      );
    }
    return [height, width, channels];
  };
}

/** A kernel as `3`, `3x3`, `[3,3]` or `(3,3)`. */
export function kernel(flag: string): Parser<number | [height: number, width: number]> {
  return (value) => {
    const match = /^(\d+)(?:[x×,](\d+))?$/i.exec(value.replace(/[\s()[\]]/g, ''));
    const height = Number(match?.[1]);
    const width = match?.[2] === undefined ? height : Number(match[2]);
    if (!height || !width) {
      throw expected(
        'invalid-input',
        `${flag} must be a size such as 3 or 3x5, each at least 1, ${got(value)}`,
      );
    }
    return height === width ? height : [height, width];
  };
}

/** A number of a stored run, as `runs list` shows it. */
export function runId(value: string): number {
  if (!/^[1-9]\d{0,14}$/.test(value)) {
    throw expected(
      'invalid-input',
      `a run is named by its number in \`npm start -- runs list\`, ${got(value)}`,
    );
  }
  return Number(value);
}

/** A number of a checkpoint, as `checkpoints list` shows it. */
export function checkpointId(value: string): number {
  if (!/^[1-9]\d{0,14}$/.test(value)) {
    throw expected(
      'invalid-input',
      `a checkpoint is named by its number in \`npm start -- checkpoints list\`, ${got(value)}`,
    );
  }
  return Number(value);
}
