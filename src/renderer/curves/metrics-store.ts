/**
 * The metrics of the runs that are on the screen. Logs live outside Vue's reactivity: a chart asks for their
 * `version` when it draws. Each log is read from the database once, and events are appended from then on.
 */
import { onScopeDispose } from 'vue';
import { call, on, report } from '../base/api';
import { MetricLog } from '../charts/metric-log';

interface Entry {
  log: MetricLog;
  /** Steps are read where a curve of steps is shown; epochs always. */
  steps: boolean;
  users: number;
  reading: Promise<void> | null;
}

/** Logs that are not shown are kept for a quick return, up to this many. */
const KEPT = 12;

const entries = new Map<number, Entry>();
const listeners = new Set<(runId: number) => void>();
let listening = false;

function changed(runId: number): void {
  for (const listener of listeners) listener(runId);
}

function listen(): void {
  if (listening) return;
  listening = true;
  on('run.metrics', ({ runId, steps, epochs }) => {
    const entry = entries.get(runId);
    if (!entry) return;
    entry.log.receiveEpochs(epochs);
    if (entry.steps && !entry.log.receive(steps)) void read(runId, entry);
    changed(runId);
  });
}

/** Reads from the log's cursor to the end of the database; one read at a time. */
function read(runId: number, entry: Entry): Promise<void> {
  entry.reading ??= (async () => {
    const readSteps = () => call('runs.steps', { id: runId, after: entry.log.cursor });
    try {
      // Asked for and reported together: a chart that has just drawn the epochs would leave the steps waiting.
      const [epochs, steps] = await Promise.all([
        call('runs.epochs', { id: runId }),
        entry.steps ? readSteps() : null,
      ]);
      entry.log.receiveEpochs(epochs);
      let more = steps !== null && entry.log.read(steps);
      changed(runId);
      while (more) {
        more = entry.log.read(await readSteps());
        changed(runId);
      }
    } catch (error) {
      report(error);
    } finally {
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

function forgetOld(): void {
  const idle = [...entries].filter(([, entry]) => entry.users === 0);
  for (const [id] of idle.slice(0, Math.max(0, idle.length - KEPT))) entries.delete(id);
}

/**
 * Logs for a component: `log(id)` gives a run's log and keeps it up to date as long as the component lives;
 * `log(id, false)` spares reading the steps where epochs are all that is shown.
 * `onChange` is called with the run whose metrics grew.
 */
export function useRunMetrics(onChange: (runId: number) => void): {
  log: (runId: number, steps?: boolean) => MetricLog;
  refresh: (runId: number) => void;
} {
  listen();
  listeners.add(onChange);
  const used = new Set<number>();
  onScopeDispose(() => {
    listeners.delete(onChange);
    for (const id of used) {
      const entry = entries.get(id);
      if (entry) entry.users--;
    }
    forgetOld();
  });

  return {
    log(runId, steps = true) {
      let entry = entries.get(runId);
      if (!entry) {
        entry = { log: new MetricLog(), steps: false, users: 0, reading: null };
        entries.set(runId, entry);
      }
      const more = steps && !entry.steps;
      entry.steps ||= steps;
      if (used.has(runId)) {
        if (more) readAgain(runId, entry);
      } else {
        used.add(runId);
        // The youngest user moves the log to the end of the order in which idle ones are forgotten.
        entries.delete(runId);
        entries.set(runId, entry);
        entry.users++;
        readAgain(runId, entry);
      }
      return entry.log;
    },
    /** Reads what is new, e.g. when a run has ended. */
    refresh(runId) {
      const entry = entries.get(runId);
      if (entry) readAgain(runId, entry);
    },
  };
}
