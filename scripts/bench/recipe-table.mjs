/** What additions to a recipe cost of a step, as numbers and as text. */
import { ratio, summary } from './statistics.mjs';
import { columns, milliseconds } from './table.mjs';

/**
 * The share of a step by which one with the addition is longer: the median over the rounds, each of which has both.
 * @param found rounds without and with it, each an array of milliseconds
 * @param limit the largest share that it may take
 */
export function judgeAddition(name, limit, { plain, with: added }) {
  const longer = ratio(added, plain);
  return {
    name,
    limit,
    plain: summary(plain.flat()),
    with: summary(added.flat()),
    share: longer.median - 1,
    quartiles: [longer.lower - 1, longer.upper - 1],
  };
}

const percent = (share) => `${(share * 100).toFixed(1)} %`;

export function recipeTable(title, batch, additions) {
  const rows = [
    [`${title}, batch ${batch}`, 'ms without', 'ms with', 'share of a step', 'quartiles', 'limit'],
  ];
  for (const { name, plain, with: step, share, quartiles, limit } of additions) {
    rows.push([
      name,
      milliseconds(plain.median),
      milliseconds(step.median),
      percent(share),
      quartiles.map(percent).join(' to '),
      `${percent(limit)}${share > limit ? ', missed' : ''}`,
    ]);
  }
  return columns(rows);
}
