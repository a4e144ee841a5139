/** Data sets as main knows them, kept up to date by its events. */
import { defineStore } from 'pinia';
import { computed, ref, shallowRef } from 'vue';
import {
  BUILT_IN_IDS,
  isBuiltIn,
  type DatasetId,
  type DatasetInfo,
  type DatasetStatus,
} from '../../../shared/dataset';
import { DATASETS } from '../../../shared/datasets';
import type { MethodArgs } from '../../../shared/contract';
import { attempt, on, report } from '../../base/api';
import { showSuccess } from '../../base/notices';
import { plural } from '../../../shared/format';

type Doing = 'getting' | 'importing' | 'checking';

export const useDatasetsStore = defineStore('datasets', () => {
  const byId = shallowRef<Readonly<Partial<Record<DatasetId, DatasetStatus>>>>({});
  const loaded = ref(false);
  /** Calls under way by data set, so that their buttons wait. */
  const busy = ref<Partial<Record<DatasetId, Doing>>>({});

  const list = computed(() =>
    Object.values<DatasetStatus | undefined>(byId.value).filter((status) => status !== undefined),
  );
  const ready = computed(() => list.value.filter(({ state }) => state === 'ready'));

  function put(status: DatasetStatus): void {
    byId.value = { ...byId.value, [status.id]: status };
  }
  on('dataset.changed', put);
  on('dataset.removed', ({ id }) => {
    const { [id]: _gone, ...others } = byId.value;
    byId.value = others;
  });

  /** What is known of a set before anything was heard of it, too; null for one of the user's own that is not there. */
  const infoOf = (id: DatasetId): DatasetInfo | null =>
    byId.value[id] ?? (isBuiltIn(id) ? DATASETS[id] : null);

  /** Those that come with Resbench, wherever they are, then those of the user's own that are there. */
  const known = computed((): DatasetInfo[] => [
    ...BUILT_IN_IDS.map((id) => DATASETS[id]),
    ...list.value.filter(({ id, state }) => !isBuiltIn(id) && state !== 'missing'),
  ]);

  async function load(): Promise<void> {
    for (const status of (await attempt('datasets.list')) ?? []) put(status);
    loaded.value = true;
  }

  async function during<T>(id: DatasetId, what: Doing, work: () => Promise<T>): Promise<T | undefined> {
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

  /** Makes a set of a folder of images; gives whether it is there. */
  async function add(request: MethodArgs<'datasets.add'>): Promise<boolean> {
    const status = await attempt('datasets.add', request);
    if (!status) return false;
    put(status);
    const { count } = status.own?.leftOut ?? { count: 0 };
    const without = count === 0 ? '' : ` ${plural(count, 'file')} could not be used: the card says which.`;
    showSuccess(
      `${status.title} is ready: ${plural(status.trainCount + status.evalCount, 'image')}.${without}`,
    );
    return true;
  }

  async function remove(id: DatasetId): Promise<void> {
    const { title } = byId.value[id] ?? { title: id };
    if ((await attempt('datasets.remove', { id })) !== undefined) showSuccess(`${title} was removed.`);
  }

  /** Reads and checks every file. */
  async function check(id: DatasetId): Promise<void> {
    const status = await during(id, 'checking', () => attempt('datasets.check', { id }));
    if (!status) return;
    put(status);
    if (status.state === 'ready') showSuccess(`${status.title} is complete and unharmed.`);
  }

  return {
    byId,
    list,
    known,
    ready,
    loaded,
    busy,
    infoOf,
    load,
    get,
    cancel,
    importFrom,
    add,
    remove,
    check,
  };
});
