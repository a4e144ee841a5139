/**
 * The same services that the window has, hosted in this terminal. Imported lazily: it loads SQLite, which help,
 * summaries and presets do without.
 */
import { version } from '../../package.json';
import {
  createServices,
  openLibrary,
  type OpenLibrary,
  type ServiceOptions,
  type Services,
} from '../main/services';
import { homeFolder } from '../node/files/home';
import {
  childProcessHost,
  type HostedProcess,
  type ProcessEntry,
  type ProcessHost,
} from '../node/processes/process-host';
import type { CommonOptions, Context } from './terminal/context';
import { unwrap } from './terminal/errors';

/** A host that can end everything it started: for a user who does not want to wait. */
class KillableHost implements ProcessHost {
  private readonly alive = new Set<{ kill(): void }>();

  constructor(private readonly host: ProcessHost) {}

  fork<ToChild, FromChild>(entry: ProcessEntry): HostedProcess<ToChild, FromChild> {
    const child = this.host.fork<ToChild, FromChild>(entry);
    this.alive.add(child);
    child.onExit(() => this.alive.delete(child));
    return child;
  }

  killAll(): void {
    for (const child of this.alive) child.kill();
  }
}

export type { Services };

export interface OpenServices {
  services: Services;
  /** Ends trainers and data set workers at once. */
  kill: () => void;
}

/** Far longer than any work takes. */
const LONG_MS = 2 ** 30;

/**
 * Opens the data folder's services for the work and closes them afterwards, however it ends.
 * @param queue which of the runs that wait this process trains.
 * @param listen begins to hear of runs before the first of them is started
 */
export async function withServices<T>(
  context: Context,
  options: CommonOptions,
  work: (open: OpenServices) => Promise<T> | T,
  queue: ServiceOptions['queue'] = 'none',
  listen: (open: OpenServices) => void = () => {},
): Promise<T> {
  const host = new KillableHost(childProcessHost(context.entryFolder));
  const services = unwrap(
    await createServices({
      home: homeFolder(options.home, context.env),
      host,
      version,
      electron: process.versions.electron ?? null,
      queue,
      trust: options.trustFolder,
      env: context.env,
    }),
  );
  for (const notice of services.notices) context.output.notice(`resbench: ${notice}`);
  // Work may wait for another process, whom nothing but a timer of ours keeps this one alive for.
  const alive = setInterval(() => {}, LONG_MS);
  const open: OpenServices = { services, kill: () => host.killAll() };
  try {
    listen(open);
    services.boot();
    return await work(open);
  } finally {
    clearInterval(alive);
    await services.shutdown();
  }
}

/** Looks something up in the libraries of the data folder, which is not made for it; null where there is none yet. */
export function inLibrary<T>(
  context: Context,
  options: CommonOptions,
  look: (library: Pick<OpenLibrary, 'architectures' | 'recipes'>) => T,
): T | null {
  const home = homeFolder(options.home, context.env);
  const library = unwrap(openLibrary({ home, trust: options.trustFolder, env: context.env }));
  if (library === null) return null;
  for (const notice of library.notices) context.output.notice(`resbench: ${notice}`);
  try {
    return look(library);
  } finally {
    library.close();
  }
}
