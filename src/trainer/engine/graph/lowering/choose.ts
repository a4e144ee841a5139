/** The plan of a network on this machine: the fastest of the lowerings that are right, or one that was given, checked. */
import type { Network } from '../../../../architecture/network';
import {
  DIRECTION_LABELS,
  NATIVE,
  type EnginePlan,
  type PlanChoice,
  type PlanRejection,
  type PlanTimings,
} from '../../../../shared/plan';
import type { EngineInfo, EngineOptions } from '../../engine';
import { knownFault } from '../../known-faults';
import { whyNoOwnKernels } from '../../own-kernels';
import type { ConvShape } from './geometry';
import { candidates, DIRECTIONS, NATIVE_OPS, perDirection, unavailable, type Direction } from './lowerings';
import { Measurements, type Finding, type Findings } from './measurements';
import { convShapes } from './plan';

/** The native op stays unless another is faster by this share: a measurement is never exact. */
const MARGIN = 0.05;

export interface Choice extends PlanChoice {
  plan: EnginePlan;
}

export interface ChoiceOptions {
  /** Images per step. */
  batch: number;
  info: EngineInfo;
  /** Where findings are kept; null: for this process only. */
  folder: string | null;
  /** Awaited before each shape that may have to be measured, with how many are done of how many; what it throws ends the choice. */
  between?: EngineOptions['between'];
}

/** Measures what has not been measured, and takes the fastest of what is right. */
export async function choosePlan(network: Pick<Network, 'layers'>, options: ChoiceOptions): Promise<Choice> {
  const timings: PlanTimings = {};
  const choice = await eachShape(network, options, (measurements, key, shape) => {
    const findings = measurements.measure(shape);
    timings[key] = perDirection((direction) => timesOf(findings[direction]));
    return { findings, chosen: perDirection((direction) => fastest(findings[direction])) };
  });
  return { ...choice, timings };
}

/**
 * A plan that was made before, or elsewhere: each lowering is checked where this machine has not checked it yet, and
 * replaced where it is wrong or missing. The plan must fit the network (`checkPlan`).
 */
export async function adoptPlan(
  network: Pick<Network, 'layers'>,
  plan: EnginePlan,
  options: ChoiceOptions,
): Promise<Choice> {
  const replaced: string[] = [];
  const choice = await eachShape(network, options, (measurements, key, shape) => {
    const given = plan[key]!;
    const isMissing = (direction: Direction) => unavailable(shape, direction).includes(given[direction]);
    const isLeftOut = (direction: Direction) =>
      avoided(direction, given[direction], shape) !== null || isMissing(direction);
    let findings = measurements.check(
      shape,
      perDirection((direction) =>
        isLeftOut(direction) ? candidates(shape, direction)[0]! : given[direction],
      ),
    );
    const isWrong = (direction: Direction) =>
      isLeftOut(direction) || 'wrong' in findings[direction][given[direction]]!;
    const wrong = DIRECTIONS.filter(isWrong);
    if (wrong.length > 0) findings = measurements.measure(shape);
    const chosen = perDirection((direction) =>
      wrong.includes(direction) ? fastest(findings[direction]) : given[direction],
    );
    for (const direction of wrong) {
      const fault = isMissing(direction)
        ? `for which there are no kernels here (${whyNoOwnKernels()})`
        : 'which is wrong on this machine';
      replaced.push(
        `The plan computes the ${DIRECTION_LABELS[direction]} of ${key} by "${given[direction]}", ${fault}: it is computed ` +
          `by "${chosen[direction]}" instead.`,
      );
    }
    return { findings, chosen };
  });
  return { ...choice, replaced };
}

async function eachShape(
  network: Pick<Network, 'layers'>,
  { batch, info, folder, between }: ChoiceOptions,
  choose: (
    measurements: Measurements,
    key: string,
    shape: ConvShape,
  ) => { findings: Findings; chosen: Record<Direction, string> },
): Promise<Choice> {
  const measurements = new Measurements(batch, info, folder);
  const plan: EnginePlan = {};
  const rejected: PlanRejection[] = [];
  const shapes = [...convShapes(network)];
  try {
    for (const [index, [key, shape]] of shapes.entries()) {
      await between?.(index, shapes.length);
      const { findings, chosen } = choose(measurements, key, shape);
      plan[key] = chosen;
      for (const direction of DIRECTIONS)
        rejected.push(...rejections(key, shape, direction, findings[direction]));
    }
  } finally {
    // What was measured before a stop need not be measured again.
    measurements.save();
  }
  return { plan, rejected, replaced: [], spent: measurements.spent };
}

/** The native op's fault at a shape, known beforehand; null for others. */
const avoided = (direction: Direction, name: string, shape: ConvShape) =>
  name === NATIVE ? knownFault(NATIVE_OPS[direction], shape) : null;

function rejections(
  key: string,
  shape: ConvShape,
  direction: Direction,
  findings: Record<string, Finding>,
): PlanRejection[] {
  const fault = avoided(direction, NATIVE, shape);
  const about = (lowering: string, reason: string) => ({ shape: key, direction, lowering, reason });
  return [
    ...(fault ? [about(NATIVE, `${fault.effect}; ${fault.source}`)] : []),
    ...Object.entries(findings).flatMap(([name, finding]) =>
      'wrong' in finding ? [about(name, finding.wrong)] : [],
    ),
  ];
}

/** Milliseconds of those that are right; 0 where there was no choice. */
const timesOf = (findings: Record<string, Finding>): Record<string, number> =>
  Object.fromEntries(
    Object.entries(findings).flatMap(([name, finding]) =>
      'took' in finding ? [[name, finding.took ?? 0]] : [],
    ),
  );

/** The first of those that are right, unless another is clearly faster. */
function fastest(findings: Record<string, Finding>): string {
  const times = timesOf(findings);
  // The native op comes first wherever it is among them.
  const [standard, ...others] = Object.keys(times).sort(
    (a, b) => Number(b === NATIVE) - Number(a === NATIVE),
  );
  let name = standard!;
  let least = times[standard!]! * (1 - MARGIN);
  for (const candidate of others) {
    if (times[candidate]! < least) [name, least] = [candidate, times[candidate]!];
  }
  return name;
}
