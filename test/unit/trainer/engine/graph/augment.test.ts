/** The graph's augmentation against the plain one of src/shared/augmentation, and steps of the graph engine with it. */
import { afterEach, describe, expect, test } from 'vitest';
import { buildNetwork } from '../../../../../src/architecture/network';
import { augmentedImages, type ImageShape } from '../../../../../src/shared/augmentation/images';
import { mixedImages, mixingOf } from '../../../../../src/shared/augmentation/mixing';
import { channelStatistics, normalisationOf } from '../../../../../src/shared/augmentation/normalisation';
import type { Recipe } from '../../../../../src/shared/recipe';
import { batchPreparation } from '../../../../../src/trainer/data/prepared-batch';
import type { Engine } from '../../../../../src/trainer/engine/engine';
import {
  preparationFeeds,
  prepareImages,
  type Preparation,
} from '../../../../../src/trainer/engine/graph/augment';
import { needsBlack } from '../../../../../src/trainer/engine/graph/augment/crop';
import { Graph } from '../../../../../src/trainer/engine/graph/graph';
import { openEngine } from '../../../../../src/trainer/engine/graph/graph-engine';
import * as ops from '../../../../../src/trainer/engine/graph/ops';
import { Session } from '../../../../../src/trainer/engine/graph/session';
import { createEngine as createLayersEngine } from '../../../../../src/trainer/engine/layers-engine';
import { gather } from '../../../../../src/trainer/loop';
import { recipe, samples, smallArchitecture } from '../../fixtures';

const opened: { dispose(): void }[] = [];
afterEach(() => {
  for (const one of opened.splice(0)) one.dispose();
});

/** What the graph makes of images of a set. */
function byGraph(
  set: Uint8Array,
  indices: Int32Array,
  preparation: Preparation,
  epoch: number,
  shape: ImageShape,
): Float32Array {
  const graph = new Graph();
  const size = shape[0] * shape[1] * shape[2];
  const count = set.length / size;
  const images = ops.placeholder(graph, 'set', { dtype: 'uint8', shape: [-1, size] });
  const wanted = ops.placeholder(graph, 'indices', { dtype: 'int32', shape: [-1] });
  const prepared = prepareImages(graph, images, wanted, shape, preparation);
  const session = new Session(graph, ops.group(graph, 'initialise', []).node, []);
  opened.push(session);
  const { feeds } = preparationFeeds(preparation, epoch, indices, count, shape);
  const held = needsBlack(preparation.recipe) ? Uint8Array.from([...set, ...new Uint8Array(size)]) : set;
  const inputs = [images, wanted, ...prepared.inputs];
  const used = inputs.filter((_, i) => i !== 1 || prepared.inputs.length === 0 || !crops(preparation));
  const values = [held, indices, ...feeds].filter((_, i) => used.includes(inputs[i]!));
  return session.callable({ inputs: used, outputs: [prepared.images] })(...values)[0] as Float32Array;
}
/** With crops and flips places stand for the indices, which only labels are gathered by. */
const crops = ({ recipe: { flip, crop } }: Preparation): boolean => flip !== 'none' || crop > 0;

const SHAPE = [9, 7, 3] as const;
const SET = samples(40, { inputShape: [...SHAPE], classes: 4 });
const statistics = channelStatistics(SET.images, 3);

const KINDS: [string, Partial<Recipe>][] = [
  ['nothing', {}],
  ['flips', { flip: 'random' }],
  ['alternating flips', { flip: 'alternating' }],
  ['crops with zeros', { crop: 4 }],
  ['crops with reflections, flips', { crop: 6, padding: 'reflect', flip: 'random' }],
  ['cutout', { cutout: 4 }],
  ['bytes as they are', { normalisation: 'none', crop: 2 }],
  ['mixup', { mixup: 0.4, flip: 'random' }],
  ['CutMix', { cutmix: 1, normalisation: 'channel' }],
  ['all', { normalisation: 'channel', flip: 'random', crop: 3, cutout: 5, mixup: 1, cutmix: 1 }],
];
const ALL = KINDS.at(-1)![1];

test.each(KINDS)('%s: the graph has the bits of the plain definition', (_, changes) => {
  const augmentation = recipe({ seed: 5, ...changes });
  const normalisation = normalisationOf(augmentation.normalisation, statistics);
  const indices = Int32Array.of(3, 39, 0, 17, 3, 21, 8, 30);
  for (const epoch of [1, 2, 3]) {
    const plain = augmentedImages(SET.images, indices, augmentation, epoch, normalisation, SHAPE);
    const isMixed = augmentation.mixup > 0 || augmentation.cutmix > 0;
    const expected = isMixed
      ? mixedImages(plain, mixingOf(augmentation, epoch, indices[0]!, indices.length, SHAPE), 3)
      : plain;
    const actual = byGraph(SET.images, indices, { recipe: augmentation, normalisation }, epoch, SHAPE);
    expect(new Uint32Array(actual.buffer, actual.byteOffset, actual.length)).toEqual(
      new Uint32Array(expected.buffer),
    );
  }
});

describe('steps', () => {
  const architecture = smallArchitecture({ l2: 0.01 });
  const network = buildNetwork(architecture);
  const [train, evaluation] = [samples(24, architecture), samples(12, architecture, 8)];
  const statistics = channelStatistics(train.images, 3);
  const all = recipe({ ...ALL, optimizer: 'sgd', learningRate: 0.02, batchSize: 8 });
  const open = (changes: Partial<Recipe> = {}): Engine => {
    const engine = openEngine(network, { ...all, ...changes }, undefined, { statistics });
    opened.push(engine);
    engine.useDataset!({ train, eval: evaluation });
    return engine;
  };
  const STEPS = [
    [Int32Array.of(0, 1, 2, 3, 4, 5, 6, 7), 1],
    [Int32Array.of(8, 9, 10, 11, 12, 13, 14, 15), 1],
    [Int32Array.of(23, 9, 4), 2],
  ] as const;

  test.each(KINDS)('%s: as the layers engine takes them', (_, changes) => {
    const used = { ...all, ...recipe(changes), optimizer: 'sgd', learningRate: 0.02 } as const;
    const graph = open(used);
    const layers = createLayersEngine(network, used, { statistics });
    opened.push(layers);
    layers.writeState(graph.readState());
    const prepare = batchPreparation(used, train, statistics, architecture.inputShape);
    for (const [indices, epoch] of STEPS) {
      const { images, labels } = gather(train, indices);
      const prepared = prepare?.(indices, epoch);
      const expected = layers.trainStep(prepared?.images ?? images, labels, 0.02, prepared?.mixing);
      const actual = graph.trainStepAt!(indices, 0.02, epoch);
      expect(actual.crossEntropy).toBeCloseTo(expected.crossEntropy, 4);
      expect(actual.loss).toBeCloseTo(expected.loss, 4);
      expect([actual.correct, actual.count]).toEqual([expected.correct, expected.count]);
    }
    // Validation sees the images normalised and otherwise as they are.
    const bytes = layers.evaluate(evaluation.images, evaluation.labels);
    for (const result of [graph.evaluate(evaluation.images, evaluation.labels), graph.evaluateAt!(0, 12)]) {
      expect(result.crossEntropySum / bytes.crossEntropySum).toBeCloseTo(1, 3);
    }
  });

  test('are the same bits again, and others in another epoch', () => {
    const [first, again, later] = [open(), open(), open()];
    const [indices] = STEPS[0];
    const result = first.trainStepAt!(indices, 0.02, 1);
    expect(again.trainStepAt!(indices, 0.02, 1)).toEqual(result);
    expect(again.readState()).toEqual(first.readState());
    expect(later.trainStepAt!(indices, 0.02, 2).loss).not.toBe(result.loss);
  });

  test('take bytes and floats as they are, and labels of their own unless they are told', () => {
    const [bytes, floats] = [open({ flip: 'none' }), open()];
    const { images, labels } = gather(train, STEPS[0][0]);
    const values = augmentedImages(
      images,
      Array.from(labels.keys()),
      recipe(),
      1,
      normalisationOf('channel', statistics),
      [8, 8, 3],
    );
    expect(bytes.trainStep(images, labels)).toEqual(floats.trainStep(values, labels));
    const plain = open({ mixup: 0, cutmix: 0 });
    expect(() => plain.trainStep(images, labels, 0.1, { partners: Int32Array.of(0), share: 1 })).toThrow(
      'without mixup and CutMix',
    );
  });

  test('name an image that the set does not have, black ones too', () => {
    expect(() => open().trainStepAt!(Int32Array.of(24))).toThrow('24');
  });

  test('need statistics for a normalisation by channel', () => {
    expect(() => openEngine(network, all)).toThrow('needs the mean and the deviation');
  });
});
