/** The picture of a network: its units in a row, the lines between them, brackets of stages and a legend. */
import { thousands } from '../number-text';
import type { Network } from '../network';
import type { Shape as MapShape } from '../layers';
import { contentOf, type KnownUnits, type PictureLevel, type Unit } from './content';
import { Drawing, type Direction, type Extent } from './drawing';
import { legendOf } from './legend';
import type { Mark, Rect } from './marks';
import { shapeOf, type Item, type Shape } from './shape';
import { widthBound } from './text-width';
import { plural, shapeSign } from './words';

/** A unit at its place. */
export interface Section {
  /** The same for the same unit in the next picture. */
  key: string;
  /** The same object as long as the unit is the same: what is drawn of it stays. */
  shape: Shape;
  /** The line that leads here, in the coordinates of the shape; as steady as that. */
  edge: readonly Mark[];
  /** Where the shape's origin lies. */
  x: number;
  y: number;
  /** What it takes up with its line, for who draws only what is in sight. */
  rect: Rect;
}

export interface Picture {
  level: PictureLevel;
  direction: Direction;
  /** Pixels. */
  width: number;
  height: number;
  title: string;
  /** In a sentence, for who cannot see it. */
  description: string;
  sections: readonly Section[];
  /** Brackets and legend, at their places. */
  marks: readonly Mark[];
}

export interface PictureOptions {
  level: PictureLevel;
  direction: Direction;
  /** What the signs mean, below; true where it is not said. */
  legend?: boolean;
}

const MARGIN = 16;
const EDGE = 20;
const EDGE_FONT = 11;
const BRACKET = { gap: 18, hook: 5, font: 12 };
/** Units that are kept: more than any network has. */
const KEPT = 8000;

/** Draws one picture after the other and makes again only what has changed. */
export class PictureMaker {
  private readonly units: KnownUnits = new Map();
  private readonly shapes: Record<Direction, WeakMap<Unit, Shape>> = {
    down: new WeakMap(),
    right: new WeakMap(),
  };
  private readonly edges = new Map<string, readonly Mark[]>();

  make(network: Network, options: PictureOptions): Picture {
    return this.draw(contentOf(network, options.level, this.units), options, {
      title: network.architecture.name,
      description: describe(network),
    });
  }

  /** A picture of units from elsewhere, such as those of a difference. */
  draw(
    units: readonly Unit[],
    { level, direction, legend = true }: PictureOptions,
    {
      title,
      description,
      notes,
    }: { title: string; description: string; /** Lines below the legend. */ notes?: readonly string[] },
  ): Picture {
    if (this.units.size > KEPT) this.units.clear();
    if (this.edges.size > KEPT) this.edges.clear();
    const placed = this.place(units, direction);
    const overlay = new Drawing(direction);
    if (level !== 'stages') brackets(units, placed, overlay);
    const extent = joined([...placed.map(({ extent }) => extent), overlay.extent]);
    const legendMarks = legend ? legendOf(units, direction, extent, notes) : null;
    const whole = legendMarks ? joined([extent, legendMarks.extent]) : extent;

    const origin = overlay.rect(whole.along, whole.across);
    const [dx, dy] = [MARGIN - origin.x, MARGIN - origin.y];
    return {
      level,
      direction,
      width: Math.ceil(origin.width + 2 * MARGIN),
      height: Math.ceil(origin.height + 2 * MARGIN),
      title,
      description,
      sections: placed.map(({ key, shape, edge, along, extent: taken }) => {
        const { x, y } = overlay.at(along, 0);
        const rect = overlay.rect(taken.along, taken.across);
        return { key, shape, edge, x: x + dx, y: y + dy, rect: { ...rect, x: rect.x + dx, y: rect.y + dy } };
      }),
      marks: [...overlay.marks, ...(legendMarks?.marks ?? [])].map((mark) => moved(mark, dx, dy)),
    };
  }

  private place(units: readonly Unit[], direction: Direction): Placed[] {
    const placed: Placed[] = [];
    let end = 0;
    /** Where the line to the next unit begins. */
    let from: number | null = null;
    let said = '';
    const seen = new Map<string, number>();
    for (const unit of units) {
      const shape = this.shape(unit, direction);
      const text = shapeSign(unit.inputShape);
      const label =
        from !== null && text !== said && unit.change !== 'removed'
          ? labelOf(unit.inputShape, direction)
          : [];
      if (label.length > 0) said = text;
      const along = end + (from === null ? 0 : edgeLength(label, direction)) - shape.extent.along[0];
      // Whole pixels: equal units look equal wherever they stand.
      const origin = Math.ceil(along);
      const edge = from === null ? NO_EDGE : this.edge(from - origin, shape, label, end - origin, direction);
      const taken = {
        along: [from ?? origin + shape.extent.along[0], origin + shape.extent.along[1]],
        across: [...shape.extent.across],
      } satisfies Extent;
      if (label.length > 0) taken.across[0] = Math.min(taken.across[0], -labelReach(label, direction));
      end = taken.along[1];
      from = origin + shape.exit;
      placed.push({ key: keyOf(unit, seen), shape, edge, along: origin, extent: taken });
    }
    return placed;
  }

  private shape(unit: Unit, direction: Direction): Shape {
    const shapes = this.shapes[direction];
    let shape = shapes.get(unit);
    if (!shape) shapes.set(unit, (shape = shapeOf(unit, direction)));
    return shape;
  }

  /** The line from the unit before, with the shape of what flows along it. */
  private edge(
    from: number,
    { entry, entersBox, extent }: Shape,
    label: readonly string[],
    free: number,
    direction: Direction,
  ): readonly Mark[] {
    const middle = (free + extent.along[0]) / 2;
    const key = [direction, from, entry, entersBox, middle, ...label].join('|');
    const known = this.edges.get(key);
    if (known) return known;
    const drawing = new Drawing(direction);
    drawing.line(
      [
        [from, 0],
        [entry, 0],
      ],
      { arrow: entersBox },
    );
    const style = { size: EDGE_FONT, fill: 'muted' } as const;
    if (direction === 'down') drawing.beside(label, middle, 0, style, -1);
    else {
      // Too wide for one line: the map above, its channels below.
      drawing.beside(label.slice(0, 1), middle, 0, style, 1);
      drawing.beside(label.slice(1), middle, 0, style, -1);
    }
    this.edges.set(key, drawing.marks);
    return drawing.marks;
  }
}

interface Placed {
  key: string;
  shape: Shape;
  edge: readonly Mark[];
  /** Of the shape's origin. */
  along: number;
  extent: Extent;
}

const NO_EDGE: readonly Mark[] = [];

function labelOf(shape: MapShape, direction: Direction): string[] {
  if (direction === 'down' || shape.length === 1) return [shapeSign(shape)];
  return [`${shape[0]}×${shape[1]}`, String(shape[2])];
}

const labelWidth = (label: readonly string[]): number =>
  Math.max(0, ...label.map((text) => widthBound(text, EDGE_FONT)));
function edgeLength(label: readonly string[], direction: Direction): number {
  if (label.length === 0) return EDGE;
  return direction === 'down' ? 28 : Math.max(EDGE, labelWidth(label) + 12);
}
/** How far a label reaches to its side of the axis. */
const labelReach = (label: readonly string[], direction: Direction): number =>
  direction === 'down' ? labelWidth(label) + 8 : 24;

/** `stage2/2-6`, with a number where it occurs again. */
function keyOf({ place, kind, change }: Unit, seen: Map<string, number>): string {
  const key = [kind, place.stage, ...(place.blocks ?? []), ...(place.layers ?? []), change].join('/');
  const times = seen.get(key) ?? 0;
  seen.set(key, times + 1);
  return times === 0 ? key : `${key}#${times}`;
}

/** A line along each stage with its name, on the side without shortcuts. */
function brackets(units: readonly Unit[], placed: readonly Placed[], drawing: Drawing): void {
  const across = Math.min(...placed.map(({ extent }) => extent.across[0])) - BRACKET.gap;
  const stages = new Map<string, [from: number, to: number]>();
  for (const [index, { place }] of units.entries()) {
    const { shape, along } = placed[index]!;
    if (!place.stage.startsWith('stage')) continue;
    const from = along + shape.extent.along[0];
    const to = along + shape.extent.along[1];
    stages.set(place.stage, [stages.get(place.stage)?.[0] ?? from, to]);
  }
  for (const [stage, [from, to]] of stages) {
    const inside = across + BRACKET.hook;
    drawing.line(
      [
        [from, inside],
        [from, across],
        [to, across],
        [to, inside],
      ],
      { stroke: 'frame', radius: 3 },
    );
    const at = drawing.direction === 'down' ? Math.min(from + 10, (from + to) / 2) : (from + to) / 2;
    drawing.beside(
      [`Stage ${stage.slice('stage'.length)}`],
      at,
      across,
      { size: BRACKET.font, bold: true },
      -1,
    );
  }
}

function joined(extents: readonly Extent[]): Extent {
  const over = (key: keyof Extent): [number, number] => [
    Math.min(...extents.map((each) => each[key][0])),
    Math.max(...extents.map((each) => each[key][1])),
  ];
  return { along: over('along'), across: over('across') };
}

/** The mark elsewhere. */
function moved(mark: Mark, dx: number, dy: number): Mark {
  if (mark.kind !== 'path') return { ...mark, x: mark.x + dx, y: mark.y + dy };
  return { ...mark, points: mark.points.map(({ x, y }) => ({ x: x + dx, y: y + dy })) };
}

/** Every mark at its place in the picture, what lies below first. */
export function marksOf({ sections, marks }: Picture): Mark[] {
  return [
    ...marks,
    ...sections.flatMap(({ edge, shape, x, y }) =>
      [...edge, ...shape.marks].map((mark) => moved(mark, x, y)),
    ),
  ];
}

/** Every item at its place, in the order of the network. */
export const itemsOf = ({ sections }: Picture): Item[] =>
  sections.flatMap(({ shape, x, y }) =>
    shape.items.map((item) => ({ ...item, rect: { ...item.rect, x: item.rect.x + x, y: item.rect.y + y } })),
  );

/** `A residual network of 4 stages with 8 blocks and 69 layers, from images of 32x32x3 to 10 classes.` */
function describe({ stages, layers, architecture }: Network): string {
  const blocks = stages.reduce((sum, stage) => sum + stage.blocks.length, 0);
  const { shortcut, inputShape, classes } = architecture;
  const kind = shortcut === 'none' ? 'plain' : 'residual';
  return `A ${kind} network of ${plural(stages.length, 'stage')} with ${plural(blocks, 'block')} and ${plural(layers.length, 'layer')}, from images of ${inputShape.join('x')} to ${thousands(classes)} classes.`;
}
