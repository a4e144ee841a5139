import { describe, expect, it } from 'vitest';
import { findPreset } from '../../../../src/architecture/presets';
import { answerOf, compareRuns } from '../../../../src/shared/comparison/answer';
import { commonBudget, type History } from '../../../../src/shared/comparison/budgets';
import { figuresOf } from '../../../../src/shared/comparison/figures';
import { groupBySetUp } from '../../../../src/shared/comparison/groups';
import type { JudgedBy } from '../../../../src/shared/comparison/judged';
import { BLOG_RECIPE } from '../../../../src/shared/blog/experiment';
import type { Recipe } from '../../../../src/shared/recipe';
import type { Run } from '../../../../src/shared/run';
import { importedSample } from '../../renderer/features/runs/sample';
import { aHistory, predictionsOf } from './history';

const fiftyOf = findPreset('resnet50')!.architecture;
const answer = (...histories: History[]) => compareRuns(histories, 'valAccuracy', (name) => name);
const said = (...histories: History[]): string => answer(...histories)!.sentences.join(' ');

const eighteen = (accuracies: number[], over: Partial<Run> = {}): History =>
  aHistory(accuracies, { name: 'ResNet-18', params: 11e6, macs: 37e6, ...over });
const fifty = (accuracies: number[], over: Partial<Run> = {}): History =>
  aHistory(accuracies, {
    id: 2,
    name: 'ResNet-50',
    architecture: fiftyOf,
    params: 23.1e6,
    macs: 37e6,
    ...over,
  });
const seeded = (seed: number): Partial<Run> => ({ id: 100 + seed, recipe: { ...BLOG_RECIPE, seed } });

describe('the answer of two runs that kept what they predicted', () => {
  /** Right where the other is not in 60 of 2,000 images, of which it is the only one in 40. */
  const first = eighteen([0.5, 0.71]);
  const second = fifty([0.4, 0.7]);
  const one = predictionsOf(2, 2000, (image) => image < 1420);
  const other = predictionsOf(2, 2000, (image) => image >= 40 && image < 1440);
  const withBoth: [History, History] = [
    { ...first, predictions: [one] },
    { ...second, predictions: [predictionsOf(1, 2000, () => false), other] },
  ];

  it('is McNemar’s test on the same images, and counts those that one alone has right', () => {
    expect(answer(first, second)).toMatchObject({
      test: 'binomial',
      verdict: 'too close to call',
      paired: null,
    });
    const found = answer(...withBoth)!;
    expect(found).toMatchObject({
      test: 'McNemar',
      verdict: 'better',
      paired: { both: 1380, onlyFirst: 40, onlySecond: 20, neither: 560 },
    });
    expect(found.difference!.difference).toBeCloseTo(0.01, 12);
    expect(found.sentences[0]).toBe(
      'ResNet-18 is better than ResNet-50: best validation accuracy 71.0 % against 70.0 %, 1.0 points more ' +
        '(95 % interval 0.2 to 1.8, p = 0.013, McNemar’s test on the same 2,000 images, of which ResNet-18 alone has 40 ' +
        'right and ResNet-50 alone 20).',
    );
    expect(found.sentences).toContain(
      'Each was trained with one seed only; another seed may give another order.',
    );
    // Whatever the order in which they are given.
    const turned = answer(withBoth[1], withBoth[0])!;
    expect(turned).toMatchObject({ ranking: [1, 0], paired: found.paired, sentences: found.sentences });
  });

  it('stays within the noise where each has as many right alone', () => {
    const even = { ...second, predictions: [predictionsOf(2, 2000, (image) => image >= 90 && image < 1490)] };
    expect(answer(withBoth[0], even)).toMatchObject({
      test: 'McNemar',
      verdict: 'too close to call',
      difference: { p: expect.closeTo(0.13282253314752565, 9) },
    });
    const same = [withBoth[0], { ...fifty([0.5, 0.71]), predictions: [one] }] as const;
    expect(said(...same)).toContain(
      'p = 1, McNemar’s test on the same 2,000 images, each of which both or neither have right)',
    );
  });

  it.each<[string, History, History]>([
    ['one has kept none', withBoth[0], second],
    ['those of another epoch are kept', withBoth[0], { ...second, predictions: [{ ...other, epoch: 1 }] }],
    ['of other data', withBoth[0], { ...second, predictions: [{ ...other, datasetSha256: 'xyz' }] }],
    [
      'of another number of images',
      withBoth[0],
      { ...second, predictions: [predictionsOf(2, 1000, () => true)] },
    ],
  ])('is that of two shares where %s', (_, ...histories) => {
    expect(answer(...histories)).toMatchObject({ test: 'binomial', paired: null });
  });

  it('is that over seeds where there are seeds, and of two shares where only one side has', () => {
    const again = { ...eighteen([0.5, 0.72], seeded(2)), predictions: [one] };
    const also = { ...fifty([0.5, 0.7], { ...seeded(3), architecture: fiftyOf }), predictions: [other] };
    expect(answer(withBoth[0], again, withBoth[1])).toMatchObject({ test: 'binomial' });
    expect(answer(withBoth[0], again, withBoth[1], also)).toMatchObject({ test: 'Welch', paired: null });
  });

  it('is of the epochs that are compared: at a common amount where that is the end of an epoch of both', () => {
    const longer = (of: number): History => ({
      ...eighteen([0.5, 0.71, 0.9]),
      predictions: [{ ...one, epoch: of }],
    });
    expect(answer(longer(2), withBoth[1])).toMatchObject({ test: 'McNemar', images: 20_000 });
    expect(answer(longer(3), withBoth[1])).toMatchObject({ test: 'binomial', images: 20_000 });
    const small = { recipe: { ...BLOG_RECIPE, limitTrain: 7000 } };
    const between = { ...eighteen([0.5, 0.6, 0.7], small), predictions: [{ ...one, epoch: 3 }, one] };
    expect(answer(between, withBoth[1])).toMatchObject({ test: 'binomial' });
  });
});

describe('the answer', () => {
  it('is none for a single run, and one of single runs where all repeat one another', () => {
    expect(answer(eighteen([0.5]))).toBeNull();
    expect(answer(eighteen([0.5]), eighteen([0.6], seeded(2)))).toMatchObject({
      ranking: [1, 0],
      test: 'binomial',
    });
  });

  it('names the better one, the figures, the interval and the cost', () => {
    const found = answer(eighteen([0.5, 0.712]), fifty([0.4, 0.64]))!;
    expect(found).toMatchObject({ verdict: 'better', ranking: [0, 1], test: 'binomial', images: null });
    expect(found.difference!.difference).toBeCloseTo(0.072, 12);
    expect(found.sentences).toEqual([
      'ResNet-18 is better than ResNet-50: best validation accuracy 71.2 % against 64.0 %, 7.2 points more ' +
        '(95 % interval 4.3 to 10.1, p < 0.001, 2,000 validation images).',
      'Compared with ResNet-50, ResNet-18 has 52 % fewer parameters.',
      'Each was trained with one seed only; another seed may give another order.',
      'They were validated on the test set of Shapes, so the best epoch is a little too good an estimate.',
    ]);
  });

  it('never ranks within the noise', () => {
    const found = answer(fifty([0.7]), eighteen([0.712]))!;
    expect(found.verdict).toBe('too close to call');
    expect(found.ranking).toEqual([1, 0]);
    expect(found.sentences[0]).toMatch(
      /^Too close to call between ResNet-18 and ResNet-50: best validation accuracy 71\.2 % against 70\.0 %; the difference of 1\.2 points can be chance \(95 % interval −1\.6 to 4\.0, p = 0\.4/,
    );
  });

  it('takes repetitions as a group and tests over their seeds', () => {
    const repeated = (of: typeof eighteen, bests: number[]): History[] =>
      bests.map((best, index) => of([0.3, best], seeded(index + 1)));
    const found = answer(
      ...repeated(eighteen, [0.71, 0.715, 0.712]),
      ...repeated(fifty, [0.69, 0.694, 0.691]),
    )!;
    expect(found).toMatchObject({ verdict: 'better', test: 'Welch' });
    expect(found.sentences[0]).toContain('Welch’s t-test over 3 and 3 seeds');
    expect(found.sentences.join(' ')).not.toContain('one seed only');
    expect(said(...repeated(eighteen, [0.71, 0.6]), ...repeated(fifty, [0.69, 0.7]))).toMatch(
      /^Too close to call/,
    );
    expect(said(...repeated(eighteen, [0.71, 0.7]), fifty([0.3, 0.5]))).toContain(
      'One of them was trained with one seed only; repeat it to know its spread.',
    );
  });

  it('says first that they trained unequally, and compares at what all have reached', () => {
    const found = answer(eighteen([0.3, 0.5, 0.9]), fifty([0.6, 0.7]))!;
    expect(found.images).toBe(20_000);
    expect(found.sentences[0]).toBe(
      'They have trained on different numbers of images (20,000 to 30,000), so they are compared after 20,000.',
    );
    expect(found.sentences[1]).toMatch(
      /^ResNet-50 is better than ResNet-18: validation accuracy 70\.0 % against 50\.0 %/,
    );
  });

  it('ranks nothing that has no point in common', () => {
    const few = fifty([0.2], { recipe: { ...BLOG_RECIPE, limitTrain: 640 } });
    const early: History = { ...few, epochs: [{ ...few.epochs[0]!, step: 10 }] };
    expect(answer(eighteen([0.3, 0.5]), early)).toMatchObject({ verdict: 'none', ranking: null });
    expect(said(eighteen([0.3, 0.5]), early)).toContain(
      'and never after the same number, so their accuracies cannot be ranked.',
    );
  });

  it('calls what is not over provisional', () => {
    expect(said(eighteen([0.9], { state: 'running', epochs: 3 }), fifty([0.2]))).toMatch(
      /^ResNet-18 is better than ResNet-50 so far: .* 2 of 3 epochs of ResNet-18 are still to come\.$/,
    );
  });

  it('never ranks across data', () => {
    const cifar = {
      id: 'cifar10',
      title: 'CIFAR-10',
      sha256: 'x',
      trainCount: 50_000,
      evalCount: 10_000,
    } as const;
    expect(said(eighteen([0.9]), fifty([0.2], { dataset: cifar }))).toBe(
      'They were validated on different data, so their accuracies cannot be ranked.',
    );
    expect(said(eighteen([0.9]), fifty([0.2], { recipe: { ...BLOG_RECIPE, limitEval: 100 } }))).toMatch(
      /^They were validated on different numbers of images/,
    );
    const both = (changes: Partial<Recipe>, others = changes): string =>
      said(
        eighteen([0.9], { dataset: cifar, recipe: { ...BLOG_RECIPE, ...changes } }),
        fifty([0.2], { dataset: cifar, recipe: { ...BLOG_RECIPE, ...others } }),
      );
    expect(both({})).toContain(
      'They were validated on the test set of CIFAR-10, so the best epoch is a little too good an estimate.',
    );
    expect(both({ validationSplit: 0.1 })).not.toContain('test set');
    expect(both({ validationSplit: 0.1 }, { validationSplit: 5000 })).toMatch(/^ResNet-18 is better/);
  });

  it('never ranks across validation sets, even where they have as many images', () => {
    const half = { validationSplit: 2000 };
    const said = (one: Partial<Recipe>, other: Partial<Recipe>): string | undefined =>
      answer(
        eighteen([0.9], { recipe: { ...BLOG_RECIPE, ...one } }),
        fifty([0.2], { recipe: { ...BLOG_RECIPE, ...other } }),
      )?.sentences[0];
    expect(said({}, half)).toBe(
      'They were validated on different images (the test set; 2,000 held-out training images, split seed 0), so their ' +
        'accuracies cannot be ranked.',
    );
    expect(said(half, { ...half, splitSeed: 1 })).toMatch(
      /^They were validated on different images \(2,000 held-out training images, split seed 0; 2,000 .* seed 1\)/,
    );
    expect(said(half, { ...half, seed: 7 })).toMatch(/^ResNet-18 is better/);
  });

  it('waits for the first epochs', () => {
    expect(said(eighteen([]), fifty([]))).toMatch(/^No run has been validated yet/);
    expect(said(eighteen([0.3]), fifty([]))).toMatch(
      /^Only ResNet-18 has been validated so far, with a best validation accuracy of 30\.0 %\./,
    );
  });

  it('names the two best of several', () => {
    const third = aHistory([0.1], { id: 3, name: 'third', recipe: { ...BLOG_RECIPE, optimizer: 'sgd' } });
    const found = answer(third, eighteen([0.9]), fifty([0.2]))!;
    expect(found.ranking).toEqual([1, 2]);
    expect(found.sentences[0]).toMatch(/^ResNet-18 is better than ResNet-50, the next best,: /);
  });

  it('says what an epoch takes only for equal epochs on one kind of machine', () => {
    const slow = { ...fifty([0.2]), epochs: fifty([0.2]).epochs.map((epoch) => ({ ...epoch, seconds: 60 })) };
    expect(said(slow, eighteen([0.9]))).toContain(
      'has 52 % fewer parameters, and takes 66 % less time per epoch.',
    );
    const elsewhere = { ...slow, run: { ...slow.run, machine: { ...slow.run.machine!, cpu: 'another' } } };
    expect(said(elsewhere, eighteen([0.9]))).not.toContain('per epoch');
  });

  it('says what the better one costs, less as a percentage and more as a factor', () => {
    const large = fifty([0.9], { macs: 370e6 });
    expect(said(eighteen([0.2]), large)).toContain(
      'Compared with ResNet-18, ResNet-50 has 2.1 times as many parameters and 10 times as many MACs.',
    );
    const huge = fifty([0.2], { params: 11e9, macs: 37e9 });
    // Whatever is left is more than nothing.
    expect(said(eighteen([0.9]), huge)).toContain('has 99 % fewer parameters and MACs.');
    expect(said(eighteen([0.9]), fifty([0.2], { params: 12e6 }))).not.toContain('Compared with');
  });

  it('calls equal accuracies too close to call', () => {
    const found = answer(eighteen([0.712]), fifty([0.712]))!;
    expect(found).toMatchObject({ verdict: 'too close to call', difference: { difference: 0, p: 1 } });
    expect(found.sentences[0]).toContain('the difference of 0.0 points can be chance');
  });

  it('tells runs that ended early, and counts those that it has no room for', () => {
    const early = (count: number): string =>
      said(
        ...Array.from({ length: count }, (_, index) =>
          aHistory([0.5], {
            id: index + 1,
            name: `run ${index + 1}`,
            state: 'stopped',
            epochs: 2,
            recipe: { ...BLOG_RECIPE, batchSize: 64 + index },
          }),
        ),
      );
    expect(early(3)).toMatch(/run 3 ended 1 epoch early\.$/);
    expect(early(4)).toMatch(/run 3 ended 1 epoch early; and 1 more is not complete\.$/);
    expect(early(5)).toMatch(/run 3 ended 1 epoch early; and 2 more are not complete\.$/);
  });
});

describe('the answer by a loss', () => {
  /** Runs of one set-up with these lowest losses, each after a higher one. */
  const losses = (of: typeof eighteen, lowest: number[], from = 1): History[] =>
    lowest.map((loss, index) => {
      const { run, epochs } = of([0.5, 0.6], seeded(from + index));
      const values = [loss + 1, loss];
      return {
        run,
        epochs: epochs.map((epoch, at) => ({
          ...epoch,
          valLoss: values[at]!,
          valCrossEntropy: values[at]! / 2,
        })),
      };
    });
  const by = (metric: JudgedBy, ...histories: History[]) => compareRuns(histories, metric, (name) => name)!;

  it('has the lower one first, by Welch’s test over seeds', () => {
    const found = by(
      'valLoss',
      ...losses(fifty, [1.3, 1.32, 1.31]),
      ...losses(eighteen, [1.2, 1.21, 1.22], 11),
    );
    // scipy.stats.ttest_ind of both, equal_var=False: p 0.000255, 95 % interval -0.12267 to -0.07733.
    expect(found).toMatchObject({
      verdict: 'better',
      ranking: [1, 0],
      test: 'Welch',
      paired: null,
      difference: {
        difference: expect.closeTo(-0.1, 9),
        p: expect.closeTo(0.0002552167494419268, 12),
        low: expect.closeTo(-0.1226695793552753, 9),
        high: expect.closeTo(-0.07733042064472488, 9),
      },
    });
    expect(found.sentences).toEqual([
      'ResNet-18 is better than ResNet-50: lowest validation loss 1.2100 against 1.3100, 0.1000 less (95 % interval 0.0773 to ' +
        '0.1227, p < 0.001, Welch’s t-test over 3 and 3 seeds).',
      'Compared with ResNet-50, ResNet-18 has 52 % fewer parameters.',
      'The loss includes the L2 term, which grows with the weights; the cross-entropy leaves it out.',
      'They were validated on the test set of Shapes, so the best epoch is a little too good an estimate.',
    ]);
  });

  it('speaks of the cross-entropy alone where that is chosen', () => {
    const sentences = by(
      'valCrossEntropy',
      ...losses(fifty, [1.3, 1.5]),
      ...losses(eighteen, [1.2, 1.4], 11),
    ).sentences.join(' ');
    expect(sentences).toMatch(
      /^Too close to call between ResNet-18 and ResNet-50: lowest validation cross-entropy 0\.6500 against 0\.7000; the difference of 0\.0500 can be chance \(95 % interval −0\./,
    );
    expect(sentences).not.toContain('L2');
  });

  it('is that single runs cannot tell, even where they have kept what they predicted', () => {
    const predictions = [predictionsOf(2, 2000, (image) => image < 1000)];
    const [one, other] = [...losses(eighteen, [1.2]), ...losses(fifty, [1.3], 11)].map((history) => ({
      ...history,
      predictions,
    }));
    const found = by('valLoss', one!, other!);
    expect(found).toMatchObject({ verdict: 'cannot tell', ranking: [0, 1], test: null, difference: null });
    expect(found.sentences[0]).toBe(
      'Lowest validation loss: 1.2000 of ResNet-18 against 1.3000 of ResNet-50, 0.1000 less. One run each cannot tell whether ' +
        'that is more than chance; train both with another seed.',
    );
    expect(found.sentences.join(' ')).not.toContain('one seed only');
    const uneven = by('valLoss', ...losses(eighteen, [1.2, 1.3]), ...losses(fifty, [1.3], 11));
    expect(uneven.sentences[0]).toContain(
      'One run of ResNet-50 cannot tell whether that is more than chance; train it with another seed.',
    );
  });

  it('is at a common amount where they trained unequally', () => {
    const [short] = losses(eighteen, [1.2]);
    const [long] = losses(fifty, [1.3], 11);
    const third = { ...long!.epochs[1]!, epoch: 3, step: 3 * 157, valLoss: 0.1 };
    const found = by('valLoss', short!, { run: long!.run, epochs: [...long!.epochs, third] });
    expect(found.images).toBe(20_000);
    expect(found.sentences[1]).toMatch(/^Validation loss: 1\.2000 of ResNet-18 against 1\.3000 of ResNet-50/);
  });

  it('names the loss where nothing can be ranked', () => {
    const [one, other] = [...losses(eighteen, [1.2]), ...losses(fifty, [NaN], 11)];
    const without = { ...other!, epochs: other!.epochs.map((epoch) => ({ ...epoch, valLoss: NaN })) };
    expect(by('valLoss', one!, without).sentences).toEqual(['The validation loss of a run is not a number.']);
    const elsewhere = { ...other!, run: { ...other!.run, recipe: { ...BLOG_RECIPE, limitEval: 100 } } };
    expect(by('valLoss', one!, elsewhere).sentences[0]).toContain('so their losses cannot be ranked.');
  });
});

describe('an imported run', () => {
  const old = (id: number, accuracies: number[], over: Partial<Run> = {}): History => {
    const { epochs } = aHistory(accuracies);
    const figures = { epoch: epochs.length, epochs: epochs.length, last: epochs.at(-1)! };
    return { run: importedSample({ id, name: `old ${id}`, ...figures, ...over }), epochs };
  };

  it('is not ranked, since nobody knows on which images it was validated', () => {
    const found = answer(old(7, [0.5, 0.9]), eighteen([0.4, 0.5]))!;
    expect(found).toMatchObject({ verdict: 'none', ranking: null, difference: null, images: null });
    expect(found.sentences).toEqual([
      'old 7 was imported, and its source does not say on which images it was validated, so the accuracies cannot be ranked.',
    ]);
    expect(said(old(7, [0.5]), old(8, [0.5]), old(9, [0.5]), eighteen([0.4]))).toContain(
      'old 7, old 8 and 1 more were imported, and their sources do not say',
    );
  });

  it('is left aside where others can be ranked', () => {
    const found = answer(old(7, [0.5, 0.9]), eighteen([0.5, 0.712]), fifty([0.4, 0.64]))!;
    expect(found).toMatchObject({ verdict: 'better', ranking: [1, 2] });
    expect(found.sentences[0]).toMatch(/^ResNet-18 is better than ResNet-50: /);
    expect(found.sentences).toContain(
      'old 7 was imported, and its source does not say on which images it was validated, so it is not ranked.',
    );
  });

  it('takes those aside that it is grouped with', () => {
    const mixed = { name: 'mixed', histories: [old(7, [0.5]), eighteen([0.5], seeded(3))] };
    const [one, other] = [eighteen([0.5]), fifty([0.4])].map((history) => ({
      name: history.run.name,
      histories: [history],
    }));
    expect(answerOf([mixed, one!, other!], 'valAccuracy', (name) => name)!.sentences).toContain(
      'old 7 was imported, and its source does not say on which images it was validated, so what it is grouped with is not ' +
        'ranked either.',
    );
  });

  it('repeats no other run, whatever its user said of it', () => {
    const { architecture, dataset, params, macs } = eighteen([0.5]).run;
    const said = { architecture, dataset, params, macs };
    const groups = groupBySetUp([old(7, [0.5], said), old(8, [0.5], said), eighteen([0.5])]);
    expect(groups.map(({ histories }) => histories.length)).toEqual([1, 1, 1]);
  });

  it('has figures at equal epochs, and none at equal images, MACs or unknown times', () => {
    const [imported, own] = [old(7, [0.5, 0.9]), eighteen([0.4, 0.5])];
    imported.epochs = imported.epochs.map((epoch) => ({ ...epoch, seconds: NaN }));
    expect(commonBudget([imported, own], 'epochs', 'valAccuracy')).toBe(2);
    for (const budget of ['images', 'macs', 'time'] as const)
      expect(commonBudget([imported, own], budget, 'valAccuracy'), budget).toBeNull();
    const figures = figuresOf(
      { name: 'old', histories: [imported] },
      { budget: 'epochs', amount: 2, target: 0.6 },
    );
    expect(figures).toMatchObject({
      parameters: null,
      macs: null,
      bestAccuracy: { mean: 0.9 },
      accuracyAtBudget: { mean: 0.9 },
      spent: { epochs: { mean: 2 }, time: null, images: null, macs: null },
      reached: { epochs: { mean: 2 }, time: null, images: null, macs: null },
    });
  });
});
