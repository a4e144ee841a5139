/** Which of compared runs is better, whether that is more than chance, and at what cost, in plain sentences. Pure. */
import { usedCount } from '../batches';
import { DATASETS } from '../datasets';
import { asSentence, formatPercent, formatSetting, plural, thousands, wholePercent } from '../format';
import { isActive, isTrained, type Run, type TrainedRun } from '../run';
import { scheduleOfRun } from '../schedule';
import { commonBudget, spent, valueAt, type History } from './budgets';
import { meanOf, SIGNIFICANCE, type Difference } from './chance';
import { groupBySetUp, type Group } from './groups';
import type { PairedCounts } from './paired';
import { testOf, type Tested } from './tested';

export interface Answer {
  /** `none`: nothing to rank yet, or nothing that may be ranked. */
  verdict: 'better' | 'too close to call' | 'none';
  /** Places of the first two in the order of the groups, best first; null without a ranking. */
  ranking: readonly [first: number, second: number] | null;
  /** Validation accuracy of the first less that of the second, with what chance would give. */
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

const evalCount = ({ dataset, recipe }: TrainedRun): number => usedCount(dataset.evalCount, recipe.limitEval);
const runsOf = (groups: readonly Group[]): Run[] =>
  groups.flatMap(({ histories }) => histories.map(({ run }) => run));
const distinct = <T>(values: readonly T[]): T[] => [...new Set(values)];

/**
 * The answer for two or more groups, each with its repetitions (see groups.ts); null for fewer. Runs that have trained for
 * the same number of images are compared at their best epochs, others at the number that all have reached.
 * @param name shows a name within a sentence
 */
export function answerOf(groups: readonly Group[], name: (text: string) => string): Answer | null {
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
  const runs = runsOf(groups);
  const later = outstanding(runs, name);

  const ready = groups.filter(({ histories }) => histories.every(({ epochs }) => epochs.length > 0));
  if (ready.length < 2) {
    const [only] = ready;
    return none(
      only
        ? `Only ${name(only.name)} has finished an epoch so far, with a best validation accuracy of ` +
            `${formatPercent(meanOf(bests(only)), 1)}.`
        : 'No run has finished an epoch yet, so there is nothing to compare but the curves of the steps.',
      later,
    );
  }
  const compared = runsOf(ready);
  if (!compared.every(isTrained)) return none(unknownValidation(compared, name), later);
  if (distinct(compared.map(({ dataset }) => `${dataset.id} ${dataset.sha256}`)).length > 1)
    return none('They were validated on different data, so their accuracies cannot be ranked.', later);
  if (distinct(compared.map(evalCount)).length > 1)
    return none(
      'They were validated on different numbers of images, so their accuracies cannot be ranked.',
      later,
    );

  const { images, sentence, values } = basisOf(ready);
  if (values === null) return none(sentence, later);
  const order = ready
    .map((group, index) => ({ group, values: values[index]!, mean: meanOf(values[index]!) }))
    .sort((a, b) => b.mean - a.mean);
  const [first, second] = [order[0]!, order[1]!];
  const [{ histories: ofFirst }, { histories: ofSecond }] = [first.group, second.group];
  const { test, difference, paired } = testOf(
    { histories: ofFirst, values: first.values },
    { histories: ofSecond, values: second.values },
    images,
  );
  const isReal = difference.p < SIGNIFICANCE;
  const provisional = compared.some(({ state }) => isActive(state));
  return {
    verdict: isReal ? 'better' : 'too close to call',
    ranking: [groups.indexOf(first.group), groups.indexOf(second.group)],
    difference,
    test,
    paired,
    images,
    sentences: [
      sentence,
      ranked(first, second, difference, {
        isReal,
        provisional,
        others: ready.length - 2,
        over:
          test === 'Welch'
            ? `Welch’s t-test over ${thousands(first.values.length)} and ${plural(second.values.length, 'seed')}`
            : paired
              ? `McNemar’s test on ${describePaired(paired, name(first.group.name), name(second.group.name))}`
              : plural(evalCount(compared[0]!), 'validation image'),
        metric: images === null ? 'best validation accuracy' : 'validation accuracy',
        name,
      }),
      costOf(first.group, second.group, name),
      test === 'Welch' ? null : seedsSentence(first.group, second.group),
      validationSentence(compared[0]!),
      later,
    ].filter((one) => one !== null),
  };
}

/** The answer for single runs, of which repetitions are taken together. */
export const compareRuns = (histories: readonly History[], name: (text: string) => string): Answer | null =>
  answerOf(groupBySetUp(histories), name);

const bests = ({ histories }: Group): number[] =>
  histories.map(({ epochs }) =>
    Math.max(...epochs.map(({ valAccuracy }) => valAccuracy).filter(Number.isFinite)),
  );

/** What is compared: the values of each group's runs, after how many images, and the sentence that has to come first. */
function basisOf(groups: readonly Group[]): {
  images: number | null;
  sentence: string | null;
  values: number[][] | null;
} {
  const histories = groups.flatMap((group) => group.histories);
  const amounts = distinct(histories.map((history) => spent(history, 'images').at(-1)!));
  if (amounts.length === 1) {
    const values = groups.map(bests);
    return values.flat().every(Number.isFinite)
      ? { images: null, sentence: null, values }
      : { images: null, sentence: 'The validation accuracy of a run is not a number.', values: null };
  }
  const [fewest, most] = [Math.min(...amounts), Math.max(...amounts)];
  const unequal = `They have trained on different numbers of images (${thousands(fewest)} to ${thousands(most)})`;
  const common = commonBudget(histories, 'images');
  const at = (history: History): number | null =>
    common === null ? null : valueAt(history, 'valAccuracy', 'images', common);
  const values = groups.map((group) => group.histories.map(at));
  if (common === null || values.flat().some((value) => value === null))
    return {
      images: null,
      sentence: `${unequal}, and never after the same number, so their accuracies cannot be ranked.`,
      values: null,
    };
  return {
    images: common,
    sentence: `${unequal}, so they are compared after ${thousands(common)}.`,
    values: values as number[][],
  };
}

interface Said {
  isReal: boolean;
  provisional: boolean;
  /** Groups besides the two. */
  others: number;
  over: string;
  metric: string;
  name: (text: string) => string;
}

function ranked(
  first: { group: Group; mean: number },
  second: { group: Group; mean: number },
  { difference, p, low, high }: Difference,
  { isReal, provisional, others, over, metric, name }: Said,
): string {
  const [a, b] = [name(first.group.name), name(second.group.name)];
  const figures = `${metric} ${formatPercent(first.mean, 1)} against ${formatPercent(second.mean, 1)}`;
  const interval = `95 % interval ${points(low)} to ${points(high)}, p ${probability(p)}, ${over}`;
  const next = others > 0 ? ', the next best,' : '';
  const so = provisional ? ' so far' : '';
  return isReal
    ? `${a} is better than ${b}${next}${so}: ${figures}, ${points(difference)} points more (${interval}).`
    : `Too close to call${so} between ${a} and ${b}${others > 0 ? ', the two best' : ''}: ${figures}; the difference ` +
        `of ${points(difference)} points can be chance (${interval}).`;
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

/** Percentage points with one digit: `2.1`, `−0.3`. */
const points = (share: number): string => {
  const text = (100 * share).toFixed(1);
  return text.replace(/^-0\.0$/, '0.0').replace('-', '−');
};
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
const validationSentence = ({ dataset }: TrainedRun): string | null =>
  DATASETS[dataset.id].validation === 'test set'
    ? `${dataset.title} is validated on its test set, so the best epoch is a little too good an estimate.`
    : null;

/** Of an imported run nobody knows on which images, and on how many, it was validated: chance cannot be told from a difference. */
function unknownValidation(runs: readonly Run[], name: (text: string) => string): string {
  const imported = runs.filter((run) => !isTrained(run)).map((run) => name(run.name));
  const more = imported.length - 2;
  const names =
    more > 0 ? `${imported.slice(0, 2).join(', ')} and ${thousands(more)} more` : imported.join(' and ');
  const said =
    imported.length === 1
      ? 'was imported, and its source does not say on which images it was validated'
      : 'were imported, and their sources do not say on which images they were validated';
  return `${names} ${said}, so the accuracies cannot be ranked.`;
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
