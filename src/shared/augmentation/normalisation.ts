/** Bytes of images as the numbers that a network gets. Pure. */
import type { Recipe } from '../recipe';

/** Of the training images' channels, between 0 and 1, in float64. */
export interface ChannelStatistics {
  mean: number[];
  /** Population's (divided by n). */
  deviation: number[];
}

/** value = byte · scale + shift, in float32 with a rounding after each; one entry, or one a channel. */
export interface Normalisation {
  scale: Float32Array;
  /** Null where nothing is added. */
  shift: Float32Array | null;
}

/**
 * `none`: bytes as they are. `unit`: byte / 255, as a product with float32(1 / 255). `channel`: (byte / 255 - mean) / deviation.
 * A channel of equal values becomes 0.
 * @throws Error for `channel` without statistics.
 */
export function normalisationOf(
  kind: Recipe['normalisation'],
  statistics: ChannelStatistics | null,
): Normalisation {
  if (kind === 'none') return { scale: Float32Array.of(1), shift: null };
  if (kind === 'unit') return { scale: Float32Array.of(1 / 255), shift: null };
  if (!statistics)
    throw new Error('Normalisation per channel needs the mean and the deviation of the training images.');
  const deviations = statistics.deviation.map((deviation) => deviation || 1);
  return {
    scale: Float32Array.from(deviations, (deviation) => 1 / (255 * deviation)),
    shift: Float32Array.from(deviations, (deviation, channel) => -statistics.mean[channel]! / deviation),
  };
}

/** The value of each byte, [channels, 256] row-major. */
export function valuesOfBytes({ scale, shift }: Normalisation, channels: number): Float32Array {
  const values = new Float32Array(channels * 256);
  for (let channel = 0; channel < channels; channel++) {
    const entry = scale.length === 1 ? 0 : channel;
    for (let byte = 0; byte < 256; byte++) {
      const scaled = Math.fround(byte * scale[entry]!);
      values[channel * 256 + byte] = shift ? scaled + shift[entry]! : scaled;
    }
  }
  return values;
}

/**
 * Mean and deviation of each channel over images, NHWC. The sums are whole numbers below 2^53, so that the figures are the same
 * on every machine, whatever the order of the images.
 */
export function channelStatistics(images: Uint8Array, channels: number): ChannelStatistics {
  const counts = new Float64Array(channels * 256);
  for (let i = 0; i < images.length;) {
    for (let channel = 0; channel < channels; channel++) counts[channel * 256 + images[i++]!]!++;
  }
  return statisticsOf(counts, channels);
}

/** @param counts how often each byte occurs in each channel, [channels, 256] row-major */
export function statisticsOf(counts: Float64Array, channels: number): ChannelStatistics {
  const pixels = counts.reduce((sum, count) => sum + count, 0) / channels;
  const mean: number[] = [];
  const deviation: number[] = [];
  for (let channel = 0; channel < channels; channel++) {
    let sum = 0;
    let squares = 0;
    for (let byte = 0; byte < 256; byte++) {
      const count = counts[channel * 256 + byte]!;
      sum += count * byte;
      squares += count * byte * byte;
    }
    const average = sum / pixels;
    mean.push(average / 255);
    // Σ(x - m)² = Σx² - m·Σx, of sums that are exact.
    deviation.push(Math.sqrt(Math.max(0, squares - average * sum) / pixels) / 255);
  }
  return { mean, deviation };
}
