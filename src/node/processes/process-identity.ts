/**
 * Who a process is beyond its pid, which the system hands out again: a run whose owner died must not be taken for alive
 * because an unrelated program got its number.
 *
 * - Linux: boot id and start time in clock ticks since boot (proc(5), /proc/PID/stat field 22).
 * - macOS: the start as `ps -o lstart=` prints it, in UTC.
 * - Windows: the pid alone, as no start time can be had without a native module. A reused pid there is taken for alive
 *   until that process ends too, and the run is called interrupted only then.
 *
 * A process of another machine, or of a container with pids of its own, looks dead from here: a data folder belongs to
 * one machine at a time (SQLite's log in shared memory asks for that too).
 */
import { execFileSync } from 'node:child_process';
import { readFileSync } from 'node:fs';

export interface ProcessIdentity {
  pid: number;
  /** Distinguishes processes that had the same pid; null where the platform does not tell. */
  start: string | null;
}

export function ownIdentity(): ProcessIdentity {
  return { pid: process.pid, start: startOf(process.pid) ?? null };
}

/** Whether that very process still runs. A zombie (ended, not yet reaped by its parent) does not. */
export function isAlive(identity: ProcessIdentity): boolean {
  const start = startOf(identity.pid);
  if (start === undefined) return false;
  return start === null || identity.start === null || start === identity.start;
}

/** Whether a signal or a debugger has stopped that process, so that it does nothing until it is resumed. */
export function isStopped(pid: number): boolean {
  if (process.platform === 'linux') {
    try {
      return /^[Tt]$/.test(stateOf(readFileSync(`/proc/${pid}/stat`, 'utf8')));
    } catch {
      return false;
    }
  }
  if (process.platform !== 'darwin') return false;
  try {
    const stat = execFileSync('ps', ['-o', 'stat=', '-p', String(pid)], {
      encoding: 'utf8',
      stdio: ['ignore', 'pipe', 'ignore'],
      timeout: 5000,
    });
    return stat.startsWith('T');
  } catch {
    return false;
  }
}

// The second field is the program's name in brackets and may hold spaces and brackets itself.
const stateOf = (stat: string): string => stat.slice(stat.lastIndexOf(')') + 2)[0] ?? '';

/** Undefined: no such process. Null: it is there, but its start is unknown. */
function startOf(pid: number): string | null | undefined {
  if (!Number.isInteger(pid) || pid <= 0) return undefined;
  if (process.platform === 'linux') return linuxStart(pid);
  if (!answersSignal(pid)) return undefined;
  return process.platform === 'win32' ? null : psStart(pid);
}

function answersSignal(pid: number): boolean {
  try {
    process.kill(pid, 0);
    return true;
  } catch (error) {
    // EPERM: it is there, but belongs to somebody else.
    return (error as NodeJS.ErrnoException).code === 'EPERM';
  }
}

function linuxStart(pid: number): string | null | undefined {
  let stat: string;
  try {
    stat = readFileSync(`/proc/${pid}/stat`, 'utf8');
  } catch {
    // Gone, or hidden from us (proc mounted with hidepid).
    return answersSignal(pid) ? null : undefined;
  }
  const start = parseLinuxStat(stat);
  return start === undefined ? undefined : `${bootId()}:${start}`;
}

/** Start time in clock ticks since boot; undefined for a process that has ended (state Z or X). */
export function parseLinuxStat(stat: string): string | undefined {
  // The second field is the program's name in brackets and may hold spaces and brackets itself.
  const fields = stat.slice(stat.lastIndexOf(')') + 2).split(' ');
  if (fields[0] === 'Z' || fields[0] === 'X') return undefined;
  return fields[19];
}

let boot: string | undefined;
function bootId(): string {
  if (boot === undefined) {
    try {
      boot = readFileSync('/proc/sys/kernel/random/boot_id', 'utf8').trim();
    } catch {
      boot = '';
    }
  }
  return boot;
}

function psStart(pid: number): string | null | undefined {
  try {
    const output = execFileSync('ps', ['-o', 'stat=,lstart=', '-p', String(pid)], {
      encoding: 'utf8',
      env: { ...process.env, LC_ALL: 'C', TZ: 'UTC' },
      stdio: ['ignore', 'pipe', 'ignore'],
      timeout: 5000,
    }).trim();
    if (output === '' || output.startsWith('Z')) return undefined;
    return output.replace(/^\S+\s+/, '');
  } catch (error) {
    // ps leaves with 1 where there is no such process; anything else says nothing about it.
    return (error as { status?: number | null }).status === 1 ? undefined : null;
  }
}
