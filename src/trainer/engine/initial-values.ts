import type { Layer, LayerVariable } from '../../architecture/layers';
import { Random } from '../../shared/random';
import type { Recipe } from '../../shared/recipe';
import { STREAM } from '../../shared/streams';

/**
 * The value a variable starts training with, flat row-major: kernels as the recipe's initialisation says; biases, betas and moving
 * means 0; moving variances 1; gammas as their layer says.
 *
 * - `glorot`: glorot_uniform, the default of Keras: uniform in ±√(6 / (fan in + fan out)) (Glorot and Bengio 2010, equation 16).
 * - `he`: kernels of convolutions normal with deviation √(2 / fan in) (He et al. 2015, "Delving Deep into Rectifiers", equation 10;
 *   `kaiming_normal_` of PyTorch), that of the dense layer, behind which there is no ReLU, as with `glorot`.
 * - `dirac`: as `he`, and of each 3x3 kernel the first filters, as many as there are inputs or all where there are fewer, are the
 *   identity: filter i has a 1 at its centre for input i and is 0 elsewhere (`dirac_` of PyTorch on these filters, as airbench94.py has it).
 *
 * A kernel depends on initialisation, seed and its name alone: architectures that share a layer start it alike.
 */
export function initialValue(
  layer: Layer,
  variable: LayerVariable,
  { seed, initialisation }: Pick<Recipe, 'seed' | 'initialisation'>,
): Float32Array {
  const values = new Float32Array(variable.shape.reduce((product, side) => product * side, 1));
  switch (variable.role) {
    case 'kernel':
      if (initialisation === 'glorot' || layer.kind !== 'conv') fillGlorotUniform(values, variable, seed);
      else fillHeNormal(values, variable, seed);
      if (initialisation === 'dirac') putIdentity(values, variable);
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

const randomFor = (name: string, seed: number): Random => new Random(seed, STREAM.weights, hashOf(name));

function fillGlorotUniform(values: Float32Array, { name, shape }: LayerVariable, seed: number): void {
  const outputs = shape[shape.length - 1]!;
  const inputs = shape[shape.length - 2]!;
  const receptiveField = values.length / (inputs * outputs);
  const limit = Math.sqrt(6 / (receptiveField * (inputs + outputs)));
  const random = randomFor(name, seed);
  // 32 random bits are more than a float32 between -limit and limit keeps.
  const scale = (2 * limit) / 2 ** 32;
  for (let i = 0; i < values.length; i++) values[i] = (random.uint32() + 0.5) * scale - limit;
}

function fillHeNormal(values: Float32Array, { name, shape }: LayerVariable, seed: number): void {
  const deviation = Math.sqrt(2 / (values.length / shape[shape.length - 1]!));
  const random = randomFor(name, seed);
  for (let i = 0; i < values.length; i++) values[i] = deviation * random.normal();
}

/** Makes the first filters of a 3x3 kernel the identity; others it leaves alone. */
function putIdentity(values: Float32Array, { shape }: LayerVariable): void {
  const [height, width, inputs, filters] = shape as [number, number, number, number];
  if (shape.length !== 4 || height !== 3 || width !== 3) return;
  const count = Math.min(inputs, filters);
  for (let at = 0; at < values.length; at += filters) values.fill(0, at, at + count);
  // Row and column 1 of three are the centre.
  const centre = (1 * width + 1) * inputs;
  for (let i = 0; i < count; i++) values[(centre + i) * filters + i] = 1;
}

/** FNV-1a, 32 bits, over UTF-16 code units. */
function hashOf(text: string): number {
  let hash = 0x811c9dc5;
  for (let i = 0; i < text.length; i++) hash = Math.imul(hash ^ text.charCodeAt(i), 0x01000193);
  return hash >>> 0;
}
