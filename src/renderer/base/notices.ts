/** Short messages over the window: errors, confirmations, and deletions that can be undone. */
import { computed, shallowRef, triggerRef } from 'vue';

export interface Notice {
  id: number;
  kind: 'error' | 'info' | 'success';
  message: string;
  details: string[];
  action: { label: string; run: () => void | Promise<void> } | null;
  /** Milliseconds until it goes by itself; null stays until dismissed. */
  timeout: number | null;
  /** How often the same message came. */
  count: number;
  /** When it first came, in milliseconds since 1970. */
  at: number;
}

/** More than this at once hides the window behind its own messages; the oldest goes. */
const MAX_SHOWN = 4;

const list = shallowRef<Notice[]>([]);
let nextId = 1;

/** Notices now shown, oldest first. Rendered by NoticeHost. */
export const notices = list;

export function showNotice(
  notice: Pick<Notice, 'kind' | 'message'> & Partial<Pick<Notice, 'details' | 'action' | 'timeout'>>,
): number {
  const same = list.value.find(
    (old) => old.kind === notice.kind && old.message === notice.message && !old.action && !notice.action,
  );
  if (same) {
    same.count++;
    triggerRef(list);
    return same.id;
  }
  const added: Notice = {
    details: [],
    action: null,
    timeout: 6000,
    ...notice,
    id: nextId++,
    count: 1,
    at: Date.now(),
  };
  list.value = [...list.value, added].slice(-MAX_SHOWN);
  return added.id;
}

/** An error stays until it is dismissed: it may have come while nobody looked. */
export const showError = (message: string, details?: string[]): number =>
  showNotice({ kind: 'error', message, details: details ?? [], timeout: null });

export const showSuccess = (message: string): number =>
  showNotice({ kind: 'success', message, timeout: 3000 });

const UNDO = 'Undo';

/** A deletion or the like, with a button that takes it back. */
export const showUndo = (message: string, undo: () => void | Promise<void>): number =>
  showNotice({ kind: 'info', message, action: { label: UNDO, run: undo }, timeout: 10_000 });

/** What was done last and can still be taken back. */
export const newestUndo = computed(() => list.value.filter(({ action }) => action?.label === UNDO).at(-1));

export function dismiss(id: number): void {
  list.value = list.value.filter((notice) => notice.id !== id);
}
