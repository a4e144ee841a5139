/** What the lines and signs of a picture mean: only those that occur in it. */
import type { BlockShortcut } from '../network';
import { describeShortcut } from '../shortcut-text';
import type { Unit } from './content';
import { Drawing, lineHeight, type Direction, type Extent } from './drawing';
import type { Change, Mark } from './marks';
import { SHORTCUT_DASHES } from './shape';
import { drawSign } from './signs';
import { widthBound } from './text-width';

const FONT = 11;
const SAMPLE = 28;
const GAP = 24;
const ABOVE = 22;

type Entry =
  | { kind: 'shortcut'; shortcut: Exclude<BlockShortcut, 'none'>; text: string }
  | { kind: 'change'; change: Change; text: string }
  | { kind: 'note'; text: string };

/**
 * Below the picture, in as many lines as its width asks for. Null where there is nothing to say.
 *
 * @param notes a line each, below the signs
 */
export function legendOf(
  units: readonly Unit[],
  direction: Direction,
  extent: Extent,
  notes: readonly string[] = [],
): { marks: readonly Mark[]; extent: Extent } | null {
  const entries = entriesOf(units);
  if (entries.length + notes.length === 0) return null;
  const frame = new Drawing(direction);
  const { x: left, y, width, height } = frame.rect(extent.along, extent.across);
  const right = left + Math.max(width, 240);
  // Level as texts are, whichever way the network runs.
  const drawing = new Drawing('down');
  let top = y + height + ABOVE;
  let at = left;
  for (const entry of entries) {
    const sample = entry.kind === 'note' ? 0 : SAMPLE + 8;
    const needed = sample + widthBound(entry.text, FONT);
    if (at > left && at + needed > right) [at, top] = [left, top + lineHeight(FONT) + 4];
    if (entry.kind === 'shortcut') {
      drawing.line(
        [
          [top, at],
          [top, at + SAMPLE],
        ],
        { dash: SHORTCUT_DASHES[entry.shortcut] },
      );
    } else if (entry.kind === 'change') {
      drawing.box([top - 6, top + 6], [at + 7, at + SAMPLE], {
        fill: `${entry.change}Fill`,
        stroke: `${entry.change}Line`,
        radius: 3,
        dash: entry.change === 'removed' ? [4, 3] : [],
      });
      drawSign(drawing, entry.change, [top, at + 7]);
    }
    drawing.text([entry.text], { x: at + sample, y: top }, { size: FONT, fill: 'muted' }, 'start');
    at += needed + GAP;
  }
  for (const [index, note] of notes.entries()) {
    if (index > 0 || at > left) top += lineHeight(FONT) + 4;
    drawing.text([note], { x: left, y: top }, { size: FONT }, 'start');
  }
  const { along, across } = drawing.extent;
  return {
    marks: drawing.marks,
    // Of the direction of the picture again.
    extent: direction === 'down' ? { along, across } : { along: across, across: [-along[1], -along[0]] },
  };
}

function entriesOf(units: readonly Unit[]): Entry[] {
  const kinds = new Set<BlockShortcut>();
  const changes = new Set<Change>();
  let strided = false;
  for (const { branch, around, main, change } of units) {
    if (branch) kinds.add(branch.kind);
    for (const kind of around) kinds.add(kind);
    for (const each of [change, ...main.map((part) => part.change)]) if (each) changes.add(each);
    strided ||= main.some(({ pieces }) => pieces.some((piece) => piece.startsWith('/')));
  }
  const shortcuts = ['identity', 'projection', 'shortcut-a'] as const;
  return [
    ...shortcuts
      .filter((kind) => kinds.has(kind))
      .map((shortcut): Entry => ({ kind: 'shortcut', shortcut, text: describeShortcut(shortcut) })),
    ...(['added', 'removed', 'changed'] as const)
      .filter((change) => changes.has(change))
      .map((change): Entry => ({ kind: 'change', change, text: change })),
    ...(strided ? [{ kind: 'note', text: '/2: stride 2' } as const] : []),
  ];
}
