/** Data sets as main knows them, kept up to date by its events. */
import { defineStore } from 'pinia';
import { computed, ref, shallowRef } from 'vue';
import type { DatasetId, DatasetStatus } from '../../../shared/dataset';
import { attempt, on, report } from '../../base/api';
import { showSuccess } from '../../base/notices';

export const useDatasetsStore = defineStore('datasets', () => {
  const byId = shallowRef<Partial<Record<DatasetId, DatasetStatus>>>({});
  const loaded = ref(false);
  /** Calls under way by data set, so that their buttons wait. */
  const busy = ref<Partial<Record<DatasetId, 'getting' | 'importing' | 'checking'>>>({});

  const list = computed(() => Object.values(byId.value));
  const ready = computed(() => list.value.filter(({ state }) => state === 'ready'));

  function put(status: DatasetStatus): void {
    byId.value = { ...byId.value, [status.id]: status };
  }
  on('dataset.changed', put);

  async function load(): Promise<void> {
    for (const status of (await attempt('datasets.list')) ?? []) put(status);
    loaded.value = true;
  }

  async function during<T>(
    id: DatasetId,
    what: 'getting' | 'importing' | 'checking',
    work: () => Promise<T>,
  ): Promise<T | undefined> {
    busy.value = { ...busy.value, [id]: what };
    try {
      return await work();
    } catch (error) {
      report(error);
      return undefined;
    } finally {
      const { [id]: _done, ...others } = busy.value;
      busy.value = others;
    }
  }

  /** Downloads, or resumes a download. */
  async function get(id: DatasetId): Promise<void> {
    const status = await during(id, 'getting', () => attempt('datasets.get', { id }));
    if (!status) return;
    put(status);
    if (status.state === 'ready') showSuccess(`${status.title} is ready.`);
  }

  async function cancel(id: DatasetId): Promise<void> {
    await attempt('datasets.cancel', { id });
  }

  /** Takes the data set from a file or folder that the user picks. */
  async function importFrom(id: DatasetId, pick: 'file' | 'folder'): Promise<void> {
    const status = await during(id, 'importing', () => attempt('datasets.import', { id, pick }));
    if (!status) return;
    put(status);
    if (status.state === 'ready') showSuccess(`${status.title} is ready.`);
  }

  /** Reads and checks every file. */
  async function check(id: DatasetId): Promise<void> {
    const status = await during(id, 'checking', () => attempt('datasets.check', { id }));
    if (!status) return;
    put(status);
    if (status.state === 'ready') showSuccess(`${status.title} is complete and unharmed.`);
  }

  return { byId, list, ready, loaded, busy, load, get, cancel, importFrom, check };
});
