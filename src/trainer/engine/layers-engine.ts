/** An engine that computes with a tfjs-layers model on the native TensorFlow library, op by op. */
import './node-compat';
import * as tf from '@tensorflow/tfjs-node-gpu';
import { layerVariables, type LayerVariable } from '../../architecture/layers';
import type { Network } from '../../architecture/network';
import { accumulates } from '../../shared/batches';
import { normalisationOf, valuesOfBytes } from '../../shared/augmentation/normalisation';
import { averageName } from '../../shared/checkpoint-content';
import type { Classes } from '../../shared/predictions';
import type { Recipe } from '../../shared/recipe';
import { averages, averageShare } from '../../shared/weight-average';
import { expected } from '../../shared/result';
import type {
  Engine,
  EngineInfo,
  EngineOptions,
  EngineState,
  EngineVariable,
  EvaluationResult,
  HeldState,
  LabelMixing,
  Labels,
  Images,
  StepResult,
} from './engine';
import { initialValue } from './initial-values';
import { buildLayersModel } from './layers-model';
import { clipFactor, createOptimizer, decay, type Optimizer } from './optimizers';
import { isRegularised, regularisationOf } from '../../shared/regularisation';
import { partOf, rateFactor, type Part } from './rate-factor';
import { score, scoreMixed } from './score';
import { describeTensorFlow } from './tensorflow';

// Keeps tfjs's advice to developers off the console.
tf.enableProdMode();

/** @throws ExpectedError where the recipe has batches computed in parts. */
export function createEngine(network: Network, recipe: Recipe, options: EngineOptions = {}): Engine {
  if (accumulates(recipe)) {
    throw expected(
      'unsupported',
      'The layers engine, which RESBENCH_ENGINE names, computes each batch at once: unset it, or train without a micro-batch size.',
    );
  }
  return new LayersEngine(network, recipe, options);
}

/** A variable of the network, where it lives in TensorFlow, and what the optimizer keeps for it. */
interface Parameter {
  info: LayerVariable;
  variable: tf.Variable;
  slots: tf.Variable[];
  /** Null where the recipe has none. */
  average: tf.Variable | null;
  /** Weight of Σw² in the loss, and whether weight decay takes a share of it. */
  l2: number;
  decays: boolean;
  part: Part;
}

class LayersEngine implements Engine {
  private readonly model: tf.LayersModel;
  private readonly optimizerOf: (part: Part) => Optimizer;
  private readonly parameters: Parameter[];
  private readonly trainable: Parameter[];
  private readonly imageShape: [number, number, number];
  private readonly classes: number;
  /** Of each channel's bytes, [channels, 256]. */
  private readonly byteValues: Float32Array;
  private step = 0;
  /** Whether variables and averages are exchanged. */
  private exchanged = false;

  constructor(
    readonly network: Network,
    private readonly recipe: Recipe,
    private readonly options: EngineOptions,
  ) {
    this.imageShape = network.architecture.inputShape;
    this.byteValues = byteValues(recipe, options.statistics, this.imageShape[2]);
    this.classes = network.architecture.classes;
    this.model = buildLayersModel(network);
    this.optimizerOf = createOptimizer(recipe);
    const { l2, l2On, weightDecay, decayOn } = regularisationOf(recipe, network.architecture);
    this.parameters = network.layers.flatMap((layer) => {
      const infos = layerVariables(layer);
      if (infos.length === 0) return [];
      const weights = this.model.getLayer(layer.name).weights;
      return infos.map((info, index): Parameter => {
        const variable = weights[index]!.read() as tf.Variable;
        assign(variable, initialValue(layer, info, recipe));
        const part = partOf(network.layers[0]!, layer, info.role);
        const slots = info.trainable ? this.optimizerOf(part).slots : [];
        return {
          info,
          variable,
          slots: slots.map(() => tf.tidy(() => zerosLike(variable))),
          average: averages(recipe) ? tf.tidy(() => tf.variable(tf.clone(variable), false)) : null,
          part,
          l2: isRegularised(l2On, info.role, layer.kind === 'conv') ? l2 : 0,
          decays: weightDecay > 0 && isRegularised(decayOn, info.role, layer.kind === 'conv'),
        };
      });
    });
    this.trainable = this.parameters.filter(({ info }) => info.trainable);
  }

  trainStep(
    images: Images,
    labels: Labels,
    learningRate = this.recipe.learningRate,
    mixing: LabelMixing | null = null,
  ): StepResult {
    this.requireOwnWeights();
    return tf.tidy(() => {
      const batch = this.batch(images);
      const { labelSmoothing } = this.recipe;
      const targets = mixing
        ? mixedTargets(labels, this.classes, labelSmoothing, mixing)
        : oneHot(labels, this.classes, labelSmoothing);
      let logits!: tf.Tensor2D;
      const { grads } = tf.variableGrads(
        () => {
          logits = tf.keep(this.model.apply(batch, { training: true }) as tf.Tensor2D);
          return tf.losses.softmaxCrossEntropy(targets, logits) as tf.Scalar;
        },
        this.trainable.map(({ variable }) => variable),
      );
      const logitValues = read(logits);
      logits.dispose();
      const { lossSum, crossEntropySum, correct, count } = mixing
        ? scoreMixed(logitValues, labels, this.classes, mixing, labelSmoothing)
        : this.scored(logitValues, labels);
      const crossEntropy = crossEntropySum / count;
      const loss = lossSum / count + this.l2Loss();

      this.step++;
      const { clipNorm, weightDecay } = this.recipe;
      // d(l2·w²)/dw = 2·l2·w
      const wholes = this.trainable.map(({ variable, l2 }) => {
        const gradient = grads[variable.name]!;
        return l2 > 0 ? tf.tidy(() => tf.add(gradient, tf.mul(variable, 2 * l2))) : gradient;
      });
      const factor = clipNorm === null ? null : clipFactor(wholes, clipNorm);
      for (const [index, { decays, part, variable, slots }] of this.trainable.entries()) {
        tf.tidy(() => {
          const whole = wholes[index]!;
          const gradient = factor ? tf.mul(whole, factor) : whole;
          const rate = learningRate * rateFactor(this.recipe, part);
          if (decays) decay(variable, weightDecay, rate);
          this.optimizerOf(part).update(variable, slots, gradient, this.step, rate);
        });
      }
      this.takeAverage();
      const result = { loss, crossEntropy, correct, count };
      if (!this.options.norms) return result;
      const weights = this.trainable.map(({ variable }) => variable);
      return { ...result, norms: { gradient: norm(wholes), weights: norm(weights) } };
    });
  }

  evaluate(images: Images, labels: Labels, answers?: Classes): EvaluationResult {
    return this.scored(this.predict(images), labels, answers);
  }

  private scored(logits: Float32Array, labels: Labels, answers?: Classes): EvaluationResult {
    return score(logits, labels, this.classes, answers, this.recipe.labelSmoothing);
  }

  predict(images: Images): Float32Array {
    return tf.tidy(() => read(this.model.apply(this.batch(images), { training: false }) as tf.Tensor2D));
  }

  exchangeAverages(): void {
    for (const { variable, average } of this.parameters) {
      if (!average) throw new Error('The recipe asks for no average of the weights.');
      const [weights, averaged] = [read(variable).slice(), read(average).slice()];
      assign(variable, averaged);
      assign(average, weights);
    }
    this.exchanged = !this.exchanged;
  }

  /** a ← a − share · (a − w), after the steps after which it is due. */
  private takeAverage(): void {
    const share = averageShare(this.recipe, this.step);
    if (share === null) return;
    for (const { variable, average } of this.parameters)
      average!.assign(tf.sub(average!, tf.mul(tf.sub(average!, variable), share)));
  }

  private requireOwnWeights(): void {
    if (this.exchanged)
      throw new Error('The weights are exchanged with their averages: exchange them back first.');
  }

  l2Loss(): number {
    let sum = 0;
    for (const { variable, l2 } of this.trainable) {
      if (l2 > 0) sum += l2 * tf.tidy(() => read(tf.sum(tf.square(variable)))[0]!);
    }
    return sum;
  }

  variables(): EngineVariable[] {
    return this.parameters.map(({ info: { name, shape, trainable } }) => ({
      name,
      shape: [...shape],
      trainable,
    }));
  }

  readState(): EngineState {
    this.requireOwnWeights();
    const values = new Map<string, Float32Array>();
    for (const [name, variable] of this.stateVariables()) values.set(name, read(variable).slice());
    return { step: this.step, values };
  }

  holdState(): HeldState {
    const { step, values } = this.readState();
    const reads = [...values].map(([name, value]) => [name, () => value] as const);
    return { step, values: new Map(reads), release: () => values.clear() };
  }

  writeState({ step, values }: EngineState): void {
    this.requireOwnWeights();
    const variables = this.stateVariables();
    for (const name of values.keys()) {
      if (!variables.has(name))
        throw new Error(`The state has ${name}, which this network and recipe do not have.`);
    }
    for (const [name, { size }] of variables) {
      const value = values.get(name);
      if (!value) throw new Error(`The state lacks ${name}.`);
      if (value.length !== size) {
        throw new Error(`The state has ${value.length} values for ${name}, which has ${size}.`);
      }
    }
    for (const [name, variable] of variables) assign(variable, values.get(name)!);
    this.step = step;
  }

  describe(): EngineInfo {
    return describeTensorFlow();
  }

  dispose(): void {
    this.model.dispose();
    for (const { slots, average } of this.parameters) tf.dispose(average ? [...slots, average] : slots);
  }

  /** Everything that changes while training, by its name in EngineState. */
  private stateVariables(): Map<string, tf.Variable> {
    const variables = new Map<string, tf.Variable>();
    for (const { info, variable } of this.parameters) variables.set(info.name, variable);
    for (const { info, part, slots } of this.trainable) {
      for (const [index, slot] of slots.entries()) {
        variables.set(`optimizer/${info.name}/${this.optimizerOf(part).slots[index]!}`, slot);
      }
    }
    for (const { info, average } of this.parameters)
      if (average) variables.set(averageName(info.name), average);
    return variables;
  }

  private values(images: Images): Float32Array {
    if (images instanceof Float32Array) return images;
    const channels = this.imageShape[2];
    const values = new Float32Array(images.length);
    for (let i = 0; i < values.length; i++) values[i] = this.byteValues[(i % channels) * 256 + images[i]!]!;
    return values;
  }

  private batch(images: Images): tf.Tensor4D {
    const [height, width, channels] = this.imageShape;
    const size = height * width * channels;
    if (images.length % size !== 0) {
      throw new Error(
        `${images.length} values are no whole number of ${height}x${width}x${channels} images.`,
      );
    }
    return tf.tensor4d(this.values(images), [images.length / size, height, width, channels], 'float32');
  }
}

/** Divided by 255 they are float32(byte / 255). */
const byteValues = (
  { normalisation }: Pick<Recipe, 'normalisation'>,
  statistics: EngineOptions['statistics'],
  channels: number,
): Float32Array =>
  normalisation === 'unit'
    ? Float32Array.from({ length: channels * 256 }, (_, i) => (i % 256) / 255)
    : valuesOfBytes(normalisationOf(normalisation, statistics ?? null), channels);

/** λ · onehot(label) + (1 − λ) · onehot(partner's label). */
function mixedTargets(
  labels: Labels,
  classes: number,
  smoothing: number,
  { partners, share }: LabelMixing,
): tf.Tensor2D {
  const others = Int32Array.from(partners, (partner) => labels[partner]!);
  return tf.tidy(() =>
    tf.add(
      tf.mul(oneHot(labels, classes, smoothing), share),
      tf.mul(oneHot(others, classes, smoothing), 1 - share),
    ),
  );
}

/** @param smoothing share of each label that is spread over all classes */
function oneHot(labels: Labels, classes: number, smoothing: number): tf.Tensor2D {
  const others = smoothing / classes;
  const values = new Float32Array(labels.length * classes).fill(others);
  for (let i = 0; i < labels.length; i++) values[i * classes + labels[i]!] = 1 - smoothing + others;
  return tf.tensor2d(values, [labels.length, classes]);
}

const read = (tensor: tf.Tensor): Float32Array => tensor.dataSync<'float32'>();

/** The norm of all tensors as one vector. */
const norm = (tensors: readonly tf.Tensor[]): number =>
  Math.sqrt(tensors.reduce((sum, tensor) => sum + read(tf.sum(tf.square(tensor)))[0]!, 0));

const zerosLike = (variable: tf.Variable): tf.Variable => tf.variable(tf.zerosLike(variable), false);

function assign(variable: tf.Variable, values: Float32Array): void {
  // tfjs writes the values into TensorFlow at their first use: a copy keeps the caller free to change its own.
  tf.tidy(() => variable.assign(tf.tensor(values.slice(), variable.shape, 'float32')));
}
