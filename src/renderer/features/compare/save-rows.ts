/** Saves everything that was measured of the compared runs. */
import { plural } from '../../../shared/format';
import { call, report } from '../../base/api';
import { downloadBlob } from '../../base/download';
import { showSuccess } from '../../base/notices';
import { READ_LIMIT } from '../../charts/metric-log';
import { EPOCHS_HEAD, epochRows, STEPS_HEAD, stepRows, type NamedRun } from './rows-csv';

export type Rows = 'steps' | 'epochs';

/** Reads the rows of each run and makes a file of them, of which it says how many it has; main says once it is saved. */
export async function saveRows(rows: Rows, runs: readonly NamedRun[]): Promise<void> {
  try {
    const parts = [rows === 'steps' ? STEPS_HEAD : EPOCHS_HEAD];
    let count = 0;
    for (const run of runs) {
      for await (const part of rows === 'steps' ? stepParts(run) : epochParts(run)) {
        parts.push(part.text);
        count += part.count;
      }
    }
    downloadBlob(`${plural(runs.length, 'run')}, ${rows}.csv`, new Blob(parts, { type: 'text/csv' }));
    const what = plural(count, rows === 'steps' ? 'step' : 'epoch');
    showSuccess(`The file has ${what} of ${plural(runs.length, 'run')}, none left out.`);
  } catch (error) {
    report(error);
  }
}

interface Part {
  text: string;
  count: number;
}

async function* stepParts(run: NamedRun): AsyncGenerator<Part> {
  let after = 0;
  for (;;) {
    const steps = await call('runs.steps', { id: run.id, after });
    const { length } = steps.step;
    if (length > 0) yield { text: stepRows(run, steps), count: length };
    if (length < READ_LIMIT) return;
    after = steps.step[length - 1]!;
  }
}

async function* epochParts(run: NamedRun): AsyncGenerator<Part> {
  const epochs = await call('runs.epochs', { id: run.id });
  yield { text: epochRows(run, epochs), count: epochs.length };
}
