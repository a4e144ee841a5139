/**
 * What can be compared with something else, as addresses name it: whatever the list of models has, a version of a saved
 * architecture (`own:4@2`), and the network of a run (`run:12`). Pure.
 */
import { parseModelKey, type ModelKey, type ModelReference } from '../../../../shared/model-key';

export type ComparedKey = ModelKey;

export type ComparedReference =
  ModelReference | { kind: 'version'; id: number; version: number } | { kind: 'run'; id: number };

export const versionKey = (id: number, version: number): ComparedKey => `own:${id}@${version}`;
export const runKey = (id: number): ComparedKey => `run:${id}`;

/** Null where it is none. Whether there is such a thing is another question. */
export function parseComparedKey(key: ComparedKey): ComparedReference | null {
  const [, id, version] = /^own:(\d{1,15})@(\d{1,15})$/.exec(key) ?? [];
  if (id !== undefined) return { kind: 'version', id: Number(id), version: Number(version) };
  const [, run] = /^run:(\d{1,15})$/.exec(key) ?? [];
  return run === undefined ? parseModelKey(key) : { kind: 'run', id: Number(run) };
}

/** Address of the comparison. */
export const comparePath = (before: ComparedKey, after: ComparedKey): string =>
  `/models/compare/${before}/${after}`;
