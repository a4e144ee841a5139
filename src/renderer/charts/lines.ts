/** Lines of a chart: which value of which run each shows, and the curves that are drawn for it. Pure. */
import type { Run } from '../../shared/run';
import type { Curve, CurveSource, LegendEntry, Range } from './curve';
import { decimatePoints, type Point } from './decimate';
import type { MetricLog } from './metric-log';
import type { CurveStyle } from './palette';
import {
  bestPoint,
  epochPoints,
  isAccuracy,
  scaleOf,
  xOfStep,
  type EpochValue,
  type Scale,
  type StepValue,
  type XAxis,
} from './series';
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
};

/** How lines are looked at. */
export interface LineView {
  axis: XAxis;
  /** Weight of the moving average of steps; 0 for none. */
  smoothing: number;
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

  /** The curves of a line, of about two points for each of `buckets` within a range of x. */
  draw(line: Line, view: LineView, buckets: number, range: Range | null): Curve[] {
    if (line.from === 'epochs') return this.#epochs(line, line.value, view.axis, buckets, range);
    const curve = this.#steps.of(line.value, view.axis);
    const base = { group: line.group, label: line.label, style: line.style };
    if (line.upTo !== undefined) {
      const end = xOfStep(view.axis, line.upTo, 0, this.scale);
      const points = curve.raw(buckets, range?.from, Math.min(range?.to ?? Infinity, end));
      const before = points.filter(({ x }) => x <= end);
      return before.length === 0 ? [] : [{ ...base, points: before, kind: 'line' }];
    }
    curve.smoothing = view.smoothing;
    const points = curve.raw(buckets, range?.from, range?.to);
    if (view.smoothing === 0) return [{ ...base, points, kind: 'line' }];
    const smoothed = curve.smoothed(buckets, range?.from, range?.to);
    return [
      { ...base, label: `${line.label}, raw`, points, kind: 'faint' },
      { ...base, label: `${line.label}, smoothed`, points: smoothed, kind: 'line', smooth: true },
    ];
  }

  #epochs(line: Line, value: EpochValue, axis: XAxis, buckets: number, range: Range | null): Curve[] {
    const { group, label, style } = line;
    const all = epochPoints(this.log.epochs, value, axis, this.scale);
    const points: Point[] = decimatePoints(all, buckets, range?.from, range?.to);
    const curves: Curve[] = [{ group, label, style, points, kind: 'marked' }];
    const best = bestPoint(all, isAccuracy(value) ? 'max' : 'min');
    if (best && all.length > 1) {
      curves.push({ group, label: `${label}, best`, style, points: [best], kind: 'best' });
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
  return (buckets, range) => {
    // Many lines share the points that a screen can show.
    const share = Math.max(100, Math.round((buckets * 4) / Math.max(4, lines.length)));
    const curves = lines.map((line) => byRun.get(line.runId)?.draw(line, view, share, range) ?? []);
    // Behind every other: what came before, then the raw curves.
    const rank = (line: Line, { kind }: Curve): number =>
      line.upTo !== undefined ? 0 : kind === 'faint' ? 1 : 2;
    return lines
      .flatMap((line, index) => curves[index]!.map((curve) => ({ curve, at: rank(line, curve) })))
      .sort((a, b) => a.at - b.at)
      .map(({ curve }) => curve);
  };
}

/** The legend of lines. */
export const legendOf = (lines: readonly Line[]): LegendEntry[] =>
  lines.map(({ group, label, legend, style, from }) => ({
    group,
    label: legend ?? label,
    style,
    marked: from === 'epochs',
  }));
