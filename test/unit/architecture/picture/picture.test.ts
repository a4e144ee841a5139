import { describe, expect, it } from 'vitest';
import type { Shortcut } from '../../../../src/architecture/architecture';
import type { Layer } from '../../../../src/architecture/layers';
import type { Network } from '../../../../src/architecture/network';
import {
  PICTURE_LEVELS,
  touches,
  type PictureLevel,
  type Place,
} from '../../../../src/architecture/picture/content';
import { DIRECTIONS, type Direction } from '../../../../src/architecture/picture/drawing';
import type { Mark, PathMark } from '../../../../src/architecture/picture/marks';
import { itemsOf, marksOf, PictureMaker, type Picture } from '../../../../src/architecture/picture/picture';
import { scaled } from '../../../../src/architecture/picture/scale';
import { PRESETS } from '../../../../src/architecture/presets';
import { networkOf, someNetwork } from './architectures';
import { boxesOf, filledBoxes, overlapping, roomOf, textsOf, within } from './geometry';

const draw = (network: Network, level: PictureLevel, direction: Direction = 'down'): Picture =>
  new PictureMaker().make(network, { level, direction });

const NETWORKS: [string, Network][] = [
  ...PRESETS.map(({ id }): [string, Network] => [id, networkOf(id)]),
  ...Array.from({ length: 40 }, (_, seed): [string, Network] => [`seed ${seed}`, someNetwork(seed)]),
];
const LOOKS = PICTURE_LEVELS.flatMap((level) => DIRECTIONS.map((direction) => [level, direction] as const));

/** The place of a layer, as the table of layers says it. */
function placeOf({ name, stage, block, kind }: Layer): Place {
  if (stage !== undefined) {
    return { stage: `stage${stage}`, block, layer: name.slice(`stage${stage}/block${block}/`.length) };
  }
  return { stage: kind === 'gap' || kind === 'dense' ? 'head' : 'stem', layer: name };
}

describe.each(LOOKS)('the picture of %s, %s,', (level, direction) => {
  const pictures = NETWORKS.map(([name, network]) => ({
    name,
    network,
    picture: draw(network, level, direction),
  }));
  const faults = <T>(find: (each: (typeof pictures)[number]) => readonly T[]) =>
    pictures.flatMap((each) => find(each).map((fault) => [each.name, fault] as const));

  it('has no text outside of its box, over another one, or outside of the picture', () => {
    const found = faults(({ picture }) => {
      const rooms = textsOf(marksOf(picture)).map((text) => ({ ...roomOf(text), text: text.text }));
      const boxes = filledBoxes(picture).map((box) => ({ ...box, text: null }));
      const whole = { x: 0, y: 0, width: picture.width, height: picture.height };
      const torn = overlapping([...rooms, ...boxes]).filter(([one, other]) => {
        if (one.text !== null && other.text !== null) return true;
        const [text, box] = one.text === null ? [other, one] : [one, other];
        return text.text !== null && !within(text, box);
      });
      return [...rooms.filter((room) => !within(room, whole)), ...torn];
    });
    expect(found).toEqual([]);
  });

  it('has no box over another one', () => {
    expect(faults(({ picture }) => overlapping(filledBoxes(picture)))).toEqual([]);
  });

  it('runs in the order of the network', () => {
    const found = faults(({ picture }) => {
      const starts = picture.sections.map(({ rect }) => (direction === 'down' ? rect.y : rect.x));
      return starts.filter((start, index) => start < (starts[index - 1] ?? 0));
    });
    expect(found).toEqual([]);
  });

  it('shows every layer once', () => {
    const found = faults(({ picture, network }) => {
      const items = itemsOf(picture);
      const timesOf = (layer: Layer) => items.filter(({ place }) => touches(place, placeOf(layer))).length;
      return network.layers.filter((layer) => timesOf(layer) !== 1).map(({ name }) => name);
    });
    expect(found).toEqual([]);
  });
});

describe('a shortcut', () => {
  const isAround = (mark: Mark): mark is PathMark =>
    mark.kind === 'path' && mark.points.length === 4 && mark.stroke === 'line';

  it('leads around every box of its block', () => {
    for (const [, network] of NETWORKS) {
      for (const { shape } of draw(network, 'blocks').sections) {
        const around = shape.marks.find(isAround);
        if (!around) continue;
        const ys = around.points.map(({ y }) => y);
        const boxes = boxesOf(shape.marks).filter(({ fill }) => fill !== null && fill !== 'page');
        expect(Math.min(...ys)).toBeLessThan(Math.min(...boxes.map(({ y }) => y)));
        expect(Math.max(...ys)).toBeGreaterThan(Math.max(...boxes.map(({ y, height }) => y + height)));
        const right = Math.max(...boxes.map(({ x, width }) => x + width));
        expect(Math.max(...around.points.map(({ x }) => x))).toBeGreaterThan(right);
      }
    }
  });

  it('is solid as an identity, dashed as a projection, dotted with zeros', () => {
    const dashes = (shortcut: Shortcut): string[] => {
      const marks = marksOf(draw(networkOf('resnet18', { shortcut }), 'blocks'));
      return [...new Set(marks.filter(isAround).map(({ dash }) => dash.join(' ')))];
    };
    expect(dashes('none')).toEqual([]);
    expect(dashes('projection')).toEqual(['', '7 4']);
    expect(dashes('identity')).toEqual(['', '2 3']);
    expect(dashes('projection-all')).toEqual(['7 4']);
  });
});

describe('the description', () => {
  it.each<[string, Network]>([
    [
      'A residual network of 4 stages with 8 blocks and 69 layers, from images of 32x32x3 to 10 classes.',
      networkOf('resnet18', { inputShape: [32, 32, 3], classes: 10 }),
    ],
    [
      'A plain network of 1 stage with 1 block and 10 layers, from images of 32x32x3 to 10 classes.',
      networkOf('resnet18', { inputShape: [32, 32, 3], shortcut: 'none', table: [[1, [[8, 3]]]] }),
    ],
  ])('is %s', (sentence, network) => expect(draw(network, 'blocks').description).toBe(sentence));
});

describe('equal blocks', () => {
  const counts = (preset: string): string[] =>
    textsOf(marksOf(draw(networkOf(preset), 'blocks')))
      .map(({ text }) => text)
      .filter((text) => text.startsWith('×'));

  it('are folded into one with their number', () => {
    expect(counts('resnet50')).toEqual(['× 2', '× 3', '× 5', '× 2']);
    expect(counts('resnet18')).toEqual(['× 2']);
  });

  it('stand for all blocks of the network together', () => {
    for (const [, network] of NETWORKS) {
      const blocks = itemsOf(draw(network, 'blocks')).map(({ place }) =>
        place.blocks ? place.blocks[1] - place.blocks[0] + 1 : 0,
      );
      const whole = network.stages.reduce((sum, stage) => sum + stage.blocks.length, 0);
      expect(blocks.reduce((sum, each) => sum + each, 0)).toBe(whole);
    }
  });
});

describe('what is said of a box', () => {
  it('names its place, its convolutions, its shapes and its shortcut', () => {
    const labels = itemsOf(draw(networkOf('resnet18-cifar'), 'blocks')).map(({ label }) => label);
    expect(labels).toContain(
      'Stage 2, block 1: two 3x3 convolutions, 64 → 128 channels, 32x32 → 16x16, projection shortcut',
    );
    expect(labels[0]).toBe('Input: images of 32x32x3');
  });

  it('names a single layer at that level', () => {
    const labels = itemsOf(draw(networkOf('resnet18-cifar'), 'layers')).map(({ label }) => label);
    expect(labels).toContain(
      'Stage 2, block 1, conv1: 3x3 convolution, 64 → 128 channels, 32x32 → 16x16, stride 2',
    );
    expect(labels).toContain('Head: dense layer with softmax, 512 → 10');
  });
});

describe('the sizes of boxes', () => {
  const scale = { low: 20, high: 90, from: 8, to: 4096 };

  it('never fall and stay within their limits', () => {
    const sizes = [1, 8, 9, 16, 64, 100, 512, 4096, 16_384].map((value) => scaled(scale, value));
    expect(sizes).toEqual([...sizes].sort((one, other) => one - other));
    expect([sizes[0], sizes.at(-1)]).toEqual([20, 90]);
  });

  it('grow by the same length where channels double', () => {
    expect(scaled(scale, 128) - scaled(scale, 64)).toBeCloseTo(scaled(scale, 1024) - scaled(scale, 512), -1);
  });

  it('follow channels across and the map along', () => {
    const picture = draw(networkOf('resnet18-torchvision'), 'blocks');
    const boxes = filledBoxes(picture);
    const ofStage = (stage: number) => boxes.filter(({ fill }) => fill === `stage${stage}Fill`);
    const widths = [0, 1, 2, 3].map((stage) => Math.max(...ofStage(stage).map(({ width }) => width)));
    const heights = [0, 1, 2, 3].map((stage) => Math.max(...ofStage(stage).map(({ height }) => height)));
    expect(widths).toEqual([...widths].sort((one, other) => one - other));
    expect(new Set(widths).size).toBe(4);
    expect(heights).toEqual([...heights].sort((one, other) => other - one));
    expect(new Set(heights).size).toBe(4);
  });
});

describe('a second picture', () => {
  it('keeps the shapes and lines of all that has not changed', () => {
    const maker = new PictureMaker();
    const options = { level: 'layers', direction: 'down' } as const;
    const { table } = networkOf('resnet50').architecture;
    const before = maker.make(networkOf('resnet50'), options);
    const after = maker.make(
      networkOf('resnet50', { table: [...table.slice(0, 3), [4, table[3]![1]]] }),
      options,
    );
    const known = new Map(before.sections.map(({ key, shape, edge }) => [key, { shape, edge }]));
    const fresh = after.sections.filter(
      ({ key, shape, edge }) => known.get(key)?.shape !== shape || known.get(key)?.edge !== edge,
    );
    expect(fresh.map(({ key }) => key)).toEqual(['block/stage4/4/4/']);
  });
});
