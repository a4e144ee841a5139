/** The only user of ipcMain: checks who calls and with what, then hands over to the handler of that name. */
import { ipcMain, type BrowserWindow } from 'electron';
import { inertLines } from '../../../architecture/inert-text';
import { refuseArguments } from '../../../shared/arguments';
import { CALL_CHANNEL, EVENT_CHANNEL } from '../../../shared/channels';
import {
  METHODS,
  type CheckedArgs,
  type EventName,
  type Events,
  type MethodName,
  type MethodResult,
} from '../../../shared/contract';
import { ExpectedError, fail, type Result } from '../../../shared/result';
import { isOurPage } from '../security';

type Handled<M extends MethodName> = Result<MethodResult<M>>;
export type Handlers = {
  [M in MethodName]: (args: CheckedArgs<M>) => Handled<M> | Promise<Handled<M>>;
};

export function registerIpc(handlers: Handlers, window: () => BrowserWindow | null): void {
  ipcMain.handle(CALL_CHANNEL, async (event, name: unknown, args: unknown): Promise<Result<unknown>> => {
    const frame = event.senderFrame;
    const page = window()?.webContents;
    if (!frame || !page || event.sender !== page || frame.parent !== null || !isOurPage(frame.url)) {
      throw new Error('A call from a page that is not ours was refused.');
    }
    if (typeof name !== 'string' || !Object.hasOwn(METHODS, name)) {
      throw new Error(`There is no call named ${String(name)}.`);
    }
    const method = name as MethodName;
    const parsed = METHODS[method].args.safeParse(args);
    if (!parsed.success) {
      return refuseArguments(method, parsed.error);
    }
    try {
      return await (handlers[method] as (args: unknown) => Promise<Result<unknown>>)(parsed.data);
    } catch (error) {
      if (error instanceof ExpectedError) return { ok: false, error: error.failure };
      console.error(`${method} failed: ${inertLines((error as Error).stack ?? String(error))}`);
      return fail('storage', `${method} failed: ${(error as Error).message}`);
    }
  });
}

/** Sends an event to the page, if there is one. */
export function eventSender(window: () => BrowserWindow | null) {
  return <E extends EventName>(event: E, payload: Events[E]): void => {
    const target = window();
    if (target && !target.isDestroyed()) target.webContents.send(EVENT_CHANNEL, event, payload);
  };
}
