/** An engine that computes each step as one TensorFlow graph in one native call. */
import type { Network } from '../../../architecture/network';
import { mixes, unmixed } from '../../../shared/augmentation/mixing';
import { averageName } from '../../../shared/checkpoint-content';
import { normalisationOf, valuesOfBytes } from '../../../shared/augmentation/normalisation';
import { layerVariables } from '../../../architecture/layers';
import { accumulates, imagesAtOnce, partsOf } from '../../../shared/batches';
import type { Recipe } from '../../../shared/recipe';
import type { EnginePlan, PlanChoice } from '../../../shared/plan';
import type { Classes } from '../../../shared/predictions';
import { averages, averageShare } from '../../../shared/weight-average';
import type {
  DatasetSplits,
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
  StepInParts,
  StepResult,
} from '../engine';
import { initialValue } from '../initial-values';
import { score, scoreMixed } from '../score';
import { describeTensorFlow } from '../tensorflow';
import { preparationFeeds, type Preparation } from './augment';
import { needsBlack } from './augment/crop';
import { labelFeeds } from './augment/mixing';
import { adoptPlan, choosePlan } from './lowering/choose';
import { askedPlan, checkPlan, forcedPlan, nativePlan } from './lowering/plan';
import { elements } from './graph';
import { buildNetworkGraph, type DatasetVariables, type NetworkGraph } from './network-graph';
import { timeByLayer } from './marks';
import { createOptimizer, type Optimizer } from './optimizer';
import { Session, type Call, type Signature, type Values } from './session';

/** An engine whose plan was chosen, or checked, on this machine. */
export async function createEngine(
  network: Network,
  recipe: Recipe,
  { plan, cacheFolder, between, ...results }: EngineOptions = {},
): Promise<Engine> {
  const options = {
    batch: imagesAtOnce(recipe),
    info: describeTensorFlow(),
    optimizer: createOptimizer(recipe),
    folder: cacheFolder ?? null,
    between,
  };
  const asked = askedPlan();
  const given = plan ?? (asked && forcedPlan(network, asked));
  if (given) checkPlan(given, network);
  const choice = given ? await adoptPlan(network, given, options) : await choosePlan(network, options);
  return new GraphEngine(network, recipe, choice.plan, choice, results);
}

/** An engine that takes a plan as it stands: for tests, which force what they want to see. */
export function openEngine(
  network: Network,
  recipe: Recipe,
  plan: EnginePlan = nativePlan(network),
  options: Pick<EngineOptions, 'statistics' | 'norms'> = {},
): Engine {
  checkPlan(plan, network);
  return new GraphEngine(network, recipe, plan, null, options);
}

/** Bytes per call puts into a data set's variable: the call holds a copy of them. */
const PIECE = 2 ** 24;

/** What was computed of a step: its outputs, logits first, and whose they are. */
interface ComputedPart {
  results: Values[];
  labels: Labels;
  mixing: LabelMixing | null;
}

const SUMS = ['lossSum', 'crossEntropySum', 'correct', 'count'] as const;

/** All parts in one go. */
function resultOf(parts: StepInParts): StepResult {
  for (;;) {
    const { done, value } = parts.next();
    if (done) return value;
  }
}

class GraphEngine implements Engine {
  private readonly optimizer: Optimizer;
  private readonly preparation: Preparation;
  private readonly built: NetworkGraph;
  private readonly session: Session;
  private readonly calls = new Map<Signature, Call>();
  private readonly imageSize: number;
  private readonly classes: number;
  /** Labels of the data set it holds. */
  private labels: Record<keyof DatasetSplits, Uint8Array> | null = null;
  private step = 0;
  /** Whether what a folded evaluation reads is there, of the weights as they are. */
  private isPrepared = false;
  /** Whether variables and averages are exchanged. */
  private exchanged = false;

  constructor(
    readonly network: Network,
    private readonly recipe: Recipe,
    readonly plan: EnginePlan,
    readonly choice: PlanChoice | null,
    {
      statistics = null,
      norms = false,
      profile = false,
    }: Pick<EngineOptions, 'statistics' | 'norms' | 'profile'>,
  ) {
    const { inputShape, classes } = network.architecture;
    this.imageSize = inputShape.reduce((product, side) => product * side, 1);
    this.classes = classes;
    this.optimizer = createOptimizer(recipe);
    this.preparation = { recipe, normalisation: normalisationOf(recipe.normalisation, statistics) };
    const { labelSmoothing } = recipe;
    this.built = buildNetworkGraph(network, this.optimizer, plan, this.preparation, {
      labelSmoothing,
      averaged: averages(recipe),
      norms,
      profile,
      statistics: recipe.statisticsImages > 0,
      inParts: accumulates(recipe) && !profile,
    });
    const { step, stepAt, predict, predictAt, read, writeVariables } = this.built;
    this.session = new Session(this.built.graph, this.built.initialise, [
      step,
      stepAt,
      predict,
      predictAt,
      read,
      writeVariables,
    ]);
    const initial = network.layers.flatMap((layer) =>
      layerVariables(layer).map((variable) => initialValue(layer, variable, recipe)),
    );
    this.call(writeVariables)(...initial);
    if (this.built.writeAverages) this.call(this.built.writeAverages)(...initial);
  }

  trainStep(
    images: Images,
    labels: Labels,
    learningRate = this.recipe.learningRate,
    mixing: LabelMixing | null = null,
  ): StepResult {
    this.checkImages(images);
    this.checkLabels(labels);
    const { step, stepBytes } = this.built;
    const isMixed = mixes(this.recipe);
    if (mixing && !isMixed)
      throw new Error('A recipe without mixup and CutMix has a step without mixed labels.');
    const { imageSize } = this;
    if (images.length !== labels.length * imageSize) {
      throw new Error(`${images.length / imageSize} images have ${labels.length} labels.`);
    }
    if (mixing && accumulates(this.recipe))
      throw new Error('Images of a batch that are mixed already cannot be taken in parts.');
    const parts = this.inParts(labels.length, learningRate, (from, to, rates) => {
      const own = labels.subarray(from, to);
      const mixed = isMixed ? (mixing ?? unmixed(own.length)) : null;
      const others = [Int32Array.from(own), ...(mixed ? labelFeeds(mixed) : []), ...rates];
      const given = images.subarray(from * imageSize, to * imageSize);
      const results =
        given instanceof Uint8Array && stepBytes
          ? this.call(stepBytes)(given, ...others)
          : this.call(step)(this.floats(given), ...others);
      return { results, labels: own, mixing: mixed };
    });
    return resultOf(parts);
  }

  useDataset(splits: DatasetSplits): void {
    for (const name of ['train', 'eval'] as const) {
      const { count, images, labels } = splits[name];
      this.checkLabels(labels);
      if (images.length !== count * this.imageSize || labels.length !== count) {
        throw new Error(`The ${name} set has ${count} images, but not as many values or labels.`);
      }
      const more = name === 'train' && needsBlack(this.recipe) ? 1 : 0;
      this.upload(this.built.datasets[name], images, labels, more);
    }
    this.labels = { train: splits.train.labels.slice(), eval: splits.eval.labels.slice() };
  }

  trainStepAt(indices: Int32Array, learningRate?: number, epoch?: number): StepResult {
    return resultOf(this.trainPartsAt(indices, learningRate, epoch));
  }

  trainPartsAt(indices: Int32Array, learningRate = this.recipe.learningRate, epoch = 1): StepInParts {
    const { train } = this.heldLabels();
    const { inputShape } = this.network.architecture;
    return this.inParts(indices.length, learningRate, (from, to, rates) => {
      const own = indices.subarray(from, to);
      const { feeds, mixing } = preparationFeeds(
        this.preparation,
        epoch,
        own,
        train.length,
        inputShape,
        indices[0]!,
      );
      const results = this.call(this.built.stepAt)(own, ...feeds, ...rates);
      return { results, labels: Int32Array.from(own, (index) => train[index]!), mixing };
    });
  }

  /**
   * A step over so many images, at once or part by part.
   * @param compute takes the images from (inclusive) to (exclusive), and the scalars that follow those of the images.
   */
  private *inParts(
    count: number,
    learningRate: number,
    compute: (from: number, to: number, scalars: Float32Array[]) => ComputedPart,
  ): StepInParts {
    const { accumulation } = this.built;
    this.releaseFolded();
    if (!accumulation) {
      const { results, labels, mixing } = compute(0, count, this.rates(learningRate));
      return this.taken(results.slice(1), this.scoredPart(results[0], labels, mixing));
    }
    this.call(accumulation.begin)(Float32Array.of(0));
    const sums = { lossSum: 0, crossEntropySum: 0, correct: 0, count: 0 };
    for (const size of partsOf(count, this.recipe.microBatchSize)) {
      if (sums.count > 0) yield sums.count;
      const { results, labels, mixing } = compute(sums.count, sums.count + size, [Float32Array.of(count)]);
      const part = this.scoredPart(results[0], labels, mixing);
      for (const key of SUMS) sums[key] += part[key];
    }
    return this.taken(this.call(accumulation.update)(...this.rates(learningRate)), sums);
  }

  profileStepAt(
    indices: Int32Array,
    learningRate = this.recipe.learningRate,
    epoch = 1,
  ): Map<string, number> {
    const { profileAt, marks } = this.built;
    if (!profileAt) throw new Error('A profile needs an engine that was opened for one.');
    const { train } = this.heldLabels();
    const { inputShape } = this.network.architecture;
    const { feeds } = preparationFeeds(this.preparation, epoch, indices, train.length, inputShape);
    this.releaseFolded();
    const results = this.call(profileAt)(indices, ...feeds, ...this.rates(learningRate));
    this.step++;
    return timeByLayer(marks, results[results.length - 1] as Float32Array);
  }

  averageStatisticsAt(indices: Int32Array, epoch: number, n: number): void {
    const { statisticsAt } = this.built;
    if (!statisticsAt) throw new Error('A recipe that recomputes no statistics has no pass for them.');
    const { train } = this.heldLabels();
    const { inputShape } = this.network.architecture;
    const { feeds } = preparationFeeds(this.preparation, epoch, indices, train.length, inputShape);
    this.releaseFolded();
    this.call(statisticsAt)(indices, ...feeds, Float32Array.of(1 / n));
  }

  evaluateAt(from: number, to: number, answers?: Classes): EvaluationResult {
    const labels = this.heldLabels().eval;
    const indices = Int32Array.from({ length: to - from }, (_, index) => from + index);
    this.prepareFolded();
    const [logits] = this.call(this.built.predictAt)(indices) as [Float32Array];
    return this.scored(logits, labels.subarray(from, to), answers);
  }

  evaluate(images: Images, labels: Labels, answers?: Classes): EvaluationResult {
    return this.scored(this.predict(images), labels, answers);
  }

  predict(images: Images): Float32Array {
    this.checkImages(images);
    this.prepareFolded();
    const { predict, predictBytes } = this.built;
    return this.call(images instanceof Uint8Array ? predictBytes : predict)(images)[0] as Float32Array;
  }

  exchangeAverages(): void {
    if (!this.built.average) throw new Error('The recipe asks for no average of the weights.');
    this.releaseFolded();
    this.call(this.built.average.exchange)();
    this.exchanged = !this.exchanged;
  }

  l2Loss(): number {
    return this.call(this.built.l2)()[0]![0]!;
  }

  variables(): EngineVariable[] {
    return this.built.variables.map(({ name, shape, trainable }) => ({ name, shape: [...shape], trainable }));
  }

  readState(): EngineState {
    this.requireOwnWeights();
    const values = this.call(this.built.read)() as Float32Array[];
    return { step: this.step, values: new Map(this.stateNames().map(({ name }, i) => [name, values[i]!])) };
  }

  holdState(): HeldState {
    this.requireOwnWeights();
    const held = this.session.hold(this.built.read.outputs);
    const reads = this.stateNames().map(
      ({ name }, index) => [name, () => held.read(index) as Float32Array] as const,
    );
    return { step: this.step, values: new Map(reads), release: held.release };
  }

  writeState({ step, values }: EngineState): void {
    this.requireOwnWeights();
    const entries = this.stateNames();
    const names = new Set(entries.map(({ name }) => name));
    for (const name of values.keys()) {
      if (!names.has(name))
        throw new Error(`The state has ${name}, which this network and recipe do not have.`);
    }
    const ordered = entries.map(({ name, shape }) => {
      const value = values.get(name);
      const size = elements(shape);
      if (!value) throw new Error(`The state lacks ${name}.`);
      if (value.length !== size) {
        throw new Error(`The state has ${value.length} values for ${name}, which has ${size}.`);
      }
      return value;
    });
    const { variables, slots, writeVariables, writeSlots, writeAverages } = this.built;
    const behind = variables.length + slots.length;
    this.releaseFolded();
    this.call(writeVariables)(...ordered.slice(0, variables.length));
    if (writeSlots) this.call(writeSlots)(...ordered.slice(variables.length, behind));
    if (writeAverages) this.call(writeAverages)(...ordered.slice(behind));
    this.step = step;
  }

  describe(): EngineInfo {
    return describeTensorFlow();
  }

  dispose(): void {
    this.session.dispose();
  }

  /** In the order in which `read` gives them. */
  private stateNames(): { name: string; shape: number[] }[] {
    const { variables, slots, average } = this.built;
    const kept = average ? variables.map(({ name, shape }) => ({ name: averageName(name), shape })) : [];
    return [...variables, ...slots, ...kept];
  }

  private requireOwnWeights(): void {
    if (this.exchanged)
      throw new Error('The weights are exchanged with their averages: exchange them back first.');
  }

  /** Once for all batches of a validation. */
  private prepareFolded(): void {
    if (!this.built.folded || this.isPrepared) return;
    this.call(this.built.folded.prepare)();
    this.isPrepared = true;
  }

  /** Before the weights change; from then on it takes no memory. */
  private releaseFolded(): void {
    if (!this.built.folded || !this.isPrepared) return;
    this.isPrepared = false;
    this.call(this.built.folded.release)();
  }

  private call(signature: Signature): Call {
    let call = this.calls.get(signature);
    if (!call) this.calls.set(signature, (call = this.session.callable(signature)));
    return call;
  }

  /** What a step takes beside the images. */
  private rates(learningRate: number): Float32Array[] {
    this.requireOwnWeights();
    const { weightDecay } = this.optimizer;
    const rates = [this.optimizer.rate(learningRate, this.step + 1)];
    if (weightDecay > 0) rates.push(learningRate * weightDecay);
    return rates.map((rate) => Float32Array.of(rate));
  }

  private scoredPart(
    logits: Values | undefined,
    labels: Labels,
    mixing: LabelMixing | null,
  ): EvaluationResult {
    return mixing
      ? scoreMixed(logits as Float32Array, labels, this.classes, mixing, this.recipe.labelSmoothing)
      : this.scored(logits as Float32Array, labels);
  }

  /** What a step gave; from here on it counts. */
  private taken(
    [l2, gradientNorm, weightNorm]: Values[],
    { lossSum, crossEntropySum, correct, count }: EvaluationResult,
  ): StepResult {
    this.step++;
    const averageOf = averageShare(this.recipe, this.step);
    if (averageOf !== null) this.call(this.built.average!.update)(Float32Array.of(averageOf));
    const crossEntropy = crossEntropySum / count;
    const result = { loss: lossSum / count + l2![0]!, crossEntropy, correct, count };
    return gradientNorm
      ? { ...result, norms: { gradient: gradientNorm[0]!, weights: weightNorm![0]! } }
      : result;
  }

  private scored(logits: Float32Array, labels: Labels, answers?: Classes): EvaluationResult {
    return score(logits, labels, this.classes, answers, this.recipe.labelSmoothing);
  }

  /** @param more black images behind them. */
  private upload(
    { reserve, fill, labels: put }: DatasetVariables,
    images: Uint8Array,
    labels: Labels,
    more: number,
  ): void {
    const size = this.imageSize;
    const piece = Math.max(1, Math.floor(PIECE / size));
    this.call(reserve)(Int32Array.of(labels.length + more, size));
    for (let from = 0; from < labels.length; from += piece) {
      const to = Math.min(from + piece, labels.length);
      this.call(fill)(Int32Array.of(from), Int32Array.of(to), images.subarray(from * size, to * size));
    }
    this.call(put)(Int32Array.from(labels));
  }

  /** Bytes as the network gets them, where the graph takes no bytes. */
  private floats(images: Images): Float32Array {
    if (images instanceof Float32Array) return images;
    const channels = this.network.architecture.inputShape[2];
    const values = valuesOfBytes(this.preparation.normalisation, channels);
    return Float32Array.from(images, (byte, i) => values[(i % channels) * 256 + byte]!);
  }

  private heldLabels(): Record<keyof DatasetSplits, Uint8Array> {
    if (!this.labels) throw new Error('A step by indices needs a data set: call useDataset first.');
    return this.labels;
  }

  private checkLabels(labels: Labels): void {
    for (const label of labels) {
      if (label >= this.classes) {
        throw new Error(
          `Label ${label} of an image does not exist: the network has ${this.classes} classes, counted from 0.`,
        );
      }
    }
  }

  private checkImages(images: Images): void {
    if (images.length % this.imageSize === 0) return;
    const [height, width, channels] = this.network.architecture.inputShape;
    throw new Error(`${images.length} values are no whole number of ${height}x${width}x${channels} images.`);
  }
}
