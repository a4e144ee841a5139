/**
 * Writes the file of prepared images (`../../node/datasets/own-content.ts`), in which the parts stand one after the
 * other.
 */
import { createHash } from 'node:crypto';
import { constants } from 'node:fs';
import { open, type FileHandle } from 'node:fs/promises';
import { OWN_FILE_MODE, READ_NO_FOLLOW } from '../../node/files/own-files';
import { HEADER_BYTES } from '../../node/datasets/own-content';

/** Bytes that are written or read at once. */
const BLOCK = 2 ** 21;

export class ContentWriter {
  private readonly block = Buffer.alloc(BLOCK);
  private used = 0;

  private constructor(private readonly file: FileHandle) {}

  /**
   * Makes the file, and leaves room for its header. A file, or a link, that has the name already is left alone
   * (EEXIST).
   */
  static async create(path: string): Promise<ContentWriter> {
    const { O_CREAT, O_EXCL, O_WRONLY } = constants;
    const writer = new ContentWriter(await open(path, O_WRONLY | O_CREAT | O_EXCL, OWN_FILE_MODE));
    await writer.add(Buffer.alloc(HEADER_BYTES));
    return writer;
  }

  async add(bytes: Uint8Array): Promise<void> {
    for (let from = 0; from < bytes.length;) {
      const some = bytes.subarray(from, from + BLOCK - this.used);
      this.block.set(some, this.used);
      this.used += some.length;
      from += some.length;
      if (this.used === BLOCK) await this.flush();
    }
  }

  /** All is on the disk when this returns. */
  async finish(header: Buffer): Promise<void> {
    await this.flush();
    await writeAll(this.file, header, 0);
    await this.file.sync();
  }

  async close(): Promise<void> {
    await this.file.close();
  }

  private async flush(): Promise<void> {
    await writeAll(this.file, this.block.subarray(0, this.used), null);
    this.used = 0;
  }
}

async function writeAll(file: FileHandle, bytes: Buffer, place: number | null): Promise<void> {
  for (let from = 0; from < bytes.length;) {
    const at = place === null ? null : place + from;
    from += (await file.write(bytes, from, bytes.length - from, at)).bytesWritten;
  }
}

/** SHA-256 of a file, in hexadecimal digits. */
export async function sha256Of(path: string, between: (bytes: number) => Promise<void>): Promise<string> {
  const hash = createHash('sha256');
  const file = await open(path, READ_NO_FOLLOW);
  try {
    const block = Buffer.alloc(BLOCK);
    for (let done = 0; ;) {
      const { bytesRead } = await file.read(block, 0, BLOCK, done);
      if (bytesRead === 0) return hash.digest('hex');
      hash.update(block.subarray(0, bytesRead));
      done += bytesRead;
      await between(done);
    }
  } finally {
    await file.close();
  }
}
