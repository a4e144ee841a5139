import { describe, expect, it } from 'vitest';
import { MetricLog } from '../../../../src/renderer/charts/metric-log';
import { flagsOf, marksOf, describeGap, secondsAt, type Mark } from '../../../../src/renderer/charts/gaps';
import type { Scale } from '../../../../src/renderer/charts/series';
import type { Gap } from '../../../../src/shared/run';
import { Schedule } from '../../../../src/shared/schedule';
import { toColumns } from '../../../../src/shared/step-columns';

const gap: Gap = { step: 20, at: 0, lostSeconds: 200, lostSteps: 40, reason: 'The power went.' };
const scale: Scale = { schedule: new Schedule(10, 1, 5), macs: 1, startedAt: null, gaps: [] };

function logOf(steps: readonly number[]): MetricLog {
  const log = new MetricLog();
  log.read(
    toColumns(
      steps.map((step) => ({
        step,
        epoch: 1,
        loss: 1,
        crossEntropy: 1,
        accuracy: 1,
        seconds: step / 2,
        learningRate: 1,
      })),
    ),
  );
  return log;
}

describe('a gap', () => {
  it('says how long it was, what was repeated, and why', () => {
    expect(describeGap(gap)).toEqual({
      title: 'Resumed here after 3 min 20 s',
      lines: ['40 steps were repeated; the curve shows the first measurement.', 'The power went.'],
    });
    expect(describeGap({ ...gap, lostSteps: 1 }).lines[0]).toMatch(/^1 step was repeated/);
    expect(describeGap({ ...gap, lostSteps: 0 }).lines[0]).toBe('No step had to be repeated.');
  });

  it.each([
    ['step', 20],
    ['epoch', 2],
    ['time', 10],
  ] as const)('stands at its step on the %s axis', (axis, x) => {
    const log = logOf([19, 20, 21]);
    expect(marksOf({ gaps: [gap], parent: null }, '', axis, scale, log).map((mark) => mark.x)).toEqual([x]);
  });

  it('stands at the step before where its own was not measured', () => {
    const log = logOf([1, 2, 4]);
    expect([0, 2, 3, 4, 9].map((step) => secondsAt(log, step))).toEqual([0, 1, 1, 2, 2]);
  });
});

it('a fork is marked where it left its parent, but not at the very beginning', () => {
  const marks = (step: number): Mark[] =>
    marksOf({ gaps: [], parent: { id: 3, step, images: step } }, 'the parent', 'step', scale, logOf([]));
  expect(marks(1200)).toEqual([
    { x: 1200, title: 'Forked here', lines: ['Earlier steps are in the parent, up to step 1,200.'] },
  ]);
  expect(marks(0)).toEqual([]);
});

describe('flags', () => {
  const mark = (x: number): Mark => ({ x, title: String(x), lines: [] });
  const at = (marks: readonly Mark[]): [number, number[]][] =>
    flagsOf(marks, { from: 0, to: 100 }, (x) => x * 2, 18).map((flag) => [
      flag.left,
      flag.marks.map(({ x }) => x),
    ]);

  it('are shared by marks that stand closer than a flag is wide', () => {
    expect(at([mark(50), mark(10), mark(18), mark(19)])).toEqual([
      [20, [10, 18]],
      [38, [19]],
      [100, [50]],
    ]);
  });

  it('are for what is in sight only', () => {
    expect(at([mark(-1), mark(0), mark(100), mark(101)])).toEqual([
      [0, [0]],
      [200, [100]],
    ]);
  });
});
