/** The New run dialog's fields as they are typed, and what follows from them. Pure. */
import {
  DEFAULT_RECIPE,
  recipeSchema,
  type DatasetInfo,
  type Optimizer,
  type Recipe,
} from '../../../shared/domain';
import { usedCount } from '../../../shared/batches';
import { scheduleOf } from '../../../shared/schedule';
import { formatSetting } from '../../../shared/format';

/** Texts, because a half-typed number is no number yet. */
export interface RecipeFields {
  optimizer: Optimizer;
  learningRate: string;
  momentum: string;
  nesterov: boolean;
  /** Empty for no clipping. */
  clipNorm: string;
  weightDecay: string;
  batchSize: string;
  epochs: string;
  seed: string;
  /** Empty for all pictures. */
  limitTrain: string;
  limitEval: string;
}

export type RecipeField = keyof RecipeFields;

export function fieldsOf(recipe: Recipe): RecipeFields {
  return {
    optimizer: recipe.optimizer,
    learningRate: formatSetting(recipe.learningRate),
    momentum: formatSetting(recipe.momentum),
    nesterov: recipe.nesterov,
    clipNorm: recipe.clipNorm === null ? '' : formatSetting(recipe.clipNorm),
    weightDecay: formatSetting(recipe.weightDecay),
    batchSize: String(recipe.batchSize),
    epochs: String(recipe.epochs),
    seed: String(recipe.seed),
    limitTrain: recipe.limitTrain === null ? '' : String(recipe.limitTrain),
    limitEval: recipe.limitEval === null ? '' : String(recipe.limitEval),
  };
}

/** `1e-3`, `0.001`, `50,000`, `50 000`; NaN for anything else. */
function typed(text: string): number {
  const compact = text.trim().replace(/[\s_]/g, '');
  if (/^[+-]?\d{1,3}(,\d{3})+$/.test(compact)) return Number(compact.replace(/,/g, ''));
  return /^[+-]?(\d+\.?\d*|\.\d+)(e[+-]?\d+)?$/i.test(compact) ? Number(compact) : NaN;
}

export interface CheckedRecipe {
  /** Null while something is wrong. */
  recipe: Recipe | null;
  problems: Partial<Record<RecipeField, string>>;
}

/** Fields that the optimizer does not use are not checked and take their defaults. */
export function checkFields(fields: RecipeFields): CheckedRecipe {
  const sgd = fields.optimizer === 'sgd';
  const optional = (text: string): number | null => (text.trim() === '' ? null : typed(text));
  const parsed = recipeSchema.safeParse({
    optimizer: fields.optimizer,
    learningRate: typed(fields.learningRate),
    momentum: sgd ? typed(fields.momentum) : DEFAULT_RECIPE.momentum,
    nesterov: sgd ? fields.nesterov : DEFAULT_RECIPE.nesterov,
    clipNorm: optional(fields.clipNorm),
    weightDecay: typed(fields.weightDecay),
    batchSize: typed(fields.batchSize),
    epochs: typed(fields.epochs),
    seed: typed(fields.seed),
    limitTrain: optional(fields.limitTrain),
    limitEval: optional(fields.limitEval),
  });
  if (parsed.success) return { recipe: parsed.data, problems: {} };
  const problems: CheckedRecipe['problems'] = {};
  for (const issue of parsed.error.issues) {
    const field = issue.path[0] as RecipeField;
    problems[field] ??= sentence(issue.message);
  }
  return { recipe: null, problems };
}

const sentence = (text: string): string => `${text.charAt(0).toUpperCase()}${text.slice(1)}.`;

export interface Workload {
  stepsPerEpoch: number;
  totalSteps: number;
  trainPictures: number;
  evalPictures: number;
}

/** How much work a recipe is on a data set. */
export function workloadOf(recipe: Recipe, dataset: Pick<DatasetInfo, 'trainCount' | 'evalCount'>): Workload {
  const { stepsPerEpoch, totalSteps, trainCount } = scheduleOf(recipe, dataset.trainCount);
  return {
    stepsPerEpoch,
    totalSteps,
    trainPictures: trainCount,
    evalPictures: usedCount(dataset.evalCount, recipe.limitEval),
  };
}
