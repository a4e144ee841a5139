/** What is known of lowerings on this machine: which are right, and how long each takes. Kept from run to run. */
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { expected } from '../../../../shared/result';
import { cachedName, cachedNames, jsonSha256, putCached } from '../../../../node/files/cached-json';
import { describeNumerics } from '../../../../node/machine/numerics';
import type { Numerics } from '../../../../shared/numerics';
import { DIRECTION_LABELS, FOLDED, FUSED, NATIVE, PLAIN, type PlanRejection } from '../../../../shared/plan';
import type { EngineInfo } from '../../engine';
import { ownKernels } from '../../own-kernels';
import { foldingKey } from '../../../../architecture/foldings';
import { normKey, type NormUnit } from '../../../../architecture/normalisations';
import { shapeKey, type ConvShape } from './geometry';
import { candidates, DIRECTIONS, perDirection, substitutes, type Direction } from './lowerings';
import { FoldingTrial, type FoldingCase } from './foldings';
import { NormTrial } from './norms';
import { Trial } from './trial';
import { UpdateTrial, updateKey, type UpdateCase } from './updates';

/** Counts up when lowerings, or the checks they must pass, change: old measurements are not taken for theirs. */
const VERSION = 3;

/** All that decides how long something takes: what is measured with one of them other is another measurement. */
export const aboutMachine = (batch: number, { tensorflow, gpu, threads }: EngineInfo) => ({
  version: VERSION,
  batch,
  gpu,
  threads,
  tensorflow,
  kernels: ownKernels(),
  ...describeNumerics(),
});

/** What a trial found: milliseconds of a lowering that is right (null: it was not timed), or what is wrong with it. */
export type Finding = { took: number | null } | { wrong: string };
/** By direction and name. */
export type Findings = Record<Direction, Record<string, Finding>>;

/** Two ways of the same: the usual one, and another that may be faster. */
interface PairTrial<Way> {
  /** What is wrong with the other way; null where nothing is. */
  check(): string | null;
  /** Milliseconds of a way. */
  time(way: Way): number;
  dispose(): void;
}

/** By TensorFlow's ops, and by kernels of our own in one pass. */
const IN_ONE_PASS = [NATIVE, FUSED] as const;

const KIND = 'lowering';

/** What this process knows, by file name: a probe opens two engines one after the other. */
const memory = new Map<string, Record<string, Findings>>();

/**
 * Findings by shape, one file for each batch size, device, number of threads, version of TensorFlow, and whatever else
 * decides which kernels it uses. A file can be deleted at any time; one that cannot be read or written costs a second or
 * two, not a run.
 */
export class Measurements {
  /** Milliseconds spent so far. */
  readonly spent = { checking: 0, measuring: 0 };
  private readonly about: object;
  private readonly file: string;
  private readonly findings: Record<string, Findings>;
  private changed = false;

  /**
   * @param batch images per step.
   * @param folder where findings are kept; null: for this process only.
   */
  constructor(
    private readonly batch: number,
    private readonly info: EngineInfo,
    private readonly folder: string | null,
  ) {
    this.about = aboutMachine(batch, info);
    this.file = cachedName(KIND, this.about);
    this.findings = { ...memory.get(this.file), ...this.load() };
    memory.set(this.file, this.findings);
  }

  /**
   * The lowerings that are right for one direction of a shape, each with milliseconds where there is a choice. Runs what
   * has not been tried.
   * @throws ExpectedError where none is right.
   */
  measure(shape: ConvShape): Findings {
    const untried = perDirection((direction) => {
      const names = candidates(shape, direction);
      return isMeasured(this.of(shape)[direction], names) ? [] : names;
    });
    this.try(shape, untried, true);
    for (const direction of DIRECTIONS) {
      if (this.right(shape, direction).length === 0) {
        this.try(shape, { [direction]: substitutes(shape, direction) }, true);
      }
      if (this.right(shape, direction).length === 0) {
        throw expected(
          'unsupported',
          `TensorFlow ${this.info.tensorflow} computes the ${DIRECTION_LABELS[direction]} of the convolution ${shapeKey(shape)} ` +
            'wrongly on this processor in every way that Resbench knows, so nothing can be trained with it here: ' +
            'change the size or the channels of that layer, and report this with what `npm run doctor` prints.',
        );
      }
    }
    return this.of(shape);
  }

  /** Checks, without timing, the lowerings of a plan that have not been tried. */
  check(shape: ConvShape, plan: Record<Direction, string>): Findings {
    const untried = perDirection((direction) =>
      plan[direction] in this.of(shape)[direction] ? [] : [plan[direction]],
    );
    this.try(shape, untried, false);
    return this.of(shape);
  }

  /**
   * Both ways of a kind of normalisation, where they are timed each with milliseconds if it is right; the kernels must be there.
   */
  tryNorm(unit: NormUnit, timed: boolean): Record<string, Finding> {
    return this.tryPair(normKey(unit), IN_ONE_PASS, timed, () => new NormTrial(unit, this.batch));
  }

  /** As `tryNorm`, of updates. */
  tryUpdate(update: UpdateCase, timed: boolean): Record<string, Finding> {
    return this.tryPair(updateKey(update), IN_ONE_PASS, timed, () => new UpdateTrial(update));
  }

  /** As `tryNorm`, of a convolution that is evaluated with its normalisation. */
  tryFolding(folding: FoldingCase, timed: boolean): Record<string, Finding> {
    const key = foldingKey(folding.unit, folding.lowering);
    return this.tryPair(key, [PLAIN, FOLDED], timed, () => new FoldingTrial(folding, this.batch));
  }

  private tryPair<Way extends string>(
    key: string,
    [usual, other]: readonly [Way, Way],
    timed: boolean,
    open: () => PairTrial<Way>,
  ): Record<string, Finding> {
    const known = this.findings[key]?.forward;
    if (known && (!timed || isMeasured(known, [usual, other]))) return known;
    const begin = performance.now();
    const trial = open();
    try {
      const wrong = trial.check();
      const checked = performance.now();
      this.spent.checking += checked - begin;
      const took = (way: Way) => ({ took: timed ? trial.time(way) : null });
      const found: Record<string, Finding> = {
        [usual]: took(usual),
        [other]: wrong === null ? took(other) : { wrong },
      };
      this.spent.measuring += performance.now() - checked;
      this.findings[key] = { ...perDirection(() => ({})), forward: found };
      this.changed = true;
      return found;
    } finally {
      trial.dispose();
    }
  }

  save(): void {
    if (this.folder === null || !this.changed) return;
    const content = { about: this.about, findings: this.findings, sha256: jsonSha256(this.findings) };
    putCached(this.folder, this.file, `${JSON.stringify(content, null, 1)}\n`);
  }

  private of(shape: ConvShape): Findings {
    return this.findings[shapeKey(shape)] ?? perDirection(() => ({}));
  }

  private right(shape: ConvShape, direction: Direction): string[] {
    return Object.entries(this.of(shape)[direction]).flatMap(([name, finding]) =>
      'wrong' in finding ? [] : [name],
    );
  }

  /** Checks lowerings that are not known to be wrong, and times those that are right where there is a choice. */
  private try(shape: ConvShape, wanted: Partial<Record<Direction, readonly string[]>>, timed: boolean): void {
    const found = perDirection((direction) => ({ ...this.of(shape)[direction] }));
    const isRight = (direction: Direction) => (name: string) => !('wrong' in (found[direction][name] ?? {}));
    const untried = perDirection((direction) => (wanted[direction] ?? []).filter(isRight(direction)));
    if (DIRECTIONS.every((direction) => untried[direction].length === 0)) return;
    const begin = performance.now();
    const trial = new Trial(shape, this.batch, untried, this.info.gpu === null ? 'cpu' : 'gpu');
    try {
      for (const direction of DIRECTIONS) {
        for (const [name, wrong] of trial.check(direction)) {
          found[direction][name] = wrong === null ? { took: null } : { wrong };
        }
        const right = untried[direction].filter(isRight(direction));
        if (!timed || right.length < 2) continue;
        for (const name of right) found[direction][name] = { took: trial.time(direction, name) };
      }
    } finally {
      trial.dispose();
    }
    this.spent.checking += trial.checking;
    this.spent.measuring += performance.now() - begin - trial.checking;
    this.findings[shapeKey(shape)] = found;
    this.changed = true;
  }

  private load(): Record<string, Findings> {
    return (this.folder !== null && read(join(this.folder, this.file))?.findings) || {};
  }
}

interface Content {
  about: object;
  findings: Record<string, Findings>;
  sha256: string;
}

/** Null where it cannot be read, or is damaged: its numbers would choose a slow lowering, and look like any others. */
function read(path: string): Content | null {
  try {
    const content = JSON.parse(readFileSync(path, 'utf8')) as Content;
    return content.sha256 === jsonSha256(content.findings) ? content : null;
  } catch {
    return null;
  }
}

/** What the measurements in a folder found wrong on this machine, with the kernels that TensorFlow now uses. */
export function keptRejections(folder: string | null): PlanRejection[] {
  if (folder === null) return [];
  const here = JSON.stringify(describeNumerics());
  return cachedNames(folder, KIND).flatMap((file) => {
    const content = read(join(folder, file));
    const { processor, instructions, oneDnn, maxInstructions } = (content?.about ?? {}) as Partial<Numerics>;
    if (!content || JSON.stringify({ processor, instructions, oneDnn, maxInstructions }) !== here) return [];
    return Object.entries(content.findings).flatMap(([shape, findings]) =>
      DIRECTIONS.flatMap((direction) =>
        Object.entries(findings[direction]).flatMap(([lowering, finding]) =>
          'wrong' in finding ? [{ shape, direction, lowering, reason: finding.wrong }] : [],
        ),
      ),
    );
  });
}

/** Whether each has been tried, and timed where more than one is right. */
function isMeasured(found: Record<string, Finding>, names: readonly string[]): boolean {
  const findings = names.map((name) => found[name]);
  const right = findings.filter((finding) => finding && 'took' in finding) as { took: number | null }[];
  return findings.every(Boolean) && (right.length < 2 || right.every(({ took }) => took !== null));
}
