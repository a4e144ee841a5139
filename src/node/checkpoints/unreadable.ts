import type { Failure, FailureCode } from '../../shared/result';
import { NOT_A_FILE, storageFail } from '../files/durable-files';
import { errorCode } from '../files/file-errors';
import { HeaderError } from './safetensors';

/** Why a checkpoint cannot be used: the beginning of a sentence that whoever asked for it ends. */
export class Unreadable extends Error {
  constructor(
    private readonly code: FailureCode,
    what: string,
    private readonly sentence = false,
  ) {
    super(what);
  }

  failure(cure: string): Failure {
    const message = this.sentence
      ? `${this.message} ${cure[0]!.toUpperCase()}${cure.slice(1)}.`
      : `${this.message}: ${cure}.`;
    return { code: this.code, message };
  }
}

export const damaged = (path: string, how: string): Unreadable =>
  new Unreadable('data-corrupt', `${path} is damaged (${how})`);

/** What a file system error means for the reader of a file. */
export async function reading<T>(path: string, read: () => Promise<T>): Promise<T> {
  try {
    return await read();
  } catch (error) {
    if (error instanceof Unreadable) throw error;
    if (error instanceof HeaderError) throw damaged(path, error.message);
    const code = errorCode(error);
    if (code === 'ENOENT') throw new Unreadable('not-found', `${path} is missing`);
    if (code === NOT_A_FILE || code === 'ELOOP') throw damaged(path, 'it is not a file');
    throw new Unreadable('storage', storageFail(error, path).error.message, true);
  }
}
