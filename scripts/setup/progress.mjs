/**
 * Progress of long steps on stderr. On a terminal one line shows every step under way and is redrawn; elsewhere
 * (a log file, CI) each step says when it starts, how far it is every ten seconds, and when it is done.
 */
const MB = 1_000_000;

export class Progress {
  constructor(stream = process.stderr) {
    this.stream = stream;
    this.tasks = new Set();
    this.timer = undefined;
    this.drawn = false;
  }

  /** Starts a step; `total` in bytes where it is known. Call `finish` or `fail` at its end. */
  task(label, { total } = {}) {
    const task = { label, total, done: 0, note: '', started: Date.now(), said: Date.now() };
    this.tasks.add(task);
    if (!this.stream.isTTY) this.line(`${label} …`);
    this.timer ??= setInterval(() => this.tick(), this.stream.isTTY ? 200 : 1000);
    this.timer.unref();
    return {
      /** Bytes done so far, or a word on what is happening. */
      update: (state) => void Object.assign(task, state),
      add: (bytes) => void (task.done += bytes),
      finish: (text = 'done') => this.end(task, `${label}: ${text}, ${seconds(task)}`),
      fail: (text = 'stopped') => this.end(task, `${label}: ${text}, ${seconds(task)}`),
    };
  }

  /** Runs `work(task)` as a step; its failure is shown and passed on. */
  async during(label, options, work) {
    const task = this.task(label, options);
    try {
      const result = await work(task);
      task.finish();
      return result;
    } catch (error) {
      task.fail(error.ending);
      throw error;
    }
  }

  /** A line that stays. */
  line(text) {
    this.clear();
    this.stream.write(`${text}\n`);
  }

  end(task, text) {
    this.tasks.delete(task);
    this.line(text);
    if (this.tasks.size === 0) {
      clearInterval(this.timer);
      this.timer = undefined;
    }
  }

  tick() {
    if (this.stream.isTTY) {
      const text = [...this.tasks].map(describe).join(' · ');
      this.clear();
      this.stream.write(text.slice(0, (this.stream.columns ?? 80) - 1));
      this.drawn = true;
      return;
    }
    for (const task of this.tasks) {
      if (Date.now() - task.said < 10_000) continue;
      task.said = Date.now();
      this.line(describe(task));
    }
  }

  clear() {
    if (this.drawn) this.stream.write('\r\x1b[2K');
    this.drawn = false;
  }
}

function describe(task) {
  const parts = [];
  if (task.note) parts.push(task.note);
  if (task.done > 0) {
    const done = (task.done / MB).toFixed(0);
    parts.push(task.total ? `${done}/${(task.total / MB).toFixed(0)} MB` : `${done} MB`);
  }
  parts.push(seconds(task));
  return `${task.label}: ${parts.join(', ')}`;
}

const seconds = (task) => `${Math.round((Date.now() - task.started) / 1000)} s`;
