import type { BlockTable, Kernel, TableConvolution, TableStage } from './architecture';
import { type Checker, type Path, describe, thousands } from './checks';
import { LIMITS } from './limits';

/** A stage as a sentence shows its form. */
export const STAGE = '[count, [[filters, kernel], …]]';
const CONVOLUTION = '[filters, kernel]';

/** Height and width of a kernel. */
export function kernelSize(kernel: Kernel): [height: number, width: number] {
  return typeof kernel === 'number' ? [kernel, kernel] : kernel;
}

/**
 * Checks a block table that is data by now; `path` is where it stands. Square kernels come out as one number:
 * `[3, 3]` → `3`. The checker collects every problem, each naming stage and convolution from 1.
 */
export function checkTable(json: unknown, checker: Checker, path: Path): BlockTable | undefined {
  if (!Array.isArray(json)) {
    checker.add('table', `must be a list of stages ${STAGE}, got ${describe(json)}`, path);
    return undefined;
  }
  if (json.length === 0) {
    checker.add('table', `needs at least one stage ${STAGE}`, path);
    return undefined;
  }
  if (typeof json[0] === 'number' && json.length === 2 && Array.isArray(json[1])) {
    checker.add('table', `is a single stage; put it into a list: [${STAGE}]`, path);
    return undefined;
  }
  if (json.length > LIMITS.layers) {
    checker.add(
      'table',
      `has ${thousands(json.length)} stages, at most ${thousands(LIMITS.layers)} layers are allowed`,
      path,
    );
    return undefined;
  }
  const table: BlockTable = [];
  for (const [index, stage] of json.entries()) {
    const checked = checkStage(stage, index, checker, [...path, index]);
    if (checked) table.push(checked);
  }
  if (table.length < json.length) return undefined;
  // Convolution, batch normalisation and activation: three layers a convolution. The network counts the rest.
  const layers = table.reduce((sum, [count, convolutions]) => sum + count * convolutions.length * 3, 0);
  if (layers > LIMITS.layers) {
    const limit = thousands(LIMITS.layers);
    checker.add('table', `gives at least ${thousands(layers)} layers, at most ${limit} are allowed`, path);
    return undefined;
  }
  return table;
}

function checkStage(stage: unknown, index: number, checker: Checker, path: Path): TableStage | undefined {
  const place = `stage ${index + 1}`;
  if (!Array.isArray(stage) || stage.length !== 2) {
    const hint =
      Array.isArray(stage) && stage.length > 2 && stage.slice(1).every(Array.isArray)
        ? '; its convolutions belong into one list'
        : '';
    checker.add(place, `must be ${STAGE}, got ${describe(stage)}${hint}`, path);
    return undefined;
  }
  const [count, convolutions] = stage as [unknown, unknown];
  const countIsGood = checker.whole(count, 'count', 1, LIMITS.count, place, [...path, 0]);
  const listPath = [...path, 1];
  if (!Array.isArray(convolutions)) {
    checker.add(
      place,
      `convolutions must be a list of ${CONVOLUTION}, got ${describe(convolutions)}`,
      listPath,
    );
    return undefined;
  }
  if (convolutions.length === 0) {
    checker.add(place, `needs at least one convolution ${CONVOLUTION}`, listPath);
    return undefined;
  }
  if (typeof convolutions[0] === 'number') {
    const got = describe(convolutions);
    checker.add(
      place,
      `convolutions must be a list of ${CONVOLUTION}, got ${got}; put it into a list: [${got}]`,
      listPath,
    );
    return undefined;
  }
  const checked: TableConvolution[] = [];
  for (const [position, convolution] of convolutions.entries()) {
    const at = `${place}, convolution ${position + 1}`;
    const good = checkConvolution(convolution, at, checker, [...listPath, position]);
    if (good) checked.push(good);
  }
  return countIsGood && checked.length === convolutions.length ? [count, checked] : undefined;
}

function checkConvolution(
  convolution: unknown,
  place: string,
  checker: Checker,
  path: Path,
): TableConvolution | undefined {
  if (!Array.isArray(convolution) || convolution.length !== 2) {
    checker.add(place, `must be ${CONVOLUTION}, got ${describe(convolution)}`, path);
    return undefined;
  }
  const [filters, kernel] = convolution as [unknown, unknown];
  const filtersAreGood = checker.whole(filters, 'filters', 1, LIMITS.filters, place, [...path, 0]);
  const checkedKernel = checkKernel(kernel, place, checker, [...path, 1]);
  return filtersAreGood && checkedKernel !== undefined ? [filters, checkedKernel] : undefined;
}

/** A kernel as one number or [height, width]; a square one comes out as one number. */
export function checkKernel(
  kernel: unknown,
  place: string,
  checker: Checker,
  path: Path,
): Kernel | undefined {
  if (typeof kernel === 'number') {
    return checker.whole(kernel, 'kernel', 1, LIMITS.kernel, place, path) ? kernel : undefined;
  }
  if (!Array.isArray(kernel) || kernel.length !== 2) {
    checker.add(place, `kernel must be one number or [height, width], got ${describe(kernel)}`, path);
    return undefined;
  }
  const [height, width] = kernel as [unknown, unknown];
  const heightIsGood = checker.whole(height, 'kernel height', 1, LIMITS.kernel, place, [...path, 0]);
  const widthIsGood = checker.whole(width, 'kernel width', 1, LIMITS.kernel, place, [...path, 1]);
  if (!heightIsGood || !widthIsGood) return undefined;
  return height === width ? height : [height, width];
}
