import { expect, it } from 'vitest';
import { SHORT_FORM } from '../../../../../src/shared/blog/experiment';
import { shownRuns } from '../../../../../src/renderer/features/blog/shown-runs';
import { blogRun } from '../../../shared/blog/sample';
import { sampleRun } from '../runs/sample';

const ids = (...runs: Parameters<typeof shownRuns>[0]): number[] => shownRuns(runs).map(({ run }) => run.id);

it('of each network the newest whole run and the newest shorter one are shown', () => {
  expect(
    ids(
      blogRun('projections', { id: 6 }),
      blogRun('plain', { id: 5 }, SHORT_FORM),
      blogRun('plain', { id: 4 }),
      blogRun('plain', { id: 3 }),
      blogRun('plain', { id: 2 }, SHORT_FORM),
      sampleRun({ id: 1 }),
    ),
  ).toEqual([4, 5, 6]);
});

it('a run that failed at once hides none that has figures', () => {
  const failed = blogRun('plain', { id: 9, state: 'failed', epoch: 0, best: null });
  expect(ids(failed, blogRun('plain', { id: 4 }))).toEqual([4]);
  expect(ids(failed)).toEqual([9]);
  expect(ids(blogRun('plain', { id: 10, state: 'queued', epoch: 0 }), blogRun('plain', { id: 4 }))).toEqual([
    10,
  ]);
});

it('they are called by number, network and length', () => {
  const shown = shownRuns([blogRun('plain', { id: 1 }), blogRun('projections', { id: 2 }, SHORT_FORM)]);
  expect(shown.map(({ label }) => label)).toEqual(['Run 1, plain', 'Run 2, projections, shorter']);
});
