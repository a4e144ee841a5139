import { describe, expect, it } from 'vitest';
import {
  agreements,
  besidePrinted,
  differencesOf,
  formatPoints,
  printedSeconds,
} from '../../../../src/shared/blog/comparison';
import { SHORT_FORM } from '../../../../src/shared/blog/experiment';
import { blogEpochs, blogRun } from './sample';

describe('epochs beside the printed ones', () => {
  it('are the ten that are printed, with those of each run as far as it has come', () => {
    const rows = besidePrinted([blogEpochs(0.4473, 0.4655), []]);
    expect(rows).toHaveLength(10);
    expect(rows[0]).toMatchObject({ epoch: 1, printed: { valAccuracy: 0.3473 } });
    expect(rows[0]!.runs).toEqual([{ value: 0.4473, points: expect.closeTo(10, 9) as number }, null]);
    expect(rows[1]!.runs[0]!.points).toBeCloseTo(-1, 9);
    expect(rows[2]!.runs).toEqual([null, null]);
  });

  it('go on beyond the tenth where a run does, without a difference', () => {
    const rows = besidePrinted([blogEpochs(...Array.from({ length: 12 }, () => 0.5))]);
    expect(rows).toHaveLength(12);
    expect(rows[11]).toEqual({ epoch: 12, printed: null, runs: [{ value: 0.5, points: null }] });
  });

  it('differ by points with a sign', () => {
    expect([6.471, -0.3, 0].map(formatPoints)).toEqual(['+6.47', '−0.30', '+0.00']);
  });

  it('took the printed times', () => {
    expect(printedSeconds()).toEqual({ least: 1038, most: 1137, total: 10_892 });
  });
});

describe('what differs', () => {
  const titles = (...runs: Parameters<typeof differencesOf>[0]): string[] =>
    differencesOf(runs).map(({ title }) => title);
  const text = (title: string, ...runs: Parameters<typeof differencesOf>[0]): string =>
    differencesOf(runs).find((one) => one.title === title)!.text;

  it('is the sum, the machine and the random numbers, before anything was run', () => {
    expect(titles()).toEqual(['The dropped sum', 'Machine and library', 'Random numbers']);
    expect(text('Machine and library')).toContain('1,038 to 1,137 s');
    expect(text('Machine and library')).not.toContain('Here');
    expect(text('Random numbers')).toContain('by up to 13 points');
  });

  it('is told of the runs that there are', () => {
    const plain = blogRun('plain', { id: 3, step: 7820, seconds: 1564 });
    const meant = blogRun('projections', { id: 4, step: 0 }, { seed: 7 });
    expect(text('Machine and library', plain, meant)).toContain(
      'Here run 3 took 200 ms a step, with TensorFlow 2.21.0.',
    );
    expect(text('Random numbers', plain, meant)).toContain('here it is 1 and 7');
    expect(text('The dropped sum', plain)).not.toContain('projections');
    expect(text('The dropped sum', plain, meant)).toContain('with projections another network is trained');
  });

  it('begins with what is shorter', () => {
    expect(titles(blogRun('plain', { id: 5 }, SHORT_FORM))[0]).toBe('Less training');
    expect(text('Less training', blogRun('plain', { id: 5 }, SHORT_FORM))).toMatch(
      /^Run 5 \(2 epochs, first 6,400 training images, first 1,000 validation images\) did less/,
    );
  });
});

it('what agrees has the numbers of network and recipe', () => {
  expect(agreements().join('; ')).toMatch(
    /Adam with learning rate 0\.001, batches of 64 images, 10 epochs.*L2 1e-4 .*momentum 0\.99 and epsilon 0\.001/,
  );
});
