/**
 * Keys of the architectures that the window can show, as they stand in its addresses, settings and lists: `preset:resnet18`,
 * `own:4` (a saved one), `draft:1` (an unsaved copy). Pure.
 */

export type ModelKey = string;

export type ModelReference = { kind: 'preset'; id: string } | { kind: 'own' | 'draft'; id: number };

export const presetKey = (id: string): ModelKey => `preset:${id}`;
export const ownKey = (id: number): ModelKey => `own:${id}`;
export const draftKey = (id: number): ModelKey => `draft:${id}`;

/** What a key stands for; null where it is none. Whether there is such a preset or architecture is another question. */
export function parseModelKey(key: ModelKey): ModelReference | null {
  const [, kind, id] = /^(preset|own|draft):(.+)$/.exec(key) ?? [];
  if (kind === undefined || id === undefined) return null;
  if (kind === 'preset') return { kind, id };
  return /^\d{1,15}$/.test(id) ? { kind: kind as 'own' | 'draft', id: Number(id) } : null;
}

/** The blog's network: what is shown where nothing else was chosen. */
export const DEFAULT_MODEL_KEY = presetKey('resnet18');
