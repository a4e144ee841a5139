/** What a step must take at least on this machine, from what it has to do and what was measured beside it. */

/**
 * @param work of a step: `{ flops, flopsInside, flopsLeast, bytes }` (test/bench/work.ts)
 * @param gemm `{ flops, milliseconds }` of the fastest matrix product that was seen: what the machine can do; a limit by the
 *   median would be beaten on a quiet moment
 * @param copy `{ bytes, milliseconds }` of the fastest copy
 * @returns null where either was not measured; milliseconds of the arithmetic, of the passes over memory and of both one after
 *   the other, and `direct`, those of the convolutions as they are defined, with every tap and without those on padding
 */
export function stepLimit(work, gemm, copy) {
  if (!gemm || !copy) return null;
  const gflopsPerSecond = gemm.flops / gemm.milliseconds / 1e6;
  const gigabytesPerSecond = copy.bytes / copy.milliseconds / 1e6;
  const computing = (flops) => flops / gflopsPerSecond / 1e6;
  const arithmeticMilliseconds = computing(work.flopsLeast);
  const memoryMilliseconds = work.bytes / gigabytesPerSecond / 1e6;
  return {
    ...work,
    gflopsPerSecond,
    gigabytesPerSecond,
    arithmeticMilliseconds,
    memoryMilliseconds,
    milliseconds: arithmeticMilliseconds + memoryMilliseconds,
    direct: { milliseconds: computing(work.flops), millisecondsInside: computing(work.flopsInside) },
  };
}
