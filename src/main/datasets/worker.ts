/**
 * The program that fetches, unpacks and checks data sets beside the window or the terminal, so that neither ever waits
 * for it. It does the one job it is told and ends.
 */
import { parentPort } from '../../node/processes/port';
import { fileFailure } from '../../node/files/file-errors';
import { ExpectedError } from '../../shared/result';
import { runJob } from './jobs';
import type { DatasetJob, FromDatasetWorker, ToDatasetWorker } from './messages';
import { throttled } from './progress';

const port = parentPort<ToDatasetWorker, FromDatasetWorker>();
const abort = new AbortController();

async function work(job: DatasetJob): Promise<void> {
  try {
    const report = throttled((progress) => port.send({ type: 'progress', progress }));
    const note = await runJob(job, abort.signal, report);
    port.send({ type: 'done', note });
  } catch (error) {
    const failure = error instanceof ExpectedError ? error : fileFailure(error, job.home);
    // A bug: the service reports what stands on stderr.
    if (!failure) throw error;
    port.send({ type: 'failed', code: failure.failure.code, message: failure.failure.message });
  }
}

port.onMessage((message) => {
  switch (message.type) {
    case 'start':
      work(message.job).then(
        () => port.exit(0),
        (error: unknown) => {
          console.error(error);
          port.exit(1);
        },
      );
      break;
    case 'cancel':
      abort.abort();
      break;
  }
});
