/** The histories of the Import dialog: chosen, dropped or pasted, and imported one after the other. */
import { computed, ref, shallowRef } from 'vue';
import { plural } from '../../../shared/format';
import type { Run } from '../../../shared/run';
import { ApiError, report } from '../../base/api';
import { useArchitecturesStore } from '../models/architectures-store';
import {
  fileItem,
  importRequest,
  isReady,
  newItem,
  type HistoryChoice,
  type HistoryItem,
} from './history-item';
import { useRunsStore } from './runs-store';

/** Of the pasted text; files count on from it. */
const PASTED = 0;

export function useImportList() {
  const runs = useRunsStore();
  const architectures = useArchitecturesStore();

  /** Replaced, never changed in place; the pasted text comes first. */
  const items = shallowRef<readonly HistoryItem[]>([]);
  const pasted = ref('');
  /** Files that are being read. */
  const reading = ref(0);
  const busy = ref(false);
  let nextKey = PASTED + 1;
  /** Counts how often all was cleared: what is still being read then belongs to no list any more. */
  let round = 0;

  const ready = computed(() => items.value.filter(isReady));
  /** What has become of the texts, for those who do not see them. */
  const status = computed(() => {
    if (reading.value > 0) return 'Reading…';
    if (items.value.length === 0) return '';
    const understood = items.value.filter((item) => item.reading.ok).length;
    const rest = items.value.length - understood;
    const good = understood > 0 ? `${plural(understood, 'history', 'histories')} understood` : '';
    const bad = rest > 0 ? `${rest} not understood` : '';
    return `${[good, bad].filter(Boolean).join(', ')}.`;
  });

  function clear(): void {
    round++;
    reading.value = 0;
    items.value = [];
    pasted.value = '';
  }

  async function addFiles(files: readonly File[]): Promise<void> {
    const begun = round;
    reading.value += files.length;
    for (const file of files) {
      const item = await fileItem(nextKey++, file);
      if (round !== begun) return;
      items.value = [...items.value, item];
      reading.value--;
    }
  }

  /** The one pasted text; empty takes it away. */
  function paste(text: string): void {
    pasted.value = text;
    const others = items.value.filter(({ key }) => key !== PASTED);
    items.value = text.trim() === '' ? others : [newItem(PASTED, null, text), ...others];
  }

  function remove(key: number): void {
    if (key === PASTED) paste('');
    else items.value = items.value.filter((item) => item.key !== key);
  }

  function change(key: number, changes: Partial<HistoryChoice & Pick<HistoryItem, 'refusal'>>): void {
    items.value = items.value.map((item) => (item.key === key ? { ...item, ...changes } : item));
  }

  /** The run that it became; undefined where main did not take it, and the item says why. */
  async function importOne(item: HistoryItem, again: boolean): Promise<Run | undefined> {
    try {
      const run = await runs.importHistory(importRequest(item, architectures.saved, again));
      remove(item.key);
      return run;
    } catch (error) {
      if (error instanceof ApiError) change(item.key, { refusal: error.failure });
      else report(error);
      return undefined;
    }
  }

  async function importEach(chosen: readonly HistoryItem[], again: boolean): Promise<Run[]> {
    if (busy.value) return [];
    busy.value = true;
    const made: Run[] = [];
    for (const item of chosen) {
      const run = await importOne(item, again);
      if (run) made.push(run);
    }
    busy.value = false;
    return made;
  }

  /** All that are ready; the runs that were made of them. */
  const importReady = (): Promise<Run[]> => importEach(ready.value, false);
  const importAgain = (item: HistoryItem): Promise<Run[]> => importEach([item], true);

  return {
    items,
    pasted,
    ready,
    busy,
    status,
    clear,
    addFiles,
    paste,
    remove,
    change,
    importReady,
    importAgain,
  };
}
