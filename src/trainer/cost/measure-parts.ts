/** Measures what a training step is made of, part by part: what a plan's measurements tell already, and what they leave out. */
import { differentParts, layersWithin, type StepPart } from '../../architecture/step-parts';
import type { Network } from '../../architecture/network';
import { variableElements } from '../../architecture/training-memory';
import { convShape, shapeKey } from '../../architecture/convolutions';
import { normKey } from '../../architecture/normalisations';
import { updateRule, type CostRecord, type PartTime } from '../../shared/cost/record';
import { NATIVE, UPDATE, type EnginePlan, type PlanTimings } from '../../shared/plan';
import type { Recipe } from '../../shared/recipe';
import { timeCall, timeLayer, timePass } from '../engine/graph/layer-time';
import { updateCase } from '../engine/graph/lowering/updates';
import { createOptimizer } from '../engine/graph/optimizer';
import { elements } from '../engine/graph/graph';

/** A normalisation is timed with its gradient, which takes about twice as long: it reads two maps where the forward pass reads one. */
const NORM_FORWARD = 1 / 3;
/** Passes over each value of an update that was not timed: read w, m, v, g, write w, m, v. */
const UPDATE_PASSES = 7;

export interface PartsJob {
  network: Network;
  recipe: Recipe;
  batch: number;
  plan: EnginePlan;
  timings: PlanTimings;
}

/**
 * Adds what a record lacks of a network's parts.
 * @param between awaited before each part that has to be timed, with how many are done of how many; what it throws ends the measuring.
 */
export async function measureParts(
  { network, recipe, batch, plan, timings }: PartsJob,
  record: Pick<CostRecord, 'pass' | 'parts' | 'updates'>,
  between: (done: number, total: number) => Promise<void> | void,
): Promise<void> {
  const pass = (record.pass ??= timePass());
  const parts = [...differentParts(network).values()].map(([part]) => part);
  const unknown = parts.filter(({ key }) => !record.parts[key]);
  const call = timeCall();
  const alone = (milliseconds: number): number => Math.max(0, milliseconds - call);
  for (const [index, part] of unknown.entries()) {
    await between(index, unknown.length);
    record.parts[part.key] = ofPlan(part, plan, timings, alone) ?? timed(part, network, batch, plan, call);
  }

  const { trained } = variableElements(network);
  const rule = updateRule(recipe, network.architecture);
  if (record.updates.some((update) => update.rule === rule && update.values === trained)) return;
  const took = timings[UPDATE]?.forward[plan[UPDATE]?.forward ?? NATIVE];
  const values = updateCase(network, createOptimizer(recipe)).variables.reduce(
    (sum, { shape }) => sum + elements(shape),
    0,
  );
  const milliseconds = took
    ? alone(took) * (trained / values)
    : (UPDATE_PASSES * pass * 4 * trained) / 2 ** 20;
  record.updates.push({ rule, values: trained, milliseconds });
}

/** Null where the plan's measurements do not tell. */
function ofPlan(
  { layer, unit, wanted }: StepPart,
  plan: EnginePlan,
  timings: PlanTimings,
  alone: (milliseconds: number) => number,
): PartTime | null {
  if (layer.kind === 'conv') {
    const key = shapeKey(convShape(layer));
    const took = (direction: 'forward' | 'inputGradient' | 'filterGradient'): number =>
      timings[key]?.[direction][plan[key]![direction]] ?? 0;
    const [forward, filter] = [took('forward'), took('filterGradient')];
    const input = wanted ? took('inputGradient') : null;
    // Zero: there was no choice, so it was not timed.
    if (forward === 0 || filter === 0 || input === 0) return null;
    return { forward: alone(forward), backward: alone(filter) + (input === null ? 0 : alone(input)) };
  }
  if (!unit) return null;
  const key = normKey(unit);
  const both = timings[key]?.forward[plan[key]?.forward ?? NATIVE];
  return both ? { forward: alone(both) * NORM_FORWARD, backward: alone(both) * (1 - NORM_FORWARD) } : null;
}

/** A normalisation that no plan has measured is the sum of its layers. */
function timed(
  { layer, unit, inputs, wanted }: StepPart,
  network: Network,
  batch: number,
  plan: EnginePlan,
  call: number,
): PartTime {
  const alone = ({ forward, backward }: PartTime): PartTime => ({
    forward: Math.max(0, forward - call),
    backward,
  });
  const own = alone(timeLayer(layer, inputs, batch, plan, wanted));
  const within = new Set(unit ? layersWithin(unit) : []);
  return network.layers.reduce((sum, other) => {
    if (other.kind === 'input' || !within.has(other.name)) return sum;
    // What follows a normalisation within it takes maps of its shape.
    const maps = other.inputs.map(() => layer.outputShape);
    const { forward, backward } = alone(timeLayer(other, maps, batch, plan, true));
    return { forward: sum.forward + forward, backward: sum.backward + backward };
  }, own);
}
