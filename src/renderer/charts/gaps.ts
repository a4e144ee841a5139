/** Where a run was resumed, as marks on its curves. Pure. */
import type { Run, Gap } from '../../shared/run';
import { formatDuration, plural, thousands } from '../../shared/format';
import type { Range } from './curve';
import type { MetricLog } from './metric-log';
import { xOfStep, type Scale, type XAxis } from './series';

/** A vertical line through a chart, with what it stands for. */
export interface Mark {
  x: number;
  title: string;
  lines: readonly string[];
}

/** `Resumed here after 3 min 20 s`, and what that cost. */
export function describeGap(gap: Gap): Pick<Mark, 'title' | 'lines'> {
  const again =
    gap.lostSteps > 0
      ? `${plural(gap.lostSteps, 'step')} ${gap.lostSteps === 1 ? 'was' : 'were'} repeated; the curve shows the first measurement.`
      : 'No step had to be repeated.';
  if (gap.otherwise !== undefined && gap.lostSeconds === 0 && gap.lostSteps === 0)
    return { title: 'Computed otherwise from here', lines: [gap.otherwise, gap.reason] };
  return {
    title: `Resumed here after ${formatDuration(gap.lostSeconds)}`,
    lines: [again, gap.reason, ...(gap.otherwise === undefined ? [] : [gap.otherwise])],
  };
}

/** Seconds of training at the end of a step; of the step before it where it is not known (any more). */
export function secondsAt(log: Pick<MetricLog, 'steps'>, step: number): number {
  const { step: steps, seconds } = log.steps;
  const index = steps.lowerBound(step);
  const known = steps.at(index) === step ? index : index - 1;
  return known < 0 ? 0 : seconds.at(known);
}

/** The gaps of a run, and where it was forked, over an axis. */
export function marksOf(
  run: Pick<Run, 'gaps' | 'parent'>,
  parentName: string,
  axis: XAxis,
  scale: Scale,
  log: Pick<MetricLog, 'steps'>,
): Mark[] {
  const x = (step: number): number => xOfStep(axis, step, secondsAt(log, step), scale);
  const marks = run.gaps.map((gap) => ({ x: x(gap.step), ...describeGap(gap) }));
  if (run.parent && run.parent.step > 0) {
    marks.unshift({
      x: x(run.parent.step),
      title: 'Forked here',
      lines: [`Earlier steps are in ${parentName}, up to step ${thousands(run.parent.step)}.`],
    });
  }
  return marks;
}

/** Marks that stand too close to be pointed at one by one share a flag. */
export interface Flag {
  /** Pixels. */
  left: number;
  marks: Mark[];
}

/** Flags for the marks within a range, at least `gap` pixels apart, from left to right. */
export function flagsOf(
  marks: readonly Mark[],
  range: Range,
  toPixel: (x: number) => number,
  gap: number,
): Flag[] {
  const flags: Flag[] = [];
  for (const mark of [...marks].sort((a, b) => a.x - b.x)) {
    if (mark.x < range.from || mark.x > range.to) continue;
    const left = toPixel(mark.x);
    const last = flags[flags.length - 1];
    if (last && left - last.left < gap) last.marks.push(mark);
    else flags.push({ left, marks: [mark] });
  }
  return flags;
}
