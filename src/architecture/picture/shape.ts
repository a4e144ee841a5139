/** One unit of a picture as marks, the axis of the network at 0. */
import type { BlockShortcut } from '../network';
import type { ItemPlace, Part, Unit } from './content';
import { Drawing, lineHeight, TEXT_GAP, type Direction, type Extent } from './drawing';
import type { Change, Mark, Rect, Role } from './marks';
import { drawSign, SIGNS } from './signs';
import { CHANNEL_RANGE, scaled, SIDE_RANGE } from './scale';
import { widthBound, wrap } from './text-width';

/** Something that can be pointed at, with the name that a screen reader says. */
export interface Item {
  place: ItemPlace;
  label: string;
  rect: Rect;
}

export interface Shape {
  marks: readonly Mark[];
  items: readonly Item[];
  extent: Extent;
  /** Where the line from the unit before ends; with an arrow where a box begins there. */
  entry: number;
  entersBox: boolean;
  /** Where the line to the next unit begins. */
  exit: number;
}

const FONT = 12;
const SLIM_FONT = 11;
const PADDING = { across: 16, along: 10 };
/** Between the boxes of a block, and from where a shortcut leaves to the first of them. */
const GAP = { roomy: 16, slim: 6, lead: 18, leave: 6 };
/** From the widest box to the line around it. */
const AROUND = 18;
const CORNER = 9;
const SUM_RADIUS = 8;
const FRAME = 8;

/** Identity solid, projection dashed, zero padding dotted. */
export const SHORTCUT_DASHES: Record<Exclude<BlockShortcut, 'none'>, readonly number[]> = {
  identity: [],
  projection: [7, 4],
  'shortcut-a': [2, 3],
};

/** Sides of a part's box, and its text in lines. */
interface Size {
  along: number;
  across: number;
  lines: readonly string[];
}

const CHANNEL_SCALES = {
  down: { low: 124, high: 264, ...CHANNEL_RANGE },
  right: { low: 72, high: 128, ...CHANNEL_RANGE },
} as const;
const SIDE_SCALES = {
  down: { low: 24, high: 46, ...SIDE_RANGE },
  right: { low: 44, high: 150, ...SIDE_RANGE },
} as const;
const SLIM_ALONG = { down: 18, right: 42 } as const;

/** One side follows the channels, the other the map; never too small for the text. */
function sizeOf({ pieces, channels, side, slim }: Part, direction: Direction): Size {
  const font = slim ? SLIM_FONT : FONT;
  const byChannels =
    slim && direction === 'right' ? SLIM_ALONG.right : scaled(CHANNEL_SCALES[direction], channels);
  const bySide = slim && direction === 'down' ? SLIM_ALONG.down : scaled(SIDE_SCALES[direction], side);
  const widest = Math.max(...pieces.map((piece) => widthBound(piece, font)));
  const width = Math.max(byChannels, Math.ceil(widest) + PADDING.across / 2);
  const lines = wrap(pieces, width - PADDING.across / 2, font);
  const height = Math.max(bySide, lines.length * lineHeight(font) + (slim ? 4 : PADDING.along - 2));
  return direction === 'down'
    ? { along: height, across: width, lines }
    : { along: width, across: height, lines };
}

const LOOKS = {
  plain: { fill: 'plainFill', stroke: 'plainLine' },
  pool: { fill: 'poolFill', stroke: 'poolLine' },
} as const;

function lookOf({ tint, change }: Pick<Part, 'tint' | 'change'>): {
  fill: Role;
  stroke: Role;
  dash: number[];
} {
  const dash = change === 'removed' ? [4, 3] : [];
  if (change) return { fill: `${change}Fill`, stroke: `${change}Line`, dash };
  return typeof tint === 'number'
    ? { fill: `stage${tint}Fill`, stroke: `stage${tint}Line`, dash }
    : { ...LOOKS[tint], dash };
}

/** The line of a folded stage, with the sign of what has become of it. */
const signed = ({ pieces, change }: Part): readonly string[] =>
  change === 'added' || change === 'removed' ? [SIGNS[change], ...pieces] : pieces;

export function shapeOf(unit: Unit, direction: Direction): Shape {
  const shaper = new Shaper(unit, direction);
  if (unit.kind === 'box') return shaper.box();
  return unit.kind === 'stage' ? shaper.stage() : shaper.block();
}

class Shaper {
  private readonly drawing: Drawing;
  private readonly items: Item[] = [];

  constructor(
    private readonly unit: Unit,
    private readonly direction: Direction,
  ) {
    this.drawing = new Drawing(direction);
  }

  /** A single box. */
  box(): Shape {
    const [part] = this.unit.main;
    const length = part ? this.part(part, 0, 0) : 0;
    this.note(length / 2, this.drawing.extent.across[1]);
    return this.shape({ entersBox: true, exit: length });
  }

  /** A stage as one box: its title and what its blocks are made of, with its shortcuts beside it. */
  stage(): Shape {
    const { main, title, count, around, change } = this.unit;
    const [{ channels, side, tint }] = main as [Part];
    const titleFont = 13;
    const down = this.direction === 'down';
    const widest = Math.max(
      widthBound(title ?? '', titleFont, true),
      ...main.flatMap((part) => signed(part).map((piece) => widthBound(piece, FONT))),
    );
    const byChannels = scaled(
      { ...(down ? { low: 132, high: 272 } : { low: 84, high: 144 }), ...CHANNEL_RANGE },
      channels,
    );
    const width = Math.max(byChannels, Math.ceil(widest) + PADDING.across);
    const lines = main.flatMap((part) =>
      wrap(signed(part), width - PADDING.across, FONT).map((text) => ({ text, change: part.change })),
    );
    const textHeight = lineHeight(titleFont) + lines.length * lineHeight(FONT);
    const bySide = scaled({ low: 0, high: down ? 40 : 92, ...SIDE_RANGE }, side);
    const height = textHeight + PADDING.along + 4 + bySide;
    const [along, across] = down ? [height, width] : [width, height];
    const half = across / 2;

    this.drawing.box([0, along], [-half, half], { ...lookOf({ tint, change }), radius: 6 });
    const middle = this.drawing.at(along / 2, 0);
    const top = middle.y - textHeight / 2;
    this.drawing.text(
      [title ?? ''],
      { x: middle.x, y: top + lineHeight(titleFont) / 2 },
      { size: titleFont, bold: true },
    );
    for (const [index, line] of lines.entries()) {
      this.drawing.text(
        [line.text],
        { x: middle.x, y: top + lineHeight(titleFont) + (index + 0.5) * lineHeight(FONT) },
        { size: FONT, fill: line.change && change === 'changed' ? `${line.change}Line` : 'text' },
      );
    }
    this.sign(change, [0, along], [-half, half]);

    const kinds = around.filter((kind) => kind !== 'none');
    const step = (along - 12) / Math.max(1, kinds.length);
    for (const [index, kind] of kinds.entries()) {
      const [from, to] = [6 + index * step + (index > 0 ? 5 : 0), 6 + (index + 1) * step];
      const out = half + 16;
      this.drawing.line(
        [
          [from, half],
          [from, out],
          [to, out],
          [to, half],
        ],
        { dash: SHORTCUT_DASHES[kind], radius: CORNER, arrow: true },
      );
    }
    const edge = kinds.length > 0 ? half + 16 : half;
    this.item([0, along], [-half, edge]);
    this.count(count, along / 2, edge);
    this.note(along / 2, this.drawing.extent.across[1]);
    return this.shape({ entersBox: true, exit: along });
  }

  /** A chain of boxes with a line around it that ends in a sum. */
  block(): Shape {
    const { main, branch, after, title, count, change } = this.unit;
    const sizes = main.map((part) => sizeOf(part, this.direction));
    const half = Math.max(0, ...sizes.map(({ across }) => across / 2));
    let along = branch ? GAP.lead : 0;
    if (branch) this.arrow(0, along);
    const firstBox: [number, number] = [along, along + (sizes[0]?.along ?? 0)];
    for (const [index, part] of main.entries()) {
      if (index > 0) along = this.between(along, part);
      along += this.part(part, along, 0);
    }
    if (branch) {
      const start = along;
      const side = this.branchEnd(branch.parts);
      along = Math.max(along + GAP.roomy, side);
      this.arrow(start, along);
      this.sum(along);
      this.around(branch.kind, branch.parts, branch.pieces, along + SUM_RADIUS, half);
      along += 2 * SUM_RADIUS;
    }
    for (const part of after) {
      along = this.between(along, part);
      along += this.part(part, along, 0);
    }
    if (title !== null) {
      this.drawing.beside(
        [title],
        (firstBox[0] + firstBox[1]) / 2,
        -half,
        { size: SLIM_FONT, fill: 'muted' },
        -1,
      );
    }

    // The line from the unit before belongs to the frame as far as the shortcut's beginning.
    const { extent } = this.drawing;
    const whole = main.every(({ place }) => place === null);
    const framed = whole && (count > 1 || change !== undefined);
    // Without a frame it ends where its lines do: what is said of the edges stands there.
    const room = framed ? FRAME : 0;
    const body = {
      along: [Math.min(extent.along[0], 0) - room, Math.max(extent.along[1], along) + room] as const,
      across: [extent.across[0] - FRAME, extent.across[1] + FRAME] as const,
    };
    if (framed) {
      this.drawing.box(body.along, body.across, {
        fill: null,
        stroke: change ? `${change}Line` : 'frame',
        radius: 8,
        dash: change === 'removed' ? [4, 3] : [],
        strokeWidth: 1,
      });
      this.sign(change, body.along, body.across);
    }
    if (whole) this.item(body.along, body.across);
    this.count(count, along / 2, this.drawing.extent.across[1]);
    this.note(along / 2, this.drawing.extent.across[1]);
    return this.shape({ entersBox: !branch, exit: along });
  }

  /** A box with its text, from a place on; its length along. */
  private part(part: Part, from: number, centre: number): number {
    const { along, across, lines } = sizeOf(part, this.direction);
    const range = [from, from + along] as const;
    const width = [centre - across / 2, centre + across / 2] as const;
    this.drawing.box(range, width, { ...lookOf(part), radius: part.slim ? 3 : 5 });
    this.drawing.text(lines, this.drawing.at(from + along / 2, centre), {
      size: part.slim ? SLIM_FONT : FONT,
    });
    // What is all new or gone has one sign, at its frame.
    const { kind, change } = this.unit;
    if (kind === 'box' || change === 'changed' || part.place) this.sign(part.change, range, width);
    if (part.place)
      this.items.push({ place: part.place, label: part.label, rect: this.drawing.rect(range, width) });
    return along;
  }

  /** What has become of something, at the top left corner of what it takes up. */
  private sign(
    change: Change | undefined,
    along: readonly [number, number],
    across: readonly [number, number],
  ): void {
    if (!change) return;
    const { x, y } = this.drawing.rect(along, across);
    drawSign(this.drawing, change, this.direction === 'down' ? [y, x] : [x, -y]);
  }

  /** The line to the next box; where that begins. */
  private between(from: number, next: Part, centre = 0, dash: readonly number[] = []): number {
    const to = from + (next.slim ? GAP.slim : GAP.roomy);
    if (next.slim)
      this.drawing.line(
        [
          [from, centre],
          [to, centre],
        ],
        { dash },
      );
    else this.arrow(from, to, centre, dash);
    return to;
  }

  private arrow(from: number, to: number, centre = 0, dash: readonly number[] = []): void {
    this.drawing.line(
      [
        [from, centre],
        [to, centre],
      ],
      { arrow: true, dash },
    );
  }

  /** A circle with a plus, from a place on. */
  private sum(from: number): void {
    const [end, middle, arm] = [from + 2 * SUM_RADIUS, from + SUM_RADIUS, SUM_RADIUS - 3.5];
    const across = [-SUM_RADIUS, SUM_RADIUS] as const;
    this.drawing.box([from, end], across, { fill: 'page', stroke: 'line', radius: SUM_RADIUS });
    this.drawing.line([
      [middle - arm, 0],
      [middle + arm, 0],
    ]);
    this.drawing.line([
      [middle, -arm],
      [middle, arm],
    ]);
    const { sum } = this.unit;
    if (sum?.place) {
      this.items.push({ place: sum.place, label: sum.label, rect: this.drawing.rect([from, end], across) });
    }
  }

  /** Where the boxes on a shortcut end, with the room for its way back. */
  private branchEnd(parts: readonly Part[]): number {
    if (parts.length === 0) return 0;
    const gaps = parts.slice(1).map(({ slim }) => (slim ? GAP.slim : GAP.roomy));
    const lengths = parts.map((part) => sizeOf(part, this.direction).along);
    return GAP.lead + [...gaps, ...lengths].reduce((sum, each) => sum + each, 0) + CORNER;
  }

  /** The line around the main path, through its boxes, into the sum. */
  private around(
    kind: keyof typeof SHORTCUT_DASHES,
    parts: readonly Part[],
    pieces: readonly string[],
    end: number,
    half: number,
  ): void {
    const dash = SHORTCUT_DASHES[kind];
    const widest = Math.max(0, ...parts.map((part) => sizeOf(part, this.direction).across));
    const out = half + AROUND + widest / 2;
    const back: [number, number][] = [
      [end, out],
      [end, SUM_RADIUS],
    ];
    const look = { dash, radius: CORNER, arrow: true };
    if (parts.length === 0) {
      this.drawing.line([[GAP.leave, 0], [GAP.leave, out], ...back], look);
      // Two short lines rather than a long one: the picture stays slim.
      const lines = wrap(pieces, 64, SLIM_FONT);
      if (lines.length > 0) {
        this.drawing.beside(lines, (GAP.leave + end) / 2, out, { size: SLIM_FONT, fill: 'muted' });
      }
      return;
    }
    let along = GAP.lead;
    this.drawing.line(
      [
        [GAP.leave, 0],
        [GAP.leave, out],
        [along, out],
      ],
      look,
    );
    for (const [index, part] of parts.entries()) {
      if (index > 0) along = this.between(along, part, out, dash);
      along += this.part(part, along, out);
    }
    this.drawing.line([[along, out], ...back], look);
  }

  /** How often a block is repeated, beside it. */
  private count(count: number, along: number, across: number): void {
    if (count > 1) this.drawing.beside([`× ${count}`], along, across, { size: 14, bold: true });
  }

  /** What has changed here, beside all else. */
  private note(along: number, across: number): void {
    const { was } = this.unit;
    if (!was) return;
    this.drawing.beside(was, along, across + TEXT_GAP, { size: SLIM_FONT, fill: 'changedLine' });
  }

  private item(along: readonly [number, number], across: readonly [number, number]): void {
    const { place, label } = this.unit;
    this.items.push({ place, label, rect: this.drawing.rect(along, across) });
  }

  private shape({ entersBox, exit }: { entersBox: boolean; exit: number }): Shape {
    const { marks, extent } = this.drawing;
    return { marks, items: this.items, extent, entry: 0, entersBox, exit };
  }
}
