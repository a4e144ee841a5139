/** Measured programs: those in TypeScript bundled, each started as a process of its own, asked line by line. */
import { spawn } from 'node:child_process';
import { join } from 'node:path';
import { createInterface } from 'node:readline';
import { bundle } from '../lib/bundle.mjs';
import { lastLines } from '../lib/processes.mjs';
import { projectRoot } from '../lib/paths.mjs';

export const sources = join(projectRoot, 'test', 'bench');
const outFolder = join(projectRoot, 'out', 'bench');

/** The bundled program, e.g. `gemm` or `overhead/owner`. */
export const bundled = (name) => join(outFolder, `${name}.js`);

export const TRAINING = [
  'models',
  'resbench',
  'tfjs-layers',
  'gemm',
  'bandwidth',
  'kernels',
  'recipe',
  'evaluation',
  'foretell',
  'overhead/owner',
  'overhead/trainer',
];
/** What the parts of the window measure. */
export const WINDOW = ['database', 'charts', 'tensorboard', 'editor', 'reader', 'grid'];

export const bundlePrograms = (names) =>
  bundle(
    names.map((name) => ({ in: join(sources, `${name}.ts`), out: name })),
    outFolder,
  );

/** A measured program at work. Its end, expected or not, is told by the answer that is waited for. */
export class Program {
  constructor([command, ...args], { env }) {
    this.child = spawn(command, args, { env, stdio: ['pipe', 'pipe', 'pipe'], windowsHide: true });
    this.stderr = '';
    this.waiting = [];
    this.child.stderr
      .setEncoding('utf8')
      .on('data', (text) => (this.stderr = (this.stderr + text).slice(-20_000)));
    // A pipe to a process that has just ended: its end is what is told.
    this.child.stdin.on('error', () => {});
    createInterface({ input: this.child.stdout }).on('line', (line) => {
      // Libraries have been seen to print there too.
      if (!line.startsWith('{"')) return;
      const value = JSON.parse(line);
      if ('peakMemoryBytes' in value) this.peakMemoryBytes = value.peakMemoryBytes;
      else this.waiting.shift()?.resolve(value);
    });
    this.ended = new Promise((resolve) => {
      const gone = (how) => {
        this.gone = new Error(`ended with ${how}\n${lastLines(this.stderr, 5)}`);
        for (const { reject } of this.waiting.splice(0)) reject(this.gone);
        resolve();
      };
      this.child.on('error', ({ message }) => gone(message));
      this.child.on('close', (code, signal) => gone(signal ?? `exit code ${code}`));
    });
  }

  /** What it says of itself once it can work. */
  async ready() {
    const { ready } = await this.answer();
    return ready;
  }

  /** `count` times `what` (`train` or `evaluate`): `{ milliseconds, images }`. */
  ask(what, count) {
    if (!this.gone) this.child.stdin.write(`${JSON.stringify({ do: what, count })}\n`);
    return this.answer();
  }

  answer() {
    if (this.gone) return Promise.reject(this.gone);
    return new Promise((resolve, reject) => this.waiting.push({ resolve, reject }));
  }

  /** Lets it end by itself, which is when it tells its peak memory in bytes (null where it does not). */
  async end() {
    this.child.stdin.end();
    await this.ended;
    return this.peakMemoryBytes ?? null;
  }

  kill() {
    this.child.kill('SIGKILL');
  }
}
