/** Hosts the trainer and the data set worker as utility processes of Electron, behind the interface the terminal uses too. */
import { utilityProcess } from 'electron';
import { FAREWELL } from '../../node/processes/port';
import {
  entryPath,
  trainerEnv,
  type HostedProcess,
  type ProcessHost,
} from '../../node/processes/process-host';

export function utilityHost(entryFolder: string): ProcessHost {
  return {
    fork<ToChild, FromChild>(entry: 'trainer' | 'datasets'): HostedProcess<ToChild, FromChild> {
      const child = utilityProcess.fork(entryPath(entryFolder, entry), [], {
        env: trainerEnv(process.env) as Record<string, string>,
        stdio: ['ignore', 'ignore', 'pipe'],
        serviceName: `Resbench ${entry}`,
      });
      let exited = false;
      child.once('exit', () => {
        exited = true;
      });
      return {
        get pid() {
          return child.pid;
        },
        send: (message) => {
          if (!exited) child.postMessage(message);
        },
        onMessage: (listener) =>
          void child.on('message', (message) => {
            if (message === FAREWELL) child.postMessage(FAREWELL);
            else listener(message as FromChild);
          }),
        // Electron tells only a number: the exit code, or the signal that ended the process.
        onExit: (listener) => void child.once('exit', (code) => listener({ code, signal: null })),
        onStderr: (listener) =>
          void child.stderr?.on('data', (chunk: Buffer) => listener(chunk.toString('utf8'))),
        kill: () => {
          // `kill` of a utility process asks politely, which a process inside a native call does not hear.
          if (child.pid !== undefined && !exited) process.kill(child.pid, 'SIGKILL');
        },
      };
    },
  };
}
