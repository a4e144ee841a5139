/**
 * When a program is stuck, and not only slow because others use the machine: it has brought nothing forward, and in that
 * time either had much of the processor, or slept without wanting it. Time in which it waited for its turn, or for the
 * disk, counts for nothing, and neither does time in which whoever looks had to wait.
 */
import { readdirSync, readFileSync } from 'node:fs';

/** Of the processor, without progress: many times what the longest phase takes of it. Milliseconds, as below. */
const BUSY_MS = 120_000;
/** Asleep, without progress. */
const IDLE_MS = 60_000;
const POLL_MS = 250;
/** A program that waits for messages wakes up now and then. */
const ASLEEP_SHARE = 0.1;
/** What Linux counts the processor by (proc(5), `sysconf(_SC_CLK_TCK)`). */
const TICK_MS = 10;

/**
 * What a process has had of the processor, and has waited for it, in all; null where there is no such process, or no
 * way to know.
 *
 * @returns `{ cpu, waited, wants, words }`: milliseconds twice, whether one of its threads wants the processor or the disk at
 *   this moment, and what it is doing
 */
export function effortOf(pid) {
  try {
    const { state, ticks } = statOf(readFileSync(`/proc/${pid}/stat`, 'utf8'));
    if (state === 'Z' || state === 'X') return null;
    const threads = readdirSync(`/proc/${pid}/task`).flatMap((tid) => threadOf(`/proc/${pid}/task/${tid}`));
    const cpu = ticks * TICK_MS;
    return {
      cpu,
      waited: threads.reduce((sum, { waited }) => sum + waited, 0),
      wants: threads.some((thread) => thread.state === 'R' || thread.state === 'D'),
      words: `process ${pid} in state ${state}, ${(cpu / 1e3).toFixed(1)} s of the processor so far, threads ${threads
        .map((thread) => thread.state)
        .join('')}`,
    };
  } catch {
    return null;
  }
}

function threadOf(folder) {
  try {
    const { state } = statOf(readFileSync(`${folder}/stat`, 'utf8'));
    let waited = 0;
    try {
      // Nanoseconds on the processor, nanoseconds in its queue, turns.
      waited = Number(readFileSync(`${folder}/schedstat`, 'utf8').split(' ')[1]) / 1e6;
    } catch {
      // A kernel that does not count them: the state alone tells.
    }
    return [{ state, waited }];
  } catch {
    // Ended meanwhile.
    return [];
  }
}

function statOf(text) {
  // The name, in brackets, may hold anything.
  const fields = text.slice(text.lastIndexOf(')') + 2).split(' ');
  return { state: fields[0], ticks: Number(fields[11]) + Number(fields[12]) };
}

export class Patience {
  /**
   * @param pids asked for at each look: those at work on what is waited for
   * @param onStuck called once, with the words
   * @param read,now for tests
   */
  constructor({
    pids,
    onStuck,
    busyMs = BUSY_MS,
    idleMs = IDLE_MS,
    read = effortOf,
    now = () => performance.now(),
  }) {
    Object.assign(this, { pids, onStuck, busyMs, idleMs, read, now });
    this.before = new Map();
    this.lookedAt = now();
    this.progress();
  }

  start(everyMs = POLL_MS) {
    this.everyMs = everyMs;
    this.timer = setInterval(() => this.look(), everyMs);
    return this;
  }

  stop() {
    clearInterval(this.timer);
  }

  /** Something was brought forward. */
  progress() {
    this.busy = 0;
    this.idle = 0;
    this.since = this.now();
  }

  look() {
    const { everyMs = POLL_MS } = this;
    const now = this.now();
    // A look that comes late counts no more than one in time: whoever looks had to wait himself.
    const length = Math.min(now - this.lookedAt, everyMs);
    const passed = Math.max(1, now - this.lookedAt);
    this.lookedAt = now;
    const efforts = this.pids().flatMap((pid) => {
      const effort = this.read(pid);
      return effort ? [{ pid, ...effort }] : [];
    });
    let used = 0;
    let waited = 0;
    for (const { pid, ...effort } of efforts) {
      const before = this.before.get(pid);
      used += Math.max(0, effort.cpu - (before?.cpu ?? 0));
      waited += Math.max(0, effort.waited - (before?.waited ?? 0));
    }
    this.before = new Map(efforts.map(({ pid, cpu, waited: all }) => [pid, { cpu, waited: all }]));
    this.busy += used;
    const wants = efforts.some((effort) => effort.wants) || used + waited >= ASLEEP_SHARE * passed;
    if (!wants) this.idle += length;
    if (this.busy < this.busyMs && this.idle < this.idleMs) return;
    this.stop();
    this.onStuck(this.words(efforts));
  }

  words(efforts) {
    const seconds = (ms) => `${(ms / 1e3).toFixed(1)} s`;
    return (
      `nothing came forward for ${seconds(this.now() - this.since)}, of which it slept ${seconds(this.idle)} and had ` +
      `${seconds(this.busy)} of the processor (${efforts.map(({ words }) => words).join('; ') || 'no process is there'})`
    );
  }
}
