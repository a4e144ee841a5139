/** The description of a checkpoint as text: with its own SHA-256 inside, so that it proves itself whole. */
import { createHash } from 'node:crypto';
import {
  CHECKPOINT_FORMAT,
  CHECKPOINT_VERSION,
  checkpointDescriptionSchema,
  type CheckpointDescription,
} from '../../shared/checkpoint-content';
import { shown } from '../../shared/shown';
import { strictJson, StrictJsonError } from '../files/strict-json';
import { damaged, Unreadable } from './unreadable';

/** A description of the deepest preset has some 30 kB; more is not one, and is not read into memory. */
export const MAX_DESCRIPTION_BYTES = 2 ** 24;
/** Of its objects and lists. */
const MAX_DESCRIPTION_DEPTH = 16;
/** Stands in the text while its SHA-256 is taken. */
const NO_SHA256 = '0'.repeat(64);

/** @throws Error where the description could not be read back, which is a bug of who made it. */
export function encodeDescription(
  described: Pick<CheckpointDescription, 'createdAt' | 'weights' | 'state'>,
): Buffer {
  const description = {
    format: CHECKPOINT_FORMAT,
    formatVersion: CHECKPOINT_VERSION,
    sha256: NO_SHA256,
    ...described,
  };
  const text = `${JSON.stringify(checkpointDescriptionSchema.parse(description), null, 2)}\n`;
  return Buffer.from(text.replace(NO_SHA256, createHash('sha256').update(text).digest('hex')));
}

/**
 * @param isRemembered false where it is known to be another text than the one that was written: then it is damaged, and
 *   what it says of itself counts for nothing.
 * @throws {Unreadable}
 */
export function decodeDescription(path: string, text: Buffer, isRemembered: boolean): CheckpointDescription {
  const value = describedBy(path, text);
  const foreign = (): Unreadable =>
    isRemembered
      ? new Unreadable('invalid-input', `${path} is not a checkpoint`)
      : damaged(path, 'it is not a checkpoint');
  const { format, formatVersion, sha256 } = (value ?? {}) as Record<string, unknown>;
  if (typeof sha256 !== 'string' || !/^[0-9a-f]{64}$/.test(sha256)) {
    if (format !== CHECKPOINT_FORMAT) throw foreign();
    throw damaged(path, 'it does not tell its SHA-256');
  }
  const actual = createHash('sha256')
    .update(text.toString('latin1').replace(sha256, NO_SHA256), 'latin1')
    .digest('hex');
  if (actual !== sha256) throw damaged(path, `its SHA-256 is ${actual}, and ${sha256} stands in it`);
  if (format !== CHECKPOINT_FORMAT) throw foreign();
  if (isRemembered && typeof formatVersion === 'number' && formatVersion > CHECKPOINT_VERSION) {
    throw new Unreadable(
      'unsupported',
      `${path} was written by a newer Resbench (format ${formatVersion}, known is ${CHECKPOINT_VERSION}), ` +
        'which can read it',
    );
  }
  const parsed = checkpointDescriptionSchema.safeParse(value);
  if (parsed.success) return parsed.data;
  const { path: place, message } = parsed.error.issues[0]!;
  throw damaged(path, `${shown(place.join('.'))}: ${shown(message)}`);
}

/** @throws {Unreadable} */
function describedBy(path: string, text: Buffer): unknown {
  if (text.length === 0) throw damaged(path, 'it is empty');
  try {
    return strictJson(text, MAX_DESCRIPTION_DEPTH);
  } catch (error) {
    if (!(error instanceof StrictJsonError)) throw error;
    throw damaged(path, `it is ${error.message}`);
  }
}
