/**
 * What a picture of a network is drawn from: boxes, lines and texts with their places. The window, the SVG, the PDF and the
 * image are written from one list of these, so that none can show what another does not.
 */

/** What something is, not its colour: a palette says which colour that is in light and in dark. */
export type Role =
  | 'page'
  | 'text'
  | 'muted'
  | 'line'
  | 'frame'
  | 'plainFill'
  | 'plainLine'
  | 'poolFill'
  | 'poolLine'
  | `stage${Tone}Fill`
  | `stage${Tone}Line`
  | `${Change}Fill`
  | `${Change}Line`;

/** Colours of stages come round after so many. */
export const TONES = 6;
export type Tone = 0 | 1 | 2 | 3 | 4 | 5;

/** What has become of a part between two architectures. */
export type Change = 'added' | 'removed' | 'changed';

export interface Point {
  x: number;
  y: number;
}

/** Pixels; the top left corner and the size. */
export interface Rect extends Point {
  width: number;
  height: number;
}

export interface BoxMark extends Rect {
  kind: 'box';
  /** Of the corners. */
  radius: number;
  fill: Role | null;
  stroke: Role;
  strokeWidth: number;
  dash: readonly number[];
}

/** A line through points, with round corners; a closed one is filled by its own colour. */
export interface PathMark {
  kind: 'path';
  points: readonly Point[];
  radius: number;
  closed: boolean;
  stroke: Role;
  strokeWidth: number;
  dash: readonly number[];
}

export type Anchor = 'start' | 'middle' | 'end';

export interface TextMark {
  kind: 'text';
  text: string;
  x: number;
  /** Of the baseline. */
  y: number;
  size: number;
  bold: boolean;
  anchor: Anchor;
  fill: Role;
}

export type Mark = BoxMark | PathMark | TextMark;

/** A command of a path: move, line, quadratic curve (a control point, then the end). */
export type Segment = ['M' | 'L', Point] | ['Q', Point, Point];

/** The way of a line, its corners rounded as far as its legs allow. */
export function segmentsOf({ points, radius }: Pick<PathMark, 'points' | 'radius'>): Segment[] {
  const segments: Segment[] = [];
  for (const [index, point] of points.entries()) {
    const [before, after] = [points[index - 1], points[index + 1]];
    if (!before) segments.push(['M', point]);
    else if (!after || radius === 0) segments.push(['L', point]);
    else {
      const reach = Math.min(radius, distance(before, point) / 2, distance(point, after) / 2);
      segments.push(['L', towards(point, before, reach)], ['Q', point, towards(point, after, reach)]);
    }
  }
  return segments;
}

const distance = (one: Point, other: Point): number => Math.hypot(one.x - other.x, one.y - other.y);

function towards(from: Point, to: Point, by: number): Point {
  const share = by / (distance(from, to) || 1);
  return { x: from.x + (to.x - from.x) * share, y: from.y + (to.y - from.y) * share };
}
