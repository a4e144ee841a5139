/** What a step takes, foretold by the times of its parts. Pure. */
import { stepParts } from '../../architecture/step-parts';
import type { Network } from '../../architecture/network';
import { storedLayers, variableElements } from '../../architecture/training-memory';
import { updateRule, type CostRecord } from './record';

type Measured = Pick<CostRecord, 'about' | 'pass' | 'parts' | 'updates'>;

/**
 * Bytes of a map that are still in a cache when the next layer takes it. By itself a layer finds its operands there each time; in a
 * step what is larger comes from memory, and what the backward pass takes again does so too.
 */
const CACHED = 2 * 2 ** 20;
/** How often what is not in a cache passes through memory in a step beyond what parts by themselves show. */
const COLD_PASSES = 2;

/** Positions of an output map from which on it is a large one: 8 x 8. */
const LARGE_MAP = 64;

const FLOAT = 4;

/** The sums of a step's parts, milliseconds. */
export interface PartSums {
  forward: number;
  backward: number;
  update: number;
  /** What parts by themselves do not show: maps that come from memory. */
  memory: number;
  /**
   * Of `forward` and `backward`, what convolutions on maps of 8 x 8 and more take: in a step they take longer by a larger share than what
   * small maps take, since caches do not hold their operands and they are computed by threads that share them.
   */
  largeMaps: number;
}

/** Null where a part was not measured. */
export function partSums(
  network: Pick<Network, 'layers' | 'architecture'>,
  recipe: Parameters<typeof updateRule>[0],
  { about, pass, parts, updates }: Measured,
): PartSums | null {
  const { trained } = variableElements(network);
  const rule = updateRule(recipe, network.architecture);
  // Of the same rule that which was measured for a network of about that size: caches hold small ones.
  const [nearest] = updates
    .filter((update) => update.rule === rule)
    .sort((a, b) => Math.abs(Math.log(a.values / trained)) - Math.abs(Math.log(b.values / trained)));
  if (!nearest) return null;
  const sums: PartSums = {
    forward: 0,
    backward: 0,
    update: nearest.milliseconds * (trained / nearest.values),
    memory: COLD_PASSES * (pass ?? 0) * (coldBytes(network, about.batch) / 2 ** 20),
    largeMaps: 0,
  };
  for (const { key, layer } of stepParts(network)) {
    const time = parts[key];
    if (!time) return null;
    sums.forward += time.forward;
    sums.backward += time.backward;
    if (layer.kind === 'conv' && layer.outputShape[0] * layer.outputShape[1] >= LARGE_MAP)
      sums.largeMaps += time.forward + time.backward;
  }
  return sums;
}

/** Milliseconds of a step by its parts, before what is known of the machine, and the share of convolutions on large maps. */
export function stepOf({ forward, backward, update, memory, largeMaps }: PartSums): {
  milliseconds: number;
  largeMaps: number;
} {
  const milliseconds = forward + backward + update + memory;
  return { milliseconds, largeMaps: milliseconds > 0 ? largeMaps / milliseconds : 0 };
}

/** Bytes of a batch's maps that a step keeps, beyond what of each is in a cache. */
function coldBytes({ layers }: Pick<Network, 'layers'>, batch: number): number {
  const stored = storedLayers({ layers });
  return layers.reduce((sum, { name, outputShape }) => {
    const bytes = FLOAT * batch * outputShape.reduce((product, side) => product * side, 1);
    return stored.has(name) ? sum + Math.max(0, bytes - CACHED) : sum;
  }, 0);
}
