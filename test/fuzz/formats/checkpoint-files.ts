/** What the formats of checkpoints share. */
import { createHash } from 'node:crypto';
import type { Result } from '../../../src/shared/result';
import { content } from '../../unit/node/checkpoints/content';

export const NAME = 'step-00000009-epoch-0003-0123456789ab';
export const ZEROS = '0'.repeat(64);

/** A refusal as it stands in the sentence about a file. */
export const damaged = (what: string): string => `… is damaged (${what}): choose another checkpoint.`;

export function must<T>(result: Result<T>): T {
  if (!result.ok) throw new Error(result.error.message);
  return result.value;
}

export const sentencesOf = (result: Result<unknown>): readonly string[] =>
  result.ok ? [] : [result.error.message];

/** With the sum of its own that it must have, whatever else it says. */
export const signed = (text: string): string =>
  text.replace(ZEROS, createHash('sha256').update(text).digest('hex'));

export const describing = (weights: { bytes: number; sha256: string }): Record<string, unknown> => ({
  format: 'resbench-checkpoint',
  formatVersion: 1,
  sha256: ZEROS,
  createdAt: 1,
  weights,
  state: content(9).state,
});

export const signedDescription = (weights: { bytes: number; sha256: string }): string =>
  signed(JSON.stringify(describing(weights)));
