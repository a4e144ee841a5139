/** What was measured of single kernels, as numbers and as text. */
import { summary } from './statistics.mjs';
import { columns, milliseconds, spread } from './table.mjs';

const DIRECTIONS = { forward: 'forward', inputGradient: 'input gradient', filterGradient: 'kernel gradient' };

/**
 * What a program found of a shape (test/bench/kernels.ts), with the summary of each lowering's runs and its share of the peak: the
 * operations of the definition without taps on padding, by its median, over `gflopsPerSecond` of the matrix product.
 */
export function judgeShape({ measurements, ...about }, gflopsPerSecond) {
  return {
    ...about,
    measurements: measurements.map((one) => {
      const run = summary(one.rounds.flat());
      return { ...one, run, share: about.flops / run.median / 1e6 / gflopsPerSecond };
    }),
  };
}

const power = (value) => value.toExponential(1);

/** A shape: a row for each direction and lowering. */
export function shapeTable({ key, uses, batch, flops, measurements }) {
  const layers = Object.entries(uses).map(([name, count]) => `${count} of ${name}`);
  const rows = [
    [`${key}, batch ${batch}`, 'ms', 'quartiles', 'of the peak', 'error, root mean square', 'largest'],
  ];
  for (const { direction, lowering, run, share, error } of measurements) {
    rows.push([
      `${DIRECTIONS[direction]}, ${lowering}`,
      milliseconds(run.median),
      spread(run),
      `${(share * 100).toFixed(0)} %`,
      power(error.rootMeanSquare),
      power(error.largest),
    ]);
  }
  return `${columns(rows)}\n${(flops / 1e9).toFixed(2)} GFLOP each; layers: ${layers.join(', ')}`;
}
