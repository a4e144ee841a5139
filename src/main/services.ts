/**
 * Everything Resbench does without a window: composed here once, used by the window and by the command line. Nothing here
 * imports Electron; the host says how trainers are started.
 */
import { randomUUID } from 'node:crypto';
import { existsSync } from 'node:fs';
import { claimFolder } from '../node/files/folder-trust';
import { databasePath } from '../node/files/home';
import { closeToOthers } from '../node/files/private-folder';
import type { ProcessHost } from '../node/processes/process-host';
import { isAlive, ownIdentity } from '../node/processes/process-identity';
import type { DatasetId, DatasetStatus } from '../shared/dataset';
import type { ImageBrowser } from './datasets/images/browser';
import { readHistory } from '../shared/histories/read';
import { hasEnded } from '../shared/run';
import { shown } from '../shared/shown';
import type { Settings } from '../shared/settings';
import { ExpectedError, ok, type Result } from '../shared/result';
import { ArchitectureService } from './architectures/service';
import { CheckpointKeeper } from './checkpoints/checkpoint-keeper';
import { CheckpointService } from './checkpoints/service';
import { CostService } from './cost/service';
import { DatasetService } from './datasets/service';
import type { Db } from './db/database';
import { openDatabase } from './db/open';
import { ArchitectureStore } from './db/stores/architectures';
import { CheckpointStore, GapStore } from './db/stores/checkpoints';
import { ImportStore } from './db/stores/imports';
import { MetricStore } from './db/stores/metrics';
import { PredictionStore } from './db/stores/predictions';
import { ProcessStore } from './db/stores/processes';
import { QueueStore, type Owner } from './db/stores/queue';
import { RecipeStore } from './db/stores/recipes';
import { RunStore } from './db/stores/runs';
import { SettingStore } from './db/stores/settings';
import { TestStore } from './db/stores/tests';
import type { QueueShare } from './queue/queue';
import { QueueService } from './queue/service';
import { RecipeService } from './recipes/service';
import { RunCatalogue } from './runs/catalogue';
import { RunControl } from './runs/control';
import { RunImports } from './runs/importing';
import { OtherProcesses } from './runs/other-processes';
import type { ReadHistory } from './runs/read-history';
import { RangeTests } from './runs/range-tests';
import { RunRegistry, type RunNews } from './runs/registry';
import { RunLogs } from './runs/run-log';
import { RunRequests } from './runs/run-requests';
import { Supervision } from './runs/supervision';
import { RunTests } from './runs/tests';
import { SettingsService } from './settings/service';

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
  /** How a history is read; in this thread where it is left out, which a terminal has nothing else to do with. */
  readHistory?: ReadHistory;
  /** Reads images for those who look at them; absent where nobody does. */
  images?: ImageBrowser;
  /** The user has said that a data folder of somebody else's may be used. */
  trust?: boolean;
  env?: NodeJS.ProcessEnv;
}

export interface Services extends RunServices {
  readonly home: string;
  /** What opening the data folder found and did (a damaged database that was recovered), a sentence each: tell the user. */
  readonly notices: readonly string[];
  readonly datasets: DatasetService;
  readonly architectures: ArchitectureService;
  readonly recipes: RecipeService;
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
  const opened = openFolder(home, trust, env);
  if (!opened.ok) return opened;
  const { db, notices } = opened.value;
  const datasets = new DatasetService({
    home,
    host,
    images: options.images,
    usedBy: (id) => userOf(new RunStore(db), id),
  });
  const settings = new SettingsService(new SettingStore(db));
  const { boot, shutdown, ...runServices } = wireRuns({
    home,
    db,
    host,
    datasets,
    settings: () => settings.get(),
    share: queue,
    own: { ownerId: randomUUID(), owner: ownIdentity() },
    version,
    electron,
    readHistory: options.readHistory,
  });
  let closing: Promise<void> | null = null;
  return ok({
    home,
    notices,
    datasets,
    ...runServices,
    architectures: new ArchitectureService(new ArchitectureStore(db)),
    recipes: new RecipeService(new RecipeStore(db)),
    settings,
    boot,
    shutdown: () => {
      closing ??= Promise.all([shutdown(), datasets.shutdown()])
        .then(() => {})
        .finally(() => db.close());
      return closing;
    },
  });
}

/** Who has yet to train on a set. */
function userOf(runs: RunStore, id: DatasetId): string | null {
  const user = runs.list().find(({ dataset, state }) => dataset?.id === id && !hasEnded(state));
  if (!user) return null;
  return `Run ${user.id} ("${shown(user.name)}") trains on it or will go on training on it: end that run first, or wait for it.`;
}

/** The libraries alone, for whoever only looks something up: nothing in the data folder is begun, ended or removed for it. */
export interface OpenLibrary {
  readonly architectures: ArchitectureService;
  readonly recipes: RecipeService;
  /** As of the services. */
  readonly notices: readonly string[];
  close(): void;
}

/** Null where the data folder has no database yet, and none is made. Otherwise what `createServices` says. */
export function openLibrary({
  home,
  trust,
  env,
}: Pick<ServiceOptions, 'home' | 'trust' | 'env'>): Result<OpenLibrary | null> {
  if (!existsSync(databasePath(home))) return ok(null);
  const opened = openFolder(home, trust, env);
  if (!opened.ok) return opened;
  const { db, notices } = opened.value;
  return ok({
    architectures: new ArchitectureService(new ArchitectureStore(db)),
    recipes: new RecipeService(new RecipeStore(db)),
    notices,
    close: () => db.close(),
  });
}

function openFolder(
  home: string,
  trust: boolean | undefined,
  env: NodeJS.ProcessEnv | undefined,
): Result<{ db: Db; notices: readonly string[] }> {
  const claimed = claimFolder(home, { trust, env });
  if (!claimed.ok) return claimed;
  closeToOthers(home, env);
  const opened = openDatabase(databasePath(home));
  if (!opened.ok) return opened;
  const db = opened.value;
  return ok({ db, notices: claimed.value === null ? db.notices : [claimed.value, ...db.notices] });
}

/** The services of runs, each of which does one thing. */
export interface RunServices {
  /** What happens to runs, here and in other processes. */
  readonly events: RunNews;
  readonly runs: RunCatalogue;
  readonly control: RunControl;
  readonly imports: RunImports;
  readonly tests: RunTests;
  readonly costs: CostService;
  readonly rangeTests: RangeTests;
  readonly queue: QueueService;
  readonly checkpoints: CheckpointService;
}

export interface RunWiring {
  home: string;
  db: Db;
  host: ProcessHost;
  datasets: { status(id: DatasetId): DatasetStatus; folder(id: DatasetId): string | null };
  settings: () => Settings;
  share: QueueShare;
  /** This process in this session. */
  own: Owner;
  version: string;
  electron: string | null;
  /** As of {@link ServiceOptions}. */
  readHistory?: ReadHistory;
  /** In the place of the usual one, for tests. */
  keeper?: CheckpointKeeper;
  /** How long a trainer may take to stop when the program is closed; then it is ended by force. Milliseconds. */
  closeMs?: number;
}

/** Exported for tests, which bring their own connection. */
export function wireRuns(
  wiring: RunWiring,
): RunServices & { boot: () => void; shutdown: () => Promise<void> } {
  const { home, db, host, datasets, settings, share, own, version, electron, closeMs } = wiring;
  const keeper = wiring.keeper ?? new CheckpointKeeper(home, new CheckpointStore(db), settings);
  const [runs, metrics, processes] = [new RunStore(db), new MetricStore(db), new ProcessStore(db)];
  const [waiting, imported, predictions] = [new QueueStore(db), new ImportStore(db), new PredictionStore(db)];
  const logs = new RunLogs(home);
  const registry = new RunRegistry(runs, waiting, own);
  const requests = new RunRequests(runs, keeper, datasets, new ArchitectureStore(db));
  const trainers: Supervision = new Supervision({
    stores: {
      db,
      runs,
      metrics,
      predictions,
      checkpoints: keeper,
      gaps: new GapStore(db),
      queue: waiting,
      logs,
    },
    registry,
    host,
    datasets,
    settings,
    version,
    closeMs,
    placeFree: () => queue.pump(),
    stored: () => others.pollSoon(),
  });
  const queue = new QueueService({
    db,
    store: waiting,
    runs: registry,
    own,
    share,
    limit: () => settings().runsAtOnce,
    begin: (run) => trainers.begin(run),
  });
  const others = new OtherProcesses({ db, runs, metrics, registry, placeFree: () => queue.pump() });
  const testStore = new TestStore(db);
  const tests = new RunTests({
    runs,
    store: testStore,
    registry,
    requests,
    checkpoints: keeper,
    datasets,
    host,
  });
  const costs = new CostService({ home, host, registry, runs: () => runs.list() });
  const rangeTests = new RangeTests({ runs, registry, requests, datasets, host });
  const control = new RunControl({
    runs,
    checkpoints: keeper,
    registry,
    requests,
    queue,
    trainers,
    interrupt: (id) => others.interrupt(id),
    version,
    electron,
  });

  /**
   * What was deleted in earlier sessions goes for good, unless another process is alive, whose user may still undo.
   */
  const boot = (): void => {
    processes.register(own, Date.now());
    others.interruptOrphans();
    if (processes.purgeDeleted(own.ownerId, isAlive) > 0) {
      const exists = (id: number): boolean => runs.get(id) !== undefined;
      logs.purge(exists);
      void keeper.purge(exists);
    }
    others.start();
    queue.start();
    trainers.start();
  };

  const close = async (): Promise<void> => {
    control.close();
    tests.close();
    costs.close();
    rangeTests.close();
    queue.stop();
    await trainers.close();
    await imports.settled();
    others.stop();
    await keeper.settled();
    registry.close();
    try {
      processes.unregister(own.ownerId);
    } catch (error) {
      // A row of a dead process is cleared by the next start.
      if (!(error instanceof ExpectedError)) throw error;
    }
  };
  const imports = new RunImports({
    store: imported,
    registry,
    requests,
    datasets,
    read: wiring.readHistory ?? readHistory,
  });
  let closing: Promise<void> | null = null;

  return {
    events: registry,
    runs: new RunCatalogue({
      db,
      runs,
      metrics,
      imports: imported,
      predictions,
      tests: testStore,
      logs,
      registry,
      requests,
    }),
    control,
    imports,
    tests,
    costs,
    rangeTests,
    queue,
    checkpoints: new CheckpointService(keeper, registry),
    boot,
    shutdown: () => (closing ??= close()),
  };
}
