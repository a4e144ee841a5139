/** Prints the SHA-256 of large batches as the training graph augments them with the threads that its environment names. */
import { createHash } from 'node:crypto';
import { channelStatistics, normalisationOf } from '../../src/shared/augmentation/normalisation';
import { DEFAULT_RECIPE } from '../../src/shared/recipe';
import { images } from '../bench/images';
import { preparationFeeds, prepareImages } from '../../src/trainer/engine/graph/augment';
import { Graph } from '../../src/trainer/engine/graph/graph';
import * as ops from '../../src/trainer/engine/graph/ops';
import { Session } from '../../src/trainer/engine/graph/session';

const SHAPE = [32, 32, 3] as const;
const set = images(200);
const graph = new Graph();
const given = ops.placeholder(graph, 'set', { dtype: 'uint8', shape: [-1, 3072] });
const indices = ops.placeholder(graph, 'indices', { dtype: 'int32', shape: [-1] });
const recipe = { ...DEFAULT_RECIPE, flip: 'random', crop: 4, cutout: 8, mixup: 1, cutmix: 1 } as const;
const preparation = { recipe, normalisation: normalisationOf('channel', channelStatistics(set.images, 3)) };
const prepared = prepareImages(graph, given, indices, SHAPE, preparation);
const session = new Session(graph, ops.group(graph, 'initialise', []).node, []);
const call = session.callable({ inputs: [given, ...prepared.inputs], outputs: [prepared.images] });

const held = Uint8Array.from([...set.images, ...new Uint8Array(3072)]);
const sum = createHash('sha256');
for (let epoch = 1; epoch <= 4; epoch++) {
  const wanted = Int32Array.from({ length: 512 }, (_, i) => (i * 7 * epoch) % set.count);
  const { feeds } = preparationFeeds(preparation, epoch, wanted, set.count, SHAPE);
  const [values] = call(held, ...feeds) as [Float32Array];
  sum.update(new Uint8Array(values.buffer, values.byteOffset, values.byteLength));
}
process.stdout.write(`${sum.digest('hex')}\n`);
