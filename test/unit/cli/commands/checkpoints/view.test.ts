import { join } from 'node:path';
import { expect, it } from 'vitest';
import { checkpointsTable, verifiedTable, verifyAll } from '../../../../../src/cli/commands/checkpoints/view';
import { checkpointName } from '../../../main/fixtures';
import { aCheckpoint } from '../../fake-runs';
import { memoryTerminal } from '../../memory';

const { output } = memoryTerminal().context;

it('are listed with why they are kept', () => {
  const lines = checkpointsTable(
    [
      aCheckpoint({ id: 5, step: 1025, kind: 'pause', valAccuracy: null, damaged: 'x is damaged' }),
      aCheckpoint({ id: 3, best: true, pinned: true }),
    ],
    output,
  );
  expect(lines.slice(2).map((line) => line.replace(/\d{4}-\d\d-\d\d \d\d:\d\d/, 'then'))).toEqual([
    expect.stringMatching(/^ +5 +1,025 +1 +paused +- +1\.50 MB +then +damaged$/),
    expect.stringMatching(/^ +3 +10 +1 +end of an epoch +50\.00 % +1\.50 MB +then +best, pinned$/),
  ]);
});

it('are verified one by one, by their descriptions, with the bytes read so far', async () => {
  const [a, b] = [checkpointName(1), checkpointName(2)];
  const list = [aCheckpoint({ id: 1, file: a }), aCheckpoint({ id: 2, runId: 8, file: b })];
  const paths: string[] = [];
  const shown: (number | null)[] = [];
  const verified = await verifyAll(
    list,
    (runId) => join('data', `run-${runId}`),
    (path) => {
      paths.push(path);
      return Promise.resolve(path.endsWith(`${b}.json`) ? 'b.json is damaged' : null);
    },
    ({ fraction }) => shown.push(fraction),
  );
  expect(paths).toEqual([join('data', 'run-7', `${a}.json`), join('data', 'run-8', `${b}.json`)]);
  expect(shown).toEqual([0, 0.5]);
  expect(verified.map(({ problem }) => problem)).toEqual([null, 'b.json is damaged']);
  expect(verifiedTable(verified, output).slice(2)).toEqual([
    expect.stringMatching(/^ +1 +7 .*sound$/),
    expect.stringMatching(/^ +2 +8 .*damaged$/),
  ]);
});
