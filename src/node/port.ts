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
  /** Sends what is still under way, then ends this process with the exit code. */
  exit(code: number): void;
}

export function parentPort<In, Out>(): ParentPort<In, Out> {
  const utility = (process as unknown as { parentPort?: UtilityPort | null }).parentPort;
  if (utility) {
    return {
      send: (message) => utility.postMessage(message),
      onMessage: (listener) => utility.on('message', (event) => listener(event.data as In)),
      // Messages posted to the port are flushed by a turn of the event loop.
      exit: (code) => void setTimeout(() => process.exit(code), 50),
    };
  }
  if (!process.send) throw new Error('This program is started by Resbench and does nothing on its own.');
  // Also fired by our own disconnect, which carries the exit code that was chosen.
  process.on('disconnect', () => process.exit(process.exitCode ?? 1));
  // Ctrl-C in a terminal reaches the whole process group; the parent decides what to do about it.
  process.on('SIGINT', () => {});
  return {
    send: (message) => void process.send?.(message, undefined, undefined, () => {}),
    onMessage: (listener) => void process.on('message', (message) => listener(message as In)),
    exit: (code) => {
      process.exitCode = code;
      process.disconnect?.();
    },
  };
}
