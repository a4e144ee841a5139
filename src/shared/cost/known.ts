/** What is known of the costs on a machine, as the window and the terminal ask for it. */
import { median } from '../median';
import type { CostRecord } from './record';

/** How far the sum of parts is from steps, as steps of whole networks have shown. */
export interface Calibration {
  /** A step takes as many times the sum of its parts. */
  factor: number;
  /** Half of those that were seen were off by less, as a share. */
  error: number;
  /** Steps that say so; 0: what holds of other machines. */
  count: number;
}

export interface KnownCosts {
  /** At the batch size that was asked for; null where nothing was measured. */
  record: CostRecord | null;
  calibration: Calibration;
  /** Whether a GPU would train it, whose memory is its own. */
  usesGpu: boolean;
  memory: {
    /** RAM and swap. */
    totalBytes: number;
    availableBytes: number;
  };
  /** What the disk with the checkpoints has left, bytes; null where the system does not tell. */
  freeBytes: number | null;
  /** Numbers of the runs that are being trained. */
  training: readonly number[];
}

/** How far a measurement has come. */
export interface CostProgress {
  stage: string;
  fraction: number | null;
}

/** Of machines on which no steps were taken yet, as far as it was seen (docs/BENCH.md). */
const USUAL: Calibration = { factor: 1.09, error: 0.1, count: 0 };
/** It counts as much as so many steps of this machine: others may have disturbed the few there are. */
const WEIGHT = 3;
/** Nothing is told more exactly: a machine is never as it was. */
const LEAST_ERROR = 0.05;

/**
 * By the steps that were taken of whole networks: the median of what they took by what was foretold of them, and of how far each was
 * off by it.
 */
export function calibrate(records: readonly Pick<CostRecord, 'steps'>[]): Calibration {
  const ratios = records.flatMap(({ steps }) =>
    Object.values(steps).flatMap(({ milliseconds, foretold }) => (foretold ? [milliseconds / foretold] : [])),
  );
  const usual = Array<number>(WEIGHT).fill(USUAL.factor);
  const factor = median([...ratios, ...usual])!;
  const off = ratios.map((ratio) => Math.abs(factor / ratio - 1));
  const usually = Array<number>(WEIGHT).fill(USUAL.error);
  const error = Math.max(LEAST_ERROR, median([...off, ...usually])!);
  return { factor, error, count: ratios.length };
}

/**
 * The record that holds for a run, of those that are valid here.
 * @param usesGpu whether a GPU would train it.
 */
export function recordFor(
  records: readonly CostRecord[],
  { batch, threads, usesGpu }: { batch: number; threads: number; usesGpu: boolean },
): CostRecord | null {
  return (
    records.find(
      ({ about }) => about.batch === batch && about.threads === threads && (about.gpu !== null) === usesGpu,
    ) ?? null
  );
}
