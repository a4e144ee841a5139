/** Which of compared runs is better, whether that is more than chance, and at what cost, in plain sentences. Pure. */
import { asSentence, capitalized, formatSetting, plural, thousands, wholePercent } from '../format';
import { regularisationOf } from '../regularisation';
import { isActive, isTrained, type Run, type TrainedRun } from '../run';
import { scheduleOfRun } from '../schedule';
import { isMeasured } from '../metrics';
import { validatesOnTestSet, validationsAfter } from '../validation';
import { commonBudget, spent, valueAt, type History } from './budgets';
import { meanOf, SIGNIFICANCE, type Difference } from './chance';
import { dataOf, evalCountOf, validationOf } from './comparable';
import { groupBySetUp, type Group } from './groups';
import { bestOf, JUDGED, type Judged, type JudgedBy } from './judged';
import type { PairedCounts } from './paired';
import { testOf, type Tested } from './tested';

export interface Answer {
  /**
   * `cannot tell`: one is better than the other, but there are no repetitions to say whether that is chance.
   * `none`: nothing to rank yet, or nothing that may be ranked.
   */
  verdict: 'better' | 'too close to call' | 'cannot tell' | 'none';
  /** Places of the first two in the order of the groups, best first; null without a ranking. */
  ranking: readonly [first: number, second: number] | null;
  /** Value of the first less that of the second, with what chance would give; null where no test can tell. */
  difference: Difference | null;
  test: Tested['test'] | null;
  /** Images that both of the first two, one or neither have right, where the test is McNemar's; else null. */
  paired: PairedCounts | null;
  /** Images after which the runs are compared; null where each is taken at its best epoch. */
  images: number | null;
  sentences: string[];
}

/** Factors below this are not worth a word. */
const WORTH_SAYING = 1.2;

const runsOf = (groups: readonly Group[]): Run[] =>
  groups.flatMap(({ histories }) => histories.map(({ run }) => run));
const distinct = <T>(values: readonly T[]): T[] => [...new Set(values)];

/**
 * The answer for two or more groups, each with its repetitions (see groups.ts); null for fewer. Runs that have trained for
 * the same number of images are compared at their best epochs, others at the number that all have reached. Groups with an
 * imported run are left aside (decision 19).
 * @param by what they are judged by
 * @param name shows a name within a sentence
 */
export function answerOf(
  groups: readonly Group[],
  by: JudgedBy,
  name: (text: string) => string,
): Answer | null {
  if (groups.length < 2) return null;
  const none = (...sentences: (string | null)[]): Answer => ({
    verdict: 'none',
    ranking: null,
    difference: null,
    test: null,
    paired: null,
    images: null,
    sentences: sentences.filter((sentence) => sentence !== null),
  });
  const metric = JUDGED[by];
  const later = outstanding(runsOf(groups), name);

  const ready = groups.filter(({ histories }) =>
    histories.every(({ epochs }) => epochs.some((epoch) => isMeasured(epoch, by))),
  );
  if (ready.length < 2) {
    const [only] = ready;
    return none(
      only
        ? `Only ${name(only.name)} has been validated so far, with a ${metric.best} ${metric.name} of ` +
            `${metric.format(meanOf(bests(only, by)))}.`
        : 'No run has been validated yet, so there is nothing to compare but the curves of the training.',
      later,
    );
  }
  const known = ready.filter(({ histories }) => histories.every(({ run }) => isTrained(run)));
  const aside = ready.filter((group) => !known.includes(group));
  if (known.length < 2) return none(unknownValidation(aside, metric, name), later);
  const unranked = aside.length === 0 ? null : unknownValidation(aside, null, name);
  const compared = runsOf(known).filter(isTrained);
  const cannotRank = `so their ${metric.plural} cannot be ranked.`;
  if (distinct(compared.map(dataOf)).length > 1)
    return none(`They were validated on different data, ${cannotRank}`, unranked, later);
  const sets = distinct(compared.map(validationOf));
  if (sets.length > 1)
    return none(
      `They were validated on different images (${sets.join('; ')}), ${cannotRank}`,
      unranked,
      later,
    );
  if (distinct(compared.map(evalCountOf)).length > 1)
    return none(`They were validated on different numbers of images, ${cannotRank}`, unranked, later);

  const { images, sentence, values } = basisOf(known, by);
  if (values === null) return none(sentence, unranked, later);
  const sign = metric.direction === 'max' ? 1 : -1;
  const order = known
    .map((group, index) => ({ group, values: values[index]!, mean: meanOf(values[index]!) }))
    .sort((a, b) => sign * (b.mean - a.mean));
  const [first, second] = [order[0]!, order[1]!];
  const tested = testOf(
    { histories: first.group.histories, values: first.values },
    { histories: second.group.histories, values: second.values },
    by,
    images,
  );
  const said: Said = {
    metric,
    figure: images === null ? `${metric.best} ${metric.name}` : metric.name,
    provisional: compared.some(({ state }) => isActive(state)),
    others: known.length - 2,
    name,
  };
  return {
    verdict: !tested ? 'cannot tell' : tested.difference.p < SIGNIFICANCE ? 'better' : 'too close to call',
    ranking: [groups.indexOf(first.group), groups.indexOf(second.group)],
    difference: tested?.difference ?? null,
    test: tested?.test ?? null,
    paired: tested?.paired ?? null,
    images,
    sentences: [
      sentence,
      tested ? ranked(first, second, tested, said) : untested(first, second, said),
      costOf(first.group, second.group, name),
      !tested || tested.test === 'Welch' ? null : seedsSentence(first.group, second.group),
      by === 'valLoss' ? penaltySentence(runsOf([first.group, second.group])) : null,
      validationSentence(compared[0]!),
      unranked,
      later,
    ].filter((one) => one !== null),
  };
}

/** The answer for single runs, of which repetitions are taken together. */
export const compareRuns = (
  histories: readonly History[],
  by: JudgedBy,
  name: (text: string) => string,
): Answer | null => answerOf(groupBySetUp(histories), by, name);

const bests = ({ histories }: Group, by: JudgedBy): number[] =>
  histories.map(({ epochs }) =>
    bestOf(
      epochs.map((epoch) => epoch[by]),
      JUDGED[by].direction,
    ),
  );

/** What is compared: the values of each group's runs, after how many images, and the sentence that has to come first. */
function basisOf(
  groups: readonly Group[],
  by: JudgedBy,
): {
  images: number | null;
  sentence: string | null;
  values: number[][] | null;
} {
  const { name, plural: several } = JUDGED[by];
  const histories = groups.flatMap((group) => group.histories);
  const amounts = distinct(histories.map((history) => spent(history, 'images').at(-1)!));
  if (amounts.length === 1) {
    const values = groups.map((group) => bests(group, by));
    return values.flat().every(Number.isFinite)
      ? { images: null, sentence: null, values }
      : { images: null, sentence: `The ${name} of a run is not a number.`, values: null };
  }
  const [fewest, most] = [Math.min(...amounts), Math.max(...amounts)];
  const unequal = `They have trained on different numbers of images (${thousands(fewest)} to ${thousands(most)})`;
  const common = commonBudget(histories, 'images', by);
  const at = (history: History): number | null =>
    common === null ? null : valueAt(history, by, 'images', common);
  const values = groups.map((group) => group.histories.map(at));
  if (common === null || values.flat().some((value) => value === null))
    return {
      images: null,
      sentence: `${unequal}, and never after the same number, so their ${several} cannot be ranked.`,
      values: null,
    };
  return {
    images: common,
    sentence: `${unequal}, so they are compared after ${thousands(common)}.`,
    values: values as number[][],
  };
}

interface Said {
  metric: Judged;
  /** What is compared: `best validation accuracy`. */
  figure: string;
  provisional: boolean;
  /** Groups besides the two. */
  others: number;
  name: (text: string) => string;
}

/** A group with the values of its runs. */
interface Measured {
  group: Group;
  values: readonly number[];
  mean: number;
}

function ranked(
  first: Measured,
  second: Measured,
  tested: Tested,
  { metric, figure, provisional, others, name }: Said,
): string {
  const [a, b] = [name(first.group.name), name(second.group.name)];
  const { difference, p, low, high } = tested.difference;
  // By how much the first is better, whichever way that is.
  const [by, least, most] = metric.direction === 'max' ? [difference, low, high] : [-difference, -high, -low];
  const { format, formatDifference, unit } = metric;
  const figures = `${figure} ${format(first.mean)} against ${format(second.mean)}`;
  const interval =
    `95 % interval ${formatDifference(least)} to ${formatDifference(most)}, p ${probability(p)}, ` +
    describeTest(tested, first, second, name);
  const so = provisional ? ' so far' : '';
  return p < SIGNIFICANCE
    ? `${a} is better than ${b}${others > 0 ? ', the next best,' : ''}${so}: ${figures}, ${formatDifference(by)}${unit} ` +
        `${more(metric)} (${interval}).`
    : `Too close to call${so} between ${a} and ${b}${others > 0 ? ', the two best' : ''}: ${figures}; the difference ` +
        `of ${formatDifference(by)}${unit} can be chance (${interval}).`;
}

/** What is seen of runs of which no test can say whether it is chance. */
function untested(
  first: Measured,
  second: Measured,
  { metric, figure, provisional, others, name }: Said,
): string {
  const [a, b] = [name(first.group.name), name(second.group.name)];
  const { format, formatDifference, unit } = metric;
  const by = formatDifference(Math.abs(first.mean - second.mean));
  const single = [first, second].filter(({ values }) => values.length === 1);
  return (
    `${capitalized(figure)}${provisional ? ' so far' : ''}: ${format(first.mean)} of ${a} against ${format(second.mean)} of ` +
    `${b}${others > 0 ? ', the next best' : ''}, ${by}${unit} ${more(metric)}. ` +
    (single.length > 1
      ? 'One run each cannot tell whether that is more than chance; train both with another seed.'
      : `One run of ${name(single[0]!.group.name)} cannot tell whether that is more than chance; train it with another seed.`)
  );
}

const more = ({ direction }: Judged): string => (direction === 'max' ? 'more' : 'less');

function describeTest(
  { test, paired }: Tested,
  first: Measured,
  second: Measured,
  name: (text: string) => string,
): string {
  if (test === 'Welch')
    return `Welch’s t-test over ${thousands(first.values.length)} and ${plural(second.values.length, 'seed')}`;
  if (paired)
    return `McNemar’s test on ${describePaired(paired, name(first.group.name), name(second.group.name))}`;
  const images = first.group.histories
    .map(({ run }) => run)
    .filter(isTrained)
    .map(evalCountOf);
  return plural(images[0] ?? NaN, 'validation image');
}

/** `the same 2,000 images, of which A alone has 310 right and B alone 166`. */
function describePaired(
  { both, onlyFirst, onlySecond, neither }: PairedCounts,
  a: string,
  b: string,
): string {
  const images = `the same ${plural(both + onlyFirst + onlySecond + neither, 'image')}`;
  return onlyFirst + onlySecond === 0
    ? `${images}, each of which both or neither have right`
    : `${images}, of which ${a} alone has ${thousands(onlyFirst)} right and ${b} alone ${thousands(onlySecond)}`;
}

const probability = (p: number): string =>
  p < 0.001 ? '< 0.001' : `= ${formatSetting(Number(p.toPrecision(2)))}`;

/** `A has 52 % fewer parameters and MACs than B.`; null where all are about the same. */
function costOf(first: Group, second: Group, name: (text: string) => string): string | null {
  const [a, b] = [first.histories[0]!.run, second.histories[0]!.run];
  const params = ratio(a.params, b.params);
  const macs = ratio(a.macs, b.macs);
  const size =
    params !== null && params === macs
      ? `${params} parameters and MACs`
      : [params && `${params} parameters`, macs && `${macs} MACs`].filter(Boolean).join(' and ');
  const time = timeRatio(first, second);
  if (!size && time === null) return null;
  const [x, y] = [name(first.name), name(second.name)];
  if (!size) return `Compared with ${y}, ${x} ${time}.`;
  return `Compared with ${y}, ${x} has ${size}${time === null ? '' : `, and ${time}`}.`;
}

/** Less is said as a percentage, more as a factor; null where a count is not known or hardly differs. */
function ratio(count: number | null, than: number | null): string | null {
  if (count === null || than === null) return null;
  if (count <= 0 || than <= 0 || Math.max(count / than, than / count) < WORTH_SAYING) return null;
  // Not rounded up: whatever is left is more than nothing.
  return count < than ? `${wholePercent(1 - count / than)} % fewer` : `${factor(count / than)} times as many`;
}

/** Training time of an epoch, where both trained on as many images on the same kind of machine. */
function timeRatio(first: Group, second: Group): string | null {
  const all = runsOf([first, second]);
  if (!all.every(isTrained)) return null;
  const machines = all.map(({ machine }) => `${machine.cpu} ${machine.threads} ${machine.gpu}`);
  const images = all.map((run) => scheduleOfRun(run).trainCount);
  if (distinct(machines).length > 1 || distinct(images).length > 1) return null;
  const perEpoch = ({ histories }: Group): number =>
    meanOf(histories.map(({ epochs }) => meanOf(epochs.map(({ seconds }) => seconds))));
  const times = perEpoch(first) / perEpoch(second);
  if (!Number.isFinite(times) || times <= 0 || Math.max(times, 1 / times) < WORTH_SAYING) return null;
  return times > 1
    ? `takes ${factor(times)} times as long per epoch`
    : `takes ${wholePercent(1 - times)} % less time per epoch`;
}

const factor = (value: number): string => value.toFixed(value < 10 ? 1 : 0);

function seedsSentence(...groups: Group[]): string {
  return groups.every(({ histories }) => histories.length === 1)
    ? 'Each was trained with one seed only; another seed may give another order.'
    : 'One of them was trained with one seed only; repeat it to know its spread.';
}

/** Where a run is chosen by what it is judged by. */
const validationSentence = ({ dataset, recipe }: TrainedRun): string | null =>
  validatesOnTestSet(recipe) && validationsAfter(recipe, 0) > 1
    ? `They were validated on the test set of ${dataset.title}, so the best epoch is a little too good an estimate.`
    : null;

/** What the loss has besides what the networks predict. */
const penaltySentence = (runs: readonly Run[]): string | null =>
  runs.some(({ architecture, recipe }) => {
    if (!architecture) return false;
    // Of another program's run only the architecture is known.
    return (recipe ? regularisationOf(recipe, architecture).l2 : architecture.l2) > 0;
  })
    ? 'The loss includes the L2 term, which grows with the weights; the cross-entropy leaves it out.'
    : null;

/**
 * Of an imported run nobody knows on which images, and on how many, it was validated: chance cannot be told from a difference.
 * @param metric what nothing can be ranked by; null where the others are ranked without these
 */
function unknownValidation(
  groups: readonly Group[],
  metric: Judged | null,
  name: (text: string) => string,
): string {
  const imported = runsOf(groups).filter((run) => !isTrained(run));
  const shown = imported.map((run) => name(run.name));
  const others = shown.length - 2;
  const names =
    others > 0 ? `${shown.slice(0, 2).join(', ')} and ${thousands(others)} more` : shown.join(' and ');
  const said =
    shown.length === 1
      ? 'was imported, and its source does not say on which images it was validated'
      : 'were imported, and their sources do not say on which images they were validated';
  if (metric) return `${names} ${said}, so the ${metric.plural} cannot be ranked.`;
  const alone = imported.length === runsOf(groups).length;
  const what = alone
    ? shown.length === 1
      ? 'it is not ranked'
      : 'they are not ranked'
    : 'what it is grouped with is not ranked either';
  return `${names} ${said}, so ${what}.`;
}

/** Epochs that runs have not done yet, or never will. */
function outstanding(runs: readonly Run[], name: (text: string) => string): string | null {
  const parts = runs.flatMap((run) => {
    const left = run.epochs - run.epoch;
    if (left <= 0) return [];
    if (isActive(run.state)) {
      const of = `${thousands(left)} of ${plural(run.epochs, 'epoch')}`;
      return [`${of} of ${name(run.name)} ${left === 1 ? 'is' : 'are'} still to come`];
    }
    return [`${name(run.name)} ended ${plural(left, 'epoch')} early`];
  });
  if (parts.length === 0) return null;
  const more = parts.length - 3;
  const text = [
    ...parts.slice(0, 3),
    ...(more > 0 ? [`and ${thousands(more)} more ${more === 1 ? 'is' : 'are'} not complete`] : []),
  ].join('; ');
  return asSentence(text);
}
