import { describe, expect, it } from 'vitest';
import { verdict } from '../../../../../src/renderer/features/compare/verdict';
import { DEFAULT_RECIPE } from '../../../../../src/shared/recipe';
import { sampleRun } from '../runs/sample';

const eighteen = sampleRun({
  id: 1,
  name: 'ResNet-18',
  best: { valAccuracy: 0.712, epoch: 9 },
  params: 11e6,
  macs: 37e6,
});
const fifty = sampleRun({
  id: 2,
  name: 'ResNet-50',
  best: { valAccuracy: 0.64, epoch: 9 },
  params: 23.1e6,
  macs: 37e6,
});

describe('verdict', () => {
  it('names the leader, the gap, the cost, and what is still to come', () => {
    expect(verdict([fifty, eighteen])).toBe(
      'ResNet-18 leads: best validation accuracy 71.2 % against 64.0 % of ResNet-50, with 52 % fewer parameters.',
    );
    expect(verdict([eighteen, { ...fifty, state: 'running', epoch: 9 }])).toBe(
      'ResNet-18 leads: best validation accuracy 71.2 % against 64.0 % of ResNet-50, with 52 % fewer parameters. ' +
        '1 of 10 epochs of ResNet-50 is still to come.',
    );
  });

  it('says so where the leader costs more', () => {
    expect(
      verdict([
        { ...eighteen, best: { valAccuracy: 0.5, epoch: 1 } },
        { ...fifty, macs: 370e6 },
      ]),
    ).toContain('with 2.1 times as many parameters and 10 times as many MACs');
  });

  it('never calls a network that is there 100 % smaller', () => {
    const huge = { ...fifty, params: 11e9, macs: 37e9 };
    expect(verdict([eighteen, huge])).toContain('with 99 % fewer parameters and MACs');
  });

  it('says nothing of a cost that is about the same', () => {
    expect(verdict([eighteen, { ...fifty, params: 13e6 }])).toMatch(/of ResNet-50\.$/);
  });

  it('names the next best of several', () => {
    const third = sampleRun({ id: 3, name: 'third', best: { valAccuracy: 0.3, epoch: 1 }, params: 11e6 });
    expect(verdict([third, eighteen, fifty])).toContain('against 64.0 % of ResNet-50, the next best');
  });

  it('calls a gap within chance by that name', () => {
    const close = { ...fifty, best: { valAccuracy: 0.7, epoch: 9 } };
    // Two standard errors: 2·sqrt(2·0.706·0.294 / 2000) = 2.9 %.
    expect(verdict([eighteen, close])).toContain(
      'With 2,000 validation images a gap below 2.9 % can be chance.',
    );
    expect(verdict([eighteen, fifty])).not.toContain('chance');
  });

  it('knows a draw', () => {
    expect(verdict([eighteen, { ...fifty, best: { valAccuracy: 0.7121, epoch: 9 } }])).toBe(
      'ResNet-50 and ResNet-18 are level at a best validation accuracy of 71.2 %; ' +
        'ResNet-50 does it with 2.1 times as many parameters.',
    );
  });

  it('warns where accuracies are not of the same images', () => {
    const other = { ...fifty, dataset: { ...fifty.dataset, id: 'cifar10' as const } };
    expect(verdict([eighteen, other])).toContain('different data sets, so the accuracies cannot be compared');
    const fewer = { ...fifty, recipe: { ...DEFAULT_RECIPE, limitEval: 100 } };
    expect(verdict([eighteen, fewer])).toContain('different numbers of images');
  });

  it('tells runs that ended early from runs that go on', () => {
    expect(verdict([{ ...eighteen, state: 'stopped', epoch: 4 }, fifty])).toContain(
      'ResNet-18 ended 6 epochs early.',
    );
    expect(verdict([{ ...eighteen, state: 'running', epoch: 4 }, fifty])).toContain(
      '6 of 10 epochs of ResNet-18 are still to come.',
    );
  });

  it('counts runs that it has no room for, one and several', () => {
    const early = (count: number) =>
      Array.from({ length: count }, (_, index) =>
        sampleRun({ id: index + 1, name: `run ${index + 1}`, state: 'stopped', epoch: 9 }),
      );
    expect(verdict(early(3))).toMatch(/run 3 ended 1 epoch early\.$/);
    expect(verdict(early(4))).toMatch(/run 3 ended 1 epoch early; and 1 more is not complete\.$/);
    expect(verdict(early(5))).toMatch(/run 3 ended 1 epoch early; and 2 more are not complete\.$/);
  });

  it('has little to say before the first epoch, and nothing with one run', () => {
    const fresh = { best: null, last: null, epoch: 0, state: 'running' as const };
    expect(
      verdict([
        { ...eighteen, ...fresh },
        { ...fifty, ...fresh },
      ]),
    ).toContain('No run has finished an epoch yet');
    expect(verdict([eighteen, { ...fifty, ...fresh }])).toContain(
      'Only ResNet-18 has finished an epoch so far',
    );
    expect(verdict([eighteen])).toBeNull();
  });
});
