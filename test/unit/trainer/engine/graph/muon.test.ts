/** Muon's iteration alone; its steps are held against PyTorch's in ../optimizer-reference.test.ts. */
import { afterEach, describe, expect, test } from 'vitest';
import { Random } from '../../../../../src/shared/random';
import { Graph } from '../../../../../src/trainer/engine/graph/graph';
import { orthogonalise } from '../../../../../src/trainer/engine/graph/muon';
import * as ops from '../../../../../src/trainer/engine/graph/ops';
import { Session } from '../../../../../src/trainer/engine/graph/session';
import { matrixOf } from '../../../../../src/trainer/engine/muon';

const sessions: Session[] = [];
afterEach(() => {
  for (const session of sessions.splice(0)) session.dispose();
});

function orthogonalised(values: Float32Array, rows: number, columns: number): Float32Array {
  const graph = new Graph();
  const matrix = ops.placeholder(graph, 'matrix', { dtype: 'float32', shape: [rows, columns] });
  const outputs = [orthogonalise(graph, matrix)];
  const session = new Session(graph, ops.group(graph, 'initialise', []).node, []);
  sessions.push(session);
  return session.callable({ inputs: [matrix], outputs })(values)[0] as Float32Array;
}

function random(rows: number, columns: number): Float32Array {
  const numbers = new Random(11, rows, columns);
  return Float32Array.from({ length: rows * columns }, () => numbers.normal());
}

/** XᵀX of a matrix, or X Xᵀ where that is the smaller one. */
function gramOf(values: Float32Array, rows: number, columns: number): number[][] {
  const isTall = rows >= columns;
  const [side, length] = isTall ? [columns, rows] : [rows, columns];
  const at = (i: number, k: number) => values[isTall ? k * columns + i : i * columns + k]!;
  return Array.from({ length: side }, (_, i) =>
    Array.from({ length: side }, (__, j) => {
      let sum = 0;
      for (let k = 0; k < length; k++) sum += at(i, k) * at(j, k);
      return sum;
    }),
  );
}

describe.each([
  [72, 8],
  [8, 24],
  [16, 16],
  [1, 5],
  [27, 1],
])('a matrix of %d rows and %d columns', (rows, columns) => {
  test('is orthogonal nearly, whatever its length', () => {
    const values = random(rows, columns);
    const found = orthogonalised(values, rows, columns);
    // Gershgorin: the squares of the singular values lie around the diagonal, here within the limits that the iteration has.
    for (const [i, row] of gramOf(found, rows, columns).entries()) {
      expect(row[i]).toBeGreaterThan(0.4);
      expect(row[i]).toBeLessThan(1.5);
    }
    const longer = orthogonalised(
      values.map((value) => value * 1024),
      rows,
      columns,
    );
    for (const [i, value] of found.entries()) expect(longer[i]).toBeCloseTo(value, 4);
  });

  test('is the transposed of what its transposed gives', () => {
    const values = random(rows, columns);
    const transposed = Float32Array.from(
      values,
      (_, i) => values[(i % rows) * columns + Math.floor(i / rows)]!,
    );
    const found = orthogonalised(values, rows, columns);
    const other = orthogonalised(transposed, columns, rows);
    for (let i = 0; i < rows; i++) {
      for (let j = 0; j < columns; j++) expect(other[j * rows + i]).toBeCloseTo(found[i * columns + j]!, 4);
    }
  });

  test('of zeros stays zero: no gradient, no step', () => {
    expect(new Set(orthogonalised(new Float32Array(rows * columns), rows, columns))).toEqual(new Set([0]));
  });
});

test('a kernel is the matrix of its filters, and steps further where it has more filters than inputs', () => {
  expect(matrixOf([3, 3, 64, 128])).toEqual({ rows: 576, columns: 128, scale: 1 });
  expect(matrixOf([1, 1, 64, 128])).toEqual({ rows: 64, columns: 128, scale: Math.SQRT2 });
});
