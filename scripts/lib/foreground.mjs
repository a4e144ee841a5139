/** Runs a program in our place: its terminal, its signals, its exit code. */
import { spawn } from 'node:child_process';
import { readFileSync } from 'node:fs';
import { constants } from 'node:os';
import { Failure } from './failure.mjs';

/**
 * Resolves the exit code; a program that a signal ended counts 128 + its number, as in a shell. Ctrl-C reaches the whole
 * process group from the terminal, so here it is only not to end us before the program has ended; SIGTERM and SIGHUP
 * come to us alone and are passed on.
 */
export function runInForeground(command, args, { cwd, env }) {
  return new Promise((done, failed) => {
    const child = spawn(command, args, { cwd, env, stdio: 'inherit' });
    // Whoever listened before (the set-up ends its own programs and us) has had its time.
    for (const signal of ['SIGINT', 'SIGTERM', 'SIGHUP']) process.removeAllListeners(signal);
    process.on('SIGINT', () => {});
    for (const signal of ['SIGTERM', 'SIGHUP']) process.on(signal, () => child.kill(signal));
    endWithNpm(child);
    child.on('error', (error) => failed(new Failure(`${command} could not be started: ${error.message}`)));
    child.on('exit', (code, signal) => done(code ?? 128 + constants.signals[signal]));
  });
}

/**
 * npm runs us by way of a shell, and neither passes a signal on: when one of them is ended, we would go on alone. Then
 * the program is asked to end too.
 */
function endWithNpm(child) {
  if (!process.env.npm_lifecycle_event) return;
  const above = ancestors();
  setInterval(() => {
    if (ancestors() !== above) child.kill('SIGTERM');
  }, 500).unref();
}

/** The process that started us and, where Linux tells, the one that started that. */
function ancestors() {
  try {
    // The name in brackets may hold anything; after it come state and parent.
    const stat = readFileSync(`/proc/${process.ppid}/stat`, 'utf8');
    return `${process.ppid} ${stat.slice(stat.lastIndexOf(')')).split(' ')[2]}`;
  } catch {
    return `${process.ppid}`;
  }
}
