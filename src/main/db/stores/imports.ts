/** The table imports: runs that another program trained, each stored with its source, all of it or nothing. */
import { createHash } from 'node:crypto';
import type { Architecture } from '../../../architecture/architecture';
import type { EpochMetric } from '../../../shared/metrics';
import type { ImportedHistory } from '../../../shared/histories/history';
import { fromColumns } from '../../../shared/step-columns';
import type { Run, RunDataset } from '../../../shared/run';
import type { Db } from '../database';
import { storeEpoch, storeSteps } from './metrics';
import { nextRevision } from './revision';
import { logState } from './run-changes';
import { modelFields, toColumns } from './run-row';

export interface NewImport {
  name: string;
  /** Null where its user did not say, as the next. */
  architecture: Architecture | null;
  model: Run['model'];
  dataset: RunDataset | null;
  /** Of the architecture's network; null without one. */
  size: { params: number; macs: number } | null;
  /** Name of the source's file; null where the text was pasted. */
  file: string | null;
  source: string;
  at: number;
}

export class ImportStore {
  constructor(private readonly db: Db) {}

  /** The number of the run. It has completed: no trainer ever has anything to do with it. */
  create(given: NewImport, history: ImportedHistory): number {
    return this.db.write('durable', () => {
      const id = this.createRun(given, history);
      logState(this.db, id, { state: 'completed', reason: null, at: given.at });
      const steps = storeSteps(this.db, id, history.steps ? fromColumns(history.steps) : []);
      for (const epoch of endingWithTheirSteps(history)) storeEpoch(this.db, id, epoch);
      this.db.run(
        `INSERT INTO imports (run_id, format, file, understood, imported_at, epochs, steps, sha256, source)
         VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?)`,
        id,
        history.format,
        given.file,
        JSON.stringify({ columns: history.columns, leftOut: history.leftOut }),
        given.at,
        history.epochs.length,
        steps,
        sumOf(given.source),
        given.source,
      );
      return id;
    });
  }

  private createRun(
    { name, architecture, model, dataset, size, at }: NewImport,
    history: ImportedHistory,
  ): number {
    const columns = {
      ...toColumns({
        name,
        ...figuresOf(history),
        ...modelFields(model),
        seed: 0,
        datasetId: dataset?.id ?? '',
        datasetTitle: dataset?.title ?? '',
        datasetSha256: dataset?.sha256 ?? null,
        datasetTrainCount: dataset?.trainCount ?? 0,
        datasetEvalCount: dataset?.evalCount ?? 0,
        resbenchVersion: '',
        nodeVersion: '',
        params: size?.params ?? 0,
        macs: size?.macs ?? 0,
        state: 'completed',
        createdAt: at,
        device: 'auto',
        revision: nextRevision(this.db),
      }),
      // The columns take JSON alone, of which null is one.
      architecture: JSON.stringify(architecture),
      recipe: 'null',
      machine: 'null',
    };
    const names = Object.keys(columns);
    return this.db.get<{ id: number }>(
      `INSERT INTO runs (${names.join(', ')}) VALUES (${names.map((one) => `@${one}`).join(', ')}) RETURNING id`,
      columns,
    )!.id;
  }

  /** The newest run, not deleted, that was imported from just this text; null for none. */
  runOf(source: string): { id: number; name: string } | null {
    return (
      this.db.get<{ id: number; name: string }>(
        `SELECT r.id, r.name FROM imports i JOIN runs r ON r.id = i.run_id
         WHERE i.sha256 = ? AND r.deleted_at IS NULL ORDER BY r.id DESC LIMIT 1`,
        sumOf(source),
      ) ?? null
    );
  }

  /** The whole text that a run was imported from; null for any other run. */
  source(runId: number): string | null {
    const row = this.db.get<{ source: unknown }>('SELECT source FROM imports WHERE run_id = ?', runId);
    return row ? String(row.source) : null;
  }
}

const sumOf = (text: string): string => createHash('sha256').update(text).digest('hex');

/** What the list of runs shows without reading a metric. */
function figuresOf({ epochs, steps, plannedEpochs, stepsPerEpoch }: ImportedHistory) {
  const last = epochs[epochs.length - 1]!.epoch;
  const all = Math.max(last, plannedEpochs ?? 0);
  const lastEnd = epochs.reduce((most, epoch) => (epoch.step > most ? epoch.step : most), 0);
  const step = Math.max(lastEnd, steps?.step.at(-1) ?? 0);
  const perEpoch = stepsPerEpoch ?? step / last;
  let best: EpochMetric | null = null;
  for (const epoch of epochs) {
    // The first that reached it; what is not a number never does.
    if (epoch.valAccuracy > (best?.valAccuracy ?? -Infinity)) best = epoch;
  }
  const seconds = epochs.reduce((sum, epoch) => sum + epoch.seconds, 0);
  const untilLastStep = steps?.seconds.at(-1) ?? NaN;
  return {
    epoch: last,
    epochs: all,
    step,
    totalSteps: step > 0 ? Math.max(step, Math.round(perEpoch * all)) : 0,
    bestValAccuracy: best?.valAccuracy ?? null,
    bestEpoch: best?.epoch ?? null,
    // 0 where the source does not say, or not of all epochs.
    seconds: [seconds, untilLastStep].find(Number.isFinite) ?? 0,
  };
}

/**
 * An epoch ends with the last of its steps or, where not every step is noted, after it, and before the first of the next:
 * the sums over epochs and steps take them in that order (care/sums.ts).
 */
function endingWithTheirSteps({ epochs, steps }: ImportedHistory): EpochMetric[] {
  const first = new Map<number, number>();
  const last = new Map<number, number>();
  for (const [index, epoch] of (steps?.epoch ?? new Float64Array()).entries()) {
    const step = steps!.step[index]!;
    if (!first.has(epoch)) first.set(epoch, step);
    last.set(epoch, step);
  }
  return epochs.map((epoch, index) => {
    const end = last.get(epoch.epoch);
    if (end === undefined) return epoch;
    const next = first.get(epochs[index + 1]?.epoch ?? NaN) ?? Infinity;
    return epoch.step >= end && epoch.step < next ? epoch : { ...epoch, step: end };
  });
}
