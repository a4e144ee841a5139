import { describe, expect, it } from 'vitest';
import { contentOf, type Unit } from '../../../../src/architecture/picture/content';
import { differenceOf, pictureOfDifference } from '../../../../src/architecture/picture/difference';
import type { TableStage } from '../../../../src/architecture/architecture';
import type { Network } from '../../../../src/architecture/network';
import { marksOf, PictureMaker } from '../../../../src/architecture/picture/picture';
import { networkOf } from './architectures';

const TABLE = networkOf('resnet50').architecture.table;
const changes = (before: Network, after: Network): [string, string[]][] =>
  differenceOf(contentOf(before, 'blocks'), contentOf(after, 'blocks'))
    .filter((unit) => unit.change)
    .map((unit: Unit) => [
      `${unit.change} ${unit.place.stage}`,
      unit.main.filter(({ change }) => change).map(({ change, pieces }) => `${change} ${pieces.join(' ')}`),
    ]);
const withStages = (...stages: TableStage[]): Network => networkOf('resnet50', { table: stages });
const [one, two, three, four] = TABLE as [TableStage, TableStage, TableStage, TableStage];

describe('the difference of two networks', () => {
  it('is nothing for the same network', () => {
    expect(changes(networkOf('resnet50'), networkOf('resnet50'))).toEqual([]);
  });

  it('is a number of blocks', () => {
    const after = differenceOf(
      contentOf(networkOf('resnet50'), 'blocks'),
      contentOf(withStages(one, [6, two[1]], three, four), 'blocks'),
    ).filter((unit) => unit.change);
    expect(after.map(({ change, count, was }) => [change, count, was])).toEqual([
      ['changed', 5, ['blocks 3 → 5']],
    ]);
  });

  it('is a convolution within a block', () => {
    const wider: TableStage = [
      one[0],
      [
        [64, 1],
        [96, 3],
        [256, 1],
      ],
    ];
    expect(changes(networkOf('resnet50'), withStages(wider, two, three, four))).toEqual([
      ['changed stage1', ['changed 3×3 conv, 96']],
      ['changed stage1', ['changed 3×3 conv, 96']],
    ]);
    const longer: TableStage = [
      one[0],
      [
        [64, 1],
        [64, 3],
        [64, 5],
        [256, 1],
      ],
    ];
    expect(changes(networkOf('resnet50'), withStages(longer, two, three, four))).toEqual([
      ['changed stage1', ['added 5×5 conv, 64']],
      ['changed stage1', ['added 5×5 conv, 64']],
    ]);
  });

  it('is a stage that is gone, while those after it stay what they were', () => {
    const kinds = changes(networkOf('resnet50'), withStages(one, two, four)).map(([what]) => what);
    expect(kinds).toEqual(['removed removed', 'removed removed']);
  });

  it('is a stage that is new', () => {
    const kinds = changes(withStages(one, two, four), networkOf('resnet50')).map(([what]) => what);
    expect(kinds).toEqual(['added stage3', 'added stage3']);
  });

  it('is a shortcut of another kind', () => {
    const all = changes(networkOf('resnet18'), networkOf('resnet18', { shortcut: 'identity' })).map(
      ([what]) => what,
    );
    expect(all).toEqual(['changed stage2', 'changed stage3', 'changed stage4']);
  });

  it('keeps stem and head apart from stages, however many there are', () => {
    const many = (count: number, filters: number): TableStage[] =>
      Array.from({ length: count }, (_, index) => [1, [[filters + index, 3]]]);
    const before = networkOf('resnet18', { table: many(300, 1) });
    const after = networkOf('resnet18', { table: many(290, 1000), classes: 7 });
    const units = differenceOf(contentOf(before, 'stages'), contentOf(after, 'stages'));
    expect(units.filter(({ kind, change }) => kind === 'stage' && change === 'changed')).toHaveLength(290);
    expect(units.filter(({ kind, change }) => kind === 'stage' && change === 'removed')).toHaveLength(10);
    expect(units.filter(({ kind, change }) => kind === 'box' && change).map(({ change }) => change)).toEqual([
      'changed',
    ]);
  });

  it('is the stride, which a folded stage does not show otherwise', () => {
    const units = differenceOf(
      contentOf(networkOf('resnet50', { strideOn: 'first' }), 'stages'),
      contentOf(networkOf('resnet50', { strideOn: '3x3' }), 'stages'),
    ).filter((unit) => unit.change);
    expect(units.map(({ change, place, was }) => [change, place.stage, was])).toEqual(
      ['stage2', 'stage3', 'stage4'].map((stage) => ['changed', stage, ['stride 2: conv 1 → conv 2']]),
    );
  });

  it('is the stride that a stage gets or loses as it moves', () => {
    const was = (before: Network, after: Network): unknown =>
      differenceOf(contentOf(before, 'stages'), contentOf(after, 'stages'))
        .filter(({ kind }) => kind === 'stage')
        .map((unit) => [unit.change, unit.was]);
    const [all, fewer] = [withStages(one, two, three), withStages(two, three)];
    expect(was(all, fewer)).toEqual([
      ['removed', undefined],
      ['changed', ['stride 2: conv 1 → none']],
      [undefined, undefined],
    ]);
    expect(was(fewer, all)).toEqual([
      ['added', undefined],
      ['changed', ['stride 2: none → conv 1']],
      [undefined, undefined],
    ]);
  });

  const sentence = (before: Network, after: Network): string =>
    pictureOfDifference(before, after, { level: 'stages', direction: 'right' }).description;

  it('names conventions that no picture shows', () => {
    const before = networkOf('resnet18', { bias: true, l2: 1e-4 });
    expect(sentence(before, networkOf('resnet18', { bias: false, l2: 0 }))).toBe(
      'The pictures do not differ; the networks do: no convolution biases, L2 0 instead of 1e-4.',
    );
    expect(sentence(before, networkOf('resnet18', { bias: true, l2: 1e-4, name: 'mine' }))).toBe(
      'The two networks are the same.',
    );
    expect(sentence(before, networkOf('resnet18', { bias: false, table: [one, two, four] }))).toMatch(
      / changed\. Conventions: no convolution biases\.$/,
    );
  });

  it('names a block table that differs where a folded stage says "more"', () => {
    const stage = (kernel: number): TableStage => [
      1,
      [1, 3, 5, kernel, 1, 3].map((side, index) => [8 + index, side]),
    ];
    expect(sentence(withStages(stage(5)), withStages(stage(7)))).toBe(
      'The pictures do not differ; the networks do: another block table.',
    );
  });

  const was = (before: Network, after: Network, level: 'stages' | 'blocks' = 'blocks'): unknown =>
    differenceOf(contentOf(before, level), contentOf(after, level))
      .filter((unit) => unit.change === 'changed')
      .map((unit) => unit.was?.join(' '));

  it('says what has changed, by what it is', () => {
    expect(was(networkOf('resnet18'), networkOf('resnet18-cifar'))).toEqual([
      'kernel 7×7 → 3×3 stride 2 → 1',
    ]);
    expect(was(networkOf('resnet18'), networkOf('resnet18', { classes: 7 }))).toEqual(['classes 10 → 7']);
    const grey = networkOf('resnet18', { inputShape: [28, 28, 1] });
    expect(was(networkOf('resnet18'), grey)).toEqual(['image 32×32×3 → 28×28×1']);
  });

  it('says once what all convolutions of a stage have in common, and names those that differ', () => {
    const stage = (...filters: number[]): TableStage => [2, filters.map((each) => [each, 3])];
    expect(was(withStages(stage(80, 80)), withStages(stage(96, 96)), 'stages')).toEqual(['filters 80 → 96']);
    expect(was(withStages(stage(64, 32, 64)), withStages(stage(64, 48, 64)), 'stages')).toEqual([
      'conv 2: filters 32 → 48',
    ]);
  });

  it('names the shortcut that is another one, and none that follows from the number of blocks', () => {
    const basic: TableStage = [
      2,
      [
        [64, 3],
        [128, 3],
      ],
    ];
    expect(was(networkOf('resnet18'), networkOf('resnet18', { shortcut: 'none' }), 'stages')).toEqual([
      'shortcut identity → none',
      'shortcut projection + identity → none',
      'shortcut projection + identity → none',
      'shortcut projection + identity → none',
    ]);
    expect(was(withStages(basic), withStages([1, basic[1]]), 'stages')).toEqual(['blocks 2 → 1']);
  });

  it('keeps stages together that share their convolutions, whatever leads around them', () => {
    const kinds = changes(
      networkOf('resnet50'),
      networkOf('resnet50', { table: [one, two, four], shortcut: 'identity' }),
    );
    expect(kinds.map(([what]) => what)).toEqual([
      'changed stage1',
      'changed stage2',
      'removed removed',
      'removed removed',
      'changed stage3',
    ]);
  });

  const texts = (before: Network, after: Network): string[] =>
    marksOf(pictureOfDifference(before, after, { level: 'stages', direction: 'down' })).flatMap((mark) =>
      mark.kind === 'text' ? [mark.text] : [],
    );

  it('marks what is new and what is gone by signs as well as by colours', () => {
    const drawn = texts(withStages(one, two), withStages(one, [two[0], two[1].slice(0, 2)]));
    expect(drawn).toContain('− 1×1, 512');
    const [before, after] = [networkOf('resnet50'), withStages(one, two, four)];
    const discs = marksOf(pictureOfDifference(before, after, { level: 'stages', direction: 'down' })).filter(
      (mark) => mark.kind === 'box' && mark.fill === 'removedLine',
    );
    // At the stage, and in the legend.
    expect(discs).toHaveLength(2);
  });

  it('sums up below the legend what differs, what is not seen, and what it costs', () => {
    const drawn = texts(networkOf('resnet18'), networkOf('resnet18', { classes: 100, bias: false }));
    expect(drawn.slice(drawn.indexOf('1 layer changed')).slice(0, 3)).toEqual([
      '1 layer changed',
      'Besides: no convolution biases',
      'Parameters: 11.2 M → 11.2 M (+41.4 k); MACs per image: 37 M → 37.1 M (+46.1 k)',
    ]);
  });

  it('is counted in the description of its picture', () => {
    const picture = pictureOfDifference(
      networkOf('resnet50'),
      withStages(one, two, four),
      { level: 'stages', direction: 'right' },
      new PictureMaker(),
    );
    expect(picture.description).toBe('1 stage removed.');
  });
});
