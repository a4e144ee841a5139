/** What is known of the costs on a machine, as the window and the terminal ask for it. */
import { median } from '../median';
import type { CostRecord } from './record';

/** How far the sum of parts is from steps, as steps of whole networks have shown. */
export interface Calibration {
  /**
   * A step takes as many times the sum of its parts where none of it is spent in convolutions on large maps (`PartSums.largeMaps`), and where
   * all of it is; between them it is as far as the share.
   */
  factors: { small: number; large: number };
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

/** What a step takes more than the sum of its parts, for the share of convolutions on large maps. */
interface Point {
  share: number;
  ratio: number;
}

/** Of machines on which no steps were taken yet, as far as it was seen (docs/BENCH.md). Each counts as a step of this machine. */
const USUAL: readonly Point[] = [
  { share: 0, ratio: 1.05 },
  { share: 1, ratio: 1.2 },
];
const USUAL_ERROR = 0.1;
/** The usual error counts as much as so many steps of this machine: others may have disturbed the few there are. */
const WEIGHT = 3;
/** Nothing is told more exactly: a machine is never as it was. */
const LEAST_ERROR = 0.05;
/** Of steps of networks so alike no line is drawn, and of so many at most. */
const [LEAST_APART, MOST_POINTS] = [0.1, 40];

/** How many times the sum of its parts a step takes. */
export const factorAt = (
  { factors: { small, large } }: Pick<Calibration, 'factors'>,
  share: number,
): number => small + share * (large - small);

/**
 * By the steps that were taken of whole networks: the line through what they took by what was foretold of them, by the share of their
 * convolutions on large maps, that is nearest to all of them (least absolute deviations, the median's way: a step that others disturbed
 * does not move it), and how far each was off by it.
 */
export function calibrate(records: readonly Pick<CostRecord, 'steps'>[]): Calibration {
  const seen = records
    .flatMap(({ steps }) => Object.values(steps))
    .flatMap(({ milliseconds, foretold, at }) =>
      foretold ? [{ share: foretold.largeMaps, ratio: milliseconds / foretold.milliseconds, at }] : [],
    )
    .sort((a, b) => b.at - a.at)
    .slice(0, MOST_POINTS);
  const factors = lineThrough([...seen, ...USUAL]);
  const off = seen.map(({ share, ratio }) => Math.abs(factorAt({ factors }, share) / ratio - 1));
  const error = Math.max(LEAST_ERROR, median([...off, ...Array<number>(WEIGHT).fill(USUAL_ERROR)])!);
  return { factors, error, count: seen.length };
}

/** Such a line goes through two of the points. */
function lineThrough(points: readonly Point[]): Calibration['factors'] {
  let best = { small: 1, large: 1, off: Infinity };
  for (const [index, one] of points.entries()) {
    for (const other of points.slice(index + 1)) {
      const apart = other.share - one.share;
      if (Math.abs(apart) < LEAST_APART) continue;
      const slope = (other.ratio - one.ratio) / apart;
      const small = one.ratio - slope * one.share;
      const large = small + slope;
      // What is faster than its parts by far was disturbed while they were measured.
      if (Math.min(small, large) < 0.5) continue;
      const off = points.reduce((sum, { share, ratio }) => sum + Math.abs(small + share * slope - ratio), 0);
      if (off < best.off) best = { small, large, off };
    }
  }
  return { small: best.small, large: best.large };
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
