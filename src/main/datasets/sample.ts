/** The first images of a training set, as the trainer's process reads or draws them. */
import type { HostedProcess, ProcessHost } from '../../node/processes/process-host';
import type { DatasetId, DatasetSample } from '../../shared/dataset';
import { fail, ok, type Result } from '../../shared/result';
import type { FromSampler, SampleJob, ToSampler } from '../../shared/training-messages';

export class DatasetSamples {
  /** By data set; what failed is asked again. */
  private readonly known = new Map<DatasetId, Promise<Result<DatasetSample>>>();
  private readonly working = new Set<HostedProcess<ToSampler, FromSampler>>();

  constructor(private readonly host: ProcessHost) {}

  /** Failures: `data-missing`, `data-corrupt`, `trainer`. */
  take(job: SampleJob): Promise<Result<DatasetSample>> {
    const known = this.known.get(job.dataset.id);
    if (known) return known;
    const sample = this.read(job);
    this.known.set(job.dataset.id, sample);
    void sample.then(({ ok: isThere }) => {
      if (!isThere) this.known.delete(job.dataset.id);
    });
    return sample;
  }

  /** Reads it anew the next time: its files may be others. */
  forget(id: DatasetId): void {
    this.known.delete(id);
  }

  /** Ends what is under way. */
  close(): void {
    for (const process of this.working) process.kill();
  }

  private read(job: SampleJob): Promise<Result<DatasetSample>> {
    const process = this.host.fork<ToSampler, FromSampler>('trainer');
    this.working.add(process);
    return new Promise((resolve) => {
      let answer: Result<DatasetSample> | null = null;
      process.onMessage((message) => {
        if (message.type === 'sampled') answer = ok(message.sample);
        else if (message.type === 'failed') answer = fail(message.code, message.message);
      });
      process.onExit(({ code, signal }) => {
        this.working.delete(process);
        resolve(
          answer ??
            fail(
              'trainer',
              `The process that reads the images ended unexpectedly (${signal ?? `exit code ${code}`}): try again.`,
            ),
        );
      });
      process.send({ type: 'sample', job });
    });
  }
}
