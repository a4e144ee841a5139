/** The entries of the list of models: in groups, stars first, searched by name, tags and notes. Pure. */
import { PRESET_GROUPS, PRESETS } from '../../../../architecture/presets';
import { plainWord } from '../../../../architecture/suggest';
import { ownKey, presetKey, type ModelKey } from '../../../../shared/model-key';
import { foldedTag, type SavedArchitecture } from '../../../../shared/saved-architecture';

export interface ModelItem {
  key: ModelKey;
  kind: 'own' | 'draft' | 'preset';
  name: string;
  /** Beside the name: height and width of its images. */
  note: string;
  hint?: string;
  /** Of a saved one. */
  id: number | null;
  /** With changes that are not saved. */
  changed: boolean;
  starred: boolean;
  tags: readonly string[];
  /** What it is found by, without separators and case. */
  words: readonly string[];
}

export interface ModelGroup {
  title: string;
  items: readonly ModelItem[];
}

export const YOURS = 'Yours';

const shapeNote = (shape: readonly number[]): string => `${shape[0]}×${shape[1]}`;

/** Unsaved copies, then saved ones with those that have a star first, each by name; then the presets. */
export function modelGroupsOf(
  copies: readonly { key: ModelKey; name: string }[],
  saved: readonly SavedArchitecture[],
  changed: ReadonlySet<ModelKey>,
): ModelGroup[] {
  const drafts = copies.map(({ key, name }): ModelItem => ({
    key,
    kind: 'draft',
    name,
    note: '',
    id: null,
    changed: true,
    starred: false,
    tags: [],
    words: [name, key, YOURS].map(plainWord),
  }));
  const own = saved.map(({ id, architecture: { name, inputShape }, starred, tags, notes }): ModelItem => ({
    key: ownKey(id),
    kind: 'own',
    name,
    note: shapeNote(inputShape),
    ...(notes !== '' && { hint: notes }),
    id,
    changed: changed.has(ownKey(id)),
    starred,
    tags,
    words: [name, ownKey(id), YOURS, ...tags, notes].map(plainWord),
  }));
  const starsFirst = [...own.filter(({ starred }) => starred), ...own.filter(({ starred }) => !starred)];
  return [{ title: YOURS, items: [...drafts, ...starsFirst] }, ...PRESET_ITEMS];
}

const PRESET_ITEMS: readonly ModelGroup[] = PRESET_GROUPS.map((title) => ({
  title,
  items: PRESETS.filter(({ group }) => group === title).map(
    ({ id, title: name, description, architecture }): ModelItem => ({
      key: presetKey(id),
      kind: 'preset',
      name: name.replace(/,.*$/, ''),
      note: shapeNote(architecture.inputShape),
      hint: description,
      id: null,
      changed: false,
      starred: false,
      tags: [],
      words: [name, presetKey(id), title].map(plainWord),
    }),
  ),
}));

/**
 * What has the text, or each of its words, in its name, tags or notes, and every one of the tags. Yours stay as a group while
 * nothing is looked for.
 */
export function filteredGroups(
  groups: readonly ModelGroup[],
  text: string,
  tags: readonly string[],
): ModelGroup[] {
  const whole = plainWord(text);
  const parts = text.split(/\s+/).map(plainWord).filter(Boolean);
  const wanted = tags.map(foldedTag);
  const isFound = ({ words, tags: own }: ModelItem): boolean => {
    const has = (part: string): boolean => words.some((word) => word.includes(part));
    if (!has(whole) && !parts.every(has)) return false;
    const folded = own.map(foldedTag);
    return wanted.every((tag) => folded.includes(tag));
  };
  return groups
    .map(({ title, items }) => ({ title, items: items.filter(isFound) }))
    .filter(
      ({ title, items }) =>
        items.length > 0 || (title === YOURS && whole === '' && parts.length + wanted.length === 0),
    );
}

/** `No architecture has “x” in its name, tags or notes, and the tag “y”.` */
export function describeNone(text: string, tags: readonly string[]): string {
  const typed = text.trim();
  const looked = typed === '' ? '' : `“${typed}” in its name, tags or notes`;
  const tagged = tags.length === 0 ? '' : `the ${tags.length === 1 ? 'tag' : 'tags'} ${listed(tags)}`;
  return `No architecture has ${[looked, tagged].filter(Boolean).join(' and ')}.`;
}

const listed = (tags: readonly string[]): string => tags.map((tag) => `“${tag}”`).join(', ');
