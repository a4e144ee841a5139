/** The log of a run in the terminal: as it is, or as it grows. */
import { closeSync, readSync } from 'node:fs';
import { dirname } from 'node:path';
import { StringDecoder } from 'node:string_decoder';
import { openOwn, readOwn } from '../../../node/files/own-files';
import { expected } from '../../../shared/result';
import type { Context } from '../../terminal/context';
import { ExitStatus, unwrap } from '../../terminal/errors';
import { EXIT } from '../../terminal/exit-codes';
import type { Services } from '../../services';

const POLL_MS = 300;
const CHUNK_BYTES = 2 ** 16;
/** Twice what is ever written to one. */
const MAX_LOG_BYTES = 2 ** 24;

/** @param show the command that shows the run. @throws ExpectedError where there is no log. */
export function readLog({ output }: Context, id: number, path: string, show: string): void {
  const text = readOwn(homeOf(path), path, MAX_LOG_BYTES)?.toString('utf8') ?? null;
  if (text === null) {
    throw expected(
      'not-found',
      `run ${id} has no log: no training process of it has written one; see \`${show}\``,
    );
  }
  if (output.json) output.value({ id, file: path, lines: linesOf(text) });
  else output.lines(text === '' ? [] : text.replace(/\n$/, '').split('\n'));
}

/** A log lies in a folder of the data folder, and is no link. */
const homeOf = (path: string): string => dirname(dirname(path));

const linesOf = (text: string): string[] => text.split('\n').filter((line) => line !== '');

/** Whole lines that a growing file has gained since the last poll; a file that is not there yet has none. */
export class GrowingFile {
  private offset = 0;
  private readonly decoder = new StringDecoder('utf8');
  private rest = '';

  constructor(private readonly path: string) {}

  lines(): string[] {
    const file = openOwn(homeOf(this.path), this.path);
    if (file === null) return [];
    try {
      const buffer = Buffer.alloc(CHUNK_BYTES);
      for (;;) {
        const read = readSync(file, buffer, 0, CHUNK_BYTES, this.offset);
        if (read === 0) break;
        this.offset += read;
        this.rest += this.decoder.write(buffer.subarray(0, read));
      }
    } finally {
      closeSync(file);
    }
    const lines = this.rest.split('\n');
    this.rest = lines.pop() ?? '';
    return lines;
  }
}

/** Until the run ends or pauses, or Ctrl-C, which ends only the watching. */
export async function followLog(
  { output, interrupts }: Pick<Context, 'output' | 'interrupts'>,
  runs: Pick<Services['runs'], 'finished'>,
  id: number,
  path: string,
): Promise<void> {
  const file = new GrowingFile(path);
  const show = (): void => {
    for (const line of file.lines()) {
      if (output.json) output.value({ line });
      else output.lines(line);
    }
  };
  let end: () => void = () => {};
  const interrupted = new Promise<null>((done) => {
    end = interrupts.listen(() => done(null));
  });
  show();
  let timer: NodeJS.Timeout | undefined;
  // A file that cannot be read any more ends the watching with its sentence.
  const broken = new Promise<never>((_, reject) => {
    timer = setInterval(() => {
      try {
        show();
      } catch (error) {
        reject(error as Error);
      }
    }, POLL_MS);
  });
  try {
    const ended = await Promise.race([runs.finished(id), interrupted, broken]);
    show();
    if (ended === null) throw new ExitStatus(EXIT.interrupted, null);
    unwrap(ended);
  } finally {
    clearInterval(timer);
    end();
  }
}
