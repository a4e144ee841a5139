/** Whether the parts work: each check starts a process of its own, so that a crash is an answer too. */
import { nodeModules, projectRoot } from '../lib/paths.mjs';
import { lastLines, run } from '../lib/processes.mjs';
import { nodeEnv } from '../lib/run-env.mjs';

/** Loads TensorFlow in Electron's Node and multiplies two matrices. */
export function checkTensorflow(electronPath, env = process.env) {
  return inElectron(
    electronPath,
    `
    const util = require('util');
    // tfjs-node calls it; Node 23 removed it.
    util.isNullOrUndefined ??= (value) => value == null;
    const tf = require('@tensorflow/tfjs-node-gpu');
    const product = tf.matMul(tf.tensor2d([[1, 2], [3, 4]]), tf.tensor2d([[5], [6]])).arraySync();
    if (JSON.stringify(product) !== '[[17],[39]]') throw new Error('2x2 times 2x1 gave ' + JSON.stringify(product));
    answer({ version: tf.backend().binding.TF_Version, gpu: tf.backend().isUsingGpuDevice === true });
    `,
    env,
  );
}

/**
 * Loads the kernels of our own in Electron's Node and compares a small convolution and its gradients with TensorFlow's. A processor
 * without their instructions is no fault: they are then not used.
 */
export function checkKernels(electronPath, path, env = process.env) {
  return inElectron(
    electronPath,
    `
    const util = require('util');
    util.isNullOrUndefined ??= (value) => value == null;
    const tf = require('@tensorflow/tfjs-node-gpu');
    const { version, instructions, problem } = require(${JSON.stringify(path)});
    if (problem) throw new Error(problem);
    const backend = tf.backend();
    if (instructions && !backend.isUsingGpuDevice) {
      const [x, w, dy] = [[2, 6, 5, 9], [3, 3, 9, 11], [2, 6, 5, 11]].map((shape) => tf.randomNormal(shape));
      for (const tile of [2, 4]) {
        const attributes = [{ name: 'tile', type: backend.binding.TF_ATTR_INT, value: tile }];
        const own = (op, inputs) => backend.executeSingleOutput(op, attributes, inputs);
        const results = [
          ['forward', own('ResbenchConvolution', [x, w]), tf.conv2d(x, w, 1, 'same')],
          ['input gradient', own('ResbenchConvolutionInputGradient', [w, dy]), tf.conv2dTranspose(dy, w, x.shape, 1, 'same')],
          ['filter gradient', own('ResbenchConvolutionFilterGradient', [x, dy]), tf.grad((k) => tf.conv2d(x, k, 1, 'same').mul(dy).sum())(w)],
        ];
        for (const [name, got, right] of results) {
          const off = got.sub(right).abs().max().div(right.square().mean().sqrt()).arraySync();
          if (!(off < 1e-4)) throw new Error('the ' + name + ' by tiles of ' + tile + ' is off by ' + off);
        }
      }
    }
    answer({ version, instructions });
    `,
    env,
  );
}

/** Opens a database in Electron's Node, writes, reads, checks its integrity. */
export function checkSqlite(electronPath, env = process.env) {
  return inElectron(
    electronPath,
    `
    const db = new (require('better-sqlite3'))(':memory:');
    db.exec('CREATE TABLE run (id INTEGER PRIMARY KEY, name TEXT NOT NULL)');
    db.prepare('INSERT INTO run (name) VALUES (?)').run('check');
    const { name } = db.prepare('SELECT name FROM run WHERE id = 1').get();
    if (name !== 'check') throw new Error('read back ' + name);
    const integrity = db.pragma('integrity_check', { simple: true });
    if (integrity !== 'ok') throw new Error('integrity check: ' + integrity);
    answer({ version: db.prepare('SELECT sqlite_version() AS v').get().v });
    `,
    env,
  );
}

const MARK = 'resbench-check ';

/** Runs a script in Electron's Node: `{ works: true, ...answer }` or `{ works: false, reason, output }`. */
async function inElectron(electronPath, script, env) {
  const code = `const answer = (value) => process.stdout.write('\\n${MARK}' + JSON.stringify(value) + '\\n');\n${script}`;
  const ended = await run(electronPath, ['-e', code], {
    cwd: projectRoot,
    env: nodeEnv(env),
    timeout: 120_000,
  });
  const line = ended.stdout.split('\n').find((text) => text.startsWith(MARK));
  if (ended.code === 0 && line) return { works: true, ...JSON.parse(line.slice(MARK.length)) };
  return { works: false, reason: reasonOf(ended), output: lastLines(ended.output) };
}

function reasonOf({ code, signal, output }) {
  const error = /^(?:\w*Error|.*: undefined symbol|.*cannot open shared object).*$/m.exec(output);
  if (error) return error[0].replaceAll(`${nodeModules}/`, '');
  if (signal) return `it was ended by ${signal}`;
  return code === null ? output.trim() : `it ended with code ${code}`;
}
