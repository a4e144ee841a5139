/** What of a network is shown at a level, in order and without places: stem, stages or blocks or layers, head. */
import type { Kernel, TableConvolution } from '../architecture';
import { formatKernel } from '../block-table';
import type { ConvLayer, Layer, Shape } from '../layers';
import type { BlockShortcut, Network, NetworkBlock } from '../network';
import { describeShortcut } from '../shortcut-text';
import { TONES, type Change, type Tone } from './marks';
import {
  describeBlocks,
  describeChange,
  describeConvolutions,
  describeLayer,
  describePlace,
  shapeSign,
} from './words';

/** `stages`: a box each; `blocks`: equal neighbours folded; `layers`: everything. */
export const PICTURE_LEVELS = ['stages', 'blocks', 'layers'] as const;
export type PictureLevel = (typeof PICTURE_LEVELS)[number];

/** Something of a network that can be pointed at: a stage, one of its blocks, one layer of it. */
export interface Place {
  /** `stem`, `stage2`, `head`. */
  stage: string;
  /** From 1. */
  block?: number;
  /** Within its block, `conv1`, or its name as a whole where it belongs to none. */
  layer?: string;
}

export const samePlace = (one: Place, other: Place): boolean =>
  one.stage === other.stage && one.block === other.block && one.layer === other.layer;

/** Whether a place lies within another, or is the same. */
export const holds = (outer: Place, inner: Place): boolean =>
  outer.stage === inner.stage &&
  (outer.block === undefined || outer.block === inner.block) &&
  (outer.layer === undefined || outer.layer === inner.layer);

/** What one item of a picture stands for: several blocks where equal ones are folded. */
export interface ItemPlace {
  stage: string;
  /** The first and the last; null for a whole stage, and outside of stages. */
  blocks: readonly [from: number, to: number] | null;
  /** Null for all of them. */
  layers: readonly string[] | null;
}

/** Whether a place is, lies in, or holds what an item stands for. */
export function touches(item: ItemPlace, { stage, block, layer }: Place): boolean {
  if (item.stage !== stage) return false;
  if (item.blocks && block !== undefined && (block < item.blocks[0] || block > item.blocks[1])) return false;
  return !item.layers || layer === undefined || item.layers.includes(layer);
}

/** What colours a part. */
export type Tint = Tone | 'plain' | 'pool';

/** A box with its text in pieces, which are laid into lines. */
export interface Part {
  pieces: readonly string[];
  channels: number;
  /** Side of its feature map in pixels of the image: the geometric mean of height and width. */
  side: number;
  tint: Tint;
  /** Batch normalisation and activation: as thin as their text allows. */
  slim: boolean;
  /** Of its own, at the level of layers. */
  place: ItemPlace | null;
  label: string;
  /** What the text says, by what it is: `filters` → `64`; a difference names these. */
  facts: Facts;
  change?: Change;
}

export type Facts = Readonly<Record<string, string>>;

export interface Branch {
  kind: Exclude<BlockShortcut, 'none'>;
  /** Said beside the line. */
  pieces: readonly string[];
  /** At the level of layers. */
  parts: readonly Part[];
}

export interface Unit {
  kind: 'box' | 'stage' | 'block';
  place: ItemPlace;
  /** For all of it; at the level of layers its parts have their own. */
  label: string;
  /** Above the text of a box. */
  title: string | null;
  /** How many blocks it stands for. */
  count: number;
  main: readonly Part[];
  branch: Branch | null;
  /** Of a folded stage: what leads around its blocks, each kind once, in order. */
  around: readonly BlockShortcut[];
  /** At the level of layers: the sum, then what follows it. */
  sum: Part | null;
  after: readonly Part[];
  inputShape: Shape;
  outputShape: Shape;
  /** Of a folded stage, which shows no strides: those of the convolutions of its first block. */
  strides?: readonly number[];
  change?: Change;
  /** What has changed, a line each: `filters 256 → 192`. */
  was?: readonly string[];
}

/** Side of a square map with as many pixels. */
const sideOf = (shape: Shape): number => (shape.length === 3 ? Math.sqrt(shape[0] * shape[1]) : 1);
const channelsOf = (shape: Shape): number => shape.at(-1) ?? 1;

export const toneOf = (stage: number): Tone => ((stage - 1) % TONES) as Tone;

/** Units that were made before, by what they are made of. */
export type KnownUnits = Map<string, readonly Unit[]>;

/** @param known gives the same objects for what is the same as before */
export function contentOf(network: Network, level: PictureLevel, known: KnownUnits = new Map()): Unit[] {
  const { layers, architecture } = network;
  const firstOfStages = layers.findIndex(({ stage }) => stage !== undefined);
  const head = layers.findIndex(({ kind }) => kind === 'gap');
  const kept = (key: string, make: () => readonly Unit[]): readonly Unit[] => {
    let units = known.get(key);
    if (!units) known.set(key, (units = make()));
    return units;
  };
  const plain = (some: readonly Layer[], stage: string): readonly Unit[] =>
    kept(JSON.stringify([level, stage, some], withoutInputs), () => plainUnits(some, stage, level));
  const units = [...plain(layers.slice(0, firstOfStages), 'stem')];
  let next = firstOfStages;
  for (const [index, stage] of network.stages.entries()) {
    const row = architecture.table[index]!;
    const [, convolutions] = row;
    const groups: LayerGroup[] = stage.blocks.map((block) => {
      const group = { block, layers: layers.slice(next, next + block.layers.length), convolutions };
      next += block.layers.length;
      return group;
    });
    const runs =
      level === 'layers' ? groups.map((group) => [group]) : level === 'blocks' ? folded(groups) : [groups];
    // What a block is made of follows from these.
    const made = JSON.stringify([level, convolutions, architecture.strideOn, architecture.shortcut]);
    for (const run of runs) {
      const { block } = run[0]!;
      const key = `${made}${block.name}x${run.length} ${block.stride} ${block.inputShape.join()}`;
      units.push(...kept(key, () => [UNIT_MAKERS[level](run)]));
    }
  }
  return [...units, ...plain(layers.slice(head), 'head')];
}

/** Which layer comes before changes nothing of how one looks. */
const withoutInputs = (key: string, value: unknown): unknown => (key === 'inputs' ? undefined : value);

const UNIT_MAKERS: Record<PictureLevel, (groups: readonly LayerGroup[]) => Unit> = {
  stages: stageUnit,
  blocks: blocksUnit,
  layers: ([group]) => layersUnit(group!),
};

/** A block with its layers and its row of the table. */
interface LayerGroup {
  block: NetworkBlock;
  layers: readonly Layer[];
  convolutions: readonly TableConvolution[];
}

/** Runs of equal blocks; only the first of a stage may differ from the others. */
function folded(groups: readonly LayerGroup[]): LayerGroup[][] {
  const runs: LayerGroup[][] = [];
  for (const group of groups) {
    const before = runs.at(-1)?.[0]?.block;
    const { block } = group;
    const equal =
      before?.stride === block.stride &&
      before.shortcut === block.shortcut &&
      before.inputShape.join() === block.inputShape.join();
    if (equal) runs.at(-1)!.push(group);
    else runs.push([group]);
  }
  return runs;
}

// ----------------------------------------------------------------------------------------------- stem and head

function plainUnits(layers: readonly Layer[], stage: string, level: PictureLevel): Unit[] {
  const units: Unit[] = [];
  for (const layer of layers) {
    const small = layer.kind === 'bn' || layer.kind === 'relu';
    if (small && level !== 'layers') {
      // Its convolution stands for it.
      const last = units.at(-1)!;
      const place = { ...last.place, layers: [...(last.place.layers ?? []), layer.name] };
      units.splice(-1, 1, { ...last, place, main: last.main.map((part) => ({ ...part, place })) });
      continue;
    }
    const place: ItemPlace = { stage, blocks: null, layers: [layer.name] };
    const described = describeLayer(layer);
    const label = layer.kind === 'input' ? described : `${stage === 'stem' ? 'Stem' : 'Head'}: ${described}`;
    units.push({
      kind: 'box',
      place,
      label,
      title: null,
      count: 1,
      main: [{ ...partOf(layer, 'plain'), place, label }],
      branch: null,
      around: [],
      sum: null,
      after: [],
      inputShape: layer.inputShape,
      outputShape: layer.outputShape,
    });
  }
  return units;
}

/** The box of a layer, without a place. */
function partOf(layer: Layer, tint: Tint): Part {
  const pooled = layer.kind === 'maxpool' || layer.kind === 'gap';
  return {
    pieces: piecesOf(layer),
    channels: channelsOf(layer.outputShape),
    side: sideOf(layer.outputShape),
    tint: pooled ? 'pool' : tint,
    slim: layer.kind === 'bn' || layer.kind === 'relu',
    place: null,
    label: describeLayer(layer),
    facts: factsOf(layer),
  };
}

function factsOf(layer: Layer): Facts {
  switch (layer.kind) {
    case 'input':
      return { image: shapeSign(layer.outputShape) };
    case 'conv':
      return {
        kernel: formatKernel(layer.kernel),
        filters: String(layer.filters),
        stride: String(layer.stride),
      };
    case 'maxpool':
      return { window: formatKernel(layer.pool), stride: String(layer.stride) };
    case 'dense':
      return { classes: String(layer.units) };
    default:
      return {};
  }
}

function piecesOf(layer: Layer): string[] {
  switch (layer.kind) {
    case 'input':
      return ['image'];
    case 'conv':
      return withStride([formatKernel(layer.kernel), 'conv,', String(layer.filters)], layer.stride);
    case 'bn':
      return ['BN'];
    case 'relu':
      return ['ReLU'];
    case 'maxpool':
      return withStride([formatKernel(layer.pool), 'max', 'pool'], layer.stride);
    case 'shortcut-a':
      return withStride(['zero', 'padding'], layer.stride);
    case 'add':
      return ['+'];
    case 'gap':
      return ['average', 'pool'];
    case 'dense':
      return ['dense,', String(layer.units)];
  }
}

/** As the paper writes it: `3×3 conv, 128, /2`. */
function withStride(pieces: readonly string[], stride: number): string[] {
  return stride === 1 ? [...pieces] : [...pieces.slice(0, -1), `${pieces.at(-1)},`, `/${stride}`];
}

// ------------------------------------------------------------------------------------------- stages and blocks

const kernelsOf = (convolutions: readonly TableConvolution[]): Kernel[] =>
  convolutions.map(([, kernel]) => kernel);

/** Lines of convolutions that a folded stage shows. */
const STAGE_LINES = 4;

function stageUnit(groups: readonly LayerGroup[]): Unit {
  const [{ block: first, layers, convolutions }] = groups as [LayerGroup];
  const { block: last } = groups.at(-1)!;
  const around = [...new Set(groups.map(({ block }) => block.shortcut))];
  const count = groups.length;
  const title = `Stage ${first.stage}`;
  const place: ItemPlace = { stage: `stage${first.stage}`, blocks: null, layers: null };
  return {
    kind: 'stage',
    place,
    label: `${title}: ${count} ${count === 1 ? 'block' : 'blocks'} of ${describeConvolutions(kernelsOf(convolutions))}, ${describeChange(first.inputShape, last.outputShape)}, ${around.map(describeShortcut).join(', then ')}`,
    title,
    count,
    main: stageLines(convolutions).map(({ pieces, facts }) => ({
      pieces,
      facts,
      channels: channelsOf(last.outputShape),
      side: sideOf(last.outputShape),
      tint: toneOf(first.stage),
      slim: false,
      place: null,
      label: '',
    })),
    branch: null,
    around,
    sum: null,
    after: [],
    inputShape: first.inputShape,
    outputShape: last.outputShape,
    strides: layers.filter(isMainConvolution).map(({ stride }) => stride),
  };
}

/** `3×3, 64` a line; equal neighbours in one line, and of many the first and the last. */
function stageLines(convolutions: readonly TableConvolution[]): { pieces: string[]; facts: Facts }[] {
  const runs: { pieces: string[]; facts: Facts; count: number }[] = [];
  for (const [filters, kernel] of convolutions) {
    const pieces = [`${formatKernel(kernel)},`, String(filters)];
    const before = runs.at(-1);
    if (before?.pieces.join() === pieces.join()) before.count++;
    else runs.push({ pieces, facts: { kernel: formatKernel(kernel), filters: String(filters) }, count: 1 });
  }
  const lines = runs.flatMap(({ pieces, facts, count }) =>
    // Two are written out, as papers do.
    count <= 2
      ? Array.from({ length: count }, () => ({ pieces, facts }))
      : [{ pieces: [...pieces, `(${count}×)`], facts: { ...facts, convolutions: String(count) } }],
  );
  if (lines.length <= STAGE_LINES) return lines;
  const more = { pieces: ['…', `${lines.length - 3}`, 'more'], facts: {} };
  return [...lines.slice(0, 2), more, lines.at(-1)!];
}

/** Blocks that are equal, as one. */
function blocksUnit(groups: readonly LayerGroup[]): Unit {
  const [{ block, layers, convolutions }] = groups as [LayerGroup];
  const { block: last } = groups.at(-1)!;
  const place: ItemPlace = {
    stage: `stage${block.stage}`,
    blocks: [block.block, last.block],
    layers: null,
  };
  const onMain = layers.filter(isMainConvolution);
  return {
    kind: 'block',
    place,
    label: describeBlocks(block, last, kernelsOf(convolutions)),
    title: null,
    count: groups.length,
    main: onMain.map((layer) => partOf(layer, toneOf(block.stage))),
    branch: branchOf(block, layers),
    around: [],
    sum: null,
    after: [],
    inputShape: block.inputShape,
    outputShape: last.outputShape,
  };
}

const isShortcut = ({ name }: Layer): boolean => /\/shortcut(\/|$)/.test(name);
const isMainConvolution = (layer: Layer): layer is ConvLayer => layer.kind === 'conv' && !isShortcut(layer);

function branchOf({ shortcut }: NetworkBlock, layers: readonly Layer[]): Branch | null {
  if (shortcut === 'none') return null;
  const first = layers.find(isShortcut);
  return { kind: shortcut, pieces: first ? piecesOf(first) : [], parts: [] };
}

/** A block with each of its layers. */
function layersUnit({ block, layers, convolutions }: LayerGroup): Unit {
  const stage = `stage${block.stage}`;
  const range = [block.block, block.block] as const;
  const part = (layer: Layer): Part => {
    const name = layer.name.slice(block.name.length + 1);
    const tint = layer.kind === 'conv' || layer.kind === 'shortcut-a' ? toneOf(block.stage) : 'plain';
    return {
      ...partOf(layer, tint),
      place: { stage, blocks: range, layers: [name] },
      label: `${describePlace(block.stage, range)}, ${name}: ${describeLayer(layer)}`,
    };
  };
  const side = layers.filter(isShortcut);
  const sum = layers.find(({ kind }) => kind === 'add');
  const last = layers.at(-1)!;
  const main = layers.filter((layer) => layer !== sum && layer !== last && !isShortcut(layer));
  const branch = branchOf(block, layers);
  return {
    kind: 'block',
    place: { stage, blocks: range, layers: null },
    label: describeBlocks(block, block, kernelsOf(convolutions)),
    title: `block ${block.block}`,
    count: 1,
    main: main.map(part),
    branch: branch && { ...branch, pieces: [], parts: side.map(part) },
    around: [],
    sum: sum ? part(sum) : null,
    after: [part(last)],
    inputShape: block.inputShape,
    outputShape: block.outputShape,
  };
}
