/** Makes runs of histories that other programs wrote: each as a whole, or nothing of it. */
import type { Architecture } from '../../architecture/architecture';
import { inert } from '../../architecture/inert-text';
import { summarize } from '../../architecture/summary';
import { datasetMismatch } from '../../shared/compatibility';
import { isBuiltIn, type DatasetId, type DatasetStatus } from '../../shared/dataset';
import { thousands } from '../../shared/format';
import type { HistoryProblem, HistoryReading, ImportedHistory } from '../../shared/histories/history';
import { excerptOf, type SourceExcerpt } from '../../shared/histories/source';
import { asResult, fail, ok, type Result } from '../../shared/result';
import type { ImportRequest, Run } from '../../shared/run';
import { shown } from '../../shared/shown';
import type { ImportStore, NewImport } from '../db/stores/imports';
import { builtNetwork } from './network';
import type { ReadHistory } from './read-history';
import type { RunRegistry } from './registry';
import { shortened, type RunRequests } from './run-requests';

export interface RunImportsOptions {
  store: ImportStore;
  registry: RunRegistry;
  requests: Pick<RunRequests, 'name' | 'checkModel'>;
  datasets: { status(id: DatasetId): DatasetStatus };
  read: ReadHistory;
}

/** UTF-16 units of a file's name, as file systems have them. */
const MAX_FILE = 255;
/** Of what was left out, as many are kept: a long log may have lines of other programs between any two of its own. */
const MAX_LEFT_OUT = 200;

export class RunImports {
  private readonly pending = new Set<Promise<unknown>>();

  constructor(private readonly options: RunImportsOptions) {}

  /** Reads the text again, whoever has read it before. */
  async import(request: ImportRequest): Promise<Result<Run>> {
    const importing = this.readAndStore(request);
    this.pending.add(importing);
    try {
      return await importing;
    } finally {
      this.pending.delete(importing);
    }
  }

  /** Resolves once nothing is being imported any more. */
  async settled(): Promise<void> {
    while (this.pending.size > 0) await Promise.allSettled(this.pending);
  }

  private async readAndStore(request: ImportRequest): Promise<Result<Run>> {
    const reading = await this.options.read(request.text);
    return this.store(request, reading);
  }

  private store(request: ImportRequest, reading: HistoryReading): Result<Run> {
    const { store, registry, requests, datasets } = this.options;
    return asResult(() => {
      const { text, again = false } = request;
      const read = historyOf(reading);
      if (!read.ok) return read;
      const { datasetId = null } = request;
      const known = datasetId === null ? null : datasets.status(datasetId);
      // One that comes with Resbench is known wherever it is.
      if (known?.state === 'missing' && !isBuiltIn(known.id)) return fail('data-missing', known.detail);
      const setUp = setUpOf(request.architecture ?? null, known);
      if (!setUp.ok) return setUp;
      const { model = null } = request;
      const checked = requests.checkModel(model, setUp.value.architecture);
      if (!checked.ok) return checked;
      const file = fileOf(request.file);
      const name = requests.name(request.name.trim() || defaultName(file));
      if (!name.ok) return name;
      const before = again ? null : store.runOf(text);
      if (before) {
        return fail(
          'conflict',
          `The same text was imported already, as run ${before.id} ("${shown(before.name)}"): it becomes another run only ` +
            'where that is asked for.',
        );
      }
      const id = store.create(
        { name: name.value, ...setUp.value, model, file, source: text, at: Date.now() },
        read.value,
      );
      registry.announce(id);
      return registry.get(id);
    });
  }

  /** The newest run, not deleted, that was imported from just this text; null where there is none. */
  ofSource(text: string): Result<Run | null> {
    const { store, registry } = this.options;
    return asResult<Run | null>(() => {
      const found = store.runOf(text);
      return found ? registry.get(found.id) : ok(null);
    });
  }

  /** The beginning of what a run was imported from. */
  source(id: number): Result<SourceExcerpt> {
    const { store, registry } = this.options;
    return asResult(() => {
      const { name } = registry.stored(id);
      const text = store.source(id);
      return text === null
        ? fail('not-found', `Run ${id} ("${shown(name)}") was not imported, so it has no source.`)
        : ok(excerptOf(text));
    });
  }
}

function historyOf(read: HistoryReading): Result<ImportedHistory> {
  if (!read.ok) {
    const sentences = read.problems.map(located);
    return fail('invalid-input', sentences[0] ?? 'The text is not understood.', sentences);
  }
  const { leftOut } = read.history;
  const more = leftOut.length - MAX_LEFT_OUT;
  if (more <= 0) return ok(read.history);
  const rest = { source: `${thousands(more)} more`, reason: 'They stand in the source, which is kept.' };
  return ok({ ...read.history, leftOut: [...leftOut.slice(0, MAX_LEFT_OUT), rest] });
}

/** `Line 7: …`; the sentence as it is where the problem is one of the whole. */
const located = ({ line, sentence }: HistoryProblem): string =>
  line === null ? sentence : `Line ${thousands(line)}: ${sentence}`;

/** What the user says of the run: what fits together, and can be built. */
function setUpOf(
  architecture: Architecture | null,
  known: DatasetStatus | null,
): Result<Pick<NewImport, 'architecture' | 'dataset' | 'size'>> {
  const dataset = known && {
    id: known.id,
    title: known.title,
    // Whose copy it was, and which of its images were used, is not known.
    sha256: null,
    trainCount: known.trainCount,
    evalCount: known.evalCount,
  };
  if (architecture === null) return ok({ architecture, dataset, size: null });
  const mismatch = known && datasetMismatch(architecture, known);
  if (mismatch) return fail('invalid-input', mismatch);
  const network = builtNetwork(architecture);
  if (!network.ok) return network;
  const { totalParams: params, macs } = summarize(network.value);
  return ok({ architecture, dataset, size: { params, macs } });
}

/** Without the folders it lies in, and with nothing that acts. */
function fileOf(path: string | null): string | null {
  const name = inert(path?.split(/[\\/]/).at(-1) ?? '').trim();
  return name === '' ? null : name.slice(0, MAX_FILE);
}

const defaultName = (file: string | null): string =>
  shortened(file?.replace(/\.(csv|log|txt)$/i, '') || 'Imported history');
