/** A row that a table refuses, with other values where its own are none that the column may hold. */
import { CHECKPOINT_KINDS } from '../../../shared/checkpoint';
import { DEVICES, RUN_STATES } from '../../../shared/run';
import { shown } from '../../../shared/shown';

type Row = Record<string, unknown>;

/** A row of which more had to be replaced has not been one. */
const MAX_REPLACED = 2;

const STATES: readonly unknown[] = RUN_STATES;
const TEXTS = {
  JSON: ['architecture', 'recipe', 'machine', 'understood', 'tags'],
  WORDS: { device: DEVICES, kind: CHECKPOINT_KINDS } as Record<string, readonly unknown[]>,
} as const;
/** In the place of a word that is none. */
const WORD: Record<string, string> = { device: 'auto', kind: 'interval' };

/**
 * What to try in the row's place, the one with least replaced first; none where too much would have to be.
 * @param revision one that no run has
 */
export function mended(table: string, row: Row, revision: number): Row[] {
  const values: Row = { ...row };
  const replaced: string[] = [];
  const put = (column: string, value: unknown): void => {
    if (!(column in row)) return;
    values[column] = value;
    replaced.push(column);
  };
  for (const [column, value] of Object.entries(row)) {
    if (TEXTS.JSON.some((name) => name === column) && !isJson(value)) put(column, asJson(value));
    if (column === 'plan' && value !== null && !isJson(value)) put(column, null);
    const words = TEXTS.WORDS[column];
    if (words && !words.includes(value)) put(column, WORD[column]);
    if (
      ['held', 'is_best', 'pinned', 'starred', 'stop_requested'].includes(column) &&
      value !== 0 &&
      value !== 1
    )
      put(column, 0);
    if (column === 'wanted' && value !== null && value !== 'stop' && value !== 'pause') put(column, null);
  }
  if (table === 'runs') mendState(values, put);
  if (replaced.length > MAX_REPLACED) return [];
  switch (table) {
    case 'runs':
      return [values, { ...values, revision }];
    case 'checkpoints':
      // Only one of a run is the best.
      return [values, { ...values, is_best: 0 }];
    case 'architectures':
    case 'recipes':
      return [values, { ...values, name: `${String(values.name)} (recovered)` }];
    default:
      return [values];
  }
}

/** Of a state that is none nothing is known but that no trainer is at work any more. */
function mendState(values: Row, put: (column: string, value: unknown) => void): void {
  const { state } = values;
  if (!STATES.includes(state)) {
    put('state', 'interrupted');
    values.reason = `The database held ${shown(JSON.stringify(String(state)))} as its state: taken for interrupted when it was recovered.`;
  }
  if (values.state !== 'queued' && 'queue_position' in values) values.queue_position = null;
  if (!('wanted' in values)) return;
  // Both or none, and somebody's as long as it is active.
  const isOwned = typeof values.owner_id === 'string' && Number.isSafeInteger(values.owner_pid);
  if (!isOwned && (values.owner_id !== null || values.owner_pid !== null)) {
    values.owner_id = null;
    put('owner_pid', null);
  }
  if (
    values.owner_id === null &&
    ['preparing', 'running', 'pausing', 'stopping'].includes(String(values.state))
  ) {
    put('state', 'interrupted');
  }
}

function isJson(value: unknown): boolean {
  if (typeof value !== 'string') return false;
  try {
    JSON.parse(value);
    return true;
  } catch {
    return false;
  }
}

/** A text that is JSON no more is kept as one that is. */
const asJson = (value: unknown): string =>
  JSON.stringify(Buffer.isBuffer(value) ? value.toString('utf8') : String(value));
