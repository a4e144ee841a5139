/**
 * Starts the programs that work beside the window or the terminal: the trainer and the data set worker. They are child
 * processes of a plain Node where one is at hand (below), else the window hosts them as utility processes of Electron
 * (src/main/window/utility-host.ts) and the command line as children of its own Node; all look the same.
 */
import { fork } from 'node:child_process';
import { existsSync } from 'node:fs';
import { join } from 'node:path';

export type ProcessEntry = 'trainer' | 'datasets';

export interface ProcessExit {
  /** Exit code, null when a signal ended the process. */
  code: number | null;
  /** Signal name where the platform tells, e.g. `SIGKILL`. */
  signal: string | null;
}

export interface HostedProcess<ToChild, FromChild> {
  /** Undefined until the process has been spawned. */
  readonly pid: number | undefined;
  send(message: ToChild): void;
  onMessage(listener: (message: FromChild) => void): void;
  /** Called once; no message comes after it. */
  onExit(listener: (exit: ProcessExit) => void): void;
  /** Lines of the child's stderr, for the log and for naming the cause of a crash. */
  onStderr(listener: (text: string) => void): void;
  /** Ends the process at once. */
  kill(): void;
}

export interface ProcessHost {
  fork<ToChild, FromChild>(entry: ProcessEntry): HostedProcess<ToChild, FromChild>;
}

/** Where the built entries lie: beside the bundle this code ends up in (out/main). */
export const entryPath = (folder: string, entry: ProcessEntry): string => join(folder, `${entry}.js`);

/** Must be set before TensorFlow's library loads. */
export function trainerEnv(env: NodeJS.ProcessEnv): NodeJS.ProcessEnv {
  return {
    TF_ENABLE_ONEDNN_OPTS: '1',
    TF_CPP_MIN_LOG_LEVEL: '2',
    TF_FORCE_GPU_ALLOW_GROWTH: 'true',
    ...env,
  };
}

/**
 * The Node that ran `npm start`, which names itself in RESBENCH_NODE; null where there is none (a packaged program).
 *
 * Electron's Node brings its own malloc, which TensorFlow then uses as well. It returns large blocks to the system at once
 * and takes them back at the next step: thousands of page faults, a tenth of a training step (docs/decisions/0007).
 */
export function plainNode(env: NodeJS.ProcessEnv = process.env): string | null {
  const path = env.RESBENCH_NODE;
  return path && existsSync(path) ? path : null;
}

/**
 * Hosts entries as child processes.
 * @param node program that runs them: a Node, or an Electron under ELECTRON_RUN_AS_NODE.
 */
export function childProcessHost(
  entryFolder: string,
  node: string = plainNode() ?? process.execPath,
): ProcessHost {
  return {
    fork<ToChild, FromChild>(entry: ProcessEntry): HostedProcess<ToChild, FromChild> {
      const child = fork(entryPath(entryFolder, entry), [], {
        execPath: node,
        execArgv: [],
        env: trainerEnv(process.env),
        stdio: ['ignore', 'ignore', 'pipe', 'ipc'],
        serialization: 'json',
      });
      // A message to a child that just died is answered by its exit, not by an exception here.
      child.on('error', () => {});
      let exit: ProcessExit | null = null;
      const exitListeners: ((exit: ProcessExit) => void)[] = [];
      // `close` comes after the channel and stderr have been drained, `exit` may come before.
      child.on('close', (code, signal) => {
        exit = { code, signal };
        for (const listener of exitListeners) listener(exit);
      });
      return {
        get pid() {
          return child.pid;
        },
        send: (message) => {
          if (child.connected) child.send(message as object, () => {});
        },
        onMessage: (listener) => void child.on('message', (message) => listener(message as FromChild)),
        onExit: (listener) => {
          if (exit) listener(exit);
          else exitListeners.push(listener);
        },
        onStderr: (listener) =>
          void child.stderr?.on('data', (chunk: Buffer) => listener(chunk.toString('utf8'))),
        kill: () => void child.kill('SIGKILL'),
      };
    },
  };
}
