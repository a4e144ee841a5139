/** Lines of a chart: which value of which run each shows, and the curves that are drawn for it. Pure. */
import type { Run } from '../../shared/run';
import type { Curve, CurveSource, LegendEntry } from './curve';
import { meanCurve, type Band } from './mean-curve';
import type { MetricLog } from './metric-log';
import type { CurveStyle } from './palette';
import { samplesOf, type Samples } from './samples';
import {
  bestPoint,
  epochPoints,
  directionOf,
  isOfMachine,
  scaleOf,
  type EpochValue,
  type Scale,
  type StepValue,
  type XAxis,
} from './series';
import { NO_SMOOTHING, type Smoothing } from './smoothing';
import { StepCurves } from './step-curves';

/** A value of each step, or one that exists once an epoch. */
export type LineValue = { from: 'steps'; value: StepValue } | { from: 'epochs'; value: EpochValue };

/** One entry of a chart's legend. */
export type Line = LineValue & {
  runId: number;
  /** Lines are hidden by their group. */
  group: string;
  /** At a point of it. */
  label: string;
  /** In the legend, where it is not the label. */
  legend?: string;
  style: CurveStyle;
  /** The line ends at this step, and is never smoothed: it is what a fork resumed from. */
  upTo?: number;
  /** It belongs to a mean, behind which it is drawn thin; the legend names the mean. */
  trace?: boolean;
  /** The line is the mean of these runs, with a band around it. */
  mean?: { runIds: readonly number[]; band: Band | null };
};

/** How lines are looked at. */
export interface LineView {
  axis: XAxis;
  /** Of values of steps. */
  smoothing: Smoothing;
  /** So many steps at the beginning are left out. */
  skip: number;
}

/** What is drawn of one run; it lives on while the run grows, and takes in what is new. */
export class RunLines {
  readonly #steps: StepCurves;

  constructor(
    readonly log: MetricLog,
    readonly scale: Scale,
  ) {
    this.#steps = new StepCurves(log, scale);
  }

  /** The curves of a line, with all of their points. */
  draw(line: Line, view: LineView): Curve[] {
    if (line.from === 'epochs') return this.#epochs(line, line.value, view);
    const curve = this.#steps.of(line.value, view.axis);
    const base = { group: line.group, label: line.label, style: line.style, runId: line.runId };
    const first = this.#indexAfter(view.skip);
    if (line.upTo !== undefined) {
      const end = this.#indexAfter(line.upTo);
      return end > first ? [{ ...base, samples: { ...curve.raw(), first, end }, kind: 'line' }] : [];
    }
    // What was set, and not measured, has nothing to be smoothed.
    curve.smooth(line.value === 'learningRate' ? NO_SMOOTHING : view.smoothing);
    const raw: Samples = { ...curve.raw(), first };
    const smoothed = curve.smoothed();
    if (!smoothed) return [{ ...base, samples: raw, kind: 'line' }];
    return [
      { ...base, label: `${line.label}, raw`, samples: raw, kind: 'faint' },
      {
        ...base,
        label: `${line.label}, smoothed`,
        samples: { ...smoothed, first },
        kind: 'line',
        smooth: true,
      },
    ];
  }

  /** Index of the first step after one. */
  #indexAfter(step: number): number {
    return step <= 0 ? 0 : this.log.steps.step.lowerBound(step + 0.5);
  }

  #epochs(line: Line, value: EpochValue, { axis, skip }: LineView): Curve[] {
    const { group, label, style, runId } = line;
    const all = epochPoints(this.log.epochs, value, axis, this.scale, skip);
    const curves: Curve[] = [{ group, label, style, runId, samples: samplesOf(all), kind: 'marked' }];
    // The fastest epoch is nothing that one aims at.
    const best = isOfMachine(value) ? null : bestPoint(all, directionOf(value));
    if (best && all.length > 1) {
      curves.push({ group, label: `${label}, best`, style, runId, samples: samplesOf([best]), kind: 'best' });
    }
    return curves;
  }
}

/** Lines of runs by id; those that are known are kept, unless the run's axes have changed: it got more epochs. */
export function linesOfRuns(
  runs: readonly Run[],
  logOf: (run: Run) => MetricLog,
  known: ReadonlyMap<number, RunLines>,
): ReadonlyMap<number, RunLines> {
  let same = runs.length === known.size;
  const next = new Map<number, RunLines>();
  for (const run of runs) {
    const [log, scale, old] = [logOf(run), scaleOf(run), known.get(run.id)];
    const kept = old && old.log === log && JSON.stringify(old.scale) === JSON.stringify(scale);
    next.set(run.id, kept ? old : new RunLines(log, scale));
    same &&= Boolean(kept);
  }
  return same ? known : next;
}

/** The source of a chart that shows these lines. What it gives follows from its arguments, and from the runs' logs. */
export function sourceOf(
  lines: readonly Line[],
  byRun: ReadonlyMap<number, RunLines>,
  view: LineView,
): CurveSource {
  return () => {
    const curves = lines.map((line) =>
      line.mean
        ? meanLine(line, line.mean, byRun, view)
        : (byRun.get(line.runId)?.draw(line, view) ?? []).flatMap((curve) => asTrace(line, curve)),
    );
    // Behind every other: bands, what came before, then the raw curves.
    const rank = (line: Line, { kind }: Curve): number =>
      kind === 'band' ? -1 : line.upTo !== undefined ? 0 : kind === 'faint' ? 1 : 2;
    return lines
      .flatMap((line, index) => curves[index]!.map((curve) => ({ curve, at: rank(line, curve) })))
      .sort((a, b) => a.at - b.at)
      .map(({ curve }) => curve);
  };
}

/** A curve behind the mean that it belongs to: thin, and without marks. */
function asTrace({ trace }: Line, curve: Curve): Curve[] {
  if (!trace) return [curve];
  return curve.kind === 'line' || curve.kind === 'marked' ? [{ ...curve, kind: 'faint' }] : [];
}

/** The mean of several runs, and the band around it. */
function meanLine(
  line: Line,
  { runIds, band }: NonNullable<Line['mean']>,
  byRun: ReadonlyMap<number, RunLines>,
  view: LineView,
): Curve[] {
  const members = runIds.flatMap((runId) => {
    const curves = byRun.get(runId)?.draw({ ...line, runId, mean: undefined }, view) ?? [];
    return curves.filter(({ kind }) => kind === 'line' || kind === 'marked').map(({ samples }) => samples);
  });
  const found = meanCurve(members, band ?? 'range');
  if (!found || members.length < runIds.length) return [];
  const { group, label, style } = line;
  const mean: Curve = { group, label, style, samples: found.mean, kind: 'line', smooth: true };
  if (band === null || members.length < 2) return [mean];
  return [{ group, label, style, samples: found.low, upper: found.high, kind: 'band' }, mean];
}

/** The legend of lines. */
export const legendOf = (lines: readonly Line[]): LegendEntry[] =>
  lines
    .filter(({ trace }) => !trace)
    .map(({ group, label, legend, style, from, mean }) => ({
      group,
      label: legend ?? label,
      style,
      marked: from === 'epochs' && !mean,
    }));
