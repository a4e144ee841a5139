/** The thread beside main that reads the images of one data set as they are asked for, until it is ended. */
import { parentPort, workerData } from 'node:worker_threads';
import { sourceOf } from '../../../node/datasets/registry';
import type { ImageStore } from '../../../node/datasets/source';
import { fileFailure } from '../../../node/files/file-errors';
import { ExpectedError, ok, type Result } from '../../../shared/result';
import type { FromImages, ImageCall, ImageCalls, OpenImages, ToImages } from './messages';

const { id, folder, cache } = workerData as OpenImages;
let opened: ImageStore | null = null;

async function answer(message: ToImages): Promise<ImageCalls[ImageCall]['answer']> {
  opened ??= sourceOf(id).open(folder, cache);
  switch (message.call) {
    case 'labels':
      return inPieces(opened.labels());
    case 'images': {
      const { part, indices } = message.args;
      return opened.read(part, indices);
    }
    case 'statistics':
      return inPieces(opened.statistics());
  }
}

/** Images that are asked for meanwhile come first. */
async function inPieces<T>(pieces: Generator<void, T>): Promise<T> {
  for (;;) {
    const { done, value } = pieces.next();
    if (done) return value;
    await new Promise((resolve) => setImmediate(resolve));
  }
}

async function resultOf(message: ToImages): Promise<Result<ImageCalls[ImageCall]['answer']>> {
  try {
    return ok(await answer(message));
  } catch (error) {
    const failure = error instanceof ExpectedError ? error : fileFailure(error, folder ?? cache);
    if (!failure) throw error;
    return { ok: false, error: failure.failure };
  }
}

parentPort!.on('message', (message: ToImages) => {
  void resultOf(message).then((result) => {
    parentPort!.postMessage({ number: message.number, result } satisfies FromImages);
  });
});
