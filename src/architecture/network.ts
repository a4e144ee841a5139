import type { Architecture } from './architecture';
import { kernelSize } from './block-table';
import { layerMacs } from './flops';
import {
  outputSize,
  type DenseLayer,
  type GapLayer,
  type Layer,
  type MapShape,
  type Padding,
} from './layers';
import { LIMITS } from './limits';
import { thousands } from './number-text';
import { formatProblem, type Path, type ValueProblem } from './problem';

/** What a block's input passes on its way to the sum. */
export type BlockShortcut = 'identity' | 'shortcut-a' | 'projection' | 'none';

export interface NetworkBlock {
  /** `stage2/block1`. */
  name: string;
  /** Both from 1. */
  stage: number;
  block: number;
  stride: number;
  shortcut: BlockShortcut;
  inputShape: MapShape;
  outputShape: MapShape;
  /** Names of its layers, in order. */
  layers: string[];
}

export interface NetworkStage {
  /** `stage2`. */
  name: string;
  /** From 1. */
  stage: number;
  blocks: NetworkBlock[];
  inputShape: MapShape;
  outputShape: MapShape;
}

/** The layers and shapes of an architecture: the one source for summary, training graph and export. */
export interface Network {
  architecture: Architecture;
  /**
   * Every layer after the layers it takes: stem; block by block the main path, then the shortcut, then the sum;
   * head. Variables follow this order.
   */
  layers: Layer[];
  stages: NetworkStage[];
}

/** An architecture that gives no network; one problem for each reason. */
export class ArchitectureError extends Error {
  constructor(readonly problems: ValueProblem[]) {
    super(problems.map((problem) => formatProblem(problem)).join('\n'));
    this.name = 'ArchitectureError';
  }
}

/**
 * The network of an architecture. Stride 2 in the first block of each stage but the first; a projection wherever
 * stride or channels change (He et al. 2015, options A, B and C of section 4.1); 1x1 convolutions 'valid', all
 * others 'same'.
 *
 * @throws {ArchitectureError} where option A would have to drop channels, or where a count is too large; never for
 * what `parseArchitecture` returned.
 */
export function buildNetwork(architecture: Architecture): Network {
  return new Builder(architecture).build();
}

/** Null for an architecture that gives no network: one that another version stored under other limits. */
export function networkOrNull(architecture: Architecture): Network | null {
  try {
    return buildNetwork(architecture);
  } catch (error) {
    if (error instanceof ArchitectureError) return null;
    throw error;
  }
}

/** How many layers {@link buildNetwork} makes, without making them: stem and head, projections and sums included. */
export function countLayers({ shortcut, stem, table }: Architecture): number {
  const head = 2;
  const sum = shortcut === 'none' ? 0 : 1;
  /** Of a shortcut where stride or channels change, and where they do not. */
  const [changing, same] = { projection: [2, 0], 'projection-all': [2, 2], identity: [1, 0], none: [0, 0] }[
    shortcut
  ] as [number, number];
  let layers = (stem.pool ? 5 : 4) + head;
  let channels = stem.filters;
  for (const [index, [count, convolutions]] of table.entries()) {
    const after = convolutions[convolutions.length - 1]![0];
    // Only the first block of a stage has a stride, or other channels below it than its own.
    const first = index > 0 || channels !== after ? changing : same;
    layers += count * (convolutions.length * 3 + sum) + first + (count - 1) * same;
    channels = after;
  }
  return layers;
}

const NOWHERE = { stage: undefined, block: undefined };

/** Each layer is one whole literal: what is put together in several steps is slow to read, and there are thousands. */
class Builder {
  private readonly layers: Layer[] = [];
  private readonly stages: NetworkStage[] = [];
  /** The layer on top: what the next one takes. */
  private top = { name: '', shape: [0, 0, 0] as MapShape };
  private readonly problems: ValueProblem[] = [];
  /** Stage and block under construction; undefined in stem and head. */
  private where: { stage: number | undefined; block: number | undefined } = NOWHERE;

  constructor(private readonly architecture: Architecture) {}

  build(): Network {
    const { inputShape, table } = this.architecture;
    this.checkLayerCount();
    this.put({
      kind: 'input',
      name: 'input',
      inputs: [],
      inputShape: [...inputShape],
      outputShape: [...inputShape],
    });
    this.stem();
    for (const index of table.keys()) this.stage(index);
    this.where = NOWHERE;
    this.head();
    this.checkMacs();
    if (this.problems.length > 0) throw new ArchitectureError(this.problems);
    return { architecture: this.architecture, layers: this.layers, stages: this.stages };
  }

  private stem(): void {
    const { filters, kernel, stride, pool } = this.architecture.stem;
    this.convBn('stem/conv', 'stem/bn', filters, kernelSize(kernel), stride, () => ['stem']);
    this.relu('stem/relu');
    if (!pool) return;
    const { name, shape } = this.top;
    const [height, width, channels] = shape;
    this.put({
      kind: 'maxpool',
      name: 'stem/pool',
      inputs: [name],
      inputShape: shape,
      outputShape: [outputSize(height, 3, 2, 'same'), outputSize(width, 3, 2, 'same'), channels],
      pool: [3, 3],
      stride: 2,
      padding: 'same',
    });
  }

  private stage(index: number): void {
    const [count] = this.architecture.table[index]!;
    const stage: NetworkStage = {
      name: `stage${index + 1}`,
      stage: index + 1,
      blocks: [],
      inputShape: this.top.shape,
      outputShape: this.top.shape,
    };
    for (let block = 1; block <= count; block++) {
      stage.blocks.push(this.block(index, block, block === 1 && index > 0 ? 2 : 1));
    }
    stage.outputShape = this.top.shape;
    this.stages.push(stage);
  }

  private block(index: number, block: number, stride: number): NetworkBlock {
    const stage = index + 1;
    const [, convolutions] = this.architecture.table[index]!;
    const name = `stage${stage}/block${block}`;
    const path: Path = ['table', index, 'block', block - 1];
    this.where = { stage, block };
    const input = this.top;
    const firstLayer = this.layers.length;

    const strided = this.stridedConvolution(index);
    for (const [position, [filters, kernel]] of convolutions.entries()) {
      const number = position + 1;
      const isLast = number === convolutions.length;
      this.convBn(
        `${name}/conv${number}`,
        `${name}/bn${number}`,
        filters,
        kernelSize(kernel),
        position === strided ? stride : 1,
        () => [...path, 'convolution', position],
        isLast && this.architecture.zeroInitLastGamma ? 0 : 1,
      );
      if (!isLast) this.relu(`${name}/relu${number}`);
    }

    const main = this.top;
    const shortcut = this.shortcut(name, path, input, main, stride);
    this.relu(`${name}/relu`);
    return {
      name,
      stage,
      block,
      stride,
      shortcut,
      inputShape: input.shape,
      outputShape: this.top.shape,
      layers: this.layers.slice(firstLayer).map((layer) => layer.name),
    };
  }

  /** Which convolution of a stage's first block carries the stride; a block of 1x1 only has none but its first. */
  private stridedConvolution(index: number): number {
    if (this.architecture.strideOn === 'first') return 0;
    const [, convolutions] = this.architecture.table[index]!;
    const larger = convolutions.findIndex(([, kernel]) => kernelSize(kernel).some((side) => side > 1));
    return Math.max(larger, 0);
  }

  /** Shortcut and sum on top of a block's main path. */
  private shortcut(
    name: string,
    path: Path,
    input: { name: string; shape: MapShape },
    main: { name: string; shape: MapShape },
    stride: number,
  ): BlockShortcut {
    const option = this.architecture.shortcut;
    if (option === 'none') return 'none';
    const before = input.shape[2];
    const after = main.shape[2];
    const changes = stride > 1 || before !== after;
    let kind: BlockShortcut = 'identity';
    this.top = input;
    if (option === 'projection-all' || (option === 'projection' && changes)) {
      kind = 'projection';
      this.convBn(`${name}/shortcut/conv`, `${name}/shortcut/bn`, after, [1, 1], stride, () => [
        ...path,
        'projection',
      ]);
    } else if (option === 'identity' && changes) {
      kind = 'shortcut-a';
      if (after < before) {
        this.problem(
          path,
          `an identity shortcut cannot reduce ${thousands(before)} channels to ${thousands(after)}; give its last convolution at least ${thousands(before)} filters or choose the shortcut "projection"`,
        );
      }
      const added = Math.max(after - before, 0);
      const padBefore = Math.floor(added / 2);
      const [height, width] = input.shape;
      this.put({
        kind: 'shortcut-a',
        name: `${name}/shortcut`,
        inputs: [input.name],
        inputShape: input.shape,
        outputShape: [Math.ceil(height / stride), Math.ceil(width / stride), after],
        stride,
        padBefore,
        padAfter: added - padBefore,
        stage: this.where.stage,
        block: this.where.block,
      });
    }
    this.put({
      kind: 'add',
      name: `${name}/add`,
      inputs: [main.name, this.top.name],
      inputShape: main.shape,
      outputShape: main.shape,
      stage: this.where.stage,
      block: this.where.block,
    });
    return kind;
  }

  private head(): void {
    const { classes } = this.architecture;
    const { name, shape } = this.top;
    const features = shape[2];
    this.layers.push({
      kind: 'gap',
      name: 'pool',
      inputs: [name],
      inputShape: shape,
      outputShape: [features],
    });
    this.checkTensor(
      () => ['classes'],
      features * classes,
      () => `the dense layer of ${features} by ${classes}`,
    );
    this.layers.push({
      kind: 'dense',
      name: 'dense',
      inputs: ['pool'],
      inputShape: [features],
      outputShape: [classes],
      units: classes,
      bias: true,
      activation: 'softmax',
      fanIn: features,
    });
  }

  private convBn(
    convName: string,
    bnName: string,
    filters: number,
    kernel: [height: number, width: number],
    stride: number,
    path: () => Path,
    gammaInit: 0 | 1 = 1,
  ): void {
    const { bias, bnMomentum, bnEpsilon } = this.architecture;
    const { stage, block } = this.where;
    const inputShape = this.top.shape;
    const [height, width, channels] = inputShape;
    const padding: Padding = kernel[0] === 1 && kernel[1] === 1 ? 'valid' : 'same';
    const outputShape: MapShape = [
      outputSize(height, kernel[0], stride, padding),
      outputSize(width, kernel[1], stride, padding),
      filters,
    ];
    const fanIn = kernel[0] * kernel[1] * channels;
    this.checkTensor(
      path,
      fanIn * filters,
      () => `its kernel of ${kernel[0]} by ${kernel[1]} by ${channels} by ${filters}`,
    );
    this.checkTensor(
      path,
      outputShape[0] * outputShape[1] * filters,
      () => `its output of ${outputShape.join(' by ')}`,
    );
    this.put({
      kind: 'conv',
      name: convName,
      inputs: [this.top.name],
      inputShape,
      outputShape,
      filters,
      kernel: [...kernel],
      stride,
      padding,
      bias,
      fanIn,
      stage,
      block,
    });
    this.put({
      kind: 'bn',
      name: bnName,
      inputs: [convName],
      inputShape: outputShape,
      outputShape,
      channels: filters,
      momentum: bnMomentum,
      epsilon: bnEpsilon,
      gammaInit,
      stage,
      block,
    });
  }

  private relu(name: string): void {
    const { name: input, shape } = this.top;
    const { stage, block } = this.where;
    this.put({ kind: 'relu', name, inputs: [input], inputShape: shape, outputShape: shape, stage, block });
  }

  private put(layer: Exclude<Layer, GapLayer | DenseLayer>): void {
    this.layers.push(layer);
    this.top = { name: layer.name, shape: layer.outputShape };
  }

  private problem(path: Path, sentence: string): void {
    this.problems.push({ path, sentence });
  }

  /** Place and words are asked for only where they are needed: there are thousands of tensors. */
  private checkTensor(path: () => Path, elements: number, what: () => string): void {
    if (elements <= LIMITS.tensorElements) return;
    const limit = thousands(LIMITS.tensorElements);
    this.problem(path(), `${what()} has ${thousands(elements)} elements, at most ${limit} are allowed`);
  }

  /** Before anything is built, so that a slip in a count costs nothing. */
  private checkLayerCount(): void {
    const layers = countLayers(this.architecture);
    if (layers <= LIMITS.layers) return;
    this.problem(
      ['table'],
      `gives ${thousands(layers)} layers, at most ${thousands(LIMITS.layers)} are allowed`,
    );
    throw new ArchitectureError(this.problems);
  }

  private checkMacs(): void {
    const macs = this.layers.reduce((sum, layer) => sum + layerMacs(layer), 0);
    if (macs <= Number.MAX_SAFE_INTEGER) return;
    this.problem(
      ['table'],
      'the network needs more than 9 quadrillion multiplications for one image; make it smaller',
    );
  }
}
