/** Which images become the test set, where nothing but the seed says it. */
import type { AskedPreparation } from '../../shared/own-dataset';
import { heldOutMask } from '../data/hold-out';

/**
 * @param labels of all images, in their order
 * @returns for each 1 where it is a test image, else 0: of n images round(share · n), at least 1 and at most n - 1
 */
export function testImages(
  labels: Uint8Array,
  { testShare, splitSeed }: Pick<AskedPreparation, 'testShare' | 'splitSeed'>,
): Uint8Array {
  const wanted = Math.round(testShare * labels.length);
  const count = Math.min(Math.max(wanted, 1), labels.length - 1);
  return heldOutMask(labels, { count, seed: splitSeed });
}
