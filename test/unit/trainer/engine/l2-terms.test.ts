/** L2 of the loss on each choice of variables, against the figures of Keras and PyTorch (test/reference/l2_terms.py). */
import { describe, expect, test } from 'vitest';
import { parseArchitecture } from '../../../../src/architecture/text/architecture';
import { buildNetwork } from '../../../../src/architecture/network';
import { storedRecipe, type Recipe } from '../../../../src/shared/recipe';
import { resolvedRecipe } from '../../../../src/shared/regularisation';
import { createEngine as createLayersEngine } from '../../../../src/trainer/engine/layers-engine';
import type { CreateEngine, Engine } from '../../../../src/trainer/engine/engine';
import { openEngine } from '../../../../src/trainer/engine/graph/graph-engine';
import { perDirection } from '../../../../src/trainer/engine/graph/lowering/lowerings';
import { nativePlan } from '../../../../src/trainer/engine/graph/lowering/plan';
import { ownKernels } from '../../../../src/trainer/engine/own-kernels';
import { probe } from '../../../../src/trainer/probe';
import reference from '../../../reference/l2-terms.json';
import { recipe, samples } from '../fixtures';

const parsed = parseArchitecture(reference.architecture);
if (!parsed.ok) throw new Error('The architecture of the figures is none.');
const architecture = parsed.value;

const byGraph =
  (update: 'native' | 'fused'): CreateEngine =>
  (network, how) =>
    openEngine(network, how, {
      ...nativePlan(network),
      ...(update === 'fused' && { update: perDirection(() => 'fused') }),
    });
const ENGINES: [string, CreateEngine, boolean][] = [
  ['the graph engine by TensorFlow’s ops', byGraph('native'), true],
  ['the graph engine by an op of our own', byGraph('fused'), ownKernels() !== null],
  ['the layers engine', createLayersEngine, true],
];

/** PyTorch's Adam adds epsilon to a root that is corrected for its bias: another step where a gradient is tiny. */
const toleranceOf = (of: 'keras' | 'torch', optimizer: string) =>
  of === 'torch' && optimizer === 'adam' ? { totals: 2e-4, norms: 1e-2 } : { totals: 1e-4, norms: 1e-3 };

describe.each(reference.cases)('$optimizer, L2 on $regularised', (figures) => {
  test.each(ENGINES)('%s trains as Keras and PyTorch do', async (_, createEngine, isThere) => {
    if (!isThere) return;
    const { optimizer, learningRate, momentum = 0, l2, regularised } = figures;
    const how = { optimizer, learningRate, momentum, l2, regularised, batchSize: reference.batch };
    const found = await probe(
      { architecture, recipe: recipe(how as Partial<Recipe>), steps: reference.steps, engine: null },
      createEngine,
    );
    const norms = new Map(found.variables.map(({ name, norm }) => [name, norm]));
    for (const of of ['keras', 'torch'] as const) {
      const tolerance = toleranceOf(of, optimizer);
      for (const [step, total] of figures[of].totals.entries())
        expect(Math.abs(found.steps[step]!.total! / total - 1)).toBeLessThan(tolerance.totals);
      for (const [name, norm] of Object.entries(figures[of].norms))
        expect(Math.abs(norms.get(name)! - norm), name).toBeLessThan(tolerance.norms * Math.max(norm, 0.1));
    }
  });
});

test.each(ENGINES)(
  '%s: a recipe of an earlier version gives the same bits as what it is read as',
  (_, createEngine, isThere) => {
    if (!isThere) return;
    const decaying = { ...architecture, l2: 0.02 };
    const { regularisation: _kind, l2: _l2, regularised: _on, ...earlier } = recipe({ weightDecay: 0.5 });
    const stored = storedRecipe(earlier);
    const network = buildNetwork(decaying);
    const { images, labels } = samples(8, decaying);
    const statesOf = [stored, resolvedRecipe(stored, decaying)].map((how) => {
      const engine = createEngine(network, how) as Engine;
      try {
        for (let step = 0; step < 3; step++) engine.trainStep(images, labels);
        return engine.readState();
      } finally {
        engine.dispose();
      }
    });
    expect(statesOf[1]).toEqual(statesOf[0]);
  },
);

test('the term is of the variables that are asked for, and of no other', () => {
  const first = (on: string) =>
    reference.cases.find(({ optimizer, regularised }) => optimizer === 'sgd' && regularised === on)!.keras
      .totals[0]!;
  // With the weights that all begin with: gammas are 1, betas and the dense layer's biases 0.
  const gammas = 2 * 4 + 3 * 6;
  expect(first('all') - first('kernels')).toBeCloseTo(reference.cases[0]!.l2 * gammas, 6);
});
