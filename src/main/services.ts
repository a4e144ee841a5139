/**
 * Everything Resbench does without a window: composed here once, used by the window and by the command line. Nothing here
 * imports Electron; the host says how trainers are started.
 */
import { randomUUID } from 'node:crypto';
import { claimFolder } from '../node/folder-trust';
import { databasePath } from '../node/home';
import { closeToOthers } from '../node/private-folder';
import type { ProcessHost } from '../node/process-host';
import { ownIdentity } from '../node/process-identity';
import { ok, type Result } from '../shared/result';
import { ArchitectureService } from './architectures/service';
import { DatasetService } from './datasets/service';
import { ArchitectureStore } from './db/stores/architectures';
import { CheckpointStore, SeamStore } from './db/stores/checkpoints';
import { MetricStore } from './db/stores/metrics';
import { openDatabase } from './db/open';
import { ProcessStore } from './db/stores/processes';
import { QueueStore } from './db/stores/queue';
import { RunStore } from './db/stores/runs';
import { SettingStore } from './db/stores/settings';
import { SettingsService } from './settings/service';
import { CheckpointKeeper } from './checkpoints/checkpoint-keeper';
import type { QueueShare } from './queue/queue';
import { RunLogs } from './runs/run-log';
import { RunService } from './runs/service';

export interface ServiceOptions {
  /** Data folder; created where it does not exist. */
  home: string;
  host: ProcessHost;
  /** Version of Resbench. */
  version: string;
  /** Version of Electron, null in plain Node. */
  electron: string | null;
  /** Which waiting runs this process trains: a window all, a terminal those that were started in it. */
  queue: QueueShare;
  /** The user has said that a data folder of somebody else's may be used. */
  trust?: boolean;
  env?: NodeJS.ProcessEnv;
}

export interface Services {
  readonly home: string;
  /** What opening the data folder found and did (a damaged database that was recovered), a sentence each: tell the user. */
  readonly notices: readonly string[];
  readonly datasets: DatasetService;
  readonly runs: RunService;
  readonly architectures: ArchitectureService;
  readonly settings: SettingsService;
  /**
   * Ends what a dead process left behind, removes for good what was deleted in earlier sessions, and begins to watch for
   * other processes. Call it once, with listeners in place.
   * @throws ExpectedError where the database cannot be written.
   */
  boot(): void;
  /** Stops own runs and downloads, waits for their processes, then closes the database. Safe to call twice. */
  shutdown(): Promise<void>;
}

/** Opens the data folder. What keeps it from being used is one sentence, and leaves the folder as it was. */
export async function createServices(options: ServiceOptions): Promise<Result<Services>> {
  const { home, host, version, electron, queue, trust, env } = options;
  const claimed = claimFolder(home, { trust, env });
  if (!claimed.ok) return claimed;
  closeToOthers(home, env);
  const opened = openDatabase(databasePath(home));
  if (!opened.ok) return opened;
  const db = opened.value;
  const datasets = new DatasetService({ home, host });
  const settings = new SettingsService(new SettingStore(db));
  const runs = new RunService({
    db,
    checkpoints: new CheckpointKeeper(home, new CheckpointStore(db), () => settings.get()),
    seams: new SeamStore(db),
    logs: new RunLogs(home),
    settings: () => settings.get(),
    share: queue,
    runs: new RunStore(db),
    queue: new QueueStore(db),
    processes: new ProcessStore(db),
    metrics: new MetricStore(db),
    host,
    datasets,
    ownerId: randomUUID(),
    owner: ownIdentity(),
    version,
    electron,
  });
  let closing: Promise<void> | null = null;
  return ok({
    home,
    notices: claimed.value === null ? db.notices : [claimed.value, ...db.notices],
    datasets,
    runs,
    architectures: new ArchitectureService(new ArchitectureStore(db)),
    settings,
    boot: () => runs.boot(),
    shutdown: () => {
      closing ??= Promise.all([runs.shutdown(), datasets.shutdown()])
        .then(() => {})
        .finally(() => db.close());
      return closing;
    },
  });
}
