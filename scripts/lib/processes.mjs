/** Child processes whose output we read, and where their programs lie. */
import { spawn } from 'node:child_process';
import { accessSync, constants, existsSync, statSync } from 'node:fs';
import { delimiter, dirname, join } from 'node:path';
import { Failure } from './failure.mjs';

const running = new Set();

/** Ends the programs under way: a set-up that fails or is ended takes its downloads and compilers with it. */
export function endChildren(signal = 'SIGTERM') {
  for (const child of running) child.kill(signal);
}
let endsChildren = false;
function endChildrenWithUs() {
  if (endsChildren) return;
  endsChildren = true;
  process.once('exit', () => endChildren('SIGTERM'));
  for (const [signal, number] of [
    ['SIGINT', 2],
    ['SIGTERM', 15],
    ['SIGHUP', 1],
  ]) {
    process.once(signal, () => {
      endChildren(signal);
      process.exit(128 + number);
    });
  }
}

/**
 * Runs a program to its end. Resolves `{ code, signal, output, stdout }`; a program that cannot be started has code
 * null and the reason as output. `timeout` in milliseconds.
 */
export function run(command, args, { cwd, env, input, timeout, onStart } = {}) {
  return new Promise((done) => {
    const child = spawn(command, args, {
      cwd,
      env,
      stdio: [input === undefined ? 'ignore' : 'pipe', 'pipe', 'pipe'],
      windowsHide: true,
    });
    endChildrenWithUs();
    running.add(child);
    if (child.pid) onStart?.(child.pid);
    let output = '';
    let stdout = '';
    const timer = timeout ? setTimeout(() => child.kill('SIGKILL'), timeout) : undefined;
    const end = (code, signal) => {
      clearTimeout(timer);
      running.delete(child);
      done({ code, signal, output, stdout });
    };
    child.on('error', (error) => {
      output += error.message;
      end(null, null);
    });
    child.on('close', end);
    child.stdout?.setEncoding('utf8').on('data', (text) => {
      stdout += text;
      output = (output + text).slice(-100_000);
    });
    child.stderr?.setEncoding('utf8').on('data', (text) => {
      output = (output + text).slice(-100_000);
    });
    if (input !== undefined) child.stdin.end(input);
  });
}

/** Like `run`, but an unsuccessful end throws `sentence` followed by the last lines of output. */
export async function mustRun(command, args, options, sentence) {
  const result = await run(command, args, options);
  if (result.code === 0) return result;
  throw new Failure([sentence, lastLines(result.output)].filter(Boolean).join('\n'));
}

export function lastLines(text, count = 15) {
  return text
    .split(/\r?\n/)
    .filter((line) => line.trim())
    .slice(-count)
    .map((line) => `  | ${line}`)
    .join('\n');
}

/** The path of a program on PATH, or null. */
export function which(name, env = process.env) {
  if (name.includes('/') || name.includes('\\')) return isProgram(name) ? name : null;
  const endings = process.platform === 'win32' ? (env.PATHEXT ?? '.EXE;.CMD').split(';') : [''];
  for (const folder of (env.PATH ?? env.Path ?? '').split(delimiter).filter(Boolean)) {
    for (const ending of endings) {
      const path = join(folder, name + ending.toLowerCase());
      if (isProgram(path)) return path;
    }
  }
  return null;
}

function isProgram(path) {
  try {
    accessSync(path, constants.X_OK);
    return statSync(path).isFile();
  } catch {
    return false;
  }
}

/** npm as `[program, ...first arguments]`: the one that runs us, else the one beside this Node, else npm on PATH. */
export function npmCommand(env = process.env) {
  const beside = dirname(process.execPath);
  const scripts = [
    /npm-cli\.js$/.test(env.npm_execpath ?? '') ? env.npm_execpath : null,
    join(beside, 'node_modules', 'npm', 'bin', 'npm-cli.js'),
    join(beside, '..', 'lib', 'node_modules', 'npm', 'bin', 'npm-cli.js'),
  ];
  const script = scripts.find((path) => path && existsSync(path));
  if (script) return [process.execPath, script];
  const program = which('npm', env);
  if (program && process.platform !== 'win32') return [program];
  throw new Failure('npm was not found beside this Node. Install Node 20.19 or newer together with its npm.');
}

/** The Python 3 that pip belongs to, or null. */
export async function pythonCommand(env = process.env) {
  for (const name of env.PYTHON ? [env.PYTHON] : ['python3', 'python']) {
    const program = which(name, env);
    if (!program) continue;
    const asked = await run(program, ['-c', 'import sys; print("%d.%d.%d" % sys.version_info[:3])'], { env });
    if (asked.code === 0 && asked.stdout.startsWith('3.')) return { program, version: asked.stdout.trim() };
  }
  return null;
}
