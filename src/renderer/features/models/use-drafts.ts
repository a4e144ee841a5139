/** Unsaved edits by key, kept in the page's storage a moment after each change. */
import { shallowRef } from 'vue';
import { draftKey, parseModelKey, type ModelKey } from '../../../shared/model-key';
import { readDrafts, writeDrafts, type Draft, type Drafts } from './draft-storage';

const STORE_MS = 400;

export const isDraft = (key: ModelKey): boolean => parseModelKey(key)?.kind === 'draft';

/**
 * @param home the data folder that the edits belong to
 * @param onGone told of each key whose edit is gone
 */
export function useDrafts(home: () => string, onGone: (key: ModelKey) => void) {
  /** Replaced as a whole at every change. */
  const drafts = shallowRef<Drafts>({});

  let storing: ReturnType<typeof setTimeout> | undefined;
  function storeNow(): void {
    clearTimeout(storing);
    writeDrafts(home(), drafts.value);
  }
  window.addEventListener('pagehide', storeNow);

  function setDraft(key: ModelKey, draft: Draft | null): void {
    const next = { ...drafts.value };
    if (draft) next[key] = draft;
    else {
      delete next[key];
      onGone(key);
    }
    drafts.value = next;
    clearTimeout(storing);
    storing = setTimeout(storeNow, STORE_MS);
  }

  /** Of the next unsaved copy. */
  function newKey(): ModelKey {
    let n = 1;
    while (draftKey(n) in drafts.value) n++;
    return draftKey(n);
  }

  /** What this data folder's last window left. */
  const loadDrafts = (): void => void (drafts.value = readDrafts(home()));

  /** An edit of an architecture that is gone goes on as an unsaved copy. */
  function adoptOrphans(exists: (key: ModelKey) => boolean): Map<ModelKey, ModelKey> {
    const moved = new Map<ModelKey, ModelKey>();
    for (const [key, draft] of Object.entries(drafts.value)) {
      if (isDraft(key) || exists(key)) continue;
      const copy = newKey();
      moved.set(key, copy);
      setDraft(copy, draft);
      setDraft(key, null);
    }
    return moved;
  }

  return { drafts, setDraft, newKey, loadDrafts, adoptOrphans };
}
