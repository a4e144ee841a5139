/** Small networks and images on which a step takes milliseconds. */
import type { Architecture } from '../../../src/architecture/architecture';
import { DEFAULTS } from '../../../src/architecture/conventions';
import { BLOG_RECIPE } from '../../../src/shared/blog/experiment';
import type { Recipe } from '../../../src/shared/recipe';
import { Random } from '../../../src/shared/random';

export function smallArchitecture(changes: Partial<Architecture> = {}): Architecture {
  return {
    ...DEFAULTS,
    name: 'small',
    inputShape: [8, 8, 3],
    classes: 4,
    stem: { filters: 4, kernel: 3, stride: 1, pool: false },
    table: [
      [1, [[4, 3]]],
      [
        1,
        [
          [6, 3],
          [6, 3],
        ],
      ],
    ],
    ...changes,
  };
}

/** Its L2 is the architecture's. */
export const recipe = (changes: Partial<Recipe> = {}): Recipe => ({ ...BLOG_RECIPE, l2: null, ...changes });

/** Random images, each with a label its brightness betrays. */
export function samples(
  count: number,
  { inputShape, classes }: Pick<Architecture, 'inputShape' | 'classes'> = smallArchitecture(),
  seed = 7,
): { count: number; images: Uint8Array; labels: Uint8Array } {
  const random = new Random(seed);
  const size = inputShape[0] * inputShape[1] * inputShape[2];
  const images = new Uint8Array(count * size);
  const labels = new Uint8Array(count);
  for (let i = 0; i < count; i++) {
    labels[i] = random.int(classes);
    for (let j = 0; j < size; j++) images[i * size + j] = labels[i]! * 20 + random.int(100);
  }
  return { count, images, labels };
}
