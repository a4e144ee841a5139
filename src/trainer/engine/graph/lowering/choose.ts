/** The plan of a network on this machine: the fastest of the lowerings that are right, or one that was given, checked. */
import type { Network } from '../../../../architecture/network';
import {
  DIRECTION_LABELS,
  EVALUATION,
  FOLDED,
  FUSED,
  NATIVE,
  PLAIN,
  UPDATE,
  type EnginePlan,
  type PlanChoice,
  type PlanRejection,
  type PlanTimings,
} from '../../../../shared/plan';
import type { EngineInfo, EngineOptions } from '../../engine';
import { knownFault } from '../../known-faults';
import { whyNoOwnKernels } from '../../own-kernels';
import type { Optimizer } from '../optimizer';
import { normalisations, type NormUnit } from '../../../../architecture/normalisations';
import type { ConvShape } from './geometry';
import { candidates, DIRECTIONS, NATIVE_OPS, perDirection, unavailable, type Direction } from './lowerings';
import { Measurements, type Finding, type Findings } from './measurements';
import { canFuse } from './norms';
import { foldingCases, type EvaluationWay, type FoldingCase } from './foldings';
import { convShapes } from './plan';
import { updateCase, type UpdateCase } from './updates';

/** The native op stays unless another is faster by this share: a measurement is never exact. */
const MARGIN = 0.05;

export interface Choice extends PlanChoice {
  plan: EnginePlan;
}

export interface ChoiceOptions {
  /** Images per step. */
  batch: number;
  info: EngineInfo;
  /** Whose updates are chosen too; absent: the plan says nothing of them. */
  optimizer?: Optimizer;
  /** Where findings are kept; null: for this process only. */
  folder: string | null;
  /** Awaited before each shape that may have to be measured, with how many are done of how many; what it throws ends the choice. */
  between?: EngineOptions['between'];
}

/** Measures what has not been measured, and takes the fastest of what is right. */
export async function choosePlan(
  network: Pick<Network, 'layers' | 'architecture'>,
  options: ChoiceOptions,
): Promise<Choice> {
  const timings: PlanTimings = {};
  const choice = await eachShape(network, options, {
    shape: (measurements, key, shape) => {
      const findings = measurements.measure(shape);
      timings[key] = perDirection((direction) => timesOf(findings[direction]));
      return { findings, chosen: perDirection((direction) => fastest(findings[direction])) };
    },
    norm: (measurements, key, unit) => {
      if (!canFuse()) return null;
      const findings = measurements.tryNorm(unit, true);
      // Both ways are timed with their gradient.
      timings[key] = { ...perDirection(() => ({})), forward: timesOf(findings) };
      return { findings, chosen: fastest(findings) };
    },
    update: (measurements, update) => {
      if (!canFuse()) return null;
      const findings = measurements.tryUpdate(update, true);
      timings[UPDATE] = { ...perDirection(() => ({})), forward: timesOf(findings) };
      return { findings, chosen: fastest(findings) };
    },
    evaluation: (measurements, cases) => {
      const found = cases.map(([key, folding]): FoundFolding => {
        return { key, folding, findings: measurements.tryFolding(folding, true) };
      });
      if (found.length > 0) timings[EVALUATION] = { ...perDirection(() => ({})), forward: sumOf(found) };
      return { found, chosen: fasterEvaluation(found) };
    },
  });
  return { ...choice, timings };
}

/** Milliseconds of all units together: `folded` only where it is right for each. */
function sumOf(found: readonly FoundFolding[]): Record<string, number> {
  const sum = (way: EvaluationWay) =>
    found.reduce((total, { folding, findings }) => total + timesOf(findings)[way]! * folding.count, 0);
  return found.some(isWrong) ? { [PLAIN]: sum(PLAIN) } : { [PLAIN]: sum(PLAIN), [FOLDED]: sum(FOLDED) };
}

function fasterEvaluation(found: readonly FoundFolding[]): EvaluationWay {
  const sums = sumOf(found);
  return sums[FOLDED]! < sums[PLAIN]! * (1 - MARGIN) ? FOLDED : PLAIN;
}

const isWrong = ({ findings }: FoundFolding): boolean => 'wrong' in findings[FOLDED]!;

/**
 * A plan that was made before, or elsewhere: each lowering is checked where this machine has not checked it yet, and
 * replaced where it is wrong or missing. The plan must fit the network (`checkPlan`).
 */
export async function adoptPlan(
  network: Pick<Network, 'layers' | 'architecture'>,
  plan: EnginePlan,
  options: ChoiceOptions,
): Promise<Choice> {
  const replaced: string[] = [];
  const shape = (measurements: Measurements, key: string, shape: ConvShape) => {
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
  };
  /** @param what the plan does by it, as the beginning of a sentence. */
  const fused = (key: string, what: string, instead: string, tryIt: () => Record<string, Finding>) => {
    if (plan[key]?.forward !== FUSED) return plan[key] ? { findings: {}, chosen: NATIVE } : null;
    const findings = canFuse() ? tryIt() : {};
    const wrong = canFuse()
      ? 'wrong' in findings[FUSED]! && 'which is wrong on this machine'
      : `for which there are no kernels here (${whyNoOwnKernels()})`;
    if (wrong) replaced.push(`The plan ${what} by "${FUSED}", ${wrong}: ${instead} by "${NATIVE}" instead.`);
    return { findings, chosen: wrong ? NATIVE : FUSED };
  };
  const norm = (measurements: Measurements, key: string, unit: NormUnit) =>
    fused(key, `computes the normalisation ${key}`, 'it is computed', () =>
      measurements.tryNorm(unit, false),
    );
  const update = (measurements: Measurements, update: UpdateCase) =>
    fused(UPDATE, 'updates the weights', 'they are updated', () => measurements.tryUpdate(update, false));
  const evaluation = (measurements: Measurements, cases: [string, FoldingCase][]): EvaluationChoice => {
    if (plan[EVALUATION]?.forward !== FOLDED) return plan[EVALUATION] ? { found: [], chosen: PLAIN } : null;
    const found = cases.map(([key, folding]): FoundFolding => {
      return { key, folding, findings: measurements.tryFolding(folding, false) };
    });
    const wrong = found.some(isWrong);
    if (wrong) {
      replaced.push(
        `The plan evaluates by "${FOLDED}", which is wrong on this machine: it evaluates by "${PLAIN}" instead.`,
      );
    }
    return { found, chosen: wrong ? PLAIN : FOLDED };
  };
  const choice = await eachShape(network, options, { shape, norm, update, evaluation });
  return { ...choice, replaced };
}

/** What was found of a kind of unit that can be folded. */
interface FoundFolding {
  key: string;
  folding: FoldingCase;
  findings: Record<string, Finding>;
}

/** Null: the plan says nothing of it. */
type EvaluationChoice = { found: FoundFolding[]; chosen: EvaluationWay } | null;
/** Null: the plan says nothing of it. */
type FusedChoice = { findings: Record<string, Finding>; chosen: string } | null;

async function eachShape(
  network: Pick<Network, 'layers' | 'architecture'>,
  { batch, info, optimizer, folder, between }: ChoiceOptions,
  choose: {
    shape(
      measurements: Measurements,
      key: string,
      shape: ConvShape,
    ): { findings: Findings; chosen: Record<Direction, string> };
    norm(measurements: Measurements, key: string, unit: NormUnit): FusedChoice;
    update(measurements: Measurements, update: UpdateCase): FusedChoice;
    evaluation(measurements: Measurements, cases: [string, FoldingCase][]): EvaluationChoice;
  },
): Promise<Choice> {
  const measurements = new Measurements(batch, info, folder);
  const plan: EnginePlan = {};
  const rejected: PlanRejection[] = [];
  const shapes = [...convShapes(network)];
  const norms = [...normalisations(network)];
  const count = shapes.length + norms.length + (optimizer ? 1 : 0) + 1;
  const settle = (key: string, found: FusedChoice) => {
    if (!found) return;
    plan[key] = perDirection(() => found.chosen);
    const fused = found.findings[FUSED];
    if (fused && 'wrong' in fused)
      rejected.push({ shape: key, direction: 'forward', lowering: FUSED, reason: fused.wrong });
  };
  try {
    for (const [index, [key, shape]] of shapes.entries()) {
      await between?.(index, count);
      const { findings, chosen } = choose.shape(measurements, key, shape);
      plan[key] = chosen;
      for (const direction of DIRECTIONS)
        rejected.push(...rejections(key, shape, direction, findings[direction]));
    }
    for (const [index, [key, [unit]]] of norms.entries()) {
      await between?.(shapes.length + index, count);
      settle(key, choose.norm(measurements, key, unit));
    }
    if (optimizer) {
      await between?.(count - 2, count);
      settle(UPDATE, choose.update(measurements, updateCase(network, optimizer)));
    }
    await between?.(count - 1, count);
    const evaluation = choose.evaluation(measurements, [...foldingCases(network, plan)]);
    if (evaluation) {
      plan[EVALUATION] = perDirection(() => evaluation.chosen);
      for (const { key, findings } of evaluation.found) {
        const folded = findings[FOLDED]!;
        if ('wrong' in folded)
          rejected.push({ shape: key, direction: 'forward', lowering: FOLDED, reason: folded.wrong });
      }
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
