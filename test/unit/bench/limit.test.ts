import { describe, expect, it } from 'vitest';
import { load } from '../scripts/load';

interface Measured {
  milliseconds: number;
}
interface Limit {
  gflopsPerSecond: number;
  gigabytesPerSecond: number;
  arithmeticMilliseconds: number;
  memoryMilliseconds: number;
  milliseconds: number;
  direct: { milliseconds: number; millisecondsInside: number };
}
const { stepLimit } = await load<{
  stepLimit(
    work: object,
    gemm: (Measured & { flops: number }) | null,
    copy: (Measured & { bytes: number }) | null,
  ): Limit | null;
}>('bench/limit.mjs');
const { caseTable } = await load<{ caseTable(one: unknown): string }>('bench/table.mjs');

const work = { flops: 40e9, flopsInside: 36e9, flopsLeast: 10e9, bytes: 2e9 };
const gemm = { flops: 20e9, milliseconds: 200 };
const copy = { bytes: 1e9, milliseconds: 50 };

describe('the limit of a step', () => {
  it('is its least arithmetic at the speed of the matrix product and its bytes at that of the copy', () => {
    expect(stepLimit(work, gemm, copy)).toMatchObject({
      gflopsPerSecond: 100,
      gigabytesPerSecond: 20,
      arithmeticMilliseconds: 100,
      memoryMilliseconds: 100,
      milliseconds: 200,
      direct: { milliseconds: 400, millisecondsInside: 360 },
    });
  });

  it('is unknown where one of the two was not measured', () => {
    expect(stepLimit(work, null, copy)).toBeNull();
    expect(stepLimit(work, gemm, null)).toBeNull();
  });

  it('is printed with its parts', () => {
    const text = caseTable({ title: 'N', batch: 64, contenders: [], limit: stepLimit(work, gemm, copy) });
    expect(text).toContain(
      'Limit: 200 ms, of which 100 ms for 10.0 GFLOP, the fewest known, at 100 GFLOP/s (GEMM peak), and 100 ms for 2.0 GB at ' +
        '20.0 GB/s (copy).',
    );
    expect(text).toContain(
      'Direct limit: 40.0 GFLOP at the GEMM peak take 400 ms, without taps on padding (36.0 GFLOP) 360 ms.',
    );
  });
});
