/** SKELETON: signatures are final, bodies follow within the hour. */
import type { ProcessHost } from '../node/process-host';
import type { SavedArchitecture, Settings } from '../shared/domain';
import type { Result } from '../shared/result';
import type { DatasetService } from './datasets/service';
import type { RunService } from './training/service';

export interface ServiceOptions {
  /** Data folder; created where it does not exist. */
  home: string;
  host: ProcessHost;
  /** Version of Resbench. */
  version: string;
  /** Version of Electron, null in plain Node. */
  electron: string | null;
}

export interface Services {
  readonly home: string;
  readonly datasets: DatasetService;
  readonly runs: RunService;
  readonly architectures: {
    list(): SavedArchitecture[];
    /** With an id: overwrites that one. Checks the architecture (parseArchitecture) and that its name is free. */
    save(id: number | null, architecture: unknown): Result<SavedArchitecture>;
    delete(id: number): Result<void>;
    restore(id: number): Result<SavedArchitecture>;
  };
  readonly settings: {
    get(): Settings;
    set(change: Partial<Settings>): Result<Settings>;
    /** Anything else worth remembering, as JSON (e.g. the window's bounds); undefined where nothing is stored. */
    read(key: string): unknown;
    write(key: string, value: unknown): Result<void>;
  };
  /** Interrupted runs of dead processes, purge of deleted ones, watch of other processes. */
  boot(): void;
  /** Stops own runs, closes the database. Safe to call twice. */
  shutdown(): Promise<void>;
}

export declare function createServices(options: ServiceOptions): Promise<Result<Services>>;
