/** A network as one TensorFlow graph: a training step, inference, and the traffic of its variables. */
import { layerVariables, type LayerVariable } from '../../../architecture/layers';
import type { Network } from '../../../architecture/network';
import { prepareImages, type Preparation } from './augment';
import { averageGraph, type AverageGraph } from './average';
import { mixGradients, type MixingInputs } from './augment/mixing';
import { normalise } from './augment/normalise';
import { Accumulation } from './accumulation';
import { Graph, type Tensor } from './graph';
import { layersOf, normUnits, type NormUnit } from '../../../architecture/normalisations';
import { evaluation, type FoldedKernels } from './evaluation';
import { kindOf } from './layers';
import { averageStatistics, moveStatistics, trainFused } from './layers/batch-normalization';
import { lossGradient } from './layers/dense';
import type { Pass, Trained, TrainingPass } from './layers/layer';
import { isFused } from './lowering/norms';
import { isUpdateFused } from './lowering/updates';
import { Marks } from './marks';
import type { Plan } from './lowering/plan';
import * as ops from './ops';
import { ruleFor, type Optimizer } from './optimizer';
import type { Signature } from './session';
import { trainableVariables } from './trainable-variables';
import {
  totalLoss,
  updateByNativeOps,
  updateByOwnOps,
  type Rates,
  type Trainable,
  type Updates,
} from './update';

/**
 * The entry points, each a list of tensors to feed and to fetch. Images are float32 as the network gets them, NHWC. Rates are
 * the optimizer's and, with weight decay, the share of the weights that the step takes away. With mixup or CutMix a
 * step takes each image's partner and the share of its own label before the rates.
 *
 * Where gradients are accumulated the three entries of a step compute a part of a batch: they take the number of images of the
 * whole batch in place of the rates, and give logits alone.
 */
export interface NetworkGraph {
  graph: Graph;
  /** Node that sets every variable to 0; it runs as the session opens. */
  initialise: string;
  /** images, labels, rates → logits before the update, Σ l2·‖w‖² before the update; norms of gradients and new weights if wanted. */
  step: Signature;
  /** As `step`, the images as bytes; null where bytes are not all that decides on them. */
  stepBytes: Signature | null;
  /**
   * As `step`, the images and labels named by their indices in the training set and augmented: indices, what
   * `preparationFeeds` gives, rates → …
   */
  stepAt: Signature;
  /** As `stepAt`, with what `marks` says behind the results; null unless asked for. */
  profileAt: Signature | null;
  /** Layers of the marks of `profileAt`, in the order of its times. */
  marks: readonly string[];
  /**
   * indices in the training set, what `preparationFeeds` gives, 1 / k → (nothing of use): the k-th batch of those over which the statistics of
   * batch normalisation are taken. Null where that is not wanted.
   */
  statisticsAt: Signature | null;
  /**
   * Before the parts of a batch, zero → (nothing of use); and after them, rates → what a step gives behind its logits. Null where a batch
   * is computed at once.
   */
  accumulation: { begin: Signature; update: Signature } | null;
  /** images → logits. */
  predict: Signature;
  /** images as bytes → logits. */
  predictBytes: Signature;
  /** indices in the evaluation set → logits. */
  predictAt: Signature;
  /** What a prediction needs before it where its normalisations are folded; null where they are not. */
  folded: FoldedKernels | null;
  /** → Σ l2·‖w‖² over the variables that it is for. */
  l2: Signature;
  /** Values of all variables, in the order of `names` → (nothing of use). */
  writeVariables: Signature;
  /** Values of all optimizer slots, in the order of `slotNames`. Null where there are none. */
  writeSlots: Signature | null;
  /** Null where there are no averages. */
  average: Pick<AverageGraph, 'update' | 'exchange'> | null;
  /** Values of all averages, in the order of `names`. */
  writeAverages: Signature | null;
  /** → values of all variables, then of all slots, then of all averages. */
  read: Signature;
  /** The data sets' variables: room for n images, then a piece after the other. */
  datasets: Record<'train' | 'eval', DatasetVariables>;
  variables: LayerVariable[];
  /** `optimizer/<variable>/<slot>`. */
  slots: { name: string; shape: number[] }[];
}

export interface DatasetVariables {
  /** number of images → (nothing of use): room for them. */
  reserve: Signature;
  /** begin, end, images as bytes: puts them there. */
  fill: Signature;
  /** Labels of all. */
  labels: Signature;
}

/**
 * @param labelSmoothing share of each label that is spread over all classes in the loss
 * @param averaged whether averages of the variables are kept
 * @param norms whether a step gives the norms of gradients and weights too, behind its other results
 * @param profile whether there is `profileAt`
 * @param statistics whether those of batch normalisation are computed over training images
 * @param inParts whether gradients are accumulated over the parts of a batch
 */
export function buildNetworkGraph(
  network: Network,
  optimizer: Optimizer,
  plan: Plan,
  preparation: Preparation,
  {
    labelSmoothing = 0,
    averaged = false,
    norms = false,
    profile = false,
    statistics = false,
    inParts = false,
  } = {},
): NetworkGraph {
  const graph = new Graph();
  const { inputShape, classes } = network.architecture;
  const size = inputShape.reduce((product, side) => product * side, 1);
  const infos = network.layers.flatMap(layerVariables);
  const float = (shape: readonly number[]) => ({ dtype: 'float32', shape }) as const;

  const variables = new Map(infos.map(({ name, shape }) => [name, ops.variable(graph, name, float(shape))]));
  const slots = new Map<string, ops.Variable>();
  for (const { name, shape, part } of trainableVariables(network, optimizer)) {
    for (const slot of ruleFor(optimizer, part).slots) {
      const full = `optimizer/${name}/${slot}`;
      slots.set(full, ops.variable(graph, full, float(shape)));
    }
  }
  const average = averaged ? averageGraph(graph, variables, isUpdateFused(plan)) : null;
  const all = [...variables.values(), ...slots.values(), ...(average?.averages ?? [])];
  const initialise = graph.scope('initialise', () =>
    ops.group(
      graph,
      'all',
      all.map((variable) => ops.assign(graph, variable, ops.fill(graph, variable.shape, 0))),
    ),
  );

  const sets = {
    train: graph.scope('data/train', () => datasetVariables(graph, size)),
    eval: graph.scope('data/eval', () => datasetVariables(graph, size)),
  };

  const step = graph.scope('step', () => {
    const rate = ops.placeholder(graph, 'rate', float([]));
    const share = optimizer.weightDecay > 0 ? ops.placeholder(graph, 'decayedShare', float([])) : null;
    const indices = ops.placeholder(graph, 'indices', { dtype: 'int32', shape: [-1] });
    const { train } = sets;
    // A call may feed bytes or images, and labels, in place of the indices: then nothing is gathered.
    const set = ops.read(graph, train.images);
    const prepared = prepareImages(graph, set, indices, inputShape, preparation);
    const { images, bytes, mixing } = prepared;
    const labels = ops.gather(graph, ops.read(graph, train.labels), indices);
    const marks = profile ? new Marks(graph, images) : null;
    const parts = { graph, network, optimizer, plan, norms, variables, slots, labelSmoothing, marks };
    const rates = { rate, share };
    const { inputs, outputs, around } = inParts
      ? partOfStep(parts, images, { labels, mixing }, rates)
      : {
          inputs: fedRates(rates),
          outputs: trainingStep(parts, images, { labels, mixing }, rates),
          around: null,
        };
    const mixed = mixing ? [mixing.partners, mixing.share] : [];
    return {
      given: { name: 'step', inputs: [images, labels, ...mixed, ...inputs], outputs },
      bytes: prepared.bytesSuffice
        ? { name: 'stepBytes', inputs: [bytes, labels, ...inputs], outputs }
        : null,
      at: { name: 'stepAt', inputs: [indices, ...prepared.inputs, ...inputs], outputs },
      profile: marks && {
        signature: {
          name: 'profileAt',
          inputs: [indices, ...prepared.inputs, ...inputs],
          outputs: [...outputs, marks.all()],
        },
        layers: marks.layers,
      },
      around,
    };
  });

  const recomputed = statistics
    ? graph.scope('statistics', () => {
        const indices = ops.placeholder(graph, 'indices', { dtype: 'int32', shape: [-1] });
        const share = ops.placeholder(graph, 'share', float([]));
        const set = ops.read(graph, sets.train.images);
        const prepared = prepareImages(graph, set, indices, inputShape, preparation);
        const done = averagingPass({ graph, network, plan, variables }, prepared.images, indices, share);
        return { name: 'statisticsAt', inputs: [indices, ...prepared.inputs, share], outputs: [done] };
      })
    : null;

  const inference = graph.scope('inference', () => {
    const indices = ops.placeholder(graph, 'indices', { dtype: 'int32', shape: [-1] });
    const bytes = ops.gather(graph, ops.read(graph, sets.eval.images), indices);
    const images = normalise(graph, bytes, inputShape, preparation.normalisation);
    const pass = { graph, plan, ...reader(graph, network, variables) };
    const { logits, folded } = evaluation(pass, network, images);
    return {
      folded,
      given: { name: 'predict', inputs: [images], outputs: [logits] },
      bytes: { name: 'predictBytes', inputs: [bytes], outputs: [logits] },
      at: { name: 'predictAt', inputs: [indices], outputs: [logits] },
    };
  });
  if (classes !== inference.given.outputs[0]!.shape[1]) throw new Error('The last layer gives no logits.');

  const l2 = graph.scope('l2', () => {
    const { value } = reader(graph, network, variables);
    const losses = trainableVariables(network, optimizer).flatMap(({ name, l2 }) =>
      l2 > 0 ? [ops.multiply(graph, ops.halfSquares(graph, value(name)), ops.scalar(graph, 2 * l2))] : [],
    );
    return ops.identity(graph, 'loss', totalLoss(graph, losses));
  });

  return {
    graph,
    initialise: initialise.node,
    step: step.given,
    stepBytes: step.bytes,
    stepAt: step.at,
    profileAt: step.profile?.signature ?? null,
    marks: step.profile?.layers ?? [],
    statisticsAt: recomputed,
    accumulation: step.around,
    predict: inference.given,
    predictBytes: inference.bytes,
    predictAt: inference.at,
    folded: inference.folded,
    l2: { name: 'l2', inputs: [], outputs: [l2] },
    writeVariables: writer(graph, 'write', [...variables.values()]),
    writeSlots: slots.size > 0 ? writer(graph, 'writeSlots', [...slots.values()]) : null,
    average,
    writeAverages: average && writer(graph, 'writeAverages', average.averages),
    read: {
      name: 'read',
      inputs: [],
      outputs: graph.scope('read', () => all.map((variable) => ops.read(graph, variable))),
    },
    datasets: { train: sets.train.entries, eval: sets.eval.entries },
    variables: infos,
    slots: [...slots].map(([name, { shape }]) => ({ name, shape: [...shape] })),
  };
}

// --------------------------------------------------------------------------------------------------- training

interface Parts {
  graph: Graph;
  network: Network;
  optimizer: Optimizer;
  plan: Plan;
  norms: boolean;
  variables: Map<string, ops.Variable>;
  slots: Map<string, ops.Variable>;
  labelSmoothing: number;
  marks: Marks | null;
}

/**
 * Forward, backward, update. Gives logits and L2 loss with the weights before the update, after it has been done, then the norms of
 * gradients and new weights where they are wanted.
 */
function trainingStep(parts: Parts, images: Tensor, given: Given, rates: Rates): Tensor[] {
  const { graph } = parts;
  const { logits, gradients, moves, value } = backpropagate(parts, images, given);
  const updated = updateWeights(parts, gradients, value, rates);
  const done = [...moves, ...updated.done];
  return [ops.identity(graph, 'logits', logits, done), ...resultsOf(parts, updated, done)];
}

/** The step of a part of a batch, and what comes before and after the parts (accumulation.ts). */
function partOfStep(
  parts: Parts,
  images: Tensor,
  given: Given,
  rates: Rates,
): Pick<Signature, 'inputs' | 'outputs'> & { around: NetworkGraph['accumulation'] } {
  const { graph, network, variables } = parts;
  const lossImages = ops.placeholder(graph, 'lossImages', { dtype: 'float32', shape: [] });
  const accumulation = graph.scope(
    'accumulation',
    () => new Accumulation(graph, network.layers.flatMap(layerVariables), variables),
  );
  const { logits, gradients, moves } = backpropagate(
    { ...parts, variables: accumulation.seen },
    images,
    given,
    lossImages,
  );
  const added = [...gradients].map(([name, { gradient }]) =>
    graph.scope(name, () => accumulation.add(name, gradient)),
  );
  const begin = graph.scope('begin', (): Signature => {
    const zero = ops.placeholder(graph, 'zero', { dtype: 'float32', shape: [] });
    return { name: 'begin', inputs: [zero], outputs: [ops.doneAfter(graph, accumulation.begin(zero))] };
  });
  const update = graph.scope('afterParts', () => {
    const { value } = reader(graph, network, variables);
    const sums = new Map(
      [...gradients.keys()].map((name) => [name, { gradient: accumulation.take(name), after: [] }]),
    );
    const updated = updateWeights(parts, sums, value, rates);
    return resultsOf(parts, updated, [...updated.done, ...accumulation.moveStatistics()]);
  });
  return {
    inputs: [lossImages],
    outputs: [ops.identity(graph, 'logits', logits, [...moves, ...added])],
    around: {
      begin,
      update: {
        name: 'update',
        inputs: fedRates(rates),
        outputs: update,
      },
    },
  };
}

/** What a call feeds of the rates, in this order. */
const fedRates = ({ rate, share }: Rates): Tensor[] => (share ? [rate, share] : [rate]);

/** What a step gives behind its logits, once it is done. */
function resultsOf({ graph, norms }: Parts, updated: Updates, done: readonly Tensor[]): Tensor[] {
  const l2 = ops.identity(graph, 'l2', updated.l2, done);
  if (!norms) return [l2];
  const { gradient, weights } = updated.norms();
  return [l2, gradient, weights];
}

interface Given {
  labels: Tensor;
  mixing: MixingInputs | null;
}

/** Of a variable by its name. */
type Gradients = Map<string, { gradient: Tensor; after: readonly Tensor[] }>;

/**
 * Forward and backward, each gradient told as it comes.
 * @param lossImages over which the loss is a mean, where that is not the images given.
 * @returns logits; gradients; nodes that move statistics; and the values read on the way.
 */
function backpropagate(
  { graph, network, plan, variables, labelSmoothing, marks }: Parts,
  images: Tensor,
  { labels, mixing }: Given,
  lossImages: Tensor | null = null,
): { logits: Tensor; gradients: Gradients; moves: Tensor[]; value: Pass['value'] } {
  const gradients: Gradients = new Map();
  const updates: Tensor[] = [];
  const count = ops.countOf(graph, labels);
  const pass: TrainingPass = {
    graph,
    plan,
    images: count,
    lossImages: lossImages ?? count,
    ...reader(graph, network, variables),
    variable: (name) => variables.get(name)!,
    gradient: (name, gradient, after = []) => gradients.set(name, { gradient, after }),
    statistics: (layer, batch) => updates.push(...moveStatistics(pass, layer, batch)),
  };

  const { logits, trained } = forwardPass(pass, network, images, marks);

  // Back through the layers. Where an output is used more than once, its gradient is the sum over the uses.
  const terms = new Map<string, Tensor[]>();
  const last = network.layers[network.layers.length - 1]!.name;
  const dLogits = graph.scope(last, () => {
    const own = lossGradient(pass, logits, labels, labelSmoothing);
    if (!mixing) return own;
    const partners = ops.gather(graph, labels, mixing.partners);
    const others = lossGradient(pass, logits, partners, labelSmoothing);
    return mixGradients(graph, own, others, mixing.share);
  });
  terms.set(last, [dLogits]);
  const first = network.layers[0]!.name;
  marks?.add('', [dLogits]);
  for (const { name, timed, inputs, back } of trained.reverse()) {
    graph.scope(name, () => {
      const dOutput = ops.addN(graph, 'gradientSum', terms.get(name)!);
      const known = gradients.size;
      const dInputs = back(dOutput, !inputs.includes(first));
      if (marks) {
        const own = [...gradients.values()].slice(known).map(({ gradient }) => gradient);
        for (const one of [...dInputs, ...own]) marks.add(timed, [one]);
      }
      for (const [index, input] of inputs.entries()) {
        const gradient = dInputs[index];
        if (gradient) terms.set(input, [...(terms.get(input) ?? []), gradient]);
      }
    });
  }

  return { logits, gradients, moves: updates, value: pass.value };
}

/** Moves the weights by their gradients. */
function updateWeights(
  { graph, network, optimizer, plan, variables, slots, marks }: Parts,
  gradients: Gradients,
  value: Pass['value'],
  rates: Rates,
): Updates {
  const described = new Map(
    trainableVariables(network, optimizer).map((variable) => [variable.name, variable]),
  );
  const trainables = [...gradients].map(([name, given]): Trainable => {
    const variable = described.get(name)!;
    return {
      ...variable,
      ...given,
      variable: variables.get(name)!,
      slots: ruleFor(optimizer, variable.part).slots.map((slot) => slots.get(`optimizer/${name}/${slot}`)!),
      value: value(name),
    };
  });
  const update = isUpdateFused(plan) ? updateByOwnOps : updateByNativeOps;
  const updated = update(graph, optimizer, trainables, rates);
  for (const done of updated.done) marks?.add('', [done]);
  return updated;
}

/** A forward pass as in training, for the statistics of its batch alone. */
function averagingPass(
  { graph, network, plan, variables }: Pick<Parts, 'graph' | 'network' | 'plan' | 'variables'>,
  images: Tensor,
  indices: Tensor,
  share: Tensor,
): Tensor {
  const done: Tensor[] = [];
  const count = ops.countOf(graph, indices);
  const pass: TrainingPass = {
    graph,
    plan,
    images: count,
    lossImages: count,
    ...reader(graph, network, variables),
    variable: (name) => variables.get(name)!,
    gradient: () => undefined,
    statistics: (layer, batch) => done.push(...averageStatistics(pass, layer, batch, share)),
  };
  forwardPass(pass, network, images);
  return ops.doneAfter(graph, done);
}

/** The forward pass of training, with the way back through each layer. */
function forwardPass(
  pass: TrainingPass,
  network: Network,
  images: Tensor,
  marks?: Marks | null,
): {
  logits: Tensor;
  trained: { name: string; timed: string; inputs: readonly string[]; back: Trained['backward'] }[];
} {
  const { graph, plan } = pass;
  const outputs = new Map<string, Tensor>();
  const trained: { name: string; timed: string; inputs: readonly string[]; back: Trained['backward'] }[] = [];
  const { fused, within } = fusedUnits(network, plan);
  let logits = images;
  for (const layer of network.layers) {
    if (within.has(layer.name)) continue;
    const unit = fused.get(layer.name);
    if (layer.kind !== 'input') {
      const names = unit ? [unit.bn.inputs[0]!, ...(unit.addend ? [unit.addend] : [])] : layer.inputs;
      const inputs = names.map((name) => outputs.get(name)!);
      const { output, backward } = graph.scope(unit?.bn.name ?? layer.name, () =>
        unit
          ? trainFused(pass, unit, inputs[0]!, inputs[1] ?? null)
          : kindOf(layer).train(pass, layer, inputs),
      );
      const timed = unit?.bn.name ?? layer.name;
      trained.push({ name: layer.name, timed, inputs: names, back: backward });
      logits = output;
      marks?.add(timed, [output]);
    } else logits = images;
    outputs.set(layer.name, logits);
  }
  return { logits, trained };
}

/** The units that a plan fuses, by their last layer, and the layers within them that have no output of their own. */
function fusedUnits(network: Network, plan: Plan): { fused: Map<string, NormUnit>; within: Set<string> } {
  const units = normUnits(network).filter((unit) => isFused(plan, unit));
  const within = new Set(units.flatMap((unit) => layersOf(unit).filter((name) => name !== unit.output.name)));
  return { fused: new Map(units.map((unit) => [unit.output.name, unit])), within };
}

/** Reads each variable at most once, so that all layers see the same value. */
function reader(
  graph: Graph,
  { layers }: Network,
  variables: ReadonlyMap<string, ops.Variable>,
): Pick<Pass, 'value' | 'biasOf'> {
  const values = new Map<string, Tensor>();
  const value = (name: string): Tensor => {
    const known = values.get(name);
    if (known) return known;
    const tensor = ops.read(graph, variables.get(name)!);
    values.set(name, tensor);
    return tensor;
  };
  const biased = new Set(layers.flatMap((layer) => (layer.kind === 'conv' && layer.bias ? layer.name : [])));
  return { value, biasOf: (layer) => (biased.has(layer) ? value(`${layer}/bias`) : null) };
}

// ------------------------------------------------------------------------------------------------ data and state

function datasetVariables(graph: Graph, size: number) {
  const images = ops.variable(graph, 'images', { dtype: 'uint8', shape: [-1, size] });
  const labels = ops.variable(graph, 'labels', { dtype: 'int32', shape: [-1] });
  const shape = ops.placeholder(graph, 'shape', { dtype: 'int32', shape: [2] });
  const reserve = ops.assign(graph, images, ops.zeroBytes(graph, shape, [-1, size]));
  const begin = ops.placeholder(graph, 'begin', { dtype: 'int32', shape: [1] });
  const end = ops.placeholder(graph, 'end', { dtype: 'int32', shape: [1] });
  const piece = ops.placeholder(graph, 'piece', { dtype: 'uint8', shape: [-1, size] });
  const fill = ops.assignRows(graph, images, begin, end, piece);
  const classes = ops.placeholder(graph, 'classes', { dtype: 'int32', shape: [-1] });
  const setLabels = ops.assign(graph, labels, ops.copy(graph, classes));
  const entries: DatasetVariables = {
    reserve: { name: 'reserve', inputs: [shape], outputs: [ops.doneAfter(graph, [reserve])] },
    fill: { name: 'fill', inputs: [begin, end, piece], outputs: [ops.doneAfter(graph, [fill])] },
    labels: { name: 'labels', inputs: [classes], outputs: [ops.doneAfter(graph, [setLabels])] },
  };
  return { images, labels, entries };
}

/** Sets variables to what a call gives. */
function writer(graph: Graph, name: string, variables: readonly ops.Variable[]): Signature {
  return graph.scope(name, () => {
    const inputs = variables.map((variable) => ops.placeholder(graph, 'value', variable));
    const assigned = variables.map((variable, index) =>
      ops.assign(graph, variable, ops.copy(graph, inputs[index]!)),
    );
    return { name, inputs, outputs: [ops.doneAfter(graph, assigned)] };
  });
}
