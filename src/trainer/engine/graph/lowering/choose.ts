/** The fastest plan for a network on this machine, with measurements kept from run to run. */
import { createHash } from 'node:crypto';
import { mkdirSync, readFileSync, renameSync, writeFileSync } from 'node:fs';
import { cpus } from 'node:os';
import { join } from 'node:path';
import type { ConvShape } from '../../../../architecture/convolutions';
import type { Network } from '../../../../architecture/network';
import { NATIVE, type EnginePlan, type PlanTimings } from '../../../../shared/plan';
import type { EngineInfo } from '../../engine';
import { DIRECTIONS, candidates, type Direction } from './lowerings';
import { measure, type Timings } from './measure';
import { convShapes } from './plan';

const sha256 = (value: unknown): string => createHash('sha256').update(JSON.stringify(value)).digest('hex');

/** Counts up when lowerings change, so that old measurements are not taken for theirs. */
const VERSION = 1;
/** The native op stays unless another is faster by this share: a measurement is never exact. */
const MARGIN = 0.05;

/**
 * The plan, and what it was chosen by.
 * @param batch pictures a step.
 * @param folder where measurements are kept; null: for this process only.
 */
export function choosePlan(
  network: Pick<Network, 'layers'>,
  batch: number,
  info: EngineInfo,
  folder: string | null,
): { plan: EnginePlan; timings: PlanTimings } {
  const measurements = new Measurements(batch, info, folder);
  const plan: EnginePlan = {};
  const timings: PlanTimings = {};
  for (const [key, shape] of convShapes(network)) {
    const { forward, inputGradient, filterGradient } = (timings[key] = measurements.of(key, shape));
    plan[key] = {
      forward: best(forward),
      inputGradient: best(inputGradient),
      filterGradient: best(filterGradient),
    };
  }
  measurements.save();
  return { plan, timings };
}

function best(timings: Timings[Direction]): string {
  let name: string = NATIVE;
  let least = timings[NATIVE]! * (1 - MARGIN);
  for (const [candidate, took] of Object.entries(timings)) {
    if (candidate !== NATIVE && took < least) [name, least] = [candidate, took];
  }
  return name;
}

/** What this process knows, by file name: a probe opens two engines one after the other. */
const memory = new Map<string, Record<string, Timings>>();

/**
 * Measurements by shape, one file for each batch size, device, number of threads and version of TensorFlow. It can be
 * deleted at any time; a file that cannot be read or written costs a second or two, not a run.
 */
class Measurements {
  private readonly about: object;
  private readonly file: string;
  private readonly timings: Record<string, Timings>;
  private changed = false;

  constructor(
    private readonly batch: number,
    { tensorflow, gpu, threads }: EngineInfo,
    private readonly folder: string | null,
  ) {
    const device = gpu ?? cpus()[0]?.model ?? 'CPU';
    this.about = { version: VERSION, batch, device, threads, tensorflow };
    this.file = `lowering-${sha256(this.about).slice(0, 16)}.json`;
    this.timings = { ...memory.get(this.file), ...this.load() };
    memory.set(this.file, this.timings);
  }

  of(key: string, shape: ConvShape): Timings {
    const known = this.timings[key];
    if (known && isComplete(known, shape)) return known;
    this.changed = true;
    return (this.timings[key] = measure(shape, this.batch));
  }

  save(): void {
    if (this.folder === null || !this.changed) return;
    try {
      mkdirSync(this.folder, { recursive: true });
      const path = join(this.folder, this.file);
      // Renamed into place: another run may read it at this moment.
      const draft = `${path}.${process.pid}`;
      const content = { about: this.about, timings: this.timings, sha256: sha256(this.timings) };
      writeFileSync(draft, `${JSON.stringify(content, null, 1)}\n`);
      renameSync(draft, path);
    } catch {
      // The next run measures again.
    }
  }

  private load(): Record<string, Timings> {
    if (this.folder === null) return {};
    try {
      const content = JSON.parse(readFileSync(join(this.folder, this.file), 'utf8')) as {
        timings: Record<string, Timings>;
        sha256: string;
      };
      // A damaged number would choose a slow lowering and look like any other.
      return content.sha256 === sha256(content.timings) ? content.timings : {};
    } catch {
      return {};
    }
  }
}

/** Whether there is a number for each candidate, in what may be a file from anywhere. */
const isComplete = (timings: Timings, shape: ConvShape): boolean =>
  DIRECTIONS.every((direction) =>
    candidates(shape, direction).every((name) => typeof timings[direction]?.[name] === 'number'),
  );
