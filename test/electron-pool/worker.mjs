// The entry of a test worker inside Electron's Node: Vitest's own forks worker with another message encoding.
import v8 from 'node:v8';
import { init, runBaseTests, setupEnvironment } from 'vitest/worker';
import { encode } from './codec.mjs';

// Kept before tests can replace them.
const send = process.send.bind(process);
const on = process.on.bind(process);
const off = process.off.bind(process);
const removeAllListeners = process.removeAllListeners.bind(process);
const exit = process.exit.bind(process);

function onError(error) {
  if (error?.code === 'ERR_IPC_CHANNEL_CLOSED' || error?.code === 'EPIPE') exit(1);
}
on('error', onError);

async function execute(method, state, traces) {
  try {
    await runBaseTests(method, state, traces);
  } finally {
    process.exit = exit;
  }
}

init({
  post: (message) => send(message),
  on: (listener) => on('message', listener),
  off: (listener) => off('message', listener),
  serialize: encode,
  // Reading is safe: only Electron's writer crashes.
  deserialize: (text) => v8.deserialize(Buffer.from(text, 'base64')),
  teardown: () => {
    removeAllListeners('message');
    off('error', onError);
  },
  runTests: (state, traces) => execute('run', state, traces),
  collectTests: (state, traces) => execute('collect', state, traces),
  setup: setupEnvironment,
});
