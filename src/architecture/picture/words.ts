/** What the parts of a picture are called, by who cannot see it and by who points at them. */
import type { Kernel } from '../architecture';
import { kernelSize } from '../block-table';
import type { Layer, Shape } from '../layers';
import { thousands } from '../number-text';
import type { NetworkBlock } from '../network';
import { describeShortcut } from '../shortcut-text';

const NUMBERS = ['no', 'one', 'two', 'three', 'four', 'five', 'six', 'seven', 'eight', 'nine', 'ten'];
const numberWord = (count: number): string => NUMBERS[count] ?? String(count);

/** `3x3`. */
const plainKernel = (kernel: Kernel): string => kernelSize(kernel).join('x');
/** `56×56×64`. */
export const shapeSign = (shape: Shape): string => shape.join('×');

/** `two 3x3 convolutions`; `a 1x1, a 3x3 and a 1x1 convolution`. */
export function describeConvolutions(kernels: readonly Kernel[]): string {
  const texts = kernels.map(plainKernel);
  const [first] = texts;
  if (texts.every((text) => text === first)) {
    return texts.length === 1
      ? `a ${first} convolution`
      : `${numberWord(texts.length)} ${first} convolutions`;
  }
  if (texts.length > 4) return `${numberWord(texts.length)} convolutions`;
  const list = texts.map((text) => `a ${text}`);
  return `${list.slice(0, -1).join(', ')} and ${list.at(-1)} convolution`;
}

/** `64 → 128 channels, 32x32 → 16x16`; one number where nothing changes. */
export function describeChange(before: Shape, after: Shape): string {
  const change = (from: string, to: string): string => (from === to ? to : `${from} → ${to}`);
  const channels = change(String(before.at(-1)), String(after.at(-1)));
  if (before.length === 1 || after.length === 1) return `${channels} channels`;
  return `${channels} channels, ${change(before.slice(0, 2).join('x'), after.slice(0, 2).join('x'))}`;
}

/** `Stage 2, block 1`, `Stage 2, blocks 2 to 6`. */
export function describePlace(stage: number, [from, to]: readonly [number, number]): string {
  return from === to ? `Stage ${stage}, block ${from}` : `Stage ${stage}, blocks ${from} to ${to}`;
}

/** `Stage 2, block 1: two 3x3 convolutions, 64 → 128 channels, 32x32 → 16x16, projection shortcut`. */
export function describeBlocks(block: NetworkBlock, last: NetworkBlock, kernels: readonly Kernel[]): string {
  const range = [block.block, last.block] as const;
  const each = range[0] === range[1] ? '' : 'each ';
  return `${describePlace(block.stage, range)}: ${each}${describeConvolutions(kernels)}, ${describeChange(block.inputShape, last.outputShape)}, ${describeShortcut(block.shortcut)}`;
}

/** `conv1: 3x3 convolution, 64 → 128 channels, 32x32 → 16x16, stride 2`. */
export function describeLayer(layer: Layer): string {
  const [before, after] = [layer.inputShape, layer.outputShape];
  switch (layer.kind) {
    case 'input':
      return `Input: images of ${layer.outputShape.join('x')}`;
    case 'conv':
      return `${plainKernel(layer.kernel)} convolution, ${describeChange(before, after)}${stride(layer.stride)}`;
    case 'bn':
      return `batch normalisation, ${layer.channels} channels`;
    case 'relu':
      return 'ReLU';
    case 'maxpool':
      return `${plainKernel(layer.pool)} max pooling, ${describeChange(before, after)}${stride(layer.stride)}`;
    case 'shortcut-a':
      return `zero-padded shortcut, ${layer.padBefore + layer.padAfter} channels of zeros${stride(layer.stride)}`;
    case 'add':
      return 'sum of main path and shortcut';
    case 'gap':
      return `global average pooling, ${before.join('x')} → ${after.join('x')}`;
    case 'dense':
      return `dense layer with softmax, ${layer.fanIn} → ${layer.units}`;
  }
}

const stride = (by: number): string => (by > 1 ? `, stride ${by}` : '');

/** `2 blocks`. */
export const plural = (count: number, noun: string): string =>
  `${thousands(count)} ${noun}${count === 1 ? '' : 's'}`;
