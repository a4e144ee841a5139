/** Which lowerings two contenders chose differently: by chance on a busy machine, or because one of them lacks some. */

/** Differences that are named; the report has both plans. */
const NAMED = 5;

/** `[{ shape, direction, here, there }]`, of shapes and directions that both plans have. */
export function differencesOf(here, there) {
  return Object.entries(here).flatMap(([shape, directions]) =>
    Object.entries(directions)
      .map(([direction, name]) => ({ shape, direction, here: name, there: there[shape]?.[direction] }))
      .filter((one) => one.there !== undefined && one.there !== one.here),
  );
}

/** A sentence; plans are those of `about` (test/bench/resbench.ts), null where an engine has none. */
export function plansText(here, there) {
  if (!here || !there) return '';
  const differences = differencesOf(here, there);
  if (differences.length === 0) return 'Both compute every convolution by the same lowerings.';
  const named = differences
    .slice(0, NAMED)
    .map((one) => `${one.shape} ${one.direction} by ${one.here} here, ${one.there} there`);
  const rest = differences.length - named.length;
  const places = differences.length === 1 ? 'one place' : `${differences.length} places`;
  return `Other lowerings at ${places}: ${named.join('; ')}${rest > 0 ? `; and ${rest} more` : ''}.`;
}
