/**
 * TensorFlow ops that are known to compute wrong values, or to write out of bounds, on some machines. They are never called
 * there, not even to be measured: an op that writes past its memory may spoil what a later check reads.
 *
 * This table is the one place that says so. The lowerings of the graph engine, the layers engine and the doctor obey it;
 * for what nobody knows yet there is `graph/lowering/measure.ts`, which checks each lowering before it is used.
 */
import type { ConvShape } from '../../architecture/convolutions';
import { tensorflow } from './tensorflow';

export type ConvolutionOp = 'Conv2D' | 'Conv2DBackpropInput' | 'Conv2DBackpropFilter';

/** What an op's fault may depend on. */
export interface Machine {
  /** Where TensorFlow computes. */
  device: 'cpu' | 'gpu';
  /** As `process.arch`. */
  architecture: string;
  /** Version of the native library. */
  tensorflow: string;
}

export interface KnownFault {
  op: ConvolutionOp;
  /** The shapes that are avoided, and the same in words. */
  concerns(shape: ConvShape): boolean;
  shapes: string;
  /** The machines on which they are avoided. */
  here(machine: Machine): boolean;
  /** What the op does, as a clause: `it writes …`. */
  effect: string;
  /** Where it is reported, and on what it was seen. */
  source: string;
}

export const KNOWN_FAULTS: readonly KnownFault[] = [
  {
    op: 'Conv2DBackpropFilter',
    // Seen below 8 channels, the block of AVX2's kernel. That of AVX-512 has 16: taken in too, since the plan of a run may
    // move to another processor, and the matrix product in its place is no slower.
    concerns: ({ kernel, stride, inChannels }) =>
      kernel[0] === 1 && kernel[1] === 1 && stride > 1 && inChannels < 16,
    shapes: '1x1 kernels at a stride above 1 with fewer than 16 input channels',
    // Every version since oneDNN became a part of TensorFlow: the issue is open.
    here: ({ device }) => device === 'cpu',
    effect: 'it writes past its memory and gives wrong values, other ones at each call',
    source:
      'oneDNN issue 6035, open; seen with TensorFlow 2.21 below 8 channels on processors with AVX2 and without AVX-512',
  },
];

let machine: Machine | undefined;
/** The machine that this process computes on. Loads TensorFlow. */
export function thisMachine(): Machine {
  machine ??= {
    device: tensorflow().isUsingGpuDevice() ? 'gpu' : 'cpu',
    architecture: process.arch,
    tensorflow: String(tensorflow().TF_Version),
  };
  return machine;
}

/** The known fault of an op at a shape on a machine, this one unless given; null where none is known. */
export function knownFault(op: ConvolutionOp, shape: ConvShape, on?: Machine): KnownFault | null {
  return (
    KNOWN_FAULTS.find(
      (fault) => fault.op === op && fault.concerns(shape) && fault.here(on ?? thisMachine()),
    ) ?? null
  );
}
