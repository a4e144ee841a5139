import { thousands } from '../shared/format';
import { accumulates, imagesAtOnce, largestBatchOf } from '../shared/batches';
import { infoOf } from '../node/datasets/registry';
import { fileFailure } from '../node/files/file-errors';
import { ExpectedError, type Failure } from '../shared/result';
import type { TrainingJob } from '../shared/training-messages';

/** What kept the trainer from continuing, as one sentence for the user. Details belong on stderr. */
/** What was asked of it; a probe has no data set. */
type Job = Pick<TrainingJob, 'recipe'> & Partial<Pick<TrainingJob, 'dataset'>>;

export function failureOf(error: unknown, job: Job | null): Failure {
  if (error instanceof ExpectedError) return error.failure;
  // Of the folders that a trainer writes to, the data folder is the one without a name of its own in the error.
  const file = fileFailure(error, 'the data folder');
  if (file) return file.failure;
  const text = error instanceof Error ? `${error.name}: ${error.message}` : String(error);
  const line = text.split('\n')[0]!.slice(0, 300);
  const code = (error as { code?: unknown } | null)?.code;

  if (isOutOfMemory(text)) {
    return { code: 'trainer', message: `Memory ran out while training ${cureOf(job)} or a smaller network.` };
  }
  if (
    code === 'MODULE_NOT_FOUND' ||
    code === 'ERR_DLOPEN_FAILED' ||
    /tfjs_binding|libtensorflow/i.test(text)
  ) {
    return {
      code: 'trainer',
      message: `TensorFlow could not be loaded (${line}): run "npm run doctor" to see which part is missing.`,
    };
  }
  return {
    code: 'trainer',
    message: `Training ended by an error that should not happen: ${line.replace(/[.\s]+$/, '')}. The log has the details.`,
  };
}

/** What was computed at once, by the largest batch that occurs, and what to choose instead. */
function cureOf(job: Job | null): string {
  if (!job) return 'with batches: choose a smaller batch size, a micro-batch size,';
  const { recipe, dataset } = job;
  const batchSize = dataset ? largestBatchOf(recipe, infoOf(dataset).trainCount) : recipe.batchSize;
  const used = { ...recipe, batchSize };
  const images = thousands(imagesAtOnce(used));
  return accumulates(used)
    ? `with parts of ${images} images: choose a smaller micro-batch size`
    : `with batches of ${images} images: choose a smaller batch size, a micro-batch size,`;
}

/** Words of TensorFlow, the C++ library and V8 for the same thing. */
const isOutOfMemory = (text: string): boolean =>
  /\bOOM\b|out of memory|resource ?exhausted|bad_alloc|failed to allocate|allocation failed|Invalid typed array length/i.test(
    text,
  );
