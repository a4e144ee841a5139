import { basename } from 'node:path';
import type { FileLayer, OpenFile } from '../../../../src/node/files/durable-files';

interface Content {
  /** As every process sees it. */
  bytes: Buffer;
  /** What was there at the last fsync. */
  durable: Buffer;
}

type Names = Map<string, Content>;
/** A change of the names that no flush of the folder has made durable yet. */
type Change = (names: Names) => void;

const enoent = (path: string): Error => Object.assign(new Error('ENOENT'), { code: 'ENOENT', path });

/**
 * One folder of a disk that loses its power: what POSIX promises after that, and no more. Bytes are there for certain
 * since the file's fsync, names since the folder's. Without these, of the bytes any part may be there, and of the changes
 * of names any may have come through, in spite of their order; each change is whole (a rename is one).
 */
export class PowerLossFiles implements FileLayer {
  private changes: Change[] = [];

  constructor(
    private readonly durableNames: Names = new Map(),
    private readonly names: Names = new Map(durableNames),
  ) {}

  /** Every state in which the folder can be found when the power comes back. */
  *afterLoss(): Generator<PowerLossFiles> {
    for (let chosen = 0; chosen < 2 ** this.changes.length; chosen++) {
      const names: Names = new Map(this.durableNames);
      this.changes.forEach((change, index) => {
        if (chosen & (1 << index)) change(names);
      });
      for (const share of [0, 0.5, 1]) {
        yield new PowerLossFiles(
          new Map([...names].map(([name, content]) => [name, survived(content, share)])),
        );
      }
    }
  }

  async open(path: string, mode: 'create' | 'read'): Promise<OpenFile> {
    if (mode === 'create') {
      if (this.names.has(basename(path))) throw Object.assign(new Error('EEXIST'), { code: 'EEXIST', path });
      const content = { bytes: Buffer.alloc(0), durable: Buffer.alloc(0) };
      this.change((names) => names.set(basename(path), content));
    }
    const content = this.content(path);
    let position = 0;
    return {
      write: async (bytes) => {
        content.bytes = Buffer.concat([content.bytes, bytes]);
        return bytes.length;
      },
      read: async (into) => {
        const read = content.bytes.copy(into, 0, position);
        position += read;
        return read;
      },
      fsync: async () => void (content.durable = content.bytes),
      close: async () => {},
    };
  }

  async rename(from: string, to: string): Promise<void> {
    const content = this.content(from);
    this.change((names) => {
      names.delete(basename(from));
      names.set(basename(to), content);
    });
  }

  async unlink(path: string): Promise<void> {
    this.content(path);
    this.change((names) => names.delete(basename(path)));
  }

  async fsyncFolder(): Promise<void> {
    this.durableNames.clear();
    for (const [name, content] of this.names) this.durableNames.set(name, content);
    this.changes = [];
  }

  async mkdir(): Promise<void> {}

  async readFile(path: string): Promise<Uint8Array> {
    return this.content(path).bytes;
  }

  async size(path: string): Promise<number> {
    return this.content(path).bytes.length;
  }

  async readdir(): Promise<string[]> {
    return [...this.names.keys()];
  }

  async freeSpace(): Promise<number | null> {
    return null;
  }

  private content(path: string): Content {
    const content = this.names.get(basename(path));
    if (!content) throw enoent(path);
    return content;
  }

  private change(change: Change): void {
    change(this.names);
    this.changes.push(change);
  }
}

/** @param share of the bytes beyond the last fsync that came through. */
function survived({ bytes, durable }: Content, share: number): Content {
  const kept = bytes.subarray(0, durable.length + Math.floor((bytes.length - durable.length) * share));
  return { bytes: kept, durable: kept };
}
