/** One plain sentence or two on how compared runs stand to each other. Pure. */
import { isActive, type Run } from '../../../shared/run';
import { usedCount } from '../../../shared/batches';
import { formatPercent, plural, thousands, asSentence, wholePercent } from '../../../shared/format';
import { named } from '../../base/shown';

/** Factors below this are not worth a word. */
const WORTH_SAYING = 1.2;

type Ranked = Run & { best: NonNullable<Run['best']> };

const evalCount = (run: Run): number => usedCount(run.dataset.evalCount, run.recipe.limitEval);

/**
 * Who leads in best validation accuracy, by how much, at what cost in parameters or MACs, whether the lead is more
 * than chance, and what is still to come. Null with fewer than two runs.
 */
export function verdict(runs: readonly Run[]): string | null {
  if (runs.length < 2) return null;
  const ranked = runs
    .filter((run): run is Ranked => run.best !== null)
    .sort((a, b) => b.best.valAccuracy - a.best.valAccuracy);
  const sentences = [lead(ranked, runs), caution(ranked), outstanding(runs)];
  return sentences.filter((sentence) => sentence !== null).join(' ');
}

function lead(ranked: readonly Ranked[], runs: readonly Run[]): string {
  const [first, second] = ranked;
  if (!first)
    return 'No run has finished an epoch yet, so there is nothing to compare but the curves of the steps.';
  const accuracy = formatPercent(first.best.valAccuracy, 1);
  if (!second) {
    return `Only ${named(first.name)} has finished an epoch so far, with a best validation accuracy of ${accuracy}.`;
  }
  const other = formatPercent(second.best.valAccuracy, 1);
  const cost = describeCost(first, second);
  if (accuracy === other) {
    return `${named(first.name)} and ${named(second.name)} are level at a best validation accuracy of ${accuracy}${
      cost ? `; ${named(first.name)} does it with ${cost}` : ''
    }.`;
  }
  const against =
    runs.length > 2
      ? `${other} of ${named(second.name)}, the next best`
      : `${other} of ${named(second.name)}`;
  return `${named(first.name)} leads: best validation accuracy ${accuracy} against ${against}${cost ? `, with ${cost}` : ''}.`;
}

/** `52 % fewer parameters and 1.8 times as many MACs`; null where both are about the same. */
function describeCost(run: Run, other: Run): string | null {
  const params = describeRatio(run.params, other.params);
  const macs = describeRatio(run.macs, other.macs);
  if (params !== null && params === macs) return `${params} parameters and MACs`;
  const parts = [params && `${params} parameters`, macs && `${macs} MACs`].filter((part) => part !== null);
  return parts.length ? parts.join(' and ') : null;
}

/** Less is said as a percentage, more as a factor; null where a count is not known or hardly differs. */
function describeRatio(count: number, than: number): string | null {
  if (count <= 0 || than <= 0) return null;
  if (Math.max(count / than, than / count) < WORTH_SAYING) return null;
  // Not rounded up: whatever is left is more than nothing.
  if (count < than) return `${wholePercent(1 - count / than)} % fewer`;
  const factor = count / than;
  return `${factor.toFixed(factor < 10 ? 1 : 0)} times as many`;
}

/** What stands against taking the lead at its word. */
function caution(ranked: readonly Ranked[]): string | null {
  const [first, second] = ranked;
  if (!first || !second) return null;
  const compared = ranked.map((run) => run.dataset);
  if (new Set(compared.map((dataset) => dataset.id)).size > 1) {
    return 'They were validated on different data sets, so the accuracies cannot be compared.';
  }
  if (new Set(ranked.map(evalCount)).size > 1) {
    return 'They were validated on different numbers of images, so small differences mean little.';
  }
  const gap = first.best.valAccuracy - second.best.valAccuracy;
  if (formatPercent(first.best.valAccuracy, 1) === formatPercent(second.best.valAccuracy, 1)) return null;
  // Two standard errors of the difference of two shares of n images (binomial, taken as independent).
  const mean = (first.best.valAccuracy + second.best.valAccuracy) / 2;
  const chance = 2 * Math.sqrt((2 * mean * (1 - mean)) / evalCount(first));
  if (gap >= chance) return null;
  return `With ${thousands(evalCount(first))} validation images a gap below ${formatPercent(chance, 1)} can be chance.`;
}

/** Epochs that runs have not done yet, or never will. */
function outstanding(runs: readonly Run[]): string | null {
  const parts = runs.flatMap((run) => {
    const left = run.epochs - run.epoch;
    if (left <= 0) return [];
    const of = `${thousands(left)} of ${plural(run.epochs, 'epoch')}`;
    if (isActive(run.state))
      return [`${of} of ${named(run.name)} ${left === 1 ? 'is' : 'are'} still to come`];
    return [`${named(run.name)} ended ${plural(left, 'epoch')} early`];
  });
  if (parts.length === 0) return null;
  const shown = parts.slice(0, 3);
  const more = parts.length - shown.length;
  const text = [
    ...shown,
    ...(more > 0 ? [`and ${thousands(more)} more ${more === 1 ? 'is' : 'are'} not complete`] : []),
  ].join('; ');
  return asSentence(text);
}
