/** How long the blog's experiment will take on this machine, by what has been measured of it here. Pure. */
import { summarize } from '../../architecture/summary';
import { buildNetwork } from '../../architecture/network';
import { DATASETS } from '../datasets';
import type { Machine } from '../machine';
import type { Recipe } from '../recipe';
import type { Run } from '../run';
import { scheduleOfRun, trainingMacs } from '../schedule';
import { usedCount } from '../validation';
import { architectureOf, BLOG_DATASET, variantOf, type Variant } from './experiment';

/** The first steps of a run are slower than all others. */
const LEAST_STEPS = 50;

export interface Estimate {
  seconds: number;
  /** The run whose pace it is. */
  by: Pick<Run, 'id' | 'name'>;
}

const macsOf = (variant: Variant): number => summarize(buildNetwork(architectureOf(variant))).macs;

/** Multiply-accumulates of a whole run, validations included. */
function workOf(variant: Variant, recipe: Pick<Recipe, 'epochs' | 'limitTrain' | 'limitEval'>): number {
  const { trainCount, evalCount } = DATASETS[BLOG_DATASET];
  const macs = macsOf(variant);
  const trained = recipe.epochs * usedCount(trainCount, recipe.limitTrain);
  return trainingMacs(trained, macs) + recipe.epochs * usedCount(evalCount, recipe.limitEval) * macs;
}

/** @param runs of the data folder; null where none of them has measured it on this processor */
export function estimateOf(
  variant: Variant,
  recipe: Pick<Recipe, 'epochs' | 'limitTrain' | 'limitEval'>,
  runs: readonly Run[],
  machine: Pick<Machine, 'cpu' | 'threads'>,
): Estimate | null {
  const measured = runs.flatMap((run) => {
    if (run.step < LEAST_STEPS || !(run.seconds > 0)) return [];
    if (run.machine?.cpu !== machine.cpu || run.machine.threads !== machine.threads) return [];
    const of = variantOf(run);
    return of === null ? [] : [{ run, of }];
  });
  // The same network tells best, and the longer run better than the shorter.
  const rank = ({ run, of }: (typeof measured)[number]): number => run.step + (of === variant ? 1e12 : 0);
  const [best] = measured.sort((a, b) => rank(b) - rank(a));
  if (!best) return null;
  const { run, of } = best;
  const macs = macsOf(of);
  const dataset = run.dataset!;
  const trained = scheduleOfRun({ ...run, recipe: run.recipe!, dataset }).imagesAfter(run.step);
  const validated = run.epoch * usedCount(dataset.evalCount, run.recipe!.limitEval);
  const pace = run.seconds / (trainingMacs(trained, macs) + validated * macs);
  return { seconds: pace * workOf(variant, recipe), by: { id: run.id, name: run.name } };
}
