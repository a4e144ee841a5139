/** Unsaved edits in the page's storage: they survive the end of the program. */
import type { Architecture } from '../../../architecture/architecture';
import { parseArchitectureFields } from '../../../architecture/text/architecture';
import type { ModelKey } from '../../../shared/model-key';
import { evaluate, type Edit } from './document';

export interface Draft {
  edit: Edit;
  /** What the edit began from. */
  base: ModelKey;
  /** What a new copy began from, where that is neither a preset nor saved as it is. */
  origin?: Architecture;
  /** The name that an unsaved copy was given without its user. */
  suggested?: string;
}
export type Drafts = Record<ModelKey, Draft>;

/** Unsaved edits belong to a data folder; another folder has its own. */
const storageKey = (home: string): string => `resbench.drafts:${home}`;

export function writeDrafts(home: string, drafts: Drafts): void {
  try {
    localStorage.setItem(storageKey(home), JSON.stringify(drafts));
  } catch {
    // Full or forbidden: the edits then live as long as the window.
  }
}

/** What can still be read of them. */
export function readDrafts(home: string): Drafts {
  const sound: Drafts = {};
  try {
    const stored = JSON.parse(localStorage.getItem(storageKey(home)) ?? '{}') as Drafts;
    for (const [key, draft] of Object.entries(stored)) if (isSound(draft)) sound[key] = draft;
  } catch {
    // Written by another version or forbidden: begin without.
  }
  return sound;
}

function isSound({ base, edit, origin }: Draft): boolean {
  try {
    evaluate(edit);
    return (
      typeof base === 'string' &&
      typeof edit.name === 'string' &&
      typeof edit.tableText === 'string' &&
      (origin === undefined || parseArchitectureFields(origin).ok)
    );
  } catch {
    return false;
  }
}
