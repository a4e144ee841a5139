import type { BlockTable, Kernel, TableConvolution, TableStage } from './architecture';
import { type Checker, describe } from './checks';
import { LIMITS } from './limits';
import { thousands } from './number-text';
import type { Path } from './problem';

/** A stage as a sentence shows its form. */
export const STAGE = '[count, [[filters, kernel], …]]';
const CONVOLUTION = '[filters, kernel]';

/** Height and width of a kernel. */
export function kernelSize(kernel: Kernel): [height: number, width: number] {
  return typeof kernel === 'number' ? [kernel, kernel] : kernel;
}

/** `7×7` */
export const formatKernel = (kernel: Kernel): string => kernelSize(kernel).join('×');

/**
 * Checks a block table that is data by now. Square kernels come out as one number: `[3, 3]` → `3`. The checker collects
 * every problem.
 */
export function checkTable(json: unknown, checker: Checker): BlockTable | undefined {
  const path = ['table'];
  if (!Array.isArray(json)) {
    checker.add(path, `must be a list of stages ${STAGE}, got ${describe(json)}`);
    return undefined;
  }
  if (json.length === 0) {
    checker.add(path, `needs at least one stage ${STAGE}`);
    return undefined;
  }
  if (typeof json[0] === 'number' && json.length === 2 && Array.isArray(json[1])) {
    checker.add(path, `is a single stage; put it into a list: [${STAGE}]`);
    return undefined;
  }
  if (json.length > LIMITS.layers) {
    checker.add(
      path,
      `has ${thousands(json.length)} stages, at most ${thousands(LIMITS.layers)} layers are allowed`,
    );
    return undefined;
  }
  const table: BlockTable = [];
  for (const [index, stage] of json.entries()) {
    const checked = checkStage(stage, checker, [...path, index]);
    if (checked) table.push(checked);
  }
  if (table.length < json.length) return undefined;
  // Convolution, batch normalisation and activation: three layers per convolution. The network counts the rest.
  const layers = table.reduce((sum, [count, convolutions]) => sum + count * convolutions.length * 3, 0);
  if (layers > LIMITS.layers) {
    const limit = thousands(LIMITS.layers);
    checker.add(path, `gives at least ${thousands(layers)} layers, at most ${limit} are allowed`);
    return undefined;
  }
  return table;
}

function checkStage(stage: unknown, checker: Checker, path: Path): TableStage | undefined {
  if (!Array.isArray(stage) || stage.length !== 2) {
    const hint =
      Array.isArray(stage) && stage.length > 2 && stage.slice(1).every(Array.isArray)
        ? '; its convolutions belong into one list'
        : '';
    checker.add(path, `must be ${STAGE}, got ${describe(stage)}${hint}`);
    return undefined;
  }
  const [count, convolutions] = stage as [unknown, unknown];
  const countIsGood = checker.whole(count, 'count', 1, LIMITS.count, [...path, 0]);
  const listPath = [...path, 1];
  if (!Array.isArray(convolutions)) {
    checker.add(listPath, `convolutions must be a list of ${CONVOLUTION}, got ${describe(convolutions)}`);
    return undefined;
  }
  if (convolutions.length === 0) {
    checker.add(listPath, `needs at least one convolution ${CONVOLUTION}`);
    return undefined;
  }
  if (typeof convolutions[0] === 'number') {
    const got = describe(convolutions);
    checker.add(
      listPath,
      `convolutions must be a list of ${CONVOLUTION}, got ${got}; put it into a list: [${got}]`,
    );
    return undefined;
  }
  const checked: TableConvolution[] = [];
  for (const [position, convolution] of convolutions.entries()) {
    const good = checkConvolution(convolution, checker, [...listPath, position]);
    if (good) checked.push(good);
  }
  return countIsGood && checked.length === convolutions.length ? [count, checked] : undefined;
}

function checkConvolution(convolution: unknown, checker: Checker, path: Path): TableConvolution | undefined {
  if (!Array.isArray(convolution) || convolution.length !== 2) {
    checker.add(path, `must be ${CONVOLUTION}, got ${describe(convolution)}`);
    return undefined;
  }
  const [filters, kernel] = convolution as [unknown, unknown];
  const filtersAreGood = checker.whole(filters, 'filters', 1, LIMITS.filters, [...path, 0]);
  const checkedKernel = checkKernel(kernel, checker, [...path, 1]);
  return filtersAreGood && checkedKernel !== undefined ? [filters, checkedKernel] : undefined;
}

/** A kernel as one number or [height, width]; a square one comes out as one number. */
export function checkKernel(kernel: unknown, checker: Checker, path: Path): Kernel | undefined {
  if (typeof kernel === 'number') {
    return checker.whole(kernel, 'kernel', 1, LIMITS.kernel, path) ? kernel : undefined;
  }
  if (!Array.isArray(kernel) || kernel.length !== 2) {
    checker.add(path, `kernel must be one number or [height, width], got ${describe(kernel)}`);
    return undefined;
  }
  const [height, width] = kernel as [unknown, unknown];
  const heightIsGood = checker.whole(height, 'kernel height', 1, LIMITS.kernel, [...path, 0]);
  const widthIsGood = checker.whole(width, 'kernel width', 1, LIMITS.kernel, [...path, 1]);
  if (!heightIsGood || !widthIsGood) return undefined;
  return height === width ? height : [height, width];
}
