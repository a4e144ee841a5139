/** Reads a history without the page standing still: a short one at once, a long one by a program beside the page. */
import { decodeHistory } from '../../../shared/histories/decode';
import type { HistoryReading } from '../../../shared/histories/history';
import { readHistory } from '../../../shared/histories/read';
import { isLongSource } from '../../../shared/histories/source';
import { startWorker } from '../../base/worker';
import type { Source, Told } from './history-worker';
import workerAddress from './history-worker?worker&url';

export interface ReadSource {
  text: string;
  reading: HistoryReading;
}

/**
 * The text of a source with what it says. Throws where the file cannot be read, and an AbortError once that is asked for.
 *
 * @param tell which share of a long one has been read, from 0 to 1
 */
export async function readSource(
  source: Source,
  signal: AbortSignal,
  tell: (share: number) => void,
): Promise<ReadSource> {
  signal.throwIfAborted();
  if (isLongSource(source)) return readBeside(source, signal, tell);
  const text =
    typeof source === 'string' ? source : decodeHistory(new Uint8Array(await source.arrayBuffer()));
  signal.throwIfAborted();
  return { text, reading: readHistory(text) };
}

function readBeside(source: Source, signal: AbortSignal, tell: (share: number) => void): Promise<ReadSource> {
  const worker = startWorker(workerAddress);
  return new Promise<ReadSource>((done, failed) => {
    signal.addEventListener('abort', () => failed(signal.reason as Error), { once: true });
    worker.addEventListener('error', ({ message }) => failed(new Error(message || 'its reader ended')));
    worker.addEventListener('message', ({ data }: MessageEvent<Told>) => {
      if (data.kind === 'share') tell(data.share);
      else if (data.kind === 'read') done({ text: data.text, reading: data.reading });
      else failed(new Error(data.why));
    });
    worker.postMessage(source);
    // Reading is synchronous, so nothing but its end stops it.
  }).finally(() => worker.terminate());
}
