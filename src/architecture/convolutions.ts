/** The different convolutions of a network: layers of one shape compute the same thing with other weights. */
import type { ConvLayer, Padding } from './layers';
import type { Network } from './network';

/** A convolution but for its batch. */
export interface ConvShape {
  height: number;
  width: number;
  inChannels: number;
  outHeight: number;
  outWidth: number;
  outChannels: number;
  kernel: readonly [height: number, width: number];
  stride: number;
  padding: Padding;
}

export function convShape(layer: ConvLayer): ConvShape {
  const [height, width, inChannels] = layer.inputShape;
  const [outHeight, outWidth, outChannels] = layer.outputShape;
  const { kernel, stride, padding } = layer;
  return { height, width, inChannels, outHeight, outWidth, outChannels, kernel, stride, padding };
}

/** `8x8x64-3x3/1-same-8x8x64`; one word for plans and caches. */
export function shapeKey(shape: ConvShape): string {
  const { height, width, inChannels, outHeight, outWidth, outChannels, kernel, stride, padding } = shape;
  return `${height}x${width}x${inChannels}-${kernel.join('x')}/${stride}-${padding}-${outHeight}x${outWidth}x${outChannels}`;
}

/** By `shapeKey`, in the order of the layers, each with the layers that it stands for. */
export function convolutions({
  layers,
}: Pick<Network, 'layers'>): Map<string, { shape: ConvShape; layers: ConvLayer[] }> {
  const found = new Map<string, { shape: ConvShape; layers: ConvLayer[] }>();
  for (const layer of layers) {
    if (layer.kind !== 'conv') continue;
    const shape = convShape(layer);
    const known = found.get(shapeKey(shape));
    if (known) known.layers.push(layer);
    else found.set(shapeKey(shape), { shape, layers: [layer] });
  }
  return found;
}
