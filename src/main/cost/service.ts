/**
 * What trainings take on this machine: looks up what was measured, and has it measured by a trainer's process. A measurement never
 * disturbs a training: it is refused while one is under way, and given up where one begins.
 */
import { cpus } from 'node:os';
import { cacheFolder } from '../../node/files/cache-folder';
import { freeSpace } from '../../node/files/free-space';
import { validRecords } from '../../node/machine/cost-records';
import { gpuObstacle, readGpuFacts } from '../../node/machine/gpu';
import { readMemory } from '../../node/machine/memory';
import type { ProcessHost } from '../../node/processes/process-host';
import { calibrate, recordFor, type KnownCosts } from '../../shared/cost/known';
import { isActive, type DeviceChoice, type Run } from '../../shared/run';
import { asResult, fail, ok, type Failure, type Result } from '../../shared/result';
import { shown } from '../../shared/shown';
import type { CostJob, FromMeter, ToMeter } from '../../shared/training-messages';
import { askTrainer, type Asked } from '../runs/ask-trainer';
import type { RunRegistry } from '../runs/registry';

/** Time in which a process that was asked to stop keeps what it has measured, milliseconds; then it is ended. */
const GRACE_MS = 5000;

export interface CostOptions {
  home: string;
  host: ProcessHost;
  registry: Pick<RunRegistry, 'emit' | 'onAnnounced'>;
  runs: () => readonly Pick<Run, 'id' | 'name' | 'state'>[];
  cache?: () => string;
}

export class CostService {
  private underWay: Asked<void> | null = null;
  private closing = false;

  constructor(private readonly options: CostOptions) {
    options.registry.onAnnounced(({ id, state }) => {
      if (isActive(state))
        this.end(
          `The measurement was given up, since run ${id} is being trained: measure when it has ended.`,
        );
    });
  }

  /** What is known for a batch size on a device. */
  async known(batch: number, device: DeviceChoice): Promise<Result<KnownCosts>> {
    const { home, runs } = this.options;
    const freeBytes = await freeSpace(home);
    return asResult(() => {
      const records = validRecords(this.folder());
      const usesGpu = device !== 'cpu' && gpuObstacle(readGpuFacts()) === null;
      const threads = Number(process.env.TF_NUM_INTRAOP_THREADS) || cpus().length;
      return ok({
        record: recordFor(records, { batch, threads, usesGpu }),
        calibration: calibrate(records.filter(({ about }) => (about.gpu !== null) === usesGpu)),
        usesGpu,
        memory: readMemory(),
        freeBytes,
        training: runs().flatMap(({ id, state }) => (isActive(state) ? [id] : [])),
      });
    });
  }

  /** Measures, and resolves with what is known then. Progress is reported as `measuring`. */
  async measure(job: CostJob): Promise<Result<KnownCosts>> {
    const refused = this.refusal();
    if (refused) return refused;
    this.underWay = this.ask(job);
    const measured = await this.underWay.answer.finally(() => (this.underWay = null));
    this.options.registry.emit('measuring', null);
    return measured.ok ? this.known(job.batch, job.device) : measured;
  }

  cancel(): Result<void> {
    this.end('The measurement was cancelled.');
    return ok();
  }

  close(): void {
    this.closing = true;
    this.end('Resbench is being closed.');
  }

  private folder(): string {
    return (this.options.cache ?? cacheFolder)();
  }

  private end(sentence: string): void {
    this.underWay?.give(fail('cancelled', sentence));
  }

  private refusal(): { ok: false; error: Failure } | null {
    if (this.closing) return fail('conflict', 'Resbench is being closed and measures nothing more.');
    if (this.underWay)
      return fail('conflict', 'Another measurement is under way: wait for it, or cancel it.');
    const training = this.options.runs().find(({ state }) => isActive(state));
    return training
      ? fail(
          'conflict',
          `Run ${training.id} ("${shown(training.name)}") is being trained, which a measurement would disturb, and it the ` +
            'measurement: measure when it has ended, or pause it.',
        )
      : null;
  }

  private ask(job: CostJob): Asked<void> {
    const { host, registry } = this.options;
    return askTrainer<ToMeter, FromMeter, void>(host, {
      ask: { type: 'measure', job },
      ended: (how, said) =>
        `The process of the measurement ended without a result (${how}), perhaps for lack of memory: try a smaller batch or ` +
        `network${said}.`,
      // What has been measured is kept.
      stop: { ask: { type: 'stop' }, graceMs: GRACE_MS },
      hear: (message) => {
        switch (message.type) {
          case 'measuring': {
            const { stage, fraction } = message;
            if (this.underWay) registry.emit('measuring', { stage, fraction });
            return;
          }
          case 'notice':
            return registry.emit('notice', { kind: 'info', message: message.message });
          case 'measured':
            return ok();
        }
      },
    });
  }
}
