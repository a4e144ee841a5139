/**
 * Presets, saved architectures, and edits of them that are not saved yet. Edits survive switching views and the end
 * of the program: a preset's becomes an unsaved copy of its own, a saved architecture's stands beside it until saved.
 */
import { defineStore } from 'pinia';
import { computed, ref, shallowRef } from 'vue';
import type { Architecture } from '../../../architecture/architecture';
import { describe } from '../../../architecture/edits/describe';
import type { ArchitectureEdit } from '../../../architecture/edits/edit';
import { formatArchitecture } from '../../../architecture/text/architecture';
import { type Network, buildNetwork } from '../../../architecture/network';
import type { Mend } from '../../../architecture/problem';
import { PRESETS, type Preset } from '../../../architecture/presets';
import { type Summary, summarize } from '../../../architecture/summary';
import { DEFAULT_MODEL_KEY, parseModelKey, type ModelKey } from '../../../shared/model-key';
import {
  type Edit,
  type Evaluation,
  editedTexts,
  editOf,
  evaluate,
  freeName,
  readTable,
  sameArchitecture,
  withoutJson,
  tableName,
} from './document';
import type { Draft } from './draft-storage';
import { NO_HISTORY } from './history';
import { allMended, mendedTexts, mendName } from './mending';
import { useLibraryStore } from './library-store';
import { useTextHistories } from './text-histories';
import { gatherOf, type TextStep } from './text-steps';
import { useChanges } from './use-changes';
import { isDraft, useDrafts } from './use-drafts';
import { ownId, useLibraryEdits } from './use-library-edits';
import { showUndo } from '../../base/notices';
import { useSettingsStore } from '../../base/settings-store';

/** The last valid state of the architecture under edit. */
export interface Shown {
  architecture: Architecture;
  network: Network;
  summary: Summary;
}

/** Above this many layers the summary waits for a pause in typing. */
const LARGE = 3000;
const PAUSE_MS = 150;

function presetOf(key: ModelKey): Preset | undefined {
  const reference = parseModelKey(key);
  return reference?.kind === 'preset' ? PRESETS.find(({ id }) => id === reference.id) : undefined;
}
/** Texts are never changed in place, so each is evaluated once. */
const evaluations = new WeakMap<Edit, Evaluation>();
function evaluated(edit: Edit): Evaluation {
  let result = evaluations.get(edit);
  if (!result) evaluations.set(edit, (result = evaluate(edit)));
  return result;
}

const shownOf = (architecture: Architecture, network = buildNetwork(architecture)): Shown => ({
  architecture,
  network,
  summary: summarize(network),
});

export const useArchitecturesStore = defineStore('architectures', () => {
  const settings = useSettingsStore();

  const library = useLibraryStore();
  const { drafts, setDraft, newKey, loadDrafts, adoptOrphans } = useDrafts(
    () => settings.info?.home ?? '',
    (key) => lastValid.delete(key),
  );
  const current = ref<ModelKey>(DEFAULT_MODEL_KEY);
  const steps = useTextHistories(current);
  /** Whether the JSON tab is in front. */
  const jsonOpen = ref(false);
  const evaluation = shallowRef<Evaluation>({ architecture: null, network: null, problems: [], tables: [] });
  const shown = shallowRef<Shown | null>(null);
  /** Names that each copy was given without its user, for steps that lead back to one. */
  const suggestions = new Map<ModelKey, Set<string>>();
  /** Last valid state by key, for coming back to a text with a mistake in it. */
  const lastValid = new Map<ModelKey, Shown>();

  // ------------------------------------------------------------------------------------------------- reading

  /** The architecture as preset or as saved; null for an unsaved copy. */
  function original(key: ModelKey): Architecture | null {
    const id = ownId(key);
    if (id !== null) return library.byId.get(id)?.architecture ?? null;
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
  /** Names that are taken; by copies other than one. */
  const namesBeside = (key: ModelKey | null): string[] => [
    ...PRESETS.map(({ architecture }) => architecture.name),
    ...library.saved.map(({ architecture }) => architecture.name),
    ...copies.value.filter((copy) => copy.key !== key).map(({ name }) => name),
  ];
  const names = computed(() => namesBeside(null));
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
      return before?.architecture === architecture ? before : shownOf(architecture, network);
    }
    const base = original(drafts.value[key]?.base ?? key);
    return before ?? (base && shownOf(base));
  }

  // -------------------------------------------------------------------------------------------------- loading

  async function load(): Promise<void> {
    await library.load();
    loadDrafts();
    adoptOrphans(exists);
    const wanted = settings.settings.model;
    current.value = wanted && exists(wanted) ? wanted : DEFAULT_MODEL_KEY;
    jsonOpen.value = edit.value.json !== null;
    refresh(false);
  }

  /** Reads the library again: a terminal, or another window, may have changed it. */
  async function refreshLibrary(): Promise<void> {
    await library.load();
    const moved = adoptOrphans((key) => original(key) !== null);
    const key = moved.get(current.value) ?? current.value;
    if (key !== current.value || !exists(key)) show(key);
    else refresh(false);
  }

  // -------------------------------------------------------------------------------------------------- editing

  /** The JSON tab stays in front while one looks through models, but not over a design with a mistake. */
  function showSide(): void {
    jsonOpen.value = edit.value.json !== null || (jsonOpen.value && evaluation.value.architecture !== null);
  }

  function goTo(key: ModelKey): void {
    current.value = key;
    refresh(false);
    showSide();
    if (settings.settings.model !== key) void settings.set({ model: key });
  }

  function select(key: ModelKey): void {
    if (exists(key) && key !== current.value) goTo(key);
  }
  /** As {@link select}, and the default in place of what is gone. */
  const show = (key: ModelKey): void => goTo(exists(key) ? key : DEFAULT_MODEL_KEY);

  /** What an edit began from; null where there is none. */
  const baseOf = (key: ModelKey): ModelKey | null => drafts.value[key]?.base ?? null;

  /** The architecture as it is edited now; null where that has a mistake, or is gone. */
  function present(key: ModelKey): Architecture | null {
    const draft = drafts.value[key];
    return draft ? evaluated(draft.edit).architecture : original(key);
  }

  /**
   * Changes the texts. On a preset this begins an unsaved copy, which becomes the current architecture.
   *
   * @param called the name of a step that stands alone; null for what is typed or chosen
   */
  function change(patch: Partial<Edit>, called: string | null = null): void {
    const after = { ...edit.value, ...patch };
    const step = { name: called, gather: called === null ? gatherOf(edit.value, after) : null };
    // A name that nobody chose gives way to that of the variable in the text.
    const isFree = preset.value !== null || suggestedName.value !== null;
    const variable = isFree && patch.tableText !== undefined ? tableName(after) : null;
    if (variable === null) setTexts(after, step, patch.name === undefined);
    else {
      const name = freeName(variable, namesBeside(current.value));
      setTexts({ ...after, name }, step, false, name);
    }
  }

  /**
   * Changes the architecture by hand. Those with the same `gather` in a row are one step.
   *
   * @returns false while the text that would change has a mistake
   */
  function apply(done: ArchitectureEdit, gather: string | null = null, name?: string): boolean {
    refresh(false);
    if (!shown.value) return false;
    const { architecture } = shown.value;
    const after = editedTexts(edit.value, evaluation.value, architecture, done);
    if (!after) return false;
    const read = readTable(edit.value, evaluation.value);
    const called = name ?? describe(done, { ...architecture, table: read ?? architecture.table });
    setTexts(after, { name: gather === null ? called : null, gather }, done.kind !== 'rename');
    return true;
  }

  /** Does what mends the text; false where it is the mend of an earlier text. */
  function mend(one: Mend): boolean {
    refresh(false);
    const isOffered = evaluation.value.problems.some(({ mends }) => mends?.includes(one));
    if (isOffered) change(mendedTexts(edit.value, one), mendName([one]));
    return isOffered;
  }

  /** Does every certain mend, as one step. */
  function mendAll(): void {
    const { texts, mends } = allMended(edit.value);
    if (mends.length > 0) change(texts, mendName(mends));
  }

  /**
   * @param keepsName whether the copy that begins on a preset gets a name of its own
   * @param suggested the name of `after`, where it is not the user's
   */
  function setTexts(
    after: Edit,
    step: Pick<TextStep, 'name' | 'gather'>,
    keepsName: boolean,
    suggested?: string,
  ): void {
    const before = edit.value;
    let key = current.value;
    let began: Pick<Draft, 'base' | 'suggested'> = drafts.value[key] ?? { base: key };
    const name = { before: before.name, after: after.name };
    if (presetOf(key)) {
      const copied = freeName(`${before.name} (edited)`, names.value);
      began = { base: key, suggested: copied };
      name.before = copied;
      if (keepsName) name.after = copied;
      key = newKey();
      suggestions.set(key, new Set([copied]));
      if (shown.value) lastValid.set(key, shown.value);
      current.value = key;
      void settings.set({ model: key });
    }
    if (suggested !== undefined) began = { ...began, suggested };
    if (suggested !== undefined) suggestions.set(key, (suggestions.get(key) ?? new Set()).add(suggested));
    const states = { before: { ...before, name: name.before }, after: { ...after, name: name.after } };
    setDraft(key, { ...began, edit: states.after });
    steps.remember(key, { ...states, ...step, at: Date.now() });
    refresh(true);
  }

  const undo = (): void => setStep(steps.takeStep('back'));
  const redo = (): void => setStep(steps.takeStep('forward'));
  function setStep(texts: Edit | null): void {
    const key = current.value;
    if (!texts) return;
    const draft: Omit<Draft, 'edit'> = drafts.value[key] ?? { base: key };
    // A step may lead to an earlier name that nobody chose.
    const suggested = suggestions.get(key)?.has(texts.name) ? texts.name : draft.suggested;
    setDraft(key, { ...draft, ...(suggested !== undefined && { suggested }), edit: texts });
    refresh(false);
    showSide();
  }

  const { changes, takeBack, takeAllBack } = useChanges({ current, drafts, evaluation, original, apply });

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
    const name = nameOf(draft.edit);
    const saved = original(key);
    if (saved) {
      const step = { before: draft.edit, after: editOf(saved), gather: null, at: Date.now() };
      setDraft(key, null);
      steps.remember(key, { ...step, name: 'revert to what was saved' });
      goTo(key);
      showUndo(`Reverted ${name} to what was saved.`, () => bringBack(key, draft));
      return;
    }
    const history = steps.of(key);
    steps.set(key, NO_HISTORY);
    setDraft(key, null);
    goTo(exists(draft.base) ? draft.base : DEFAULT_MODEL_KEY);
    showUndo(`Discarded ${name}.`, () => {
      const back = key in drafts.value ? newKey() : key;
      steps.set(back, history);
      setDraft(back, draft);
      goTo(back);
    });
  }

  /** The unsaved edit of a saved architecture that was reverted; as a copy where that is gone. */
  function bringBack(key: ModelKey, draft: Draft): void {
    if (original(key)) {
      goTo(key);
      setTexts(draft.edit, { name: 'take back the revert', gather: null }, false);
      return;
    }
    const copy = newKey();
    setDraft(copy, draft);
    goTo(copy);
  }

  /** A new unsaved copy of an architecture. */
  function begin(architecture: Architecture, name: string): void {
    const key = newKey();
    const suggested = freeName(name, names.value);
    const edit = { ...editOf(architecture), name: suggested };
    setDraft(key, { base: DEFAULT_MODEL_KEY, origin: architecture, edit, suggested });
    steps.set(key, NO_HISTORY);
    goTo(key);
  }

  const saving = useLibraryEdits({
    current,
    drafts,
    evaluation,
    names,
    steps,
    original,
    nameOf,
    setDraft,
    refresh: () => refresh(false),
    goTo,
    select,
    replace: (architecture, name) => apply({ kind: 'replace', architecture }, null, name),
  });

  return {
    saved: computed(() => library.saved),
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
    undoName: steps.undoName,
    redoName: steps.redoName,
    lastStepAt: steps.lastStepAt,
    changes,
    names,
    suggestedName,
    exists,
    original,
    load,
    select,
    show,
    present,
    baseOf,
    change,
    apply,
    mend,
    mendAll,
    seal: steps.seal,
    undo,
    redo,
    takeBack,
    takeAllBack,
    setJson,
    revert,
    begin,
    refreshLibrary,
    ...saving,
  };
});
