import { expect, it } from 'vitest';
import { compare, comparisonLines } from '../../../../src/cli/commands/compare/view';
import { BLOG_RECIPE } from '../../../../src/shared/blog/experiment';
import { aHistory, predictionsOf } from '../../shared/comparison/history';
import { memoryTerminal } from '../memory';

const small = aHistory([0.3, 0.5], { id: 1, name: 'small', params: 11e6, macs: 37e6 });
const again = aHistory([0.32, 0.52], {
  ...small.run,
  id: 2,
  name: 'small 2',
  recipe: { ...BLOG_RECIPE, seed: 2 },
});
const other = aHistory([0.6, 0.7, 0.8], {
  id: 3,
  name: 'other',
  params: 23e6,
  macs: 37e6,
  recipe: { ...BLOG_RECIPE, optimizer: 'sgd' },
});
/** Of each step: one more than the run's number. */
const losses = (id: number): number[] => [2, 1.5, 1, 0.5].slice(0, id + 1);
const asked = { by: 'valAccuracy', budget: 'images', target: 0.5, baseline: 2 } as const;

it('repetitions are a row with mean and deviation, others show their difference from the baseline', () => {
  const comparison = compare([small, again, other], asked);
  expect(comparison).toMatchObject({
    amount: 20_000,
    baseline: 0,
    answer: { verdict: 'better', ranking: [1, 0] },
  });
  expect(comparison.groups[0]).toMatchObject({
    runs: [1, 2],
    bestAccuracy: { mean: 0.51, values: [0.5, 0.52] },
    reached: { epochs: { mean: 2 }, images: { mean: 20_000 } },
  });
  const { output } = memoryTerminal().context;
  const [head, , first, second, blank, ...sentences] = comparisonLines(
    comparison,
    [small, again, other],
    losses,
    output,
  );
  expect(head).toMatch(
    /^Runs +Name +Parameters +MACs +Best accuracy +After 20,000 images +Last accuracy +Time +To 50\.0 % +Validation accuracy +Loss of each step$/,
  );
  expect(first).toMatch(
    /^1, 2 +small \(baseline\) +11 M +37 MMAC +51\.00 % ±1\.41 +51\.00 % ±1\.41 .* 2 epochs, 40\.0 s +▁█ +█▁$/,
  );
  expect(second).toMatch(
    /^ +3 +other .* 80\.00 % \(\+29\.00\) +70\.00 % \(\+19\.00\) .* 1 epoch, 20\.0 s +▁▄█ +█▆▃▁$/,
  );
  expect(blank).toBe('');
  expect(sentences[0]).toMatch(/^They have trained on different numbers of images/);
});

it('the JSON names the test and has its counts', () => {
  const kept = (history: typeof small, right: number) => ({
    ...history,
    predictions: [predictionsOf(history.epochs.length, 2000, (image) => image < right)],
  });
  const { answer } = compare([kept(small, 1000), kept(other, 1600)], { ...asked, baseline: null });
  // They are compared after two epochs, of which the longer run has kept nothing.
  expect(answer).toMatchObject({ test: 'binomial', paired: null });
  const ended = { ...other, epochs: other.epochs.slice(0, 2) };
  const both = compare([kept(small, 1000), kept(ended, 1400)], { ...asked, baseline: null });
  expect(JSON.parse(JSON.stringify(both.answer))).toMatchObject({
    test: 'McNemar',
    paired: { both: 1000, onlyFirst: 400, onlySecond: 0, neither: 600 },
    difference: { difference: 0.2, p: expect.any(Number), low: expect.any(Number), high: expect.any(Number) },
  });
});

it('judged by a loss the row has its figures, and a run of other images no difference', () => {
  const [ended, elsewhere] = [
    { ...other, epochs: other.epochs.slice(0, 2) },
    aHistory([0.1, 0.2], { id: 4, name: 'elsewhere', recipe: { ...BLOG_RECIPE, limitEval: 100 } }),
  ];
  ended.epochs = ended.epochs.map((epoch) => ({ ...epoch, valLoss: epoch.valLoss - 0.25 }));
  const histories = [small, ended, elsewhere];
  const comparison = compare(histories, { by: 'valLoss', budget: 'images', target: null, baseline: 1 });
  expect(comparison).toMatchObject({ by: 'valLoss', answer: { verdict: 'none' } });
  const lines = comparisonLines(comparison, histories, losses, memoryTerminal().context.output);
  expect(lines[0]).toMatch(
    /Lowest loss +After 20,000 images +Last loss +Time +Validation loss +Loss of each step$/,
  );
  expect(lines[3]).toMatch(/other +23 M +37 MMAC +0\.8000 \(-0\.2500\) +0\.8000 \(-0\.2500\) /);
  expect(lines[4]).toMatch(/elsewhere .* 1\.0500 +1\.0500 +1\.0500 +40\.0 s/);
});

it('what was never reached, or has no amount in common, says so', () => {
  const never = compare([small, other], { ...asked, target: 0.6, baseline: null });
  const { output } = memoryTerminal().context;
  expect(comparisonLines(never, [small, other], losses, output)[2]).toMatch(/not reached/);
  const empty = aHistory([], {
    id: 4,
    name: 'empty',
    architecture: other.run.architecture,
    recipe: { ...BLOG_RECIPE, epochs: 3 },
  });
  const without = compare([small, empty], asked);
  expect(without).toMatchObject({ amount: null, answer: { verdict: 'none' } });
  expect(comparisonLines(without, [small, empty], losses, output).join('\n')).toContain(
    'Only "small" has been validated so far',
  );
});
