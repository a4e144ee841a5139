/** What an edit would change in the size of a network, before it is made. */
import type { Architecture } from '../architecture';
import { layerMacs } from '../flops';
import { layerVariables, type Layer } from '../layers';
import { LIMITS } from '../limits';
import { ArchitectureError, buildNetwork, countLayers } from '../network';
import { formatCount, thousands } from '../number-text';
import { formatProblem } from '../problem';
import { apply } from './apply';
import type { ArchitectureEdit } from './edit';

/** What a network costs. */
export interface Size {
  /** All parameters, moving statistics included. */
  params: number;
  /** Multiply-accumulates of a forward pass of one image. */
  macs: number;
}

export type Effect = { ok: true; before: Size; after: Size } | { ok: false; sentence: string };

/**
 * Parameters and MACs without the layers in full: from the second on, the blocks of a stage are alike, so that two of
 * each stage are enough, however many there are.
 *
 * @throws {ArchitectureError} as `buildNetwork`
 */
export function sizeOf(architecture: Architecture): Size {
  const layers = countLayers(architecture);
  if (layers > LIMITS.layers) {
    const sentence = `gives ${thousands(layers)} layers, at most ${thousands(LIMITS.layers)} are allowed`;
    throw new ArchitectureError([{ path: ['table'], sentence }]);
  }
  const { table } = architecture;
  const network = buildNetwork({
    ...architecture,
    table: table.map(([count, convolutions]) => [Math.min(count, 2), convolutions]),
  });
  const size = { params: 0, macs: 0 };
  for (const layer of network.layers) {
    const repeats = layer.stage !== undefined && layer.block === 2 ? table[layer.stage - 1]![0] - 1 : 1;
    size.params += repeats * layerParams(layer);
    size.macs += repeats * layerMacs(layer);
  }
  return size;
}

const layerParams = (layer: Layer): number =>
  layerVariables(layer).reduce((sum, { shape }) => sum + shape.reduce((a, b) => a * b, 1), 0);

/** What an edit would change, or why it cannot be made. */
export function effectOf(architecture: Architecture, edit: ArchitectureEdit): Effect {
  try {
    return { ok: true, before: sizeOf(architecture), after: sizeOf(apply(architecture, edit)) };
  } catch (error) {
    if (!(error instanceof ArchitectureError)) throw error;
    return { ok: false, sentence: formatProblem(error.problems[0]!) };
  }
}

/** `+176,512 parameters (+1.6 %), +0.4 M MACs`, `no change in size`, or why the edit cannot be made. */
export function describeEffect(effect: Effect): string {
  if (!effect.ok) return `not possible: ${effect.sentence}`;
  const { before, after } = effect;
  const params = after.params - before.params;
  const macs = after.macs - before.macs;
  const parts = [
    params !== 0 && `${signed(params, thousands)} parameters (${percent(params / before.params)})`,
    macs !== 0 && `${signed(macs, formatCount)} MACs`,
  ];
  return parts.filter((part) => part !== false).join(', ') || 'no change in size';
}

const MINUS = '−';

const signed = (value: number, format: (size: number) => string): string =>
  `${value < 0 ? MINUS : '+'}${format(Math.abs(value))}`;

/** To two digits: `+1.6 %`, `−0.044 %`. */
function percent(share: number): string {
  const rounded = Number((Math.abs(share) * 100).toPrecision(2));
  return `${share < 0 ? MINUS : '+'}${thousands(rounded)} %`;
}
