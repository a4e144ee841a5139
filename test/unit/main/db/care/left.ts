import { existsSync, readFileSync } from 'node:fs';

/** The files of a database, as a program that is killed at that moment leaves them. */
export interface Left {
  database: Buffer;
  log: Buffer;
  index: Buffer;
}

/** Without a byte where there is none. */
export function filesOf(path: string): Left {
  const [database, log, index] = ['', '-wal', '-shm'].map((ending) =>
    existsSync(path + ending) ? readFileSync(path + ending) : Buffer.alloc(0),
  );
  return { database: database!, log: log!, index: index! };
}
