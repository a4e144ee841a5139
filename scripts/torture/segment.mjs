/** One start of the program, until it ends or is killed as planned. */
import { spawn } from 'node:child_process';
import { readFileSync, statSync, watch } from 'node:fs';
import { join } from 'node:path';
import { createInterface } from 'node:readline';
import { wordsOfDamage } from './inspection.mjs';
import { Patience } from './patience.mjs';

/** Longer than the time between two transactions of a run in training. */
const POLL_MS = 500;

/**
 * Runs the program in the data folder.
 *
 * @param words of the command line
 * @param kill as drawn, null to let it come to its end
 * @returns what it told until then: `run` (null where it had not got that far), `steps` and `epochs` it printed, the last
 *   `phase`, `end` (its last event), its words of `damage`, whether it was `killed` and whom that met, the `trainer`'s
 *   process id; `late` says in what it was stuck, where it was, and was ended therefore
 */
export function live({ command, args, env }, home, words, kill, { epochs }) {
  return new Promise((resolve) => {
    const told = { run: null, steps: [], epochs: [], phase: null, end: null, error: null };
    const started = Date.now();
    const child = spawn(command, [...args, ...words, '--home', home, '--json'], {
      env,
      stdio: ['ignore', 'pipe', 'pipe'],
      windowsHide: true,
    });
    let stderr = '';
    let notices = '';
    child.stderr.setEncoding('utf8').on('data', (text) => (stderr = (stderr + text).slice(-4000)));

    let killed = null;
    let metTrainer = null;
    const trainerNow = () => trainerOf(home, told.run?.id, started);
    const strike = (trainer = trainerNow()) => {
      if (killed) return;
      // The owner first, whose transactions are the shorter ones.
      if (kill.whom !== 'trainer') child.kill('SIGKILL');
      const met = kill.whom !== 'owner' && trainer !== null && end(trainer);
      // There may be none yet, or none any more.
      killed = met ? kill.whom : 'owner';
      if (killed === 'owner') child.kill('SIGKILL');
      metTrainer = trainer;
    };
    const watching = kill && new Watch(kill, home, { strike, trainerNow, epochs });

    let late = false;
    let last = 'nothing';
    const patience = new Patience({
      pids: () => [child.pid, ...trainersOf(home, told.run?.id)],
      onStuck: (words) => {
        late = `It neither ended nor was killed: ${words}; the last it told was ${last}, in the phase ${told.phase ?? 'start'}.`;
        // What is found wrong with it is found by what it left, too.
        for (const trainer of trainersOf(home, told.run?.id)) end(trainer);
        child.kill('SIGKILL');
      },
    }).start();

    createInterface({ input: child.stdout }).on('line', (line) => {
      let value;
      try {
        value = JSON.parse(line);
      } catch {
        // The line at which it was killed.
        return;
      }
      // That it lives brings nothing forward.
      if (value.event !== 'live') {
        last = `${value.event ?? 'an error'}${value.step === undefined ? '' : ` ${value.step}`}`;
        patience.progress();
      }
      if (value.error) told.error = value.error.message;
      else if (value.event === 'run') told.run = value.run;
      else if (value.event === 'phase') told.phase = value.phase;
      else if (value.event === 'step') told.steps.push(value);
      else if (value.event === 'epoch') told.epochs.push(value);
      else if (value.event === 'end') told.end = value;
      else if (value.event === 'notice') notices += `${line}\n`;
      watching?.heard(value);
    });

    child.on('error', ({ message }) => (told.error ??= message));
    child.on('close', (code, signal) => {
      patience.stop();
      watching?.close();
      resolve({
        ...told,
        killed,
        code,
        signal,
        stderr,
        damage: wordsOfDamage(notices + stderr),
        late,
        trainer: metTrainer ?? trainerNow(),
      });
    });
  });
}

/** Waits for the planned instant. */
class Watch {
  constructor(kill, home, { strike, trainerNow, epochs }) {
    Object.assign(this, { kill, home, strike, trainerNow, epochs });
    this.left = kill.count ?? 1;
    this.watchers = [];
    this.training = false;
    if (kill.at === 'start') this.soon();
  }

  heard(value) {
    if (value.event === 'run') this.runId = value.run.id;
    const { at } = this.kill;
    if (value.event === 'phase' && value.phase === 'training' && !this.training) {
      this.training = true;
      if (at === 'training') this.soon();
      else if (at === 'database') this.database();
      else if (['temporary', 'weights', 'description', 'removal'].includes(at)) this.checkpoints(at);
    }
    if (at === 'validation' && value.event === 'phase' && value.phase === 'validating') this.count();
    if (at === 'end' && value.event === 'epoch' && value.epoch === this.epochs) this.soon();
  }

  /** The name tells what is being done: a temporary file is written, then renamed; old files disappear, description first. */
  checkpoints(at) {
    const seen = new Set();
    const ending = { temporary: '.tmp', weights: '.safetensors' }[at] ?? '.json';
    this.files(join(this.home, 'checkpoints', `run-${this.runId}`), (name) => {
      if (!name.endsWith(ending)) return false;
      const again = seen.has(name);
      seen.add(name);
      return at === 'removal' ? again : !again;
    });
  }

  /** A transaction is written in less time than an event of the file system takes to come: the log's time is looked at. */
  database() {
    const log = join(this.home, 'resbench.db-wal');
    const changedAt = () => statSync(log, { bigint: true, throwIfNoEntry: false })?.mtimeNs;
    this.strikeAt = () => {
      const trainer = this.trainerNow();
      const before = changedAt();
      const until = performance.now() + POLL_MS;
      while (changedAt() === before && performance.now() < until);
      this.strike(trainer);
    };
    this.files(this.home, (name) => name === 'resbench.db-wal');
  }

  files(folder, isMeant) {
    const watcher = watch(folder, (_, name) => {
      if (name && isMeant(name)) this.count();
    });
    watcher.on('error', () => {});
    this.watchers.push(watcher);
  }

  count() {
    if (--this.left === 0) this.soon();
  }

  soon() {
    const { ms } = this.kill;
    if (this.strikeAt) this.strikeAt();
    else if (ms === 0) this.strike();
    else if (ms < 5) {
      // A timer counts whole milliseconds; a write is over by then.
      const until = performance.now() + ms;
      while (performance.now() < until);
      this.strike();
    } else this.timer = setTimeout(() => this.strike(), ms);
  }

  close() {
    clearTimeout(this.timer);
    for (const watcher of this.watchers) watcher.close();
  }
}

/** Process id of the trainer that the program started since then, as the run's log has it. */
function trainerOf(home, runId, since) {
  const [last] = startedTrainers(home, runId).slice(-1);
  return last !== undefined && last.at >= since ? last.pid : null;
}

/** The run's trainers that are there, an orphan of an earlier start included: who goes on waits for it. */
const trainersOf = (home, runId) =>
  startedTrainers(home, runId)
    .slice(-2)
    .map(({ pid }) => pid)
    .filter((pid) => !hasExited(pid));

/** In order. */
function startedTrainers(home, runId) {
  if (runId === undefined) return [];
  let log;
  try {
    log = readFileSync(join(home, 'logs', `run-${runId}.log`), 'utf8');
  } catch {
    return [];
  }
  const lines = [...log.matchAll(/^(\S+) {2}Training process (\d+) started\.$/gm)];
  return lines.map(([, time, pid]) => ({ at: Date.parse(time), pid: Number(pid) }));
}

/** Whether there was one to end. */
function end(pid) {
  try {
    process.kill(pid, 'SIGKILL');
    return true;
  } catch {
    return false;
  }
}

/** A process that has ended, but was not asked for its end yet, is gone too. */
export function hasExited(pid) {
  try {
    process.kill(pid, 0);
  } catch {
    return true;
  }
  try {
    const stat = readFileSync(`/proc/${pid}/stat`, 'utf8');
    return /^[ZX]$/.test(stat.slice(stat.lastIndexOf(')') + 2)[0]);
  } catch {
    return false;
  }
}
