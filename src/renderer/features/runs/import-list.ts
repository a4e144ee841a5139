/** The histories of the Import dialog: chosen, dropped or pasted, and imported one after the other. */
import { computed, onScopeDispose, ref, shallowRef } from 'vue';
import { inert } from '../../../architecture/inert-text';
import { plural } from '../../../shared/format';
import { isLongSource } from '../../../shared/histories/source';
import type { Run } from '../../../shared/run';
import { ApiError, report } from '../../base/api';
import { useDatasetsStore } from '../data/datasets-store';
import { useArchitecturesStore } from '../models/architectures-store';
import { importRequest, isReady, readItem, type HistoryChoice, type HistoryItem } from './history-item';

import { useRunsStore } from './runs-store';

/** Of the pasted text; files count on from it. */
const PASTED = 0;

/** A history that is being read, or waits for it. */
export interface Pending {
  key: number;
  /** Null for a pasted text. */
  file: string | null;
  /** From 0 to 1; null while it waits for its turn. */
  share: number | null;
}

interface Asked {
  source: File | string;
  signal: AbortSignal;
}

export function useImportList() {
  const runs = useRunsStore();
  const architectures = useArchitecturesStore();
  const datasets = useDatasetsStore();

  /** Replaced, never changed in place; the pasted text comes first. */
  const items = shallowRef<readonly HistoryItem[]>([]);
  const pasted = ref('');
  /** In the order in which they are read; replaced, as the items. */
  const pending = shallowRef<readonly Pending[]>([]);
  /** Of what is pending, by key. */
  const controllers = new Map<number, AbortController>();
  const busy = ref(false);
  let nextKey = PASTED + 1;

  const ready = computed(() => items.value.filter(isReady));
  /** What has become of the texts, for those who do not see them. */
  const status = computed(() => {
    if (pending.value.length > 0) return 'Reading…';
    if (items.value.length === 0) return '';
    const understood = items.value.filter((item) => item.reading.ok).length;
    const rest = items.value.length - understood;
    const good = understood > 0 ? `${plural(understood, 'history', 'histories')} understood` : '';
    const bad = rest > 0 ? `${rest} not understood` : '';
    return `${[good, bad].filter(Boolean).join(', ')}.`;
  });

  function cancel(key: number): void {
    controllers.get(key)?.abort();
    controllers.delete(key);
    pending.value = pending.value.filter((one) => one.key !== key);
  }
  function clear(): void {
    for (const key of [...controllers.keys()]) cancel(key);
    items.value = [];
    pasted.value = '';
  }
  onScopeDispose(clear);

  function ask(key: number, source: File | string): Asked & { key: number } {
    const controller = new AbortController();
    controllers.set(key, controller);
    const file = typeof source === 'string' ? null : inert(source.name);
    pending.value = [...pending.value, { key, file, share: null }];
    return { key, source, signal: controller.signal };
  }
  /** Reads what was asked for, unless it is cancelled before or meanwhile. */
  async function read({ key, source, signal }: Asked & { key: number }): Promise<void> {
    const tell = (share: number): void => {
      pending.value = pending.value.map((one) => (one.key === key ? { ...one, share } : one));
    };
    tell(0);
    const item = signal.aborted ? null : await readItem(key, source, signal, tell).catch(() => null);
    if (signal.aborted || !item) return;
    cancel(key);
    const others = items.value.filter((one) => one.key !== key);
    items.value = key === PASTED ? [item, ...others] : [...others, item];
  }

  async function addFiles(files: readonly File[]): Promise<void> {
    const asked = files.map((file) => ask(nextKey++, file));
    for (const one of asked) await read(one);
  }

  /** The one pasted text; empty takes it away. */
  function paste(text: string): void {
    pasted.value = text;
    cancel(PASTED);
    const isEmpty = text.trim() === '';
    // What a short one replaces stays for the moment that it takes to be read.
    if (isEmpty || isLongSource(text)) items.value = items.value.filter(({ key }) => key !== PASTED);
    if (!isEmpty) void read(ask(PASTED, text));
  }

  function remove(key: number): void {
    if (key === PASTED) return paste('');
    cancel(key);
    items.value = items.value.filter((item) => item.key !== key);
  }

  function change(key: number, changes: Partial<HistoryChoice & Pick<HistoryItem, 'refusal'>>): void {
    items.value = items.value.map((item) => (item.key === key ? { ...item, ...changes } : item));
  }

  /** The run that it became; undefined where main did not take it, and the item says why. */
  async function importOne(item: HistoryItem, again: boolean): Promise<Run | undefined> {
    try {
      const run = await runs.importHistory(importRequest(item, architectures.saved, datasets.infoOf, again));
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
    pending,
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
