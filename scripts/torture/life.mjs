/** One run that is killed again and again until it completes, and looked at each time; or its twin, which is left alone. */
import { mkdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { Failure } from '../lib/failure.mjs';
import { run } from '../lib/processes.mjs';
import { checkpointFiles, fileSha256, wordsOfDamage } from './inspection.mjs';
import { compareMetrics, Ledger, rowOf } from './ledger.mjs';
import { Patience } from './patience.mjs';
import { drawHaste, drawKill, drawKillAtEnd, drawKills, drawQuestions } from './plans.mjs';
import { hasExited, live } from './segment.mjs';

/** Of the log of a run that is stuck. */
const LINES_SHOWN = 5;
/** Starts in a row that bring a run no further; killed ones do not count. */
const MAX_STARTS = 60;

/** States out of which a person can resume a run. */
const CAN_GO_ON = ['interrupted', 'failed', 'stopped', 'paused'];

export class Life {
  /**
   * @param program `{ command, args, env }` of the built command line
   * @param home data folder of this life alone
   */
  constructor({ program, inspector, home, training, epochs }) {
    Object.assign(this, { program, inspector, home, training, epochs });
    mkdirSync(home, { recursive: true });
    this.ledger = new Ledger();
    this.problems = [];
    this.kills = [];
    this.lost = 0;
    this.changed = 0;
    this.starts = 0;
    this.found = { run: null };
    this.files = { whole: [], loose: [] };
    this.before = { running: 0, gaps: 0, step: 0, startedAt: null };
  }

  get runId() {
    return this.found.run?.id;
  }

  get state() {
    return this.found.run?.state;
  }

  /** Trains without a kill. */
  async undisturbed() {
    await this.start(null);
    await this.examine(null);
    if (this.state !== 'completed' || this.problems.length > 0) {
      throw new Failure(
        `The run that is not killed went wrong, so that there is nothing to compare with: ${this.problems[0] ?? this.state}.`,
      );
    }
    return this.found;
  }

  /**
   * @param mayKill asked before each kill
   * @param onKill told of each
   * @param onMiss told where the run was at its end before the instant came
   */
  async suffer(random, twin, { mayKill, onKill, onMiss }) {
    this.twin = twin;
    await this.command(['settings', 'set', 'checkpoint-minutes', '0.001']);
    const wanted = drawKills(random);
    const atEnd = random.next() < 0.5;
    while (this.state !== 'completed' && this.problems.length === 0) {
      if (this.starts >= MAX_STARTS) {
        this.problems.push(`it has not completed after ${this.starts} starts`);
        break;
      }
      const room = this.kills.length < wanted || (atEnd && !this.kills.some(({ at }) => at === 'end'));
      let kill = null;
      if (room && mayKill()) kill = this.kills.length < wanted ? drawKill(random) : drawKillAtEnd(random);
      const segment = await this.start(kill);
      const gone = drawHaste(random) || (await this.trainerExited(segment));
      if (!gone) {
        this.problems.push(
          `its trainer ${segment.trainer} still trains though its owner is dead: ${segment.stuck}`,
        );
      }
      const where = await this.examine(segment);
      if (segment.killed) {
        this.kills.push({ whom: segment.killed, at: kill.at, where });
        onKill();
      } else if (kill !== null) {
        onMiss();
      } else if (this.state !== 'completed') {
        this.problems.push(
          `it was not killed and yet is ${this.state} (${segment.error ?? segment.stderr.trim()})`,
        );
      }
      if (this.runId !== undefined && drawQuestions(random)) await this.question();
    }
    if (this.problems.length > 0) return;
    await this.check();
    this.compare();
  }

  // ------------------------------------------------------------------------------------------------------- one start

  async start(kill) {
    this.starts++;
    const words = this.runId === undefined ? this.training : ['runs', 'resume', String(this.runId)];
    const segment = await live(this.program, this.home, words, kill, { epochs: this.epochs });
    if (segment.late) this.problems.push(`${segment.late} ${await this.whatIsThere(segment)}`);
    this.problems.push(...segment.damage);
    if (!segment.run && !segment.killed) {
      this.problems.push(`\`${words.join(' ')}\` failed: ${segment.error ?? segment.stderr.trim()}`);
    }
    if (segment.killed === 'trainer' && !segment.end && !segment.late) {
      this.problems.push('its owner ended without a word after the trainer was killed');
    }
    this.ledger.remember('steps', segment.steps.map(rowOf));
    this.ledger.remember('epochs', segment.epochs.map(rowOf));
    return segment;
  }

  /** A trainer whose owner has died ends after its step: it may be slow, and is not to sleep. */
  async trainerExited(segment) {
    const { trainer } = segment;
    let stuck = null;
    const patience = new Patience({
      pids: () => (trainer === null ? [] : [trainer]),
      onStuck: (words) => (stuck = words),
    }).start();
    try {
      while (trainer !== null && !hasExited(trainer)) {
        if (stuck !== null) {
          segment.stuck = `${stuck}. ${await this.whatIsThere(segment)}`;
          return false;
        }
        await sleep(5);
      }
      return true;
    } finally {
      patience.stop();
    }
  }

  /** In words, for whoever must find out why it was stuck. */
  async whatIsThere({ run, steps, epochs }) {
    const { run: row, states = [], checkpoints = [] } = await this.inspector.database(this.home);
    const id = row?.id ?? run?.id;
    const stored = row
      ? `run ${id} is ${row.state} after step ${row.step} of ${row.total_steps}, wanted ${row.wanted ?? 'nothing'}, ` +
        `${checkpoints.length} checkpoints, before that ${states
          .map(({ state }) => state)
          .slice(-4)
          .join(', ')}`
      : 'no run';
    const told = `${steps.length} steps and ${epochs.length} epochs were told`;
    return `In the database: ${stored}; ${told}. Its log ends: ${lastLines(join(this.home, 'logs', `run-${id}.log`))}`;
  }

  /** Looks at what lies on the disk. Returns where the kill fell. */
  async examine(segment) {
    const { before, files } = this;
    this.found = await this.inspector.database(this.home);
    const { integrity, foreignKeys, run, runs, states = [], gaps = [] } = this.found;
    const problem = (text) => this.problems.push(text);
    if (integrity.length > 0) problem(`the database is damaged: ${integrity[0]}`);
    if (foreignKeys.length > 0) problem(`a reference in ${foreignKeys[0].table} leads nowhere`);
    if (runs > 1) problem(`there are ${runs} runs where one was started`);
    if (!run && before.known) problem('the run is gone');

    const audit = this.ledger.audit(this.found);
    this.lost += audit.lost;
    this.changed += audit.changed;
    for (const text of audit.problems) problem(text);
    const unsummed = this.found.epochs?.find(({ sha256 }) => sha256 === null);
    if (unsummed) problem(`epoch ${unsummed.epoch} has no sum of its numbers`);
    if (!run) return 'start-up';
    if (this.twin) for (const text of compareMetrics(this.found, this.twin, false)) problem(text);

    for (const [index, { state }] of states.entries()) {
      if (state !== 'queued' || index === 0 || CAN_GO_ON.includes(states[index - 1].state)) continue;
      problem(`it was queued out of the state ${states[index - 1].state}`);
    }
    // A gap belongs to a resumption that trains a run which had begun.
    const running = states.filter(({ state }) => state === 'running').length;
    const expected = before.startedAt === null ? 0 : running - before.running;
    if (gaps.length - before.gaps !== expected) {
      problem(`${gaps.length - before.gaps} gaps came of ${expected} resumptions that trained`);
    }
    for (const { step, lost_steps: lostSteps } of gaps.slice(before.gaps)) {
      if (step + lostSteps === before.step) continue;
      problem(
        `its gap tells of ${lostSteps} steps repeated after step ${step}, but ${before.step} were stored`,
      );
    }
    this.before = {
      known: true,
      running,
      gaps: gaps.length,
      step: run.step,
      startedAt: run.started_at,
    };

    this.files = checkpointFiles(this.home, run.id);
    const rows = this.found.checkpoints;
    for (const { file, damaged } of rows) {
      if (damaged !== null) problem(`a checkpoint is called damaged: ${damaged}`);
      if (!this.files.whole.includes(file))
        problem(`the files of the stored checkpoint ${file} are not there`);
    }
    const unfinished =
      this.files.loose.some((name) => !files.loose.includes(name)) ||
      this.files.whole.some((name) => !files.whole.includes(name) && !rows.some(({ file }) => file === name));
    if (!segment?.killed) return null;
    if (run.state === 'completed') return 'after completion';
    if (this.found.torn) return 'within a transaction';
    if (unfinished) return 'within a checkpoint';
    switch (segment.phase) {
      case 'training':
        return 'training';
      case 'validating':
        return 'validation';
      case 'writing a checkpoint':
        return 'around a checkpoint';
      default:
        return 'start-up';
    }
  }

  /** The program itself must find that the run can be resumed, and the database sound. */
  async question() {
    const { state } = await this.command(['runs', 'show', String(this.runId)]);
    if (state !== 'completed' && !CAN_GO_ON.includes(state)) {
      this.problems.push(`the next start finds the run ${state}, and it cannot be resumed`);
    }
    await this.check();
    await this.examine(null);
  }

  /** Pages, references, and that each epoch has the sum of its numbers. */
  async check() {
    const { ok, problems, logDamage, changed } = await this.command(['db', 'check']);
    const what = problems?.[0] ?? logDamage ?? changed;
    if (!ok) this.problems.push(`\`db check\` finds the database damaged: ${what}`);
  }

  async command(words) {
    const { command, args, env } = this.program;
    let pid;
    let stuck = null;
    const patience = new Patience({
      pids: () => (pid === undefined ? [] : [pid]),
      onStuck: (how) => {
        stuck = how;
        if (pid !== undefined) process.kill(pid, 'SIGKILL');
      },
    }).start();
    const ended = await run(command, [...args, ...words, '--home', this.home, '--json'], {
      env,
      onStart: (started) => (pid = started),
    });
    patience.stop();
    if (stuck !== null) this.problems.push(`\`${words.join(' ')}\` did not end: ${stuck}`);
    this.problems.push(...wordsOfDamage(ended.output));
    try {
      return JSON.parse(ended.stdout);
    } catch {
      this.problems.push(
        `\`${words.join(' ')}\` failed: ${ended.output.trim() || (ended.signal ?? ended.code)}`,
      );
      return {};
    }
  }

  // ----------------------------------------------------------------------------------------------------- at the end

  compare() {
    const { found, twin } = this;
    this.problems.push(...compareMetrics(found, twin, true));
    for (const column of [
      'step',
      'epoch',
      'epochs',
      'total_steps',
      'best_val_accuracy',
      'best_epoch',
      'plan',
    ]) {
      if (found.run[column] === twin.run[column]) continue;
      this.problems.push(`its ${column} is ${found.run[column]}, the twin's ${twin.run[column]}`);
    }
    const rows = found.checkpoints;
    const last = rows[rows.length - 1];
    const twins = twin.checkpoints[twin.checkpoints.length - 1];
    this.weights = last?.weights_sha256;
    if (last?.step !== twins.step || this.weights !== twins.weights_sha256) {
      this.problems.push(
        `its last weights are ${this.weights} after step ${last?.step}, the twin's ${twins.weights_sha256} after step ${twins.step}`,
      );
    }
    const best = (checkpoints) => checkpoints.find(({ is_best: isBest }) => isBest === 1)?.weights_sha256;
    if (best(rows) !== best(twin.checkpoints))
      this.problems.push('its best weights are not those of the twin');
    for (const { file, weights_sha256: sha256 } of rows) {
      const path = join(this.files.folder, `${file}.safetensors`);
      if (fileSha256(path) !== sha256) this.problems.push(`${path} is not what was stored`);
    }
    const left = [
      ...this.files.loose,
      ...this.files.whole.filter((name) => !rows.some(({ file }) => file === name)),
    ];
    if (left.length > 0) this.problems.push(`${left.length} files of no checkpoint are left: ${left[0]}`);
  }
}

function lastLines(path) {
  try {
    const lines = readFileSync(path, 'utf8').trimEnd().split('\n');
    return lines.slice(-LINES_SHOWN).join(' | ');
  } catch {
    return '(it has none)';
  }
}
