/** The window's surroundings in a test: calls are answered by the test, events are sent by it. */
import { createPinia, setActivePinia } from 'pinia';
import { vi } from 'vitest';
import type { EventName, Events, MethodArgs, MethodName, MethodResult } from '../../../src/shared/contract';
import { fail, ok, type Result } from '../../../src/shared/result';

type Answer<M extends MethodName> = Result<MethodResult<M>>;
type Answers = { [M in MethodName]?: (args: MethodArgs<M>) => Answer<M> | Promise<Answer<M>> };

export interface FakeMain {
  /** Every call so far, in order. */
  calls: [MethodName, unknown][];
  answers: Answers;
  send<E extends EventName>(event: E, payload: Events[E]): void;
}

export function fakeMain(answers: Answers = {}): FakeMain {
  const { main, api } = fakeApi(answers);
  vi.stubGlobal('window', {
    api,
    addEventListener: () => undefined,
    matchMedia: () => ({ matches: false, addEventListener: () => undefined }),
  });
  setActivePinia(createPinia());
  return main;
}

/** What the preload would put at `window.api`, and the test's end of it. */
export function fakeApi(answers: Answers = {}): { main: FakeMain; api: Window['api'] } {
  const listeners = new Map<string, ((payload: never) => void)[]>();
  const main: FakeMain = {
    calls: [],
    answers,
    send: (event, payload) => listeners.get(event)?.forEach((listen) => listen(payload as never)),
  };
  const api = {
    call: async (method: MethodName, args: never) => {
      main.calls.push([method, args]);
      const answer = main.answers[method] as
        ((args: never) => Result<unknown> | Promise<Result<unknown>>) | undefined;
      return answer ? answer(args) : fail('unsupported', `The test has no answer to ${method}.`);
    },
    on: (event: string, listener: (payload: never) => void) => {
      listeners.set(event, [...(listeners.get(event) ?? []), listener]);
      return () => undefined;
    },
  };
  return { main, api: api as unknown as Window['api'] };
}

export { fail, ok };
