import { fork } from 'node:child_process';
import { fileURLToPath } from 'node:url';
import v8 from 'node:v8';
import { ForksPoolWorker } from 'vitest/node';
import { decode } from './codec.mjs';

/**
 * Vitest's forks pool with workers inside Electron's Node (`execPath`). Their channel carries JSON texts instead of
 * structured clones, which crash the Node of Electron 22 (SIGTRAP in `v8.Serializer.releaseBuffer`, from a few
 * kilobytes on).
 */
export function electronPool(execPath) {
  return {
    name: 'electron',
    createPoolWorker: (options) => new ElectronPoolWorker(options, execPath),
  };
}

class ElectronPoolWorker extends ForksPoolWorker {
  name = 'electron';

  constructor(options, execPath) {
    super(options);
    this.execPath = execPath;
    this.entrypoint = fileURLToPath(new URL('./worker.mjs', import.meta.url));
  }

  send(message) {
    super.send(v8.serialize(message).toString('base64'));
  }

  deserialize(message) {
    return typeof message === 'string' ? decode(message) : message;
  }

  async start() {
    this._fork ??= fork(this.entrypoint, [], {
      env: { ...this.env, ELECTRON_RUN_AS_NODE: '1' },
      execArgv: this.execArgv,
      execPath: this.execPath,
      stdio: 'pipe',
      serialization: 'json',
    });
    // Pipes the output.
    await super.start();
  }
}
