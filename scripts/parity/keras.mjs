/** Keras' side of the comparison: test/reference/keras_probe.py in a process of its own. */
import { spawn } from 'node:child_process';
import { join } from 'node:path';
import { createInterface } from 'node:readline';
import { Failure } from '../lib/failure.mjs';
import { projectRoot } from '../lib/paths.mjs';
import { lastLines } from '../lib/processes.mjs';
import { runEnv } from '../lib/run-env.mjs';

const script = join(projectRoot, 'test', 'reference', 'keras_probe.py');

/** Answers one job after the other. `oneDnn`: whether TensorFlow may use oneDNN's kernels. */
export class KerasProbe {
  constructor(program, oneDnn) {
    this.child = spawn(program, [script, '--serve'], {
      env: { ...runEnv(), TF_ENABLE_ONEDNN_OPTS: oneDnn ? '1' : '0', CUDA_VISIBLE_DEVICES: '' },
      stdio: ['pipe', 'pipe', 'pipe'],
    });
    this.stderr = '';
    this.child.stderr
      .setEncoding('utf8')
      .on('data', (text) => (this.stderr = (this.stderr + text).slice(-20_000)));
    // A pipe to a process that has just ended: its end is what is told.
    this.child.stdin.on('error', () => {});
    this.waiting = [];
    createInterface({ input: this.child.stdout }).on('line', (line) => this.waiting.shift()?.resolve(line));
    const gone = (how) => {
      this.gone = new Failure(`Keras' side of the comparison ended (${how}).\n${lastLines(this.stderr)}`);
      for (const { reject } of this.waiting.splice(0)) reject(this.gone);
    };
    this.child.on('error', ({ message }) => gone(message));
    this.child.on('close', (code, signal) => gone(signal ?? `exit code ${code}`));
    this.versions = this.answer();
  }

  ask(job) {
    this.child.stdin.write(`${JSON.stringify(job)}\n`);
    return this.answer();
  }

  async answer() {
    if (this.gone) throw this.gone;
    return JSON.parse(await new Promise((resolve, reject) => this.waiting.push({ resolve, reject })));
  }

  end() {
    this.child.kill();
  }
}
