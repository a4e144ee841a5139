/**
 * A child's end of the line to the process that forked it: the same code serves a utility process of Electron and a
 * child process of Node. When the parent goes away, so does the child: nothing trains unseen.
 */

interface UtilityPort {
  postMessage(message: unknown): void;
  on(event: 'message', listener: (event: { data: unknown }) => void): void;
  start?(): void;
}

export interface ParentPort<In, Out> {
  send(message: Out): void;
  onMessage(listener: (message: In) => void): void;
  /** Ends this process with the exit code, once all that was sent has gone out: the parent may be slow to read. */
  exit(code: number): void;
}

/** What a utility process says last, and is told back by a parent that has received it and all before. */
export const FAREWELL = 'resbench-farewell';
/** Milliseconds that it waits for that. */
const FAREWELL_MS = 10_000;

export function parentPort<In, Out>(): ParentPort<In, Out> {
  const utility = (process as unknown as { parentPort?: UtilityPort | null }).parentPort;
  if (utility) {
    return {
      send: (message) => utility.postMessage(message),
      onMessage: (listener) =>
        utility.on('message', ({ data }) => {
          if (data !== FAREWELL) listener(data as In);
        }),
      exit: (code) => {
        utility.on('message', ({ data }) => {
          if (data === FAREWELL) process.exit(code);
        });
        setTimeout(() => process.exit(code), FAREWELL_MS);
        utility.postMessage(FAREWELL);
      },
    };
  }
  if (!process.send) throw new Error('This program is started by Resbench and does nothing on its own.');
  // Also fired by our own disconnect, which carries the exit code that was chosen.
  process.on('disconnect', () => process.exit(process.exitCode ?? 1));
  // Ctrl-C in a terminal reaches the whole process group; the parent decides what to do about it.
  process.on('SIGINT', () => {});
  // Messages that do not fit into the channel yet; to disconnect would drop them.
  let underWay = 0;
  let leaving = false;
  const leave = (): void => {
    if (leaving && underWay === 0 && process.connected) process.disconnect?.();
  };
  return {
    send: (message) => {
      underWay++;
      process.send?.(message, undefined, undefined, () => {
        underWay--;
        leave();
      });
    },
    onMessage: (listener) => void process.on('message', (message) => listener(message as In)),
    exit: (code) => {
      process.exitCode = code;
      leaving = true;
      leave();
    },
  };
}
