/** The window's side of the contract, and the only user of `window.api`: texts of others become fit to be shown here. */
import type { Api, EventName, Events, MethodArgs, MethodName, MethodResult } from '../../shared/contract';
import type { Failure } from '../../shared/result';
import { showError } from './notices';
import { shown } from './shown';

declare global {
  interface Window {
    api: Api;
  }
}

/** An expected failure of a call: `message` is one sentence for the user. */
export class ApiError extends Error {
  constructor(readonly failure: Failure) {
    super(failure.message);
    this.name = 'ApiError';
  }
}

/** Methods without an argument are called with the name alone. */
type Rest<M extends MethodName> = undefined extends MethodArgs<M> ? [] : [args: MethodArgs<M>];

/** A plain copy: reactive proxies cannot cross to the preload. */
const plain = <T>(value: T): T => (value === undefined ? value : (JSON.parse(JSON.stringify(value)) as T));

/** Calls main. Returns the value, or throws an {@link ApiError} with the failure. */
export async function call<M extends MethodName>(method: M, ...rest: Rest<M>): Promise<MethodResult<M>> {
  const result = await window.api.call(method, plain(rest[0]) as MethodArgs<M>);
  if (!result.ok) throw new ApiError(shown(result.error));
  return shown(result.value);
}

/** Calls main; a failure is shown as a notice, and undefined comes back. */
export async function attempt<M extends MethodName>(
  method: M,
  ...rest: Rest<M>
): Promise<MethodResult<M> | undefined> {
  try {
    return await call(method, ...rest);
  } catch (error) {
    report(error);
    return undefined;
  }
}

/** Shows an error as a notice, unless it only says that the user cancelled. */
export function report(error: unknown): void {
  if (error instanceof ApiError) {
    if (error.failure.code !== 'cancelled') showError(error.message, error.failure.details);
    return;
  }
  console.error(error);
  showError(error instanceof Error ? error.message : String(error));
}

/** Listens to an event of main; returns the function that stops listening. */
export function on<E extends EventName>(event: E, listener: (payload: Events[E]) => void): () => void {
  return window.api.on(event, (payload) => listener(shown(payload)));
}

/** Where a file or folder lies that was dropped. Until Electron 32 the file itself told it. */
export const pathOf = (file: File): string =>
  (file as File & { path?: string }).path ?? window.api.pathOf(file);
