import { describe, expect, it } from 'vitest';
import { load } from '../scripts/load';

const { openText, framesText, liveText, trainingText } =
  await load<Record<'openText' | 'framesText' | 'liveText' | 'trainingText', (result: unknown) => string>>(
    'bench/ui-table.mjs',
  );

const frames = { intervals: [16.7, 16.7, 16.7, 50], script: 9.5, task: 14 };
const moved = { zoom: frames, pan: frames, cursor: frames, load: 0.5 };
const tensorboard = { open: 4321, runs: 50, points: 500_000, zoom: frames, cursor: frames, load: 0.6 };
const result = {
  many: { runs: 50, steps: 10_000 },
  cold: [{ milliseconds: 876.4, points: 500_000, load: 0.3 }],
  frames: { 10: moved, 50: moved },
  tensorboard: null,
};

describe('what was measured of charts', () => {
  it('has the load and the limit beside each figure', () => {
    expect(openText(result)).toContain('to all 500000 points: 876 ms (load 0.3); limit 1000 ms.');
    const table = framesText(result);
    expect(table).toMatch(
      /^50 runs, zoom +16\.7 +45\.0 +50\.0 +2 +9\.50 +14\.0 +95 % within 34, script 12$/m,
    );
    expect(table).toMatch(/^10 runs, pan .+ none missed, script 12$/m);
    expect(table).toContain('50 runs at load 0.5');
    expect(liveText({ series: 10, script: 3.21, task: 7.5, longest: 5, load: 0.4 })).toMatch(
      /script 3\.21 ms.+\(load 0\.4\); limit 4 ms of script\.$/,
    );
    expect(trainingText({ longest: 6.5, updates: 40, load: 2.2 })).toContain(
      'longest task 6.50 ms of thread time in 40 updates (load 2.2); limit 8 ms.',
    );
  });

  it('has the many curves before the few, and TensorBoard last', () => {
    const table = framesText({ ...result, tensorboard });
    expect([...table.matchAll(/^(\S.*?, (?:zoom|pan|cursor)) {2}/gm)].map(([, name]) => name)).toEqual([
      ...['50 runs, zoom', '50 runs, pan', '50 runs, cursor'],
      ...['10 runs, zoom', '10 runs, pan', '10 runs, cursor'],
      ...['TensorBoard, 50 runs, zoom', 'TensorBoard, 50 runs, cursor'],
    ]);
    expect(framesText(result)).not.toContain('TensorBoard');
    expect(openText({ ...result, tensorboard })).toContain('500000 points: 4321 ms (load 0.6)');
  });
});
