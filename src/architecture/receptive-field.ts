/**
 * Which part of the image a unit of each layer depends on, by the longest path to it. A shortcut never widens it: the union
 * of both paths counts. Statistics of batch normalisation, which join a whole batch in training, do not count.
 */
import { samePadding, type Layer } from './layers';

/** Along one axis: the unit at index `i` depends on the pixels from `i · stride + first` to `i · stride + last`. */
export interface Reach {
  /** Pixels between the fields of two neighbouring units. */
  stride: number;
  /** Pixels from the field of the unit at index 0, both included; padding counts as pixels. */
  first: number;
  last: number;
}

export interface ReceptiveField {
  /** Along the height and along the width. */
  axes: readonly [Reach, Reach];
  /** Pixels of the image; it may be larger than the image, whose surroundings are then padding. */
  size: readonly [height: number, width: number];
}

const PIXEL: Reach = { stride: 1, first: 0, last: 0 };

/** @param before rows of padding in front of the axis. */
function through({ stride, first, last }: Reach, kernel: number, step: number, before: number): Reach {
  return {
    stride: stride * step,
    first: first - before * stride,
    last: last + (kernel - 1 - before) * stride,
  };
}

function union(a: Reach, b: Reach): Reach {
  return { stride: a.stride, first: Math.min(a.first, b.first), last: Math.max(a.last, b.last) };
}

/** The field of a layer by the fields of the layers that it takes. */
function axisOf(layer: Layer, inputs: readonly Reach[], axis: 0 | 1): Reach {
  const [input = PIXEL, other] = inputs;
  switch (layer.kind) {
    case 'conv':
    case 'maxpool': {
      const kernel = layer.kind === 'conv' ? layer.kernel[axis] : layer.pool[axis];
      const size = layer.inputShape[axis];
      const [before] = layer.padding === 'same' ? samePadding(size, kernel, layer.stride) : [0];
      return through(input, kernel, layer.stride, before);
    }
    case 'shortcut-a':
      return through(input, 1, layer.stride, 0);
    case 'add':
      return union(input, other!);
    case 'gap': {
      const units = layer.inputShape[axis];
      return { ...input, last: input.last + (units - 1) * input.stride };
    }
    default:
      return input;
  }
}

const extent = ({ first, last }: Reach): number => last - first + 1;

function fieldOf(layer: Layer, inputs: readonly ReceptiveField[]): ReceptiveField {
  const of = (axis: 0 | 1): Reach =>
    axisOf(
      layer,
      inputs.map(({ axes }) => axes[axis]),
      axis,
    );
  const axes: ReceptiveField['axes'] = [of(0), of(1)];
  return { axes, size: [extent(axes[0]), extent(axes[1])] };
}

/** The receptive field of every layer, by its name. Layers that look at single units share the object of what they take. */
export function receptiveFields(layers: readonly Layer[]): Map<string, ReceptiveField> {
  const fields = new Map<string, ReceptiveField>();
  for (const layer of layers) {
    const input = fields.get(layer.inputs[0] ?? '');
    const isPointwise = layer.kind === 'bn' || layer.kind === 'relu' || layer.kind === 'dense';
    fields.set(
      layer.name,
      isPointwise && input
        ? input
        : fieldOf(
            layer,
            layer.inputs.map((name) => fields.get(name)!),
          ),
    );
  }
  return fields;
}
