import type { Layer, LayerVariable } from '../../architecture/layers';
import { Random } from '../../shared/random';
import { STREAM } from '../../shared/streams';

/**
 * The value a variable starts training with, flat row-major: kernels glorot_uniform (the default of Keras), uniform in
 * ±sqrt(6 / (fan in + fan out)) (Glorot and Bengio 2010, equation 16); biases, betas and moving means 0; moving
 * variances 1; gammas as their layer says.
 *
 * A kernel depends on the seed and its name alone: architectures that share a layer start it alike.
 */
export function initialValue(layer: Layer, variable: LayerVariable, seed: number): Float32Array {
  const values = new Float32Array(variable.shape.reduce((product, side) => product * side, 1));
  switch (variable.role) {
    case 'kernel':
      fillGlorotUniform(values, variable, seed);
      break;
    case 'gamma':
      values.fill(layer.kind === 'bn' ? layer.gammaInit : 1);
      break;
    case 'movingVariance':
      values.fill(1);
      break;
    default:
      break;
  }
  return values;
}

function fillGlorotUniform(values: Float32Array, { name, shape }: LayerVariable, seed: number): void {
  const outputs = shape[shape.length - 1]!;
  const inputs = shape[shape.length - 2]!;
  const receptiveField = values.length / (inputs * outputs);
  const limit = Math.sqrt(6 / (receptiveField * (inputs + outputs)));
  const random = new Random(seed, STREAM.weights, hashOf(name));
  // 32 random bits are more than a float32 between -limit and limit keeps.
  const scale = (2 * limit) / 2 ** 32;
  for (let i = 0; i < values.length; i++) values[i] = (random.uint32() + 0.5) * scale - limit;
}

/** FNV-1a, 32 bits, over UTF-16 code units. */
function hashOf(text: string): number {
  let hash = 0x811c9dc5;
  for (let i = 0; i < text.length; i++) hash = Math.imul(hash ^ text.charCodeAt(i), 0x01000193);
  return hash >>> 0;
}
