import { expect, test } from 'vitest';
import { ENGINE_NAMES } from '../../../../src/shared/training-messages';
import { defaultEngine, loadEngine } from '../../../../src/trainer/engine/engines';
import { createEngine as createGraphEngine } from '../../../../src/trainer/engine/graph/graph-engine';
import { createEngine as createLayersEngine } from '../../../../src/trainer/engine/layers-engine';

test('the graph engine trains unless RESBENCH_ENGINE says otherwise', () => {
  expect(defaultEngine({})).toBe('graph');
  expect(defaultEngine({ RESBENCH_ENGINE: '' })).toBe('graph');
  expect(ENGINE_NAMES.map((name) => defaultEngine({ RESBENCH_ENGINE: name }))).toEqual([...ENGINE_NAMES]);
});

test('an engine that does not exist is refused with those that do', () => {
  expect(() => defaultEngine({ RESBENCH_ENGINE: 'torch' })).toThrow(
    'RESBENCH_ENGINE is "torch": it can be layers or graph; unset it for the default.',
  );
});

test('each name loads its engine', async () => {
  expect(await loadEngine('layers')).toBe(createLayersEngine);
  expect(await loadEngine('graph')).toBe(createGraphEngine);
});
