/** Reads images for those who look at them: a thread for each data set that is looked at, for as long as it is. */
import { Worker } from 'node:worker_threads';
import type { ChannelStatistics } from '../../../shared/augmentation/normalisation';
import type { DatasetId, DatasetLabels, DatasetPart } from '../../../shared/dataset';
import { fail, type Result } from '../../../shared/result';
import type { FromImages, ImageCall, ImageCalls, OpenImages, ToImages } from './messages';

/** A thread that nobody has asked for so long is ended, milliseconds: its files are free, and its memory. */
const IDLE = 60_000;

type Answer = Result<ImageCalls[ImageCall]['answer']>;

interface Reader {
  thread: Worker;
  calls: Map<number, (result: Answer) => void>;
  idle: NodeJS.Timeout | null;
}

export class ImageBrowser {
  private readonly readers = new Map<DatasetId, Reader>();
  private number = 0;

  /** @param entry path of the thread's program, thread.ts as it was built */
  constructor(private readonly entry: string) {}

  /** The classes of all images. Failures: `data-missing`, `data-corrupt`, `storage`. */
  labels(set: OpenImages): Promise<Result<DatasetLabels>> {
    return this.ask(set, 'labels', null);
  }

  /** Bytes NHWC of images, each index below the number of labels. Failures as above. */
  images(set: OpenImages, part: DatasetPart, indices: number[]): Promise<Result<Uint8Array>> {
    return this.ask(set, 'images', { part, indices });
  }

  /** Of the training images. Failures as above. */
  statistics(set: OpenImages): Promise<Result<ChannelStatistics>> {
    return this.ask(set, 'statistics', null);
  }

  /** Forgets a set whose files change, or all of them. */
  close(id?: DatasetId): void {
    for (const [one, { thread }] of this.readers) {
      if (id !== undefined && one !== id) continue;
      this.readers.delete(one);
      void thread.terminate();
    }
  }

  private ask<K extends ImageCall>(
    set: OpenImages,
    call: K,
    args: ImageCalls[K]['args'],
  ): Promise<Result<ImageCalls[K]['answer']>> {
    const reader = this.readers.get(set.id) ?? this.open(set);
    if (reader.idle) clearTimeout(reader.idle);
    reader.idle = null;
    const number = ++this.number;
    return new Promise((resolve) => {
      reader.calls.set(number, resolve as (result: Answer) => void);
      reader.thread.postMessage({ number, call, args } as ToImages);
    });
  }

  private open(set: OpenImages): Reader {
    const thread = new Worker(this.entry, { workerData: set });
    const reader: Reader = { thread, calls: new Map(), idle: null };
    this.readers.set(set.id, reader);
    thread.on('message', ({ number, result }: FromImages) => {
      reader.calls.get(number)?.(result);
      reader.calls.delete(number);
      if (reader.calls.size > 0 || this.readers.get(set.id) !== reader) return;
      reader.idle = setTimeout(() => this.close(set.id), IDLE);
      reader.idle.unref();
    });
    let reason = 'it was ended';
    thread.on('error', (error) => (reason = error.message));
    thread.on('exit', () => {
      if (reader.idle) clearTimeout(reader.idle);
      if (this.readers.get(set.id) === reader) this.readers.delete(set.id);
      for (const resolve of reader.calls.values())
        resolve(fail('data-corrupt', `The images could not be read (${reason}): try again.`));
      reader.calls.clear();
    });
    return reader;
  }
}
