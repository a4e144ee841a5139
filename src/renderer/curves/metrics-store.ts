/**
 * The metrics of the runs that are on the screen. Logs live outside Vue's reactivity; each change of one gives a new
 * {@link LogView} of it. Each log is read from the database once, and events are appended from then on.
 */
import { defineStore } from 'pinia';
import { onScopeDispose, shallowRef, type ShallowRef } from 'vue';
import type { EpochMetric } from '../../shared/metrics';
import { call, on, report } from '../base/api';
import { gathered } from '../base/gathered';
import { MetricLog } from '../charts/metric-log';

/** A log as it is now: there is another view of it after each change. */
export interface LogView {
  log: MetricLog;
  /** The same array as long as no epoch has come. */
  epochs: readonly EpochMetric[];
  /** Whether what is asked for of the run has been read once: before that nothing is known. */
  loaded: boolean;
}

interface Entry {
  log: MetricLog;
  /** Steps are read where a curve of steps is shown; epochs always. */
  steps: boolean;
  /** Whether the epochs have been read once. */
  read: boolean;
  users: number;
  reading: Promise<void> | null;
}

/** Logs that are not shown are kept for a quick return, up to this many. */
const KEPT = 12;

const useMetricsStore = defineStore('metrics', () => {
  const entries = new Map<number, Entry>();
  const listeners = new Set<(runId: number) => void>();

  function changed(runId: number): void {
    for (const listener of listeners) listener(runId);
  }

  const growth = gathered();
  /** Reads under way: many runs are opened at once, and what shows them all need not be rendered for each that arrives. */
  let reads = 0;
  function haveRead(runId: number): void {
    growth.soon(() => changed(runId));
    if (reads === 1) growth.now();
  }
  on('run.metrics', ({ runId, steps, epochs }) => {
    const entry = entries.get(runId);
    if (!entry) return;
    entry.log.receiveEpochs(epochs);
    if (entry.steps && !entry.log.receive(steps)) void read(runId, entry);
    growth.soon(() => changed(runId));
  });

  /** Reads from the log's cursor to the end of the database; one read at a time. */
  function read(runId: number, entry: Entry): Promise<void> {
    entry.reading ??= (async () => {
      reads++;
      const readSteps = () => call('runs.steps', { id: runId, after: entry.log.cursor });
      try {
        // Asked for and reported together: a chart that has just drawn the epochs would leave the steps waiting.
        const [epochs, steps] = await Promise.all([
          call('runs.epochs', { id: runId }),
          entry.steps ? readSteps() : null,
        ]);
        entry.log.receiveEpochs(epochs);
        entry.read = true;
        let more = steps !== null && entry.log.read(steps);
        haveRead(runId);
        while (more) {
          more = entry.log.read(await readSteps());
          haveRead(runId);
        }
      } catch (error) {
        report(error);
      } finally {
        reads--;
        entry.reading = null;
      }
    })();
    return entry.reading;
  }

  /** Reads what came or was asked for since a read that may be under way began. */
  function readAgain(runId: number, entry: Entry): void {
    if (entry.reading) void entry.reading.then(() => read(runId, entry));
    else void read(runId, entry);
  }

  return {
    /** Tells of each run whose log has changed, until the function that comes back is called. */
    listen(listener: (runId: number) => void): () => void {
      listeners.add(listener);
      return () => void listeners.delete(listener);
    },
    /** A run's log as it is now; undefined where nobody follows it. */
    view(runId: number): LogView | undefined {
      const entry = entries.get(runId);
      if (!entry) return undefined;
      const { log, steps, read } = entry;
      return { log, epochs: log.epochs, loaded: read && (!steps || log.loaded) };
    },
    /** Begins to follow a run; the steps as well once anyone asks for them. `first`: for a user that is new to it. */
    open(runId: number, steps: boolean, first: boolean): void {
      let entry = entries.get(runId);
      if (!entry) entry = { log: new MetricLog(), steps: false, read: false, users: 0, reading: null };
      const more = steps && !entry.steps;
      entry.steps ||= steps;
      if (first) {
        // The youngest user moves the log to the end of the order in which idle ones are forgotten.
        entries.delete(runId);
        entries.set(runId, entry);
        entry.users++;
      }
      if (first || more) readAgain(runId, entry);
    },
    /** A user is done with a run. */
    leave(runId: number): void {
      const entry = entries.get(runId);
      if (entry) entry.users--;
      const idle = [...entries].filter(([, { users }]) => users === 0);
      for (const [id] of idle.slice(0, Math.max(0, idle.length - KEPT))) entries.delete(id);
    },
    /** Reads what is new, e.g. when a run has ended. */
    refresh(runId: number): void {
      const entry = entries.get(runId);
      if (entry) readAgain(runId, entry);
    },
  };
});

export interface RunMetrics {
  /** Views of the logs that were opened; another map with each change. */
  logs: Readonly<ShallowRef<ReadonlyMap<number, LogView>>>;
  /**
   * Gives a run's log and keeps it up to date as long as the component lives; without `steps` reading the steps is spared,
   * where epochs are all that is shown.
   */
  open(runId: number, steps: boolean): MetricLog;
  /** Reads what is new of a run, e.g. when it has ended. */
  refresh(runId: number): void;
}

/** The metrics of runs, for a component that shows them. */
export function useRunMetrics(): RunMetrics {
  const store = useMetricsStore();
  const opened = new Set<number>();
  const logs = shallowRef<ReadonlyMap<number, LogView>>(new Map());

  function onChange(runId: number): void {
    const view = opened.has(runId) ? store.view(runId) : undefined;
    if (view) logs.value = new Map(logs.value).set(runId, view);
  }
  const stop = store.listen(onChange);
  onScopeDispose(() => {
    stop();
    opened.forEach(store.leave);
  });

  return {
    logs,
    open(runId, steps) {
      const first = !opened.has(runId);
      opened.add(runId);
      store.open(runId, steps, first);
      const view = store.view(runId)!;
      const known = logs.value.get(runId);
      if (known?.log !== view.log || known.loaded !== view.loaded) onChange(runId);
      return view.log;
    },
    refresh: store.refresh,
  };
}
