/**
 * Images of the training set on their way into a step: flipped and cropped as bytes, normalised, cut out, mixed, as
 * torchvision's recipes order them. What chance decides is drawn in TypeScript (src/shared/augmentation) and fed
 * (docs/decisions/0031); the graph carries it out. What a recipe does without has no nodes.
 */
import { augments, drawFor, type Augmentation } from '../../../../shared/augmentation/draws';
import { mixes, mixingOf, type Mixing, type MixingRecipe } from '../../../../shared/augmentation/mixing';
import type { Normalisation } from '../../../../shared/augmentation/normalisation';
import type { Graph, Tensor } from '../graph';
import * as ops from '../ops';
import type { Values } from '../session';
import { cropBytes, cropFeeds, cropInputs, crops } from './crop';
import { cutOut, cutoutFeeds, cutoutInputs } from './cutout';
import { labelFeeds, mixImages, mixingInputs, type MixingInputs } from './mixing';
import { normalise } from './normalise';

/** How images become what the network sees. */
export interface Preparation {
  recipe: Augmentation & MixingRecipe;
  normalisation: Normalisation;
}

export interface PreparedImages {
  /** Bytes after flips and crops. */
  bytes: Tensor;
  /** float32, NHWC. */
  images: Tensor;
  /** Fed with every step by indices, beside these; in the order of `preparationFeeds`. */
  inputs: Tensor[];
  /** Whether bytes given in place of the indices need no other input. */
  bytesSuffice: boolean;
  /** Null where nothing is mixed. */
  mixing: MixingInputs | null;
}

/** @param set bytes of all images of the training set, [images, size]. */
export function prepareImages(
  graph: Graph,
  set: Tensor,
  indices: Tensor,
  inputShape: readonly number[],
  { recipe, normalisation }: Preparation,
): PreparedImages {
  const crop = crops(recipe) ? cropInputs(graph, inputShape) : [];
  const bytes = crop.length > 0 ? cropBytes(graph, set, crop, inputShape) : ops.gather(graph, set, indices);
  const values = normalise(graph, bytes, inputShape, normalisation);
  const cut = recipe.cutout > 0 ? cutoutInputs(graph, inputShape) : [];
  const images = cut.length > 0 ? cutOut(graph, values, cut) : values;
  const mixing = mixes(recipe) ? mixingInputs(graph, inputShape) : null;
  return {
    bytes,
    images: mixing ? mixImages(graph, images, mixing) : images,
    inputs: [...crop, ...cut, ...(mixing ? [mixing.partners, mixing.share, mixing.pixels] : [])],
    bytesSuffice: cut.length === 0 && mixing === null,
    mixing,
  };
}

/**
 * Values for the inputs of a step, and how its batch is mixed.
 * @param epoch counted from 1.
 * @param count images in the training set.
 * @param first of the batch, where the indices are those of a part of it: the share by which pairs are mixed is drawn once for all
 *   parts; partners are images of the same part.
 */
export function preparationFeeds(
  { recipe }: Preparation,
  epoch: number,
  indices: Int32Array,
  count: number,
  shape: readonly [height: number, width: number, channels: number],
  first = indices[0]!,
): { feeds: Values[]; mixing: Mixing | null } {
  const draws = augments(recipe) ? Array.from(indices, (index) => drawFor(recipe, epoch, index, shape)) : [];
  const mixing = mixes(recipe) ? mixingOf(recipe, epoch, first, indices.length, shape) : null;
  return {
    feeds: [
      ...(crops(recipe) ? cropFeeds(draws, indices, recipe, count, shape) : []),
      ...(recipe.cutout > 0 ? cutoutFeeds(draws, recipe.cutout, shape) : []),
      ...(mixing ? [...labelFeeds(mixing), mixing.pixels] : []),
    ],
    mixing,
  };
}
