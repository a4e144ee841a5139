import { describe, expect, it } from 'vitest';
import { accuracyTick, AXES, lossTick, plannedEnd, timeTicks } from '../../../../src/renderer/charts/axes';
import { Schedule } from '../../../../src/shared/schedule';

describe('ticks of the time axis', () => {
  const labels = (from: number, to: number): string[] => timeTicks(from, to, 9).map(AXES.time.formatTick);

  it.each<[string, number, string[]]>([
    ['a second', 1, ['0 s', '0.2 s', '0.4 s', '0.6 s', '0.8 s', '1 s']],
    ['eight seconds', 8, ['0 s', '1 s', '2 s', '3 s', '4 s', '5 s', '6 s', '7 s', '8 s']],
    ['a minute', 60, ['0 s', '10 s', '20 s', '30 s', '40 s', '50 s', '1 min']],
    ['half an hour', 1900, ['0 s', '5 min', '10 min', '15 min', '20 min', '25 min', '30 min']],
    ['an hour', 3700, ['0 s', '10 min', '20 min', '30 min', '40 min', '50 min', '1 h']],
    [
      'four hours',
      4 * 3600,
      ['0 s', '30 min', '1 h', '1 h 30 min', '2 h', '2 h 30 min', '3 h', '3 h 30 min', '4 h'],
    ],
    ['a day', 86_400, ['0 s', '3 h', '6 h', '9 h', '12 h', '15 h', '18 h', '21 h', '1 d']],
    ['ten days', 864_000, ['0 s', '2 d', '4 d', '6 d', '8 d', '10 d']],
    ['three years', 1100 * 86_400, ['0 s', '200 d', '400 d', '600 d', '800 d', '1,000 d']],
  ])('stand at round durations over %s', (_what, to, expected) => {
    expect(labels(0, to)).toEqual(expected);
  });

  it('are within what is shown', () => {
    expect(labels(620, 1900)).toEqual(['15 min', '20 min', '25 min', '30 min']);
  });

  it('are never more than there is room for', () => {
    for (let to = 0.001; to < 1e9; to *= 1.37) {
      const ticks = timeTicks(0, to, 9);
      expect(ticks.length).toBeGreaterThan(3);
      expect(ticks.length).toBeLessThanOrEqual(10);
    }
  });

  it('of a range without length are its place', () => {
    expect(timeTicks(5, 5, 9)).toEqual([5]);
  });
});

describe('the planned end of an axis', () => {
  const scale = { schedule: new Schedule(600, 64, 5), macs: 1000, startedAt: null, gaps: [] };
  const run = { state: 'running' as const, totalSteps: 50, seconds: 100 };

  it.each([
    ['step', 50],
    ['epoch', 5],
    ['images', 3000],
    ['macs', 9_000_000],
  ] as const)('is the planned number of each: %s', (axis, end) => {
    expect(plannedEnd(axis, run, scale, null)).toBe(end);
  });

  it('is in time a round duration beyond the estimated end', () => {
    expect(plannedEnd('time', run, scale, 1650)).toBe(1800);
    expect(plannedEnd('time', run, scale, 1690)).toBe(1800);
  });

  it.each([
    [0, 10],
    [2, 10],
    [8, 10],
    [9, 15],
    [47, 60],
    [49, 120],
    [100, 300],
    [3600, 7200],
    [40_000, 86_400],
    [80_000, 172_800],
  ])('grows with a curve of %d s until there is an estimate: %d s', (seconds, end) => {
    for (const unknown of [null, undefined]) {
      expect(plannedEnd('time', { ...run, seconds }, scale, unknown)).toBe(end);
    }
  });

  it('leaves a curve room to grow, and never most of the axis empty, until there is an estimate', () => {
    for (let seconds = 4; seconds < 1e7; seconds *= 1.09) {
      const end = plannedEnd('time', { ...run, seconds }, scale, null)!;
      expect(seconds / end).toBeLessThanOrEqual(0.8);
      expect(seconds / end).toBeGreaterThan(0.3);
    }
  });

  it('is that of a run without a step where the estimate says nothing either', () => {
    expect(plannedEnd('time', { ...run, seconds: 0 }, scale, 0)).toBe(10);
  });

  it('is none once the run is over', () => {
    for (const state of ['completed', 'stopped', 'paused', 'failed', 'queued'] as const) {
      expect(plannedEnd('step', { ...run, state }, scale, null)).toBeNull();
    }
  });
});

it('writes places on each axis', () => {
  expect([
    AXES.step.format(1234.4),
    AXES.epoch.format(1.23456),
    AXES.time.format(754.3),
    AXES.images.format(128_000),
    AXES.macs.format(1.81e9),
  ]).toEqual(['1,234', '1.23', '12 min 34 s', '128 k', '1.81 GMAC']);
});

it('calls each axis by a name that fits into a sentence', () => {
  expect(Object.values(AXES).map(({ name }) => name)).toEqual([
    'step',
    'epoch',
    'time',
    'wall time',
    'images',
    'MACs',
  ]);
});

it('writes ticks of accuracy and loss without trailing zeros', () => {
  expect([0, 0.4, 0.995, 1].map(accuracyTick)).toEqual(['0 %', '40 %', '99.5 %', '100 %']);
  expect([0, 0.25, 2.5, 0.0001, 100, 250_000].map(lossTick)).toEqual([
    '0',
    '0.25',
    '2.5',
    '1e-4',
    '100',
    '2.5e+5',
  ]);
});

describe('the clock as an axis', () => {
  const at = (hours: number, minutes = 0, seconds = 0): number =>
    new Date(2026, 10, 29, hours, minutes, seconds).getTime();

  it('has ticks at round times of this machine, and names the day at midnight', () => {
    const { ticks, formatTick } = AXES.wall;
    const labels = (from: number, to: number) => ticks!(from, to, 9).map(formatTick);
    expect(labels(at(13, 58), at(16, 2))).toEqual([
      '14:00',
      '14:15',
      '14:30',
      '14:45',
      '15:00',
      '15:15',
      '15:30',
      '15:45',
      '16:00',
    ]);
    expect(labels(at(21), at(27))).toEqual(['21:00', '22:00', '23:00', '30 Nov', '01:00', '02:00', '03:00']);
    expect(labels(at(14, 0, 3), at(14, 0, 24))).toEqual(['14:00:05', '14:00:10', '14:00:15', '14:00:20']);
  });

  it('says day and time of a point, and begins where curves do', () => {
    expect(AXES.wall.format(at(14, 5, 9))).toBe('29 Nov 14:05:09');
    expect(AXES.wall.origin).toBeNull();
  });

  it('is not planned: it goes on while a run waits', () => {
    const scale = { schedule: new Schedule(600, 64, 5), macs: 1000, startedAt: 5, gaps: [] };
    expect(plannedEnd('wall', { state: 'running', totalSteps: 50, seconds: 100 }, scale, 10)).toBeNull();
  });
});
