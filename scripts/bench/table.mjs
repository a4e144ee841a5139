/** What was measured as text. */

export const milliseconds = (value) => (value >= 100 ? value.toFixed(0) : value.toFixed(value >= 10 ? 1 : 2));
export const times = (value) => `${value.toFixed(2)}x`;
export const megabytes = (bytes) => (bytes ? `${(bytes / 1e6).toFixed(0)} MB` : '');
/** Lower to upper quartile. */
export const spread = ({ lower, upper }) => `${milliseconds(lower)}-${milliseconds(upper)}`;

/** Columns side by side: the first aligned left, the others right. */
export function columns(rows) {
  const widths = rows[0].map((_, column) => Math.max(...rows.map((row) => (row[column] ?? '').length)));
  return rows
    .map((row) =>
      widths
        .map((width, column) =>
          column === 0 ? (row[column] ?? '').padEnd(width) : (row[column] ?? '').padStart(width),
        )
        .join('  ')
        .trimEnd(),
    )
    .join('\n');
}

/** A case: a model at a batch size, everyone who was measured on it. */
export function caseTable({ title, batch, contenders, limit }) {
  const rows = [
    ['', 'ms per step', 'quartiles', 'images/s', 'Resbench is', '(of rounds)', 'evaluation', 'peak memory'],
  ];
  for (const { name, failed, step, imagesPerSecond, ratio, evaluation, peakMemoryBytes } of contenders) {
    if (!step) {
      rows.push([name, failed ? 'failed' : '']);
      continue;
    }
    rows.push([
      name,
      milliseconds(step.median),
      spread(step),
      imagesPerSecond.toFixed(0),
      ratio ? `${times(ratio.median)} as fast` : '',
      ratio ? `${times(ratio.min)}-${times(ratio.max)}` : '',
      evaluation ? `${evaluation.imagesPerSecond.toFixed(0)}/s` : '',
      megabytes(peakMemoryBytes),
    ]);
  }
  const lines = [`${title}, batch ${batch}`, columns(rows)];
  if (limit) lines.push(limitText(limit));
  for (const { name, failed } of contenders.filter(({ failed }) => failed)) lines.push(`${name} ${failed}`);
  return lines.join('\n');
}

const giga = (value) => (value / 1e9).toFixed(1);

function limitText(limit) {
  const { flops, flopsInside, flopsLeast, bytes, gflopsPerSecond, gigabytesPerSecond, direct } = limit;
  return (
    `Limit: ${milliseconds(limit.milliseconds)} ms, of which ${milliseconds(limit.arithmeticMilliseconds)} ms for ` +
    `${giga(flopsLeast)} GFLOP, the fewest known, at ${gflopsPerSecond.toFixed(0)} GFLOP/s (GEMM peak), and ` +
    `${milliseconds(limit.memoryMilliseconds)} ms for ${giga(bytes)} GB at ${gigabytesPerSecond.toFixed(1)} GB/s (copy).\n` +
    `Direct limit: ${giga(flops)} GFLOP at the GEMM peak take ${milliseconds(direct.milliseconds)} ms, without taps on ` +
    `padding (${giga(flopsInside)} GFLOP) ${milliseconds(direct.millisecondsInside)} ms.`
  );
}

export function growthTable(title, points) {
  const rows = [[title, 'ms per step', 'quartiles', 'images/s']];
  for (const { name, step, imagesPerSecond, failed } of points) {
    rows.push(
      step
        ? [name, milliseconds(step.median), spread(step), imagesPerSecond.toFixed(0)]
        : [name, failed ? 'failed' : ''],
    );
  }
  return columns(rows);
}

export function startTable({ cold, began, done, peakMemoryBytes, wholeEpoch }) {
  return [
    `From Start to the first step: ${began.median.toFixed(1)} s until it begins, ${done.median.toFixed(1)} s until it is ` +
      `done (${done.count} starts, ${done.min.toFixed(1)}-${done.max.toFixed(1)} s).`,
    `With no lowering measured yet: ${cold.done.median.toFixed(1)} s until it is done ` +
      `(${cold.done.min.toFixed(1)}-${cold.done.max.toFixed(1)} s), of which measuring ` +
      `${(cold.measuring.median / 1e3).toFixed(1)} s and checking ${(cold.checking.median / 1e3).toFixed(1)} s.`,
    `Peak memory of the trainer ${wholeEpoch ? 'over an epoch with its validation' : 'over a few steps'}: ` +
      `${megabytes(peakMemoryBytes)}.`,
  ].join('\n');
}

export function overheadTable({ betweenMilliseconds, trainerMilliseconds, ownerMilliseconds, step }) {
  const total = trainerMilliseconds + ownerMilliseconds;
  const share = (value) => (step ? ` (${((value / step) * 100).toFixed(2)} % of a step)` : '');
  return (
    `Metrics, messages and storage: the next step begins ${betweenMilliseconds.toFixed(2)} ms after the one before it` +
    `${share(betweenMilliseconds)}; processor time a step ${total.toFixed(2)} ms${share(total)}, trainer ` +
    `${trainerMilliseconds.toFixed(2)}, owner of the run ${ownerMilliseconds.toFixed(2)}.`
  );
}
