/** Memory that this process may come to use: of the machine, and of the control group (container, service) that it is in. */
import { readFileSync } from 'node:fs';
import { totalmem } from 'node:os';
import { dirname, join } from 'node:path';

/** Bytes; both never less than what there is. */
export interface MachineMemory {
  /** RAM and swap, within the limit of the control group. */
  totalBytes: number;
  /** Of it, what nobody holds now. */
  availableBytes: number;
}

/** Reads a small file of the kernel; null where there is none. */
type Read = (path: string) => string | null;

const KIB = 1024;

export function readMemory(read: Read = readSystemFile, physicalBytes = totalmem()): MachineMemory {
  const info = read('/proc/meminfo');
  const field = (name: string): number | null => {
    const found = info && new RegExp(`^${name}:\\s+(\\d+) kB$`, 'm').exec(info);
    return found ? Number(found[1]) * KIB : null;
  };
  const total = field('MemTotal');
  const available = field('MemAvailable');
  if (total === null || available === null) {
    // Elsewhere swap grows as it is needed, and what is free does not tell what can be had: as much again.
    return { totalBytes: 2 * physicalBytes, availableBytes: 2 * physicalBytes };
  }
  const swapTotal = field('SwapTotal') ?? 0;
  const swapFree = field('SwapFree') ?? 0;
  const groups = controlGroups(read, swapTotal);
  return {
    totalBytes: Math.min(total + swapTotal, ...groups.map(({ limit }) => limit)),
    availableBytes: Math.max(
      0,
      Math.min(available + swapFree, ...groups.map(({ limit, held }) => limit - held)),
    ),
  };
}

/**
 * Limits of the groups that this process is in, with the swap they may use, and what their processes hold (files that
 * are cached can be dropped, so they do not count). Of version 2 (`memory.max`) and of version 1.
 */
function controlGroups(read: Read, swapTotal: number): { limit: number; held: number }[] {
  const lines = (read('/proc/self/cgroup') ?? '').split('\n');
  const pathOf = (isIt: (controllers: string) => boolean): string | undefined =>
    lines.map((line) => /^\d+:([^:]*):(\/.*)$/.exec(line)).find((found) => found && isIt(found[1]!))?.[2];
  const groups: { limit: number; held: number }[] = [];
  const number = (path: string, name?: string): number | null => {
    const text = read(path)?.trim() ?? '';
    const digits =
      name === undefined ? /^\d+$/.exec(text)?.[0] : new RegExp(`^${name} (\\d+)$`, 'm').exec(text)?.[1];
    return digits === undefined ? null : Number(digits);
  };
  const unified = pathOf((controllers) => controllers === '');
  // Within a container the path may be the host's, which is not to be seen: then the mount's root is the group.
  for (const group of unified === undefined ? [] : upwards(unified)) {
    const folder = join('/sys/fs/cgroup', group);
    const limit = number(join(folder, 'memory.max'));
    if (limit === null) continue;
    const swap = number(join(folder, 'memory.swap.max')) ?? swapTotal;
    groups.push({
      limit: limit + Math.min(swap, swapTotal),
      held: number(join(folder, 'memory.stat'), 'anon') ?? 0,
    });
  }
  const first = pathOf((controllers) => controllers.split(',').includes('memory'));
  for (const group of first === undefined ? [] : upwards(first)) {
    const folder = join('/sys/fs/cgroup/memory', group);
    const limit = number(join(folder, 'memory.limit_in_bytes'));
    if (limit === null) continue;
    const withSwap = number(join(folder, 'memory.memsw.limit_in_bytes')) ?? limit + swapTotal;
    groups.push({ limit: withSwap, held: number(join(folder, 'memory.stat'), 'total_rss') ?? 0 });
  }
  return groups;
}

/** `/a/b`, `/a`, `/`. */
function upwards(path: string): string[] {
  const paths = [path];
  for (let at = path; at !== dirname(at);) paths.push((at = dirname(at)));
  return paths;
}

function readSystemFile(path: string): string | null {
  try {
    return readFileSync(path, 'utf8');
  } catch {
    return null;
  }
}
