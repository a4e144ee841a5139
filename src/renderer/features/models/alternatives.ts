/** What else a convention could be: the other choices, a switch the other way, and values of the presets. Pure. */
import type { Architecture } from '../../../architecture/architecture';
import {
  CONVENTION_KEYS,
  conventionIn,
  conventionOf,
  describeConvention,
  stemField,
  type ConventionKey,
  type ConventionRow,
  type Conventions,
} from '../../../architecture/conventions';
import { PRESETS } from '../../../architecture/presets';

export interface Alternative {
  /** Unique within its row; of a choice its value. */
  id: string;
  /** `None (plain net)`, `On`, `32 × 32 × 3`. */
  label: string;
  values: Partial<Conventions>;
}

const STEM_KEYS = CONVENTION_KEYS.filter((key) => stemField(key) !== null);

/** In the order in which they are offered; what the architecture has already is among the choices alone. */
export function alternativesOf({ keys }: ConventionRow, architecture: Architecture): Alternative[] {
  const [key] = keys;
  if (key === undefined) return [];
  const convention = conventionOf(key);
  switch (convention.kind) {
    case 'choice':
      return Object.entries(convention.choices).map(([value, { label }]) => ({
        id: value,
        label,
        values: { [key]: value },
      }));
    case 'switch': {
      const isOn = conventionIn(architecture, key) === true;
      return [{ id: 'other', label: isOn ? 'Off' : 'On', values: { [key]: !isOn } }];
    }
    // They change the training, and no size.
    case 'real':
      return [];
    default:
      return keys.length > 1 ? usual(STEM_KEYS, architecture) : usual([key], architecture);
  }
}

const wordsOf = (keys: readonly ConventionKey[], one: Architecture): string =>
  keys.map((key) => shortWords(key, conventionIn(one, key))).join(', ');

function usual(keys: readonly ConventionKey[], architecture: Architecture): Alternative[] {
  const known = usualOf.get(keys[0]!) ?? ofPresets(keys);
  usualOf.set(keys[0]!, known);
  const own = wordsOf(keys, architecture);
  return known.filter(({ id }) => id !== own);
}
/** By the first of the conventions: presets do not change. */
const usualOf = new Map<ConventionKey, Alternative[]>();

/** What presets have for these conventions together, the most frequent first. */
function ofPresets(keys: readonly ConventionKey[]): Alternative[] {
  const found = new Map<string, { count: number; values: Partial<Conventions> }>();
  for (const { architecture: preset } of PRESETS) {
    const words = wordsOf(keys, preset);
    const values = Object.fromEntries(keys.map((key) => [key, conventionIn(preset, key)]));
    found.set(words, { values, count: (found.get(words)?.count ?? 0) + 1 });
  }
  return [...found]
    .sort(([, a], [, b]) => b.count - a.count)
    .map(([words, { values }]) => ({ id: words, label: words, values }));
}

/** In a list of several, as the stem is listed: `64 filters`, `stride 2`. */
const shortWords = (key: ConventionKey, value: Conventions[ConventionKey]): string =>
  (conventionOf(key).phrase ?? '{}').replace('{}', describeConvention(key, value as never));
