import { expect, it } from 'vitest';
import { load } from '../scripts/load';

const { gridText } = await load<{ gridText(result: unknown): string }>('bench/grid.mjs');

it('what was measured of images has the load, and the limits of the first ones and of frames', () => {
  const scrolled = { intervals: [16.7, 16.7, 16.7, 33.3], script: 1.5, task: 4, drawn: 0.981 };
  const text = gridText({
    opened: [250.4, 120, 118],
    scrollings: [
      { pace: 'slowly', ...scrolled },
      { pace: 'quickly', ...scrolled, drawn: 0.5 },
    ],
    load: 1.23,
  });
  expect(text).toContain('the first after the start: 250, 120, 118 ms; limit 300 ms.');
  expect(text).toMatch(/^slowly +16\.7 +30\.8 +33\.3 +1\.50 +4\.00 +98 %$/m);
  expect(text).toMatch(/^quickly .*50 %$/m);
  expect(text).toContain('Load 1.2; limit: 95 % of frames within 34 ms.');
});
