/**
 * How a run computes its convolutions: forward pass and both gradients have several equivalent lowerings each, and a plan
 * names the one that each different convolution uses. Two plans give the same numbers to float32 rounding, one plan gives
 * the same bits; so it is stored with the run.
 */
import { convolutions } from '../architecture/convolutions';
import { normalisations } from '../architecture/normalisations';
import type { Network } from '../architecture/network';
import { formatDuration } from './format';

/** Directions in which a convolution is computed, with their words for people. */
export const DIRECTION_LABELS = {
  forward: 'forward pass',
  inputGradient: 'input gradient',
  filterGradient: 'filter gradient',
} as const;
export type PlanDirection = keyof typeof DIRECTION_LABELS;
export const PLAN_DIRECTIONS = Object.keys(DIRECTION_LABELS) as PlanDirection[];

/** TensorFlow's own op. */
export const NATIVE = 'native';

/** A normalisation computed with what follows it, by kernels of our own (`architecture/normalisations.ts`). */
export const FUSED = 'fused';

/** The key by which a plan names how weights are updated: native or fused, for all directions alike; without it, native. */
export const UPDATE = 'update';

/**
 * The key by which a plan names how the network is evaluated, for all directions alike: plain, layer by layer, or folded, its
 * batch normalisations within the convolutions before them; without it, plain.
 */
export const EVALUATION = 'evaluation';
export const PLAIN = 'plain';
export const FOLDED = 'folded';

/** Lowerings by kernels of our own (`native/`), which not every machine has. */
const BY_OWN_KERNELS: readonly string[] = ['winograd2', 'winograd4', FUSED];

export const isByOwnKernels = (lowering: string): boolean => BY_OWN_KERNELS.includes(lowering);

/** Whether a plan computes anything by kernels of our own. */
export const usesOwnKernels = (plan: EnginePlan): boolean =>
  Object.values(plan).some((lowerings) => Object.values(lowerings).some(isByOwnKernels));

/**
 * Names of lowerings by shape (`shapeKey` of src/architecture/convolutions.ts), kind of normalisation (`src/architecture/normalisations.ts`)
 * or `UPDATE` or `EVALUATION`, and direction; JSON.
 */
export type EnginePlan = Record<string, Record<PlanDirection, string>>;

/** Milliseconds of every lowering that was tried, by shape and direction; 0 where there was no choice. */
export type PlanTimings = Record<string, Record<PlanDirection, Record<string, number>>>;

/** A lowering that is not used on this machine, because what it computes is wrong. */
export interface PlanRejection {
  shape: string;
  direction: PlanDirection;
  lowering: string;
  /** What is wrong with it, as a clause: `its values are off by …`. */
  reason: string;
}

/** How an engine came to its plan. */
export interface PlanChoice {
  /** What the plan was chosen by; absent where it was given. */
  timings?: PlanTimings;
  /** What is not used because it is wrong on this machine. */
  rejected: PlanRejection[];
  /** Where the plan was given: what of it was replaced for that reason, a sentence each. */
  replaced: string[];
  /** Milliseconds that checks and measurements took this time. */
  spent: { checking: number; measuring: number };
}

/** `native for the filter gradient of 8x8x4-1x1/2-valid-4x4x6 (its values are off by …)` */
export function describeRejection({ shape, direction, lowering, reason }: PlanRejection): string {
  // Measurements say which update: `update-adam-…`.
  const isUpdate = shape.split('-')[0] === UPDATE;
  const what = isUpdate ? 'update of the weights' : `${DIRECTION_LABELS[direction]} of ${shape}`;
  return `${lowering} for the ${what} (${reason})`;
}

/** What the log of a run tells of its plan: a line for what was done, and one for each lowering that is not used or was replaced. */
export function describeChoice({ rejected, replaced, spent: { checking, measuring } }: PlanChoice): string[] {
  const seconds = (milliseconds: number) => formatDuration(milliseconds / 1000);
  const lines =
    checking + measuring > 0
      ? [
          `The lowerings of the convolutions were checked in ${seconds(checking)} and measured in ${seconds(measuring)}.`,
        ]
      : [];
  return [
    ...lines,
    ...rejected.map((rejection) => `Not used on this machine: ${describeRejection(rejection)}.`),
    ...replaced,
  ];
}

/** How one direction of a convolution is computed; times in milliseconds, null where they are not known. */
export interface PlanCell {
  lowering: string;
  took: number | null;
  /** What TensorFlow's own op would have taken. */
  native: number | null;
}

/** A different convolution or normalisation of a network. */
export interface PlanRow {
  shape: string;
  /** Names of the layers of this shape. */
  layers: string[];
  /**
   * Null for the input gradient where only the images could use it. A normalisation is computed in one way for all directions; its
   * time, which stands with the forward pass, is that of all.
   */
  cells: Record<PlanDirection, PlanCell | null>;
}

/** A plan as a table, convolutions first, each in the order of the network's layers. */
export function planRows(
  network: Pick<Network, 'layers'>,
  plan: EnginePlan,
  timings: PlanTimings | null = null,
): PlanRow[] {
  const input = network.layers[0]!.name;
  const cellsOf = (shape: string): ((direction: PlanDirection) => PlanCell) | null => {
    const chosen = plan[shape];
    if (!chosen) return null;
    return (direction) => {
      const times = timings?.[shape]?.[direction];
      return {
        lowering: chosen[direction],
        took: times?.[chosen[direction]] || null,
        native: times?.[NATIVE] || null,
      };
    };
  };
  const ofConvolutions = [...convolutions(network)].flatMap(([shape, { layers }]): PlanRow[] => {
    const cell = cellsOf(shape);
    if (!cell) return [];
    const wanted = layers.some((layer) => !layer.inputs.includes(input));
    return [
      {
        shape,
        layers: layers.map(({ name }) => name),
        cells: {
          forward: cell('forward'),
          inputGradient: wanted ? cell('inputGradient') : null,
          filterGradient: cell('filterGradient'),
        },
      },
    ];
  });
  const ofNormalisations = [...normalisations(network)].flatMap(([shape, units]): PlanRow[] => {
    const cell = cellsOf(shape);
    if (!cell) return [];
    const cells = Object.fromEntries(PLAN_DIRECTIONS.map((direction) => [direction, cell(direction)]));
    return [
      { shape, layers: units.map(({ bn }) => bn.name), cells: cells as Record<PlanDirection, PlanCell> },
    ];
  });
  return [...ofConvolutions, ...ofNormalisations];
}

/** How the network is evaluated, with the times of both ways where they were measured: `Evaluated plain, layer by layer: 8.1 ms in place of 9.7.` */
export function describeEvaluation(plan: EnginePlan, timings: PlanTimings | null = null): string {
  const way = plan[EVALUATION]?.forward ?? PLAIN;
  const times = timings?.[EVALUATION]?.forward;
  const said = {
    [PLAIN]: 'Evaluated plain, layer by layer',
    [FOLDED]: 'Evaluated with batch normalisations folded into the convolutions before them',
  }[way];
  const other = way === FOLDED ? PLAIN : FOLDED;
  const [took, beside] = [times?.[way], times?.[other]];
  if (!took || !beside) return `${said ?? way}.`;
  return `${said ?? way}: ${took.toFixed(1)} ms in place of ${beside.toFixed(1)}.`;
}

/** `stage2/block1/conv1`, and how many layers more are like it: `stage2/block1/conv1 ×3`. */
export const formatLayers = ([first, ...others]: readonly string[]): string =>
  others.length === 0 ? first! : `${first} ×${others.length + 1}`;

/** The first convolution of a network that a plan leaves out, null where there is none: then it may fit. */
export function missingFrom(
  plan: EnginePlan,
  network: Pick<Network, 'layers'>,
): { shape: string; layer: string } | null {
  for (const [shape, { layers }] of convolutions(network)) {
    if (!Object.hasOwn(plan, shape)) return { shape, layer: layers[0]!.name };
  }
  return null;
}
