/** An engine that computes each step as one TensorFlow graph in one native call. */
import type { Network } from '../../../architecture/network';
import { layerVariables } from '../../../architecture/layers';
import type { Recipe } from '../../../shared/recipe';
import type { EnginePlan, PlanChoice } from '../../../shared/plan';
import type { Classes } from '../../../shared/predictions';
import type {
  DatasetSplits,
  Engine,
  EngineInfo,
  EngineOptions,
  EngineState,
  EngineVariable,
  EvaluationResult,
  Labels,
  Images,
  StepResult,
} from '../engine';
import { initialValue } from '../initial-values';
import { score } from '../score';
import { describeTensorFlow } from '../tensorflow';
import { adoptPlan, choosePlan } from './lowering/choose';
import { askedPlan, checkPlan, forcedPlan, nativePlan } from './lowering/plan';
import { buildNetworkGraph, type DatasetVariables, type NetworkGraph } from './network-graph';
import { createOptimizer, type Optimizer } from './optimizer';
import { Session, type Call, type Signature } from './session';

/** An engine whose plan was chosen, or checked, on this machine. */
export async function createEngine(
  network: Network,
  recipe: Recipe,
  { plan, cacheFolder, between }: EngineOptions = {},
): Promise<Engine> {
  const options = {
    batch: recipe.batchSize,
    info: describeTensorFlow(),
    optimizer: createOptimizer(recipe),
    folder: cacheFolder ?? null,
    between,
  };
  const asked = askedPlan();
  const given = plan ?? (asked && forcedPlan(network, asked));
  if (given) checkPlan(given, network);
  const choice = given ? await adoptPlan(network, given, options) : await choosePlan(network, options);
  return new GraphEngine(network, recipe, choice.plan, choice);
}

/** An engine that takes a plan as it stands: for tests, which force what they want to see. */
export function openEngine(network: Network, recipe: Recipe, plan: EnginePlan = nativePlan(network)): Engine {
  checkPlan(plan, network);
  return new GraphEngine(network, recipe, plan, null);
}

/** Bytes per call puts into a data set's variable: the call holds a copy of them. */
const PIECE = 2 ** 24;

class GraphEngine implements Engine {
  private readonly optimizer: Optimizer;
  private readonly built: NetworkGraph;
  private readonly session: Session;
  private readonly calls = new Map<Signature, Call>();
  private readonly imageSize: number;
  private readonly classes: number;
  /** Labels of the data set it holds. */
  private labels: Record<keyof DatasetSplits, Uint8Array> | null = null;
  private step = 0;

  constructor(
    readonly network: Network,
    private readonly recipe: Recipe,
    readonly plan: EnginePlan,
    readonly choice: PlanChoice | null,
  ) {
    const { inputShape, classes } = network.architecture;
    this.imageSize = inputShape.reduce((product, side) => product * side, 1);
    this.classes = classes;
    this.optimizer = createOptimizer(recipe);
    this.built = buildNetworkGraph(network, this.optimizer, plan);
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
      layerVariables(layer).map((variable) => initialValue(layer, variable, recipe.seed)),
    );
    this.call(writeVariables)(...initial);
  }

  trainStep(images: Images, labels: Labels, learningRate = this.recipe.learningRate): StepResult {
    this.checkImages(images);
    this.checkLabels(labels);
    const { step, stepBytes } = this.built;
    const call = this.call(images instanceof Uint8Array ? stepBytes : step);
    return this.taken(call(images, Int32Array.from(labels), ...this.rates(learningRate)), labels);
  }

  useDataset(splits: DatasetSplits): void {
    for (const name of ['train', 'eval'] as const) {
      const { count, images, labels } = splits[name];
      this.checkLabels(labels);
      if (images.length !== count * this.imageSize || labels.length !== count) {
        throw new Error(`The ${name} set has ${count} images, but not as many values or labels.`);
      }
      this.upload(this.built.datasets[name], images, labels);
    }
    this.labels = { train: splits.train.labels.slice(), eval: splits.eval.labels.slice() };
  }

  trainStepAt(indices: Int32Array, learningRate = this.recipe.learningRate): StepResult {
    const { train } = this.heldLabels();
    const results = this.call(this.built.stepAt)(indices, ...this.rates(learningRate));
    return this.taken(
      results,
      Int32Array.from(indices, (index) => train[index]!),
    );
  }

  evaluateAt(from: number, to: number, answers?: Classes): EvaluationResult {
    const labels = this.heldLabels().eval;
    const indices = Int32Array.from({ length: to - from }, (_, index) => from + index);
    const [logits] = this.call(this.built.predictAt)(indices) as [Float32Array];
    return score(logits, labels.subarray(from, to), this.classes, answers);
  }

  evaluate(images: Images, labels: Labels, answers?: Classes): EvaluationResult {
    return score(this.predict(images), labels, this.classes, answers);
  }

  predict(images: Images): Float32Array {
    this.checkImages(images);
    const { predict, predictBytes } = this.built;
    return this.call(images instanceof Uint8Array ? predictBytes : predict)(images)[0] as Float32Array;
  }

  l2Loss(): number {
    return this.call(this.built.l2)()[0]![0]!;
  }

  variables(): EngineVariable[] {
    return this.built.variables.map(({ name, shape, trainable }) => ({ name, shape: [...shape], trainable }));
  }

  readState(): EngineState {
    const values = this.call(this.built.read)() as Float32Array[];
    return { step: this.step, values: new Map(this.stateNames().map(({ name }, i) => [name, values[i]!])) };
  }

  writeState({ step, values }: EngineState): void {
    const entries = this.stateNames();
    const names = new Set(entries.map(({ name }) => name));
    for (const name of values.keys()) {
      if (!names.has(name))
        throw new Error(`The state has ${name}, which this network and recipe do not have.`);
    }
    const ordered = entries.map(({ name, shape }) => {
      const value = values.get(name);
      const size = shape.reduce((product, side) => product * side, 1);
      if (!value) throw new Error(`The state lacks ${name}.`);
      if (value.length !== size) {
        throw new Error(`The state has ${value.length} values for ${name}, which has ${size}.`);
      }
      return value;
    });
    const { variables, writeVariables, writeSlots } = this.built;
    this.call(writeVariables)(...ordered.slice(0, variables.length));
    if (writeSlots) this.call(writeSlots)(...ordered.slice(variables.length));
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
    return [...this.built.variables, ...this.built.slots];
  }

  private call(signature: Signature): Call {
    let call = this.calls.get(signature);
    if (!call) this.calls.set(signature, (call = this.session.callable(signature)));
    return call;
  }

  /** What a step takes beside the images. */
  private rates(learningRate: number): Float32Array[] {
    const { weightDecay } = this.optimizer;
    const rates = [this.optimizer.rate(learningRate, this.step + 1)];
    if (weightDecay > 0) rates.push(learningRate * weightDecay);
    return rates.map((rate) => Float32Array.of(rate));
  }

  /** What a step gave; from here on it counts. */
  private taken([logits, l2]: ReturnType<Call>, labels: Labels): StepResult {
    this.step++;
    const { crossEntropySum, correct, count } = score(logits as Float32Array, labels, this.classes);
    const crossEntropy = crossEntropySum / count;
    return { loss: crossEntropy + l2![0]!, crossEntropy, correct, count };
  }

  private upload({ reserve, fill, labels: put }: DatasetVariables, images: Uint8Array, labels: Labels): void {
    const size = this.imageSize;
    const piece = Math.max(1, Math.floor(PIECE / size));
    this.call(reserve)(Int32Array.of(labels.length, size));
    for (let from = 0; from < labels.length; from += piece) {
      const to = Math.min(from + piece, labels.length);
      this.call(fill)(Int32Array.of(from), Int32Array.of(to), images.subarray(from * size, to * size));
    }
    this.call(put)(Int32Array.from(labels));
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
