/**
 * Presets, saved architectures, and edits of them that are not saved yet. Edits survive switching views and the end
 * of the program: a preset's becomes an unsaved copy of its own, a saved architecture's stands beside it until saved.
 */
import { defineStore } from 'pinia';
import { computed, ref, shallowRef } from 'vue';
import type { Architecture } from '../../../architecture/architecture';
import { formatArchitecture } from '../../../architecture/text/architecture';
import { type Network, buildNetwork } from '../../../architecture/network';
import { PRESETS, type Preset } from '../../../architecture/presets';
import { type Summary, summarize } from '../../../architecture/summary';
import type { SavedArchitecture } from '../../../shared/saved-architecture';
import { DEFAULT_MODEL_KEY, draftKey, ownKey, parseModelKey, type ModelKey } from '../../../shared/model-key';
import { attempt, call, report } from '../../base/api';
import {
  type Edit,
  type Evaluation,
  editOf,
  evaluate,
  freeName,
  renamed,
  sameArchitecture,
  withoutJson,
} from './document';
import { showSuccess, showUndo } from '../../base/notices';
import { named } from '../../base/shown';
import { useSettingsStore } from '../../base/settings-store';

interface Draft {
  edit: Edit;
  /** What the edit began from. */
  base: ModelKey;
  /** The name that an unsaved copy was given without its user. */
  suggested?: string;
}

/** The last valid state of the architecture under edit. */
export interface Shown {
  architecture: Architecture;
  network: Network;
  summary: Summary;
}

/** Above this many layers the summary waits for a pause in typing. */
const LARGE = 1000;
const PAUSE_MS = 150;

function presetOf(key: ModelKey): Preset | undefined {
  const reference = parseModelKey(key);
  return reference?.kind === 'preset' ? PRESETS.find(({ id }) => id === reference.id) : undefined;
}
function ownId(key: ModelKey): number | null {
  const reference = parseModelKey(key);
  return reference?.kind === 'own' ? reference.id : null;
}
const isDraft = (key: ModelKey): boolean => parseModelKey(key)?.kind === 'draft';

/** Texts are never changed in place, so each is evaluated once. */
const evaluations = new WeakMap<Edit, Evaluation>();
function evaluated(edit: Edit): Evaluation {
  let result = evaluations.get(edit);
  if (!result) evaluations.set(edit, (result = evaluate(edit)));
  return result;
}

const show = (architecture: Architecture, network = buildNetwork(architecture)): Shown => ({
  architecture,
  network,
  summary: summarize(network),
});

export const useArchitecturesStore = defineStore('architectures', () => {
  const settings = useSettingsStore();

  const saved = shallowRef<SavedArchitecture[]>([]);
  /** Replaced as a whole at every change. */
  const drafts = shallowRef<Record<ModelKey, Draft>>({});
  const current = ref<ModelKey>(DEFAULT_MODEL_KEY);
  /** Whether the JSON tab is in front. */
  const jsonOpen = ref(false);
  const evaluation = shallowRef<Evaluation>({ architecture: null, network: null, problems: [], tables: [] });
  const shown = shallowRef<Shown | null>(null);
  /** Last valid state by key, for coming back to a text with a mistake in it. */
  const lastValid = new Map<ModelKey, Shown>();

  // ------------------------------------------------------------------------------------------------- reading

  /** The architecture as preset or as saved; null for an unsaved copy. */
  function original(key: ModelKey): Architecture | null {
    const id = ownId(key);
    if (id !== null) return saved.value.find((own) => own.id === id)?.architecture ?? null;
    return presetOf(key)?.architecture ?? null;
  }

  function editFor(key: ModelKey): Edit | null {
    const draft = drafts.value[key];
    if (draft) return draft.edit;
    const architecture = original(key);
    return architecture ? editOf(architecture) : null;
  }

  const exists = (key: ModelKey): boolean => key in drafts.value || original(key) !== null;
  const edit = computed<Edit>(() => editFor(current.value) ?? editOf(original(DEFAULT_MODEL_KEY)!));
  const preset = computed(() => presetOf(current.value) ?? null);

  function isChanged(key: ModelKey): boolean {
    const draft = drafts.value[key];
    if (!draft) return false;
    const before = original(key);
    if (!before) return true;
    // A large network under the user's hands is evaluated in a pause, see refresh: until then it counts as changed.
    const isUnderHands = key === current.value && evaluation.value !== evaluations.get(draft.edit);
    if (isUnderHands) return true;
    const after = evaluated(draft.edit).architecture;
    return !after || !sameArchitecture(before, after);
  }

  /** Keys with changes that are not saved; an unsaved copy counts always. */
  const changed = computed(() => new Set(Object.keys(drafts.value).filter(isChanged)));
  const copies = computed(() =>
    Object.entries(drafts.value)
      .filter(([key]) => isDraft(key))
      .map(([key, { edit: text }]) => ({ key, name: nameOf(text) })),
  );
  function nameOf(text: Edit): string {
    const name = text.json === null ? text.name : (evaluated(text).architecture?.name ?? text.name);
    return name.trim() || 'untitled';
  }
  /** The name to ask about before an unsaved copy is saved; null where its user has named it, and for all others. */
  const suggestedName = computed(() => {
    const draft = drafts.value[current.value];
    if (draft?.suggested === undefined) return null;
    const name = nameOf(draft.edit);
    // The JSON text of a preset begins with the preset's name.
    return name === draft.suggested || name === original(draft.base)?.name ? draft.suggested : null;
  });
  const names = computed(() => [
    ...PRESETS.map(({ architecture }) => architecture.name),
    ...saved.value.map(({ architecture }) => architecture.name),
    ...copies.value.map(({ name }) => name),
  ]);
  /** Whether what is shown is older than the text because the text has a mistake. */
  const stale = computed(() => evaluation.value.architecture !== shown.value?.architecture);
  /** What the JSON tab shows: the text typed there, or the architecture written out. */
  const jsonText = computed(
    () => edit.value.json ?? (shown.value ? formatArchitecture(shown.value.architecture) : ''),
  );
  /** Address of the architecture in the window. */
  const path = computed(() => `/models/${current.value}`);

  // ---------------------------------------------------------------------------------------------- evaluating

  let waiting: ReturnType<typeof setTimeout> | undefined;

  function refresh(mayWait: boolean): void {
    clearTimeout(waiting);
    if (mayWait && (shown.value?.summary.layers.length ?? 0) > LARGE) {
      waiting = setTimeout(() => refresh(false), PAUSE_MS);
      return;
    }
    const key = current.value;
    const result = evaluated(edit.value);
    shown.value = shownFor(key, result);
    if (shown.value) lastValid.set(key, shown.value);
    evaluation.value = result;
  }

  /** What the text gives; while it has a mistake, what it gave before, or what the edit began from. */
  function shownFor(key: ModelKey, { architecture, network }: Evaluation): Shown | null {
    const before = lastValid.get(key) ?? null;
    if (architecture && network) {
      return before?.architecture === architecture ? before : show(architecture, network);
    }
    const base = original(drafts.value[key]?.base ?? key);
    return before ?? (base && show(base));
  }

  // -------------------------------------------------------------------------------------------------- storing

  /** Unsaved edits belong to a data folder; another folder has its own. */
  const storageKey = (): string => `resbench.drafts:${settings.info?.home ?? ''}`;
  let storing: ReturnType<typeof setTimeout> | undefined;

  function keepDrafts(): void {
    clearTimeout(storing);
    storing = setTimeout(writeDrafts, 400);
  }

  function writeDrafts(): void {
    clearTimeout(storing);
    try {
      localStorage.setItem(storageKey(), JSON.stringify(drafts.value));
    } catch {
      // Full or forbidden: the edits then live as long as the window.
    }
  }

  function readDrafts(): Record<ModelKey, Draft> {
    const sound: Record<ModelKey, Draft> = {};
    try {
      const stored = JSON.parse(localStorage.getItem(storageKey()) ?? '{}') as Record<ModelKey, Draft>;
      for (const [key, draft] of Object.entries(stored)) if (isSound(draft)) sound[key] = draft;
    } catch {
      // Written by another version or forbidden: begin without.
    }
    return sound;
  }

  function isSound({ base, edit: text }: Draft): boolean {
    try {
      evaluated(text);
      return typeof base === 'string' && typeof text.name === 'string' && typeof text.tableText === 'string';
    } catch {
      return false;
    }
  }

  window.addEventListener('pagehide', writeDrafts);

  async function load(): Promise<void> {
    saved.value = (await attempt('architectures.list')) ?? [];
    const stored = readDrafts();
    // An edit of an architecture that another window deleted continues as an unsaved copy.
    drafts.value = stored;
    for (const [key, draft] of Object.entries(stored)) {
      if (isDraft(key) || original(key) !== null) continue;
      setDraft(newKey(), draft);
      setDraft(key, null);
    }
    const wanted = settings.settings.model;
    current.value = wanted && exists(wanted) ? wanted : DEFAULT_MODEL_KEY;
    jsonOpen.value = edit.value.json !== null;
    refresh(false);
  }

  // -------------------------------------------------------------------------------------------------- editing

  function newKey(): ModelKey {
    let n = 1;
    while (draftKey(n) in drafts.value) n++;
    return draftKey(n);
  }

  function setDraft(key: ModelKey, draft: Draft | null): void {
    const next = { ...drafts.value };
    if (draft) next[key] = draft;
    else {
      delete next[key];
      lastValid.delete(key);
    }
    drafts.value = next;
    keepDrafts();
  }

  function goTo(key: ModelKey): void {
    current.value = key;
    refresh(false);
    // The JSON tab stays in front while one looks through models, but not over a design with a mistake.
    jsonOpen.value = edit.value.json !== null || (jsonOpen.value && evaluation.value.architecture !== null);
    if (settings.settings.model !== key) void settings.set({ model: key });
  }

  function select(key: ModelKey): void {
    if (exists(key) && key !== current.value) goTo(key);
  }

  /** Changes the texts. On a preset this begins an unsaved copy, which becomes the current architecture. */
  function change(patch: Partial<Edit>): void {
    const key = current.value;
    const before = edit.value;
    if (presetOf(key)) {
      const copy = newKey();
      const suggested = freeName(`${before.name} (edited)`, names.value);
      const edited = { ...before, ...patch, name: patch.name ?? suggested };
      setDraft(copy, { base: key, edit: edited, suggested });
      if (shown.value) lastValid.set(copy, shown.value);
      current.value = copy;
      void settings.set({ model: copy });
    } else {
      setDraft(key, { base: key, ...drafts.value[key], edit: { ...before, ...patch } });
    }
    refresh(true);
  }

  /** Brings the JSON tab to the front or back; false where a mistake on the side now in front forbids it. */
  function setJson(open: boolean): boolean {
    refresh(false);
    const { architecture } = evaluation.value;
    if (!architecture) return open === jsonOpen.value;
    jsonOpen.value = open;
    const draft = drafts.value[current.value];
    if (!open && draft && draft.edit.json !== null) {
      setDraft(current.value, { ...draft, edit: withoutJson(draft.edit, architecture) });
      refresh(false);
    }
    return true;
  }

  /** Back to what was saved, or to the preset that the copy began from; can be undone. */
  function revert(): void {
    const key = current.value;
    const draft = drafts.value[key];
    if (!draft) return;
    setDraft(key, null);
    const isCopy = isDraft(key);
    goTo(isCopy ? (exists(draft.base) ? draft.base : DEFAULT_MODEL_KEY) : key);
    const name = nameOf(draft.edit);
    showUndo(isCopy ? `Discarded ${name}.` : `Reverted ${name} to what was saved.`, () => {
      const back = key in drafts.value || (!isCopy && original(key) === null) ? newKey() : key;
      setDraft(back, draft);
      goTo(back);
    });
  }

  /** A new unsaved copy of an architecture. */
  function begin(architecture: Architecture, name: string): void {
    const key = newKey();
    const suggested = freeName(name, names.value);
    setDraft(key, { base: DEFAULT_MODEL_KEY, edit: { ...editOf(architecture), name: suggested }, suggested });
    goTo(key);
  }

  // --------------------------------------------------------------------------------------------------- saving

  function put(own: SavedArchitecture): void {
    const others = saved.value.filter(({ id }) => id !== own.id);
    saved.value = [...others, own].sort((a, b) =>
      a.architecture.name.localeCompare(b.architecture.name, 'en'),
    );
  }

  /** Saves the current architecture, under a new name where one is given; false where it could not be. */
  async function save(asName?: string): Promise<boolean> {
    refresh(false);
    const key = current.value;
    const { architecture } = evaluation.value;
    if (!architecture) return false;
    const id = asName === undefined ? ownId(key) : null;
    const wanted = { ...architecture, name: asName ?? architecture.name };
    try {
      const own = await call('architectures.save', { id, architecture: { ...wanted } });
      put(own);
      const savedKey = ownKey(own.id);
      // The text as it was typed stays (comments, line breaks); "save as" leaves the first as it was saved.
      const draft = drafts.value[key];
      if (draft) {
        if (key !== savedKey) setDraft(key, null);
        setDraft(savedKey, { base: savedKey, edit: renamed(draft.edit, own.architecture.name) });
      }
      if (current.value === key) goTo(savedKey);
      showSuccess(`Saved ${named(own.architecture.name)}.`);
      return true;
    } catch (error) {
      report(error);
      return false;
    }
  }

  async function rename(id: number, name: string): Promise<boolean> {
    const own = saved.value.find((one) => one.id === id);
    if (!own) return false;
    const done = await attempt('architectures.save', { id, architecture: { ...own.architecture, name } });
    if (!done) return false;
    put(done);
    const key = ownKey(id);
    const draft = drafts.value[key];
    if (draft) setDraft(key, { ...draft, edit: renamed(draft.edit, name) });
    refresh(false);
    return true;
  }

  /** Saves a copy of a preset or of a saved architecture, without its unsaved changes. */
  async function duplicate(key: ModelKey): Promise<void> {
    const architecture = original(key);
    if (!architecture) return;
    const name = freeName(`${architecture.name} copy`, names.value);
    const copy = await attempt('architectures.save', { id: null, architecture: { ...architecture, name } });
    if (!copy) return;
    put(copy);
    select(ownKey(copy.id));
  }

  /** Deletes a saved architecture with its unsaved changes; can be undone. */
  async function remove(id: number): Promise<void> {
    const own = saved.value.find((one) => one.id === id);
    if (!own) return;
    try {
      await call('architectures.delete', { id });
    } catch (error) {
      report(error);
      return;
    }
    const key = ownKey(id);
    const draft = drafts.value[key];
    setDraft(key, null);
    saved.value = saved.value.filter((one) => one.id !== id);
    if (current.value === key) goTo(DEFAULT_MODEL_KEY);
    showUndo(`Deleted ${named(own.architecture.name)}.`, async () => {
      const back = await call('architectures.restore', { id });
      put(back);
      if (draft) setDraft(ownKey(back.id), draft);
      goTo(ownKey(back.id));
    });
  }

  return {
    saved,
    copies,
    changed,
    current,
    edit,
    jsonOpen,
    jsonText,
    preset,
    evaluation,
    shown,
    stale,
    path,
    names,
    suggestedName,
    exists,
    original,
    load,
    select,
    change,
    setJson,
    revert,
    begin,
    save,
    rename,
    duplicate,
    remove,
  };
});
