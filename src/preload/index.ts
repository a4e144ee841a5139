/** The page's only way out: the calls and events of the contract, by name, where a dropped file lies, and nothing else of Electron. */
import { contextBridge, ipcRenderer, webUtils } from 'electron';
import { EVENTS, METHODS, type Api, type EventName } from '../shared/contract';
import { CALL_CHANNEL, EVENT_CHANNEL } from '../shared/channels';

const methods = new Set(Object.keys(METHODS));
const listeners = new Map<EventName, Set<(payload: unknown) => void>>(
  EVENTS.map((name) => [name, new Set()]),
);

ipcRenderer.on(EVENT_CHANNEL, (_event, name: EventName, payload: unknown) => {
  for (const listener of listeners.get(name) ?? []) listener(payload);
});

const api: Api = {
  call(method, args) {
    if (!methods.has(method)) throw new Error(`There is no call named ${method}.`);
    return ipcRenderer.invoke(CALL_CHANNEL, method, args);
  },
  on(event, listener) {
    const set = listeners.get(event);
    if (!set) throw new Error(`There is no event named ${event}.`);
    set.add(listener as (payload: unknown) => void);
    return () => void set.delete(listener as (payload: unknown) => void);
  },
  pathOf: (file) => webUtils.getPathForFile(file),
};

contextBridge.exposeInMainWorld('api', api);
