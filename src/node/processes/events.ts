/** A typed event emitter: services speak through it, so that none of them knows who listens. */
export class Emitter<E extends object> {
  private readonly listeners = new Map<keyof E, Set<(payload: never) => void>>();

  /** Calls the listener for every later event of that name. Returns what ends it. Works without its emitter at hand. */
  readonly on = <K extends keyof E>(name: K, listener: (payload: E[K]) => void): (() => void) => {
    // Two subscriptions of one function end one by one.
    const own = (payload: E[K]): void => listener(payload);
    let set = this.listeners.get(name);
    if (!set) this.listeners.set(name, (set = new Set()));
    set.add(own);
    return () => void set.delete(own);
  };

  /**
   * A listener that throws keeps neither the others from hearing of it nor the service from continuing: its error surfaces as
   * an uncaught exception of this process, where bugs are logged.
   */
  emit<K extends keyof E>(name: K, payload: E[K]): void {
    for (const listener of [...(this.listeners.get(name) ?? [])]) {
      try {
        (listener as (payload: E[K]) => void)(payload);
      } catch (error) {
        queueMicrotask(() => {
          throw error;
        });
      }
    }
  }
}
