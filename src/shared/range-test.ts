/**
 * The learning-rate range test (Smith 2017, Cyclical Learning Rates for Training Neural Networks, section 3.3): a throw-away
 * network is trained while the rate rises exponentially, and the loss shows between which rates it learns. Rates, smoothing, the end and the
 * rules of suggestion are those of fastai's `lr_find` (2.8.12: callback/schedule.py, learner.py). Pure.
 */
import { z } from 'zod';
import { formatSetting } from '../architecture/number-text';
import type { Architecture } from '../architecture/architecture';
import type { DatasetId } from './dataset';
import { DEFAULT_RECIPE, fieldOf, RECIPE_KEYS, type Recipe, type RecipeKey } from './recipe';
import { isActive, type DeviceChoice, type Run } from './run';
import { shown } from './shown';

/** Through which rates, in how many steps. */
export interface RateRange {
  from: number;
  to: number;
  steps: number;
}

export const DEFAULT_RANGE: RateRange = { from: 1e-7, to: 10, steps: 100 };

/** With fewer too little is left to suggest by; with more a suggestion takes seconds of the window. */
export const RANGE_STEPS = { least: 20, most: 2000 } as const;
/** What the learning rate of a recipe can be, and no less than what float32 holds in full. */
const RATES = { least: 1e-12, most: 100 } as const;

/** What a person asks for. */
export interface RangeRequest {
  architecture: Architecture;
  datasetId: DatasetId;
  /** Its learning rate and schedule mean nothing here, nor what ends a run. */
  recipe: Recipe;
  /** Absent: `auto`. */
  device?: DeviceChoice | undefined;
  range: RateRange;
}

/** One step. */
export interface RangePoint {
  rate: number;
  /** Of the batch with the weights before the step's update, L2 term included (nats). */
  loss: number;
  /** Of the losses so far. */
  smoothed: number;
}

/** How it ended: all steps taken, the smoothed loss above four times its minimum, or a loss that is no number, whose step is left out. */
export type RangeEnd = 'all steps' | 'loss rose' | 'diverged';

export interface RangeResult {
  points: RangePoint[];
  end: RangeEnd;
}

/** A test under way. */
export interface RangeProgress {
  /** What is being done: `Training`. */
  stage: string;
  /** 0 to 1; null where nothing is known of the end. */
  fraction: number | null;
  /** Those that are new. */
  points: RangePoint[];
}

// -------------------------------------------------------------------------------------------------------- checking

export const rangeSchema = z.strictObject({ from: z.number(), to: z.number(), steps: z.number() });

/** A sentence for each field that cannot be used; NaN stands for what is no number. */
export function rangeProblems({ from, to, steps }: RateRange): Partial<Record<keyof RateRange, string>> {
  const problems: Partial<Record<keyof RateRange, string>> = {};
  const limits = `a number from ${formatSetting(RATES.least)} to ${formatSetting(RATES.most)}`;
  const within = (rate: number): boolean => rate >= RATES.least && rate <= RATES.most;
  if (!within(from)) problems.from = `The lowest rate must be ${limits}.`;
  if (!within(to)) problems.to = `The highest rate must be ${limits}.`;
  else if (within(from) && !(to >= 10 * from))
    problems.to = 'The highest rate must be at least ten times the lowest.';
  if (!Number.isInteger(steps) || steps < RANGE_STEPS.least || steps > RANGE_STEPS.most) {
    problems.steps = `The steps must be a whole number from ${RANGE_STEPS.least} to ${RANGE_STEPS.most}.`;
  }
  return problems;
}

/** The rate is the test's own; no average of the weights is looked at, and nothing is validated. */
const WITHOUT: readonly RecipeKey[] = ['learningRate', 'emaDecay', 'emaEvery', 'limitEval'];

/** What of a run as a whole decides on its steps: the weights that it begins with. */
const BEGINNING: readonly RecipeKey[] = ['seed', 'initialisation'];

/** What a test takes of a recipe: what makes its steps. How the rate moves over a run, how long that is, and what it is validated on is left out. */
export const RANGE_KEYS: readonly RecipeKey[] = RECIPE_KEYS.filter(
  (key) =>
    BEGINNING.includes(key) || (!WITHOUT.includes(key) && !['rate', 'run'].includes(fieldOf(key).group)),
);

/** The recipe that a test trains with. */
export const rangeRecipe = (recipe: Recipe): Recipe => ({
  ...DEFAULT_RECIPE,
  ...Object.fromEntries(RANGE_KEYS.map((key) => [key, recipe[key]])),
});

/** Why none is begun while runs are trained: each would slow the other, and memory may do for one alone. Null where none is. */
export function rangeObstacle(runs: readonly Pick<Run, 'id' | 'name' | 'state'>[]): string | null {
  const active = runs.find(({ state }) => isActive(state));
  return active
    ? `Run ${active.id} ("${shown(active.name)}") is being trained, and a range test beside it would slow both: wait for it, or ` +
        'pause it.'
    : null;
}

// ---------------------------------------------------------------------------------------------------------- curve

/** The learning rate of a step, counted from 0: fastai's `SchedExp`, which comes near the highest rate with the last step. */
export const rangeRate = ({ from, to, steps }: RateRange, step: number): number =>
  from * (to / from) ** (step / steps);

/** Share of the old mean that a step keeps: fastai's `AvgSmoothLoss`. */
const SMOOTHING = 0.98;
/** The test ends where the smoothed loss is larger than its minimum by this factor. */
const TOO_HIGH = 4;

/** Follows a test step by step. */
export class RangeCurve {
  private mean = 0;
  private weight = 1;
  private lowest = Infinity;
  private count = 0;

  constructor(private readonly range: RateRange) {}

  /** Of the step that comes next. */
  get rate(): number {
    return rangeRate(this.range, this.count);
  }

  /** @returns the step's point, null where its loss is no number, and how the test ends with it; null where it does not. */
  add(loss: number): { point: RangePoint | null; end: RangeEnd | null } {
    if (!Number.isFinite(loss)) return { point: null, end: 'diverged' };
    const { rate } = this;
    this.count++;
    this.mean = SMOOTHING * this.mean + (1 - SMOOTHING) * loss;
    this.weight *= SMOOTHING;
    // Without the weight of the zero that the mean begins with.
    const smoothed = this.mean / (1 - this.weight);
    this.lowest = Math.min(this.lowest, smoothed);
    const end =
      smoothed > TOO_HIGH * this.lowest ? 'loss rose' : this.count >= this.range.steps ? 'all steps' : null;
    return { point: { rate, loss, smoothed }, end };
  }
}

// ----------------------------------------------------------------------------------------------------- suggestions

/** The first of them is the one that is suggested, as fastai does. */
export const RANGE_RULES = {
  valley: {
    label: 'Valley',
    help: 'two thirds down the longest fall of the smoothed loss',
  },
  steep: {
    label: 'Steepest',
    help: 'where the smoothed loss falls fastest over the logarithm of the rate',
  },
  minimum: {
    label: 'Minimum / 10',
    help: 'a tenth of the rate with the lowest smoothed loss',
  },
} as const satisfies Record<string, { label: string; help: string }>;
export type RangeRule = keyof typeof RANGE_RULES;
const RULES = Object.keys(RANGE_RULES) as RangeRule[];

export interface Suggestion {
  rule: RangeRule;
  /** In full; two digits are as much as such a curve can tell. */
  rate: number;
}

/** A rate as it is put into a recipe: two digits. */
export const roundedRate = (rate: number): number => Number(rate.toPrecision(2));

/** Last points that no rule looks at: there the loss is on its way up. */
const LAST = 5;

/**
 * What each rule suggests; none where the smoothed loss does not fall. Like fastai without the first tenth of the steps, and, but for
 * a loss that was no number, without the last five.
 * @param end null where the test was given up
 */
export function suggestRates(
  points: readonly RangePoint[],
  steps: number,
  end: RangeEnd | null,
): Suggestion[] {
  const kept = points.slice(Math.floor(steps / 10), end === 'diverged' ? undefined : -LAST);
  return RULES.flatMap((rule) => {
    const rate = BY_RULE[rule](kept);
    return rate === null ? [] : [{ rule, rate }];
  });
}

type Rule = (points: readonly RangePoint[]) => number | null;

/**
 * fastai's `valley`: of the longest falling subsequence of the losses the points from its end back by its length are cut into three;
 * the rate stands half a part into the second third.
 */
const valley: Rule = (points) => {
  const length = points.map(() => 1);
  let end = 0;
  for (let i = 1; i < points.length; i++) {
    for (let j = 0; j < i; j++) {
      if (points[i]!.smoothed < points[j]!.smoothed) length[i] = Math.max(length[i]!, length[j]! + 1);
    }
    if (length[i]! > length[end]!) end = i;
  }
  const longest = length[end] ?? 1;
  if (longest < 2) return null;
  const third = longest / 3;
  // -1 where all points fall, which Python would count from the end.
  const at = end - longest + Math.floor(third) + Math.floor(third / 2);
  return points[Math.max(0, at)]!.rate;
};

/** fastai's `steep`: the first of two neighbours between which the loss falls fastest over the logarithm of the rate. */
const steep: Rule = (points) => {
  let [best, rate]: [number, number | null] = [0, null];
  for (let i = 0; i + 1 < points.length; i++) {
    const [one, next] = [points[i]!, points[i + 1]!];
    const slope = (next.smoothed - one.smoothed) / Math.log(next.rate / one.rate);
    if (slope < best) [best, rate] = [slope, one.rate];
  }
  return rate;
};

/** fastai's `minimum`; null where the loss is lowest at the first rate. */
const minimum: Rule = (points) => {
  let at = 0;
  for (let i = 1; i < points.length; i++) if (points[i]!.smoothed < points[at]!.smoothed) at = i;
  return at === 0 ? null : points[at]!.rate / 10;
};

const BY_RULE: Record<RangeRule, Rule> = { valley, steep, minimum };

// ----------------------------------------------------------------------------------------------------------- words

/** How a test ended, a sentence. */
export function describeRangeEnd({ points, end }: RangeResult, { steps }: RateRange): string {
  const taken = `${points.length} of ${steps} steps`;
  switch (end) {
    case 'all steps':
      return `All ${steps} steps were taken.`;
    case 'loss rose':
      return `Ended after ${taken}: the smoothed loss rose above four times its minimum.`;
    case 'diverged':
      return `Ended after ${taken}: the loss was no longer a number.`;
  }
}

/** Why nothing is suggested, and what to do. */
export const NO_SUGGESTION =
  'The smoothed loss does not fall between these rates, so nothing is suggested: try other rates or more steps.';
