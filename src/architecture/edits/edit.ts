/** Changes of an architecture as values: what is done by hand, and what a change of a text amounts to. */
import type { Architecture, Kernel, TableConvolution, TableStage } from '../architecture';
import type { Conventions } from '../conventions';

/** The filters of every convolution, with those of the stem: stage by stage, in order. */
export interface Widths {
  stem: number;
  stages: readonly (readonly number[])[];
}

/** One change. Stages and convolutions are counted from 0; `at` and `to` are places in the list that comes out. */
export type ArchitectureEdit =
  | { kind: 'add-stage'; at: number; stage: TableStage }
  | { kind: 'remove-stage'; stage: number }
  /** The copy stands behind its original. */
  | { kind: 'duplicate-stage'; stage: number }
  | { kind: 'move-stage'; from: number; to: number }
  | { kind: 'count'; stage: number; count: number }
  /** Of one convolution, or of all in the stage where none is named. */
  | { kind: 'filters'; stage: number; convolution: number | null; filters: number }
  | { kind: 'kernel'; stage: number; convolution: number; kernel: Kernel }
  | { kind: 'add-convolution'; stage: number; at: number; convolution: TableConvolution }
  | { kind: 'remove-convolution'; stage: number; convolution: number }
  | { kind: 'move-convolution'; stage: number; from: number; to: number }
  | { kind: 'conventions'; values: Partial<Conventions> }
  /** All filters of a stage times a factor, or with the stem those of the whole network; see {@link scaledFilters}. */
  | { kind: 'scale'; stage: number | null; factor: number }
  | { kind: 'widths'; widths: Widths }
  | { kind: 'rename'; name: string }
  /** Everything at once: another text, or a proposal that was taken. */
  | { kind: 'replace'; architecture: Architecture };
