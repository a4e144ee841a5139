/** All runs of the data folder, kept up to date by main's events, and what the trainers of live runs report. */
import { defineStore } from 'pinia';
import { computed, ref, shallowRef, triggerRef } from 'vue';
import type { Architecture } from '../../../architecture/architecture';
import type { MethodArgs } from '../../../shared/contract';
import {
  isActive,
  type ForkRequest,
  type QueueEntry,
  type Run,
  type RunLive,
  type RunRequest,
} from '../../../shared/run';
import { withShownName } from '../../../shared/run-name';
import { attempt, call, on, report } from '../../base/api';
import { gathered } from '../../base/gathered';
import { showSuccess, showUndo } from '../../base/notices';
import { named } from '../../base/shown';
import { useQuestionStore } from './question-store';
import { moved, outlookOf, queueOf } from './queue-store';
import { isAsBefore, newer, withMetrics } from './run-updates';
import { useSettingsStore } from '../../base/settings-store';

export const useRunsStore = defineStore('runs', () => {
  const settings = useSettingsStore();
  const questions = useQuestionStore();

  // Runs are replaced, never changed in place, so that tracking the map is enough.
  const byId = shallowRef(new Map<number, Run>());
  const liveById = shallowRef(new Map<number, RunLive>());
  const state = ref<'loading' | 'ready' | 'failed'>('loading');
  const problem = ref<string | null>(null);
  /** What the last New run dialog of this session asked for. */
  const lastRequest = shallowRef<RunRequest | null>(null);

  const list = computed(() =>
    [...byId.value.values()].sort((a, b) => b.createdAt - a.createdAt || b.id - a.id),
  );
  const active = computed(() => list.value.filter((run) => isActive(run.state)));

  /** Moves in the queue that main has not answered yet: what it tells of the runs meanwhile was before them. */
  const moves = shallowRef<readonly { id: number; place: number }[]>([]);
  /** Runs that wait, in their order. */
  const queue = computed(() =>
    moves.value.reduce((order, { id, place }) => moved(order, id, place), queueOf(list.value)),
  );
  /** What a run would meet that is started now. */
  const outlook = computed(() => outlookOf(active.value.length, queue.value, settings.settings.runsAtOnce));
  /** Runs that began at a checkpoint of another, by that other's id; oldest first. */
  const forks = computed(() => {
    const byParent = new Map<number, Run[]>();
    for (const run of [...list.value].reverse()) {
      if (!run.parent) continue;
      const known = byParent.get(run.parent.id);
      if (known) known.push(run);
      else byParent.set(run.parent.id, [run]);
    }
    return byParent;
  });

  /** Runs deleted here: a late event about one must not bring it back. */
  const deleted = new Set<number>();

  /** Runs that began at once when they were asked for here: what they have to ask is shown without being opened. */
  const begun = new Set<number>();

  function put(run: Run): void {
    if (deleted.has(run.id)) return;
    if (!isActive(run.state) && begun.delete(run.id) && run.asks !== null) questions.open(run.id);
    byId.value.set(run.id, newer(byId.value.get(run.id), withShownName(run)));
    if (!isActive(run.state)) liveById.value.delete(run.id);
    triggerRef(byId);
    triggerRef(liveById);
  }

  function drop(id: number): void {
    if (byId.value.delete(id)) triggerRef(byId);
    if (liveById.value.delete(id)) triggerRef(liveById);
  }

  function putAsked(run: Run): void {
    if (run.state === 'preparing') begun.add(run.id);
    put(run);
  }

  const progress = gathered();
  on('run.changed', (run) => {
    progress.now();
    put(run);
  });
  on('run.removed', ({ id }) => drop(id));
  on('run.metrics', ({ runId, steps, epochs }) =>
    progress.soon(() => {
      const run = byId.value.get(runId);
      if (!run) return;
      const next = withMetrics(run, steps, epochs);
      if (next === run) return;
      byId.value.set(runId, next);
      triggerRef(byId);
    }),
  );
  on('run.live', (live) =>
    progress.soon(() => {
      const run = byId.value.get(live.runId);
      if (run && !isActive(run.state)) return;
      liveById.value.set(live.runId, live);
      triggerRef(liveById);
    }),
  );

  let loading: Promise<void> | null = null;
  /** Reads the list; once for all views. A failure is kept in `problem`, and calling again tries again. */
  function load(): Promise<void> {
    loading ??= (async () => {
      state.value = byId.value.size ? 'ready' : 'loading';
      try {
        const runs = await call('runs.list');
        const next = new Map<number, Run>();
        for (const run of runs) {
          if (!deleted.has(run.id)) next.set(run.id, newer(byId.value.get(run.id), withShownName(run)));
        }
        // A run that was asked for while the list was on its way.
        for (const [id, run] of byId.value) {
          if ((isActive(run.state) || run.state === 'queued') && !next.has(id)) next.set(id, run);
        }
        byId.value = next;
        state.value = 'ready';
        problem.value = null;
      } catch (error) {
        state.value = 'failed';
        problem.value = error instanceof Error ? error.message : String(error);
        loading = null;
      }
    })();
    return loading;
  }

  const get = (id: number): Run | undefined => byId.value.get(id);
  const live = (id: number): RunLive | undefined => liveById.value.get(id);

  /** Starts a run; throws an ApiError with the reason where main refuses. */
  async function start(request: RunRequest): Promise<Run> {
    const run = await call('runs.start', {
      ...request,
      architecture: { ...request.architecture },
      recipe: { ...request.recipe },
    });
    lastRequest.value = request;
    putAsked(run);
    return run;
  }

  /** Takes what main says of a run after a call; whether it said something. */
  async function take(answer: Promise<Run | undefined>, keep = put): Promise<boolean> {
    const run = await answer;
    if (run) keep(run);
    return run !== undefined;
  }

  /** One that trains writes a checkpoint and ends; one that waits leaves the queue. */
  const stop = (id: number): Promise<boolean> => take(attempt('runs.stop', { id }));
  const pause = (id: number): Promise<boolean> => take(attempt('runs.pause', { id }));
  /** Resumes at the newest checkpoint, or waits for its turn to. */
  const resume = (id: number): Promise<boolean> => take(attempt('runs.resume', { id }), putAsked);

  /** Answers what a held run asks, by a yes; throws an ApiError with the reason where main refuses. */
  async function agree(id: number): Promise<void> {
    put(await call('runs.resume', { id, otherKernels: true }));
  }

  /** Adds epochs; throws an ApiError with the reason where main refuses. */
  async function extend(id: number, epochs: number, entry: QueueEntry): Promise<void> {
    putAsked(await call('runs.extend', { id, epochs, queue: entry }));
  }

  /** A new run from a checkpoint of another; throws an ApiError with the reason where main refuses. */
  async function fork(request: ForkRequest): Promise<Run> {
    const run = await call('runs.fork', { ...request, recipe: { ...request.recipe } });
    putAsked(run);
    return run;
  }

  /** A run from what another program wrote; throws an ApiError with the reason where main refuses. */
  async function importHistory(request: MethodArgs<'runs.import'>): Promise<Run> {
    const run = await call('runs.import', request);
    put(run);
    return run;
  }

  const openLog = (id: number): Promise<void> => attempt('runs.openLog', { id });

  // -------------------------------------------------------------------------------------------------- Queue

  /** Moves a run that waits to a place, from 1; shown at once, and taken back where main refuses. */
  async function move(id: number, place: number): Promise<void> {
    const asked = { id, place };
    moves.value = [...moves.value, asked];
    const waiting = await attempt('queue.move', asked);
    waiting?.forEach(put);
    moves.value = moves.value.filter((one) => one !== asked);
    if (waiting) return;
    loading = null;
    await load();
  }

  const hold = (id: number, held: boolean): Promise<boolean> => take(attempt('queue.hold', { id, held }));

  /** Before all others; one that is held is released, too. */
  async function runNext(id: number): Promise<void> {
    await move(id, 1);
    if (byId.value.get(id)?.queue?.held) await hold(id, false);
  }

  /** Whether the new name was taken. */
  async function rename(id: number, name: string): Promise<boolean> {
    const run = await attempt('runs.rename', { id, name });
    if (run) put(run);
    return run !== undefined;
  }

  /** Deletes runs at once and offers to undo it. Whether they were deleted. */
  async function remove(ids: readonly number[]): Promise<boolean> {
    const gone = ids.map(get).filter((run): run is Run => run !== undefined);
    if (gone.length === 0) return false;
    try {
      await call('runs.delete', { ids: gone.map((run) => run.id) });
    } catch (error) {
      report(error);
      return false;
    }
    const ticked = settings.settings.compare;
    for (const run of gone) {
      deleted.add(run.id);
      drop(run.id);
    }
    if (ticked.some((id) => deleted.has(id))) void setCompared(ticked.filter((id) => !deleted.has(id)));
    const what = gone.length === 1 ? `“${named(gone[0]!.name)}” deleted.` : `${gone.length} runs deleted.`;
    showUndo(what, () => restore(gone, ticked));
    return true;
  }

  async function restore(runs: readonly Run[], ticked: number[]): Promise<void> {
    const ids = runs.map((run) => run.id);
    try {
      await call('runs.restore', { ids });
    } catch (error) {
      report(error);
      return;
    }
    for (const run of runs) {
      deleted.delete(run.id);
      const fresh = await attempt('runs.get', { id: run.id });
      put(fresh ?? run);
    }
    const back = ids.filter((id) => ticked.includes(id) && !settings.settings.compare.includes(id));
    if (back.length) await setCompared([...settings.settings.compare, ...back]);
  }

  /** Lets the user save the run to a file, with every metric. */
  async function save(id: number, format: 'json' | 'csv'): Promise<void> {
    const path = await attempt('runs.export', { id, format });
    if (path) showSuccess(`Saved to ${path}`);
  }

  // ------------------------------------------------------------------------------------------------- Compare

  /**
   * Ticked runs that exist, in the order in which they were ticked. Their steps and seconds are those of their last other
   * change: a comparison looks at epochs, and nothing of it is done again for each step.
   */
  const compared = computed<readonly Run[]>((old) => {
    const now = settings.settings.compare
      .map((id) => byId.value.get(id))
      .filter((run): run is Run => run !== undefined && run.unreadable === undefined);
    const same = old?.length === now.length && now.every((run, index) => isAsBefore(old[index]!, run));
    return same ? old : now;
  });
  const isCompared = (id: number): boolean =>
    settings.settings.compare.includes(id) && byId.value.get(id)?.unreadable === undefined;

  async function setCompared(ids: readonly number[]): Promise<void> {
    await settings.set({ compare: [...new Set(ids)] });
  }

  async function toggleCompared(id: number): Promise<void> {
    const ids = settings.settings.compare.filter((other) => other === id || byId.value.has(other));
    await setCompared(isCompared(id) ? ids.filter((other) => other !== id) : [...ids, id]);
  }

  /** The architecture of the run started last, for a new one. */
  const lastArchitecture = computed<Architecture | null>(
    () =>
      lastRequest.value?.architecture ??
      list.value.find((run) => run.unreadable === undefined && run.architecture !== null)?.architecture ??
      null,
  );

  return {
    byId,
    list,
    active,
    queue,
    outlook,
    forks,
    state,
    problem,
    lastRequest,
    lastArchitecture,
    compared,
    load,
    get,
    live,
    start,
    stop,
    pause,
    resume,
    agree,
    extend,
    fork,
    importHistory,
    openLog,
    move,
    hold,
    runNext,
    rename,
    remove,
    save,
    isCompared,
    setCompared,
    toggleCompared,
  };
});
