/**
 * Mixed pairs of a batch: mixup (Zhang et al. 2018, "mixup: Beyond Empirical Risk Minimization", section 2) and CutMix (Yun et
 * al. 2019, "CutMix: Regularization Strategy to Train Strong Classifiers", section 3.1). Pure.
 *
 *   image = share · image_n + (1 - share) · image_p       target = λ · onehot(label_n) + (1 - λ) · onehot(label_p)
 *
 * One λ a batch, drawn from Beta(α, α); p is the image before n in the batch and the last one for the first, as torchvision
 * pairs them: the batch is in random order. With mixup every pixel's share is λ. With CutMix it is 0 in a rectangle of √(1 - λ)
 * times the image's sides around a random pixel, cut off at the edges, and 1 elsewhere; λ becomes the share of the area outside.
 */
import { Random } from '../random';
import type { Recipe } from '../recipe';
import { STREAM } from '../streams';
import { inStretch } from './placement';

export type MixingRecipe = Pick<Recipe, 'seed' | 'mixup' | 'cutmix'>;

export interface Mixing {
  /** Place in the batch of each image's partner. */
  partners: Int32Array;
  /** λ: share of an image's own label, 0 to 1. */
  share: number;
  /** [height, width]: share of an image's own pixel. */
  pixels: Float32Array;
}

export const mixes = ({ mixup, cutmix }: Pick<MixingRecipe, 'mixup' | 'cutmix'>): boolean =>
  mixup > 0 || cutmix > 0;

/**
 * How a batch is mixed. Where both kinds are on, each batch takes one of them, each as likely.
 * @param epoch counted from 1.
 * @param first index in the training set of the batch's first image.
 */
export function mixingOf(
  { seed, mixup, cutmix }: MixingRecipe,
  epoch: number,
  first: number,
  count: number,
  [height, width]: readonly [height: number, width: number, ...rest: number[]],
): Mixing {
  const random = new Random(seed, STREAM.mixing, epoch, first);
  const coin = random.uint32() >= 2 ** 31;
  const cuts = cutmix > 0 && (mixup === 0 || coin);
  const partners = Int32Array.from({ length: count }, (_, n) => (n === 0 ? count - 1 : n - 1));
  const drawn = beta(random, cuts ? cutmix : mixup);
  const pixels = new Float32Array(height * width);
  if (!cuts) return { partners, share: Math.fround(drawn), pixels: pixels.fill(drawn) };

  const rows = cutStretch(drawn, random.int(height), height);
  const columns = cutStretch(drawn, random.int(width), width);
  let own = 0;
  for (let y = 0; y < height; y++) {
    for (let x = 0; x < width; x++) {
      const share = 1 - rows[y]! * columns[x]!;
      pixels[y * width + x] = share;
      own += share;
    }
  }
  return { partners, share: Math.fround(own / pixels.length), pixels };
}

/** One side of CutMix's rectangle: 1 for rows (or columns) within, 0 elsewhere; about √(1 - λ) · `side` of them. */
export function cutStretch(drawn: number, centre: number, side: number): Float32Array {
  const reach = Math.floor((Math.sqrt(1 - drawn) / 2) * side);
  return inStretch(centre - reach, 2 * reach, side);
}

/** Labels that are not mixed: every image is its own partner. */
export const unmixed = (count: number): Pick<Mixing, 'partners' | 'share'> => ({
  partners: Int32Array.from({ length: count }, (_, n) => n),
  share: 1,
});

/** Images [count, height, width, channels] mixed, float32 with a rounding after each operation, as the graph has it. */
export function mixedImages(
  images: Float32Array,
  { partners, pixels }: Mixing,
  channels: number,
): Float32Array {
  const size = pixels.length * channels;
  const result = new Float32Array(images.length);
  for (const [n, partner] of partners.entries()) {
    for (let i = 0; i < size; i++) {
      const share = pixels[Math.floor(i / channels)]!;
      const own = Math.fround(images[n * size + i]! * share);
      result[n * size + i] = own + Math.fround(images[partner * size + i]! * Math.fround(1 - share));
    }
  }
  return result;
}

/** From Beta(α, α): a / (a + b) of two numbers from Gamma(α), by their logarithms, which small α do not underflow. */
function beta(random: Random, alpha: number): number {
  const [a, b] = [logGamma(random, alpha), logGamma(random, alpha)];
  return 1 / (1 + Math.exp(b - a));
}

/**
 * The logarithm of a number from Gamma(α, 1). Marsaglia and Tsang 2000, "A simple method for generating gamma variables"; for α
 * below 1 by their section 6, Gamma(α) = Gamma(α + 1) · U^(1/α).
 */
function logGamma(random: Random, alpha: number): number {
  if (alpha < 1) return logGamma(random, alpha + 1) + Math.log(1 - random.next()) / alpha;
  const d = alpha - 1 / 3;
  const c = 1 / Math.sqrt(9 * d);
  for (;;) {
    const x = random.normal();
    const v = (1 + c * x) ** 3;
    if (v <= 0) continue;
    const u = 1 - random.next();
    if (Math.log(u) < 0.5 * x * x + d - d * v + d * Math.log(v)) return Math.log(d) + Math.log(v);
  }
}
