/** A display without a screen, for windows in tests: the server itself picks a free number and says which. */
import { spawn } from 'node:child_process';
import { existsSync } from 'node:fs';
import { Failure } from './failure.mjs';
import { which } from './processes.mjs';

export const xvfbProgram = (env = process.env) =>
  which('Xvfb', env) ?? (existsSync('/usr/bin/Xvfb') ? '/usr/bin/Xvfb' : null);

/** Starts Xvfb: `{ display, stop }`. It ends with this process at the latest. */
export function startXvfb({ size = '2560x1440x24' } = {}) {
  const program = xvfbProgram();
  if (!program) {
    throw new Failure('Xvfb was not found. Type: sudo apt-get install -y --no-install-recommends xvfb');
  }
  return new Promise((done, failed) => {
    const args = ['-displayfd', '3', '-screen', '0', size, '-nolisten', 'tcp'];
    const server = spawn(program, args, { stdio: ['ignore', 'ignore', 'pipe', 'pipe'] });
    const stop = () => void server.kill('SIGTERM');
    process.once('exit', stop);
    let errors = '';
    let number = '';
    server.stderr.on('data', (text) => (errors += text));
    server.stdio[3].on('data', (text) => {
      number += text;
      if (!number.includes('\n')) return;
      // The test run does not wait for the server to end.
      server.unref();
      server.stderr.unref();
      server.stdio[3].unref();
      done({ display: `:${number.trim()}`, stop });
    });
    server.on('error', (error) => failed(new Failure(`Xvfb could not be started: ${error.message}`)));
    server.on('exit', (code) =>
      failed(new Failure(`Xvfb ended at once with code ${code}: ${errors.trim()}`)),
    );
  });
}

/** Does the work with a display of its own on Linux: tests never open windows on a person's screen. */
export async function onOwnDisplay(work, env = process.env) {
  if (process.platform !== 'linux') return work(env);
  const screen = await startXvfb();
  const { WAYLAND_DISPLAY: _, ...rest } = env;
  try {
    return await work({ ...rest, DISPLAY: screen.display });
  } finally {
    screen.stop();
  }
}
