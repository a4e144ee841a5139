/** What is wrong with a recipe as a plan: fields that do not go together, or not with the data set. By field. Pure. */
import { isConstantRate } from './learning-rate';
import { isOfValidation } from './metrics';
import { isOfAverage, MONITORED, type Monitored } from './monitored';
import { thousands } from '../architecture/number-text';
import { applies, limitProblems, type ImageCounts, type Recipe, type RecipeKey } from './recipe';
import { scheduleOf, type Origin } from './schedule';
import { averages } from './weight-average';

type Problems = Partial<Record<RecipeKey, string>>;

const epochsOf = (count: number): string => (count === 1 ? '1 epoch' : `${thousands(count)} epochs`);

/**
 * A sentence for each field of a recipe that its schema lets pass and that cannot be meant: limits above what the data set
 * has, and what lies beyond the end of the run.
 * @param dataset null where it is not known: then nothing is held against its images
 */
export function planProblems(recipe: Recipe, dataset: ImageCounts | null, origin?: Origin): Problems {
  const limits = dataset ? limitProblems(recipe, dataset) : {};
  // How many steps there are is not known then.
  const known = dataset && Object.keys(limits).length === 0 ? dataset : null;
  return {
    ...watchProblems(recipe),
    ...averageProblems(recipe, known, origin),
    ...rateProblems(recipe, known, origin),
    ...limits,
  };
}

/** What is watched from epoch to epoch has to be measured in each. */
function watchProblems(recipe: Recipe): Problems {
  const watched = (['earlyStopping', 'plateauMetric'] as const)
    .filter((key) => applies(key, recipe))
    .map((key) => recipe[key])
    .find((metric): metric is Monitored => metric !== 'none' && isOfValidation(MONITORED[metric].value));
  if (watched === undefined || recipe.validationEvery === 1) return {};
  return {
    validationEvery: `The ${MONITORED[watched].label.toLowerCase()} is watched, which needs a validation after each epoch: choose 1, or watch a metric of the training.`,
  };
}

/** What is watched has to be measured, and an average has to take something in. */
function averageProblems(recipe: Recipe, dataset: ImageCounts | null, origin?: Origin): Problems {
  const problems: Problems = {};
  if (averages(recipe)) {
    const { totalSteps } = dataset
      ? scheduleOf(recipe, dataset.trainCount, origin)
      : { totalSteps: Infinity };
    if (recipe.emaEvery > totalSteps) {
      problems.emaEvery =
        `An average every ${thousands(recipe.emaEvery)} steps never takes in the weights, since the run has ` +
        `${thousands(totalSteps)}: choose fewer.`;
    }
    return problems;
  }
  const { earlyStopping, plateauMetric } = recipe;
  const unmeasured =
    'Without an average of the weights this is not measured: choose another metric, or an EMA decay above 0.';
  if (earlyStopping !== 'none' && isOfAverage(earlyStopping)) problems.earlyStopping = unmeasured;
  if (applies('plateauMetric', recipe) && isOfAverage(plateauMetric)) problems.plateauMetric = unmeasured;
  return problems;
}

function rateProblems(recipe: Recipe, dataset: ImageCounts | null, origin?: Origin): Problems {
  const problems: Problems = {};
  if (isConstantRate(recipe)) return problems;
  const { epochs, learningRate, milestones, minimumRate, schedule, stepEpochs, warmup, warmupLength } =
    recipe;
  const run = `the run has ${epochsOf(epochs)}`;
  if (schedule === 'step' && stepEpochs >= epochs) {
    problems.stepEpochs =
      `A step every ${epochsOf(stepEpochs)} never comes, since ${run}: ` +
      (epochs > 1 ? `choose at most ${thousands(epochs - 1)}, or more epochs.` : 'choose more epochs.');
  }
  const late = milestones.find((one) => one >= epochs);
  if (schedule === 'multi-step' && late !== undefined) {
    problems.milestones =
      `The milestone after epoch ${thousands(late)} never comes, since ${run}: ` +
      (epochs > 1 ? `keep them below ${thousands(epochs)}, or choose more epochs.` : 'choose more epochs.');
  }
  if (applies('minimumRate', recipe) && minimumRate >= learningRate) {
    problems.minimumRate = `The minimum must be below the learning rate of ${learningRate}: lower it.`;
  }
  if (warmup === 'epochs' && warmupLength >= epochs) {
    problems.warmupLength = `A warm-up of ${epochsOf(warmupLength)} is no shorter than the run, which has ${epochs}: shorten it.`;
  }
  if (warmup === 'steps' && dataset) {
    const { totalSteps } = scheduleOf(recipe, dataset.trainCount, origin);
    if (warmupLength >= totalSteps) {
      problems.warmupLength =
        `A warm-up of ${thousands(warmupLength)} steps is no shorter than the run, which has ` +
        `${thousands(totalSteps)}: shorten it.`;
    }
  }
  return problems;
}
