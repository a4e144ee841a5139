/** The program beside the page that reads one long history: a file, or a text that was pasted. */
import '../../base/no-evaluation';
import { decodeHistory } from '../../../shared/histories/decode';
import type { HistoryReading } from '../../../shared/histories/history';
import { readHistory } from '../../../shared/histories/read';

/** What it is asked, once. */
export type Source = Blob | string;

/** What it says: shares of the text, then the end. */
export type Told =
  | { kind: 'share'; share: number }
  | { kind: 'read'; text: string; reading: HistoryReading }
  /** The file cannot be read. */
  | { kind: 'failed'; why: string };

const tell = (told: Told): void => self.postMessage(told);

async function read(source: Source): Promise<void> {
  try {
    const text =
      typeof source === 'string' ? source : decodeHistory(new Uint8Array(await source.arrayBuffer()));
    const reading = readHistory(text, (share) => tell({ kind: 'share', share }));
    tell({ kind: 'read', text, reading });
  } catch (error) {
    tell({ kind: 'failed', why: error instanceof Error ? error.message : String(error) });
  }
}

self.addEventListener('message', ({ data }: MessageEvent<Source>) => void read(data));
