import { describe, expect, it } from 'vitest';
import {
  epochsTable,
  resumeLines,
  queueTable,
  runJson,
  runPage,
  runsTable,
} from '../../../../src/cli/training/describe-run';
import { aCheckpoint, anEpoch, aRun, queued } from '../fake-runs';
import { Output } from '../../../../src/cli/terminal/output';
import { textWidth } from '../../../../src/cli/format/text';
import { memoryTerminal, MemorySink } from '../memory';

const { output } = memoryTerminal().context;
const page = (
  ...[run, checkpoints = []]: [ReturnType<typeof aRun>, ReturnType<typeof aCheckpoint>[]?]
): string => runPage(run, [], new Float64Array(), checkpoints, output).join('\n');

it('the table of epochs has the average of the weights where it was validated', () => {
  const [plain, averaged] = [{}, { emaValLoss: 1.25, emaValAccuracy: 0.625 }].map((more) =>
    epochsTable([{ ...anEpoch(1), ...more }], output),
  );
  expect(plain!.join('\n')).not.toContain('EMA');
  expect(averaged![0]).toMatch(/Val accuracy +EMA val loss +EMA val accuracy +Time/);
  expect(averaged!.at(-1)).toMatch(/ 50\.00 % +1\.2500 +62\.50 % /);
});

it('the list shows places in the queue, parents and checkpoints', () => {
  const lines = runsTable(
    [
      queued(9, 2, { queue: { place: 2, held: true } }),
      queued(8, 1, { parent: { id: 7, step: 10, images: 640 } }),
      aRun({ state: 'paused' }),
    ],
    ({ id }) => (id === 7 ? [aCheckpoint(), aCheckpoint({ id: 4 })] : []),
    output,
  );
  expect(lines.slice(2)).toEqual([
    expect.stringMatching(/^ +9 .*queued 2 held .* - +-$/),
    expect.stringMatching(/^ +8 .*queued 1 .* run 7 +-$/),
    expect.stringMatching(/^ +7 .*paused .* - +2, 3\.00 MB$/),
  ]);
});

it.each([20, 30, 40, 72, 80])('the list fits a terminal of %d columns', (columns) => {
  const sink = new MemorySink(true, columns);
  const terminal = new Output(sink, sink, {}, false, 'linux');
  terminal.lines(
    runsTable(
      [aRun({ id: 12, state: 'completed', name: 'a\u001b[2J\u202eb', step: 10 }), queued(9, 2)],
      () => [],
      terminal,
    ),
  );
  // eslint-disable-next-line no-control-regex
  const shown = sink.text.replace(/\u001b\[\d+m/g, '');
  expect(Math.max(...shown.split('\n').map(textWidth))).toBeLessThanOrEqual(columns);
  expect(shown).toMatch(/12 {2}a\ufffd.* {2}comple/);
});

describe('the page', () => {
  it('shows parent, gaps, checkpoints and threads', () => {
    const text = page(
      aRun({
        state: 'paused',
        parent: { id: 5, step: 1200, images: 76_800 },
        checkpointStep: 10,
        threads: 2,
        gaps: [
          { step: 4, at: 1000, lostSeconds: 65, lostSteps: 0, reason: 'Paused by the user.' },
          { step: 8, at: 2000, lostSeconds: 5, lostSteps: 2, reason: 'Its process\nwas gone.' },
        ],
      }),
      [aCheckpoint({ id: 4, damaged: 'x is damaged' }), aCheckpoint()],
    );
    expect(text).toMatch(/^Parent +run 5, from its checkpoint of step 1,200$/m);
    expect(text).toMatch(/^Gaps +after step 4 on .*, 1 min 05 s lost: Paused by the user\.$/m);
    expect(text).toMatch(/^ +after step 8 on .*, 5\.0 s lost, 2 steps repeated: Its process was gone\.$/m);
    expect(text).toMatch(/^Checkpoints +2 checkpoints, 3\.00 MB, the newest of step 10, 1 damaged$/m);
    expect(text).toMatch(/^Threads +2 within an op$/m);
  });

  it('shows the place in the queue', () => {
    expect(page(queued(7, 3))).toMatch(/^Queue +place 3$/m);
    expect(page(queued(7, 3, { queue: { place: 3, held: true } }))).toMatch(
      /^Queue +place 3, held until it is released$/m,
    );
  });

  it('has no epoch to miss in a run that may be resumed', () => {
    expect(page(aRun({ state: 'paused' }))).not.toContain('No epoch was finished.');
    expect(page(aRun({ state: 'failed' }))).toContain('No epoch was finished.');
  });
});

it('the queue shows what trains, then what waits', () => {
  const lines = queueTable(
    [
      aRun({ id: 5, state: 'running', step: 5 }),
      queued(7, 1),
      queued(8, 2, { queue: { place: 2, held: true } }),
    ],
    output,
  );
  expect(lines.slice(2)).toEqual([
    expect.stringMatching(/^ +- +5 .*running .* 15$/),
    expect.stringMatching(/^ +1 +7 .*queued .* 20$/),
    expect.stringMatching(/^ +2 +8 .*held .* 20$/),
  ]);
});

it('as JSON a run has its queue, parent, gaps, checkpoint and threads', () => {
  expect(
    runJson(queued(7, 3, { parent: { id: 5, step: 10, images: 640 }, threads: 2, checkpointStep: 4 })),
  ).toMatchObject({
    queue: { place: 3, held: false },
    parent: { id: 5, step: 10, images: 640 },
    gaps: [],
    checkpointStep: 4,
    threads: 2,
    totalEpochs: 2,
  });
});

const DIVERGED = 'The loss became not a number (NaN) at step 21 (epoch 2), so training cannot continue.';

describe('how a run resumes', () => {
  it.each([
    [
      { state: 'paused', checkpointStep: 1200 } as const,
      ['Resume after step 1,200: npm start -- runs resume 7'],
    ],
    [
      { state: 'failed', checkpointStep: null } as const,
      ['Resume from its first step: npm start -- runs resume 7'],
    ],
    [{ state: 'failed', reason: DIVERGED, checkpointStep: null } as const, []],
    [
      { state: 'failed', reason: DIVERGED, checkpointStep: 20 } as const,
      ['Resume after step 20 with a smaller learning rate: npm start -- runs fork 7 --lr 0.0001'],
    ],
    [{ state: 'failed', unreadable: 'x', checkpointStep: 20 } as const, []],
    [{ state: 'completed', checkpointStep: 20 } as const, []],
    [{ state: 'running', checkpointStep: 20 } as const, []],
  ])('%j', (change, lines) => expect(resumeLines(aRun(change), {})).toEqual(lines));
});
