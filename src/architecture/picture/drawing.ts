/**
 * A sheet on which a network runs downwards or to the right. Places are said along the way of the data and across it, so that
 * both directions are drawn by the same rules; across, shortcuts lie on the positive side. Texts always lie level.
 */
import type { Anchor, Mark, PathMark, Point, Rect, Role } from './marks';
import { widthBound } from './text-width';

export const DIRECTIONS = ['down', 'right'] as const;
export type Direction = (typeof DIRECTIONS)[number];

/** What is taken up, texts with the room that wide fonts need. */
export interface Extent {
  along: [from: number, to: number];
  across: [from: number, to: number];
}

export interface TextStyle {
  size: number;
  bold?: boolean;
  fill?: Role;
}

/** Between a line and a text beside it. */
export const TEXT_GAP = 6;
const ARROW = { length: 6, half: 3 };
/** From the middle of a line of text to its baseline, as a share of the size: half the height of capitals. */
const BASELINE = 0.36;

export const lineHeight = (size: number): number => Math.round(size * 1.25);

export class Drawing {
  readonly marks: Mark[] = [];
  readonly extent: Extent = { along: [Infinity, -Infinity], across: [Infinity, -Infinity] };

  constructor(readonly direction: Direction) {}

  at(along: number, across: number): Point {
    return this.direction === 'down' ? { x: across, y: along } : { x: along, y: -across };
  }

  rect(along: readonly [number, number], across: readonly [number, number]): Rect {
    const [one, other] = [this.at(along[0], across[0]), this.at(along[1], across[1])];
    return {
      x: Math.min(one.x, other.x),
      y: Math.min(one.y, other.y),
      width: Math.abs(one.x - other.x),
      height: Math.abs(one.y - other.y),
    };
  }

  box(
    along: readonly [number, number],
    across: readonly [number, number],
    look: {
      fill: Role | null;
      stroke: Role;
      radius?: number;
      dash?: readonly number[];
      strokeWidth?: number;
    },
  ): void {
    this.grow(this.rect(along, across));
    this.marks.push({
      kind: 'box',
      ...this.rect(along, across),
      fill: look.fill,
      stroke: look.stroke,
      radius: look.radius ?? 4,
      strokeWidth: look.strokeWidth ?? 1.25,
      dash: look.dash ?? [],
    });
  }

  /** A line through places along and across; with an arrow it ends in one. */
  line(
    places: readonly (readonly [along: number, across: number])[],
    look: {
      stroke?: Role;
      dash?: readonly number[];
      radius?: number;
      arrow?: boolean;
      strokeWidth?: number;
    } = {},
  ): void {
    const points = places.map(([along, across]) => this.at(along, across));
    const [before, tip] = points.slice(-2) as [Point, Point];
    const stroke = look.stroke ?? 'line';
    const strokeWidth = look.strokeWidth ?? 1.25;
    const line: PathMark = {
      kind: 'path',
      points: look.arrow ? [...points.slice(0, -1), towardsTip(tip, before, ARROW.length - 1)] : points,
      radius: look.radius ?? 0,
      closed: false,
      stroke,
      strokeWidth,
      dash: look.dash ?? [],
    };
    this.marks.push(line);
    for (const { x, y } of points) this.grow({ x, y, width: 0, height: 0 });
    if (look.arrow) this.marks.push(arrowHead(before, tip, stroke));
  }

  /** Lines of text around a middle. */
  text(
    lines: readonly string[],
    middle: Point,
    { size, bold = false, fill = 'text' }: TextStyle,
    anchor: Anchor = 'middle',
  ): void {
    const step = lineHeight(size);
    for (const [index, text] of lines.entries()) {
      const y = middle.y + (index - (lines.length - 1) / 2) * step;
      this.marks.push({
        kind: 'text',
        text,
        x: middle.x,
        y: y + BASELINE * size,
        size,
        bold,
        anchor,
        fill,
      });
      const width = widthBound(text, size, bold);
      const left = middle.x - (anchor === 'start' ? 0 : anchor === 'middle' ? width / 2 : width);
      this.grow({ x: left, y: y - step / 2, width, height: step });
    }
  }

  /** Lines of text on one side of what ends there across: to the right or left of it, or above or below. */
  beside(lines: readonly string[], along: number, across: number, style: TextStyle, side: 1 | -1 = 1): void {
    if (this.direction === 'down') {
      this.text(lines, this.at(along, across + side * TEXT_GAP), style, side === 1 ? 'start' : 'end');
    } else {
      const half = (lines.length * lineHeight(style.size)) / 2;
      this.text(lines, this.at(along, across + side * (TEXT_GAP / 2 + half)), style);
    }
  }

  private grow({ x, y, width, height }: Rect): void {
    const down = this.direction === 'down';
    const { along, across } = this.extent;
    const [a0, a1] = down ? [y, y + height] : [x, x + width];
    const [b0, b1] = down ? [x, x + width] : [-y - height, -y];
    along[0] = Math.min(along[0], a0);
    along[1] = Math.max(along[1], a1);
    across[0] = Math.min(across[0], b0);
    across[1] = Math.max(across[1], b1);
  }
}

function towardsTip(tip: Point, before: Point, by: number): Point {
  const length = Math.hypot(tip.x - before.x, tip.y - before.y) || 1;
  return { x: tip.x + ((before.x - tip.x) * by) / length, y: tip.y + ((before.y - tip.y) * by) / length };
}

function arrowHead(before: Point, tip: Point, stroke: Role): PathMark {
  const back = towardsTip(tip, before, ARROW.length);
  const [dx, dy] = [(tip.x - back.x) / ARROW.length, (tip.y - back.y) / ARROW.length];
  return {
    kind: 'path',
    points: [
      tip,
      { x: back.x - dy * ARROW.half, y: back.y + dx * ARROW.half },
      { x: back.x + dy * ARROW.half, y: back.y - dx * ARROW.half },
    ],
    radius: 0,
    closed: true,
    stroke,
    strokeWidth: 0,
    dash: [],
  };
}
