/** stdout and stderr as sinks that outlive what they write to. */
import { errorCode } from '../../node/files/file-errors';
import type { Sink } from './output';

/** A stream of the process; files are written at once and throw, pipes and terminals tell later. */
type Stream = Pick<NodeJS.WriteStream, 'isTTY' | 'columns' | 'on'> & {
  write(text: string, done?: () => void): boolean;
};

const WHY: Record<string, string> = {
  ENOSPC: 'the disk that it goes to is full: free some space',
  EDQUOT: 'your quota on the disk that it goes to is used up: free some space',
  EFBIG:
    'the file that it goes to is larger than its disk or a limit of this process (ulimit -f) allows: raise it',
  EIO: 'the disk that it goes to reported an error: check it',
};

export class StandardStream implements Sink {
  private broken: { reader: boolean; why: string } | null = null;

  /**
   * @param name for the sentence: `stdout`.
   * @param onBroken called once, when nothing can be written any more.
   */
  constructor(
    private readonly stream: Stream,
    private readonly name: string,
    private readonly onBroken: () => void = () => {},
  ) {
    stream.on('error', (error: Error) => this.fail(error));
  }

  get isTTY(): boolean {
    return this.stream.isTTY;
  }

  get columns(): number {
    return this.stream.columns;
  }

  write(text: string): void {
    if (this.broken) return;
    try {
      this.stream.write(text);
    } catch (error) {
      this.fail(error);
    }
  }

  /** Resolves once what was written has gone out, or cannot; pipes are asynchronous on some platforms. */
  settled(): Promise<void> {
    return new Promise((done) => {
      if (this.broken) return done();
      try {
        this.stream.on('error', () => done());
        this.stream.write('', () => done());
      } catch (error) {
        this.fail(error);
        done();
      }
    });
  }

  /** Whether `| head` has read enough, or the terminal was closed: then nobody is there to be told. */
  get readerClosed(): boolean {
    return this.broken?.reader ?? false;
  }

  /** Why what was written is not all there, one sentence; null where it is, or where nobody wanted more. */
  get problem(): string | null {
    return this.broken && !this.broken.reader ? this.broken.why : null;
  }

  private fail(error: unknown): void {
    if (this.broken) return;
    const code = errorCode(error) ?? 'unknown error';
    const reader =
      code === 'EPIPE' || code === 'ERR_STREAM_DESTROYED' || (code === 'EIO' && this.stream.isTTY);
    this.broken = { reader, why: `${this.name} could not be written: ${WHY[code] ?? code}` };
    this.onBroken();
  }
}
