import type { FileLayer, OpenFile } from '../../../../src/node/files/durable-files';

export interface Operation {
  kind: 'open' | 'write' | 'fsync' | 'close' | 'rename' | 'unlink' | 'mkdir' | 'fsyncFolder' | 'look';
  /** Counted from 1 over the operations that change something; 0 for those that only look. */
  index: number;
  path: string;
}

/** What happens in place of an operation, or after half of a write. */
export type Fault =
  /** The process is no more: this and every later operation throws a Crash and does nothing. */
  | 'crash'
  | 'crash half-way'
  /** The very process ends, by SIGKILL. */
  | 'kill'
  | 'kill half-way'
  /** The operation fails with this code of the system, e.g. EIO. */
  | { code: string };

export class Crash extends Error {
  constructor({ kind, index, path }: Operation) {
    super(`crashed at operation ${index}, ${kind} of ${path}`);
    this.name = 'Crash';
  }
}

export interface FaultyFiles extends FileLayer {
  /** Those that change something, in their order. */
  readonly operations: Operation[];
}

/** A layer in which each operation meets the fault that `faultAt` names for it, if any. */
export function faultyFiles(files: FileLayer, faultAt: (operation: Operation) => Fault | null): FaultyFiles {
  const operations: Operation[] = [];
  const open = new Set<OpenFile>();
  let crash: Crash | null = null;

  async function run<T>(
    kind: Operation['kind'],
    path: string,
    whole: () => Promise<T>,
    half?: () => Promise<unknown>,
  ): Promise<T> {
    if (crash) throw crash;
    const operation: Operation = { kind, path, index: kind === 'look' ? 0 : operations.length + 1 };
    if (kind !== 'look') operations.push(operation);
    const fault = faultAt(operation);
    if (fault === null) return whole();
    // A system that reports an error at close has closed the file all the same.
    if (kind === 'close') await whole();
    if (typeof fault === 'object') throw Object.assign(new Error(fault.code), { code: fault.code, path });
    if (fault.endsWith('half-way')) await half?.();
    if (fault.startsWith('kill')) {
      process.kill(process.pid, 'SIGKILL');
      // Nothing may follow until the signal has come.
      await new Promise(() => {});
    }
    crash = new Crash(operation);
    // As the system does for a process that ends.
    for (const file of open) await file.close();
    throw crash;
  }

  const look = <T>(path: string, whole: () => Promise<T>): Promise<T> => run('look', path, whole);

  return {
    operations,
    async open(path, mode) {
      const file = await (mode === 'create'
        ? run('open', path, () => files.open(path, mode))
        : look(path, () => files.open(path, mode)));
      open.add(file);
      return {
        write: (bytes) =>
          run(
            'write',
            path,
            () => file.write(bytes),
            () => file.write(bytes.subarray(0, Math.floor(bytes.length / 2))),
          ),
        read: (into) => look(path, () => file.read(into)),
        fsync: () => run('fsync', path, () => file.fsync()),
        close: async () => {
          const closed = (): Promise<void> => {
            open.delete(file);
            return file.close();
          };
          await (mode === 'create' ? run('close', path, closed) : closed());
        },
      };
    },
    rename: (from, to) => run('rename', to, () => files.rename(from, to)),
    unlink: (path) => run('unlink', path, () => files.unlink(path)),
    mkdir: (folder) => run('mkdir', folder, () => files.mkdir(folder)),
    fsyncFolder: (folder) => run('fsyncFolder', folder, () => files.fsyncFolder(folder)),
    readFile: (path) => look(path, () => files.readFile(path)),
    size: (path) => look(path, () => files.size(path)),
    readdir: (folder) => look(folder, () => files.readdir(folder)),
    freeSpace: (folder) => look(folder, () => files.freeSpace(folder)),
  };
}
