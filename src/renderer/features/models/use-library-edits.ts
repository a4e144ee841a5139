/** What becomes of an edit in the library: it is saved, renamed, copied and deleted with what it belongs to. */
import type { Ref, ShallowRef } from 'vue';
import type { Architecture } from '../../../architecture/architecture';
import type { ArchitectureVersion, SavedArchitecture } from '../../../shared/saved-architecture';
import { DEFAULT_MODEL_KEY, ownKey, parseModelKey, type ModelKey } from '../../../shared/model-key';
import { report } from '../../base/api';
import { showSuccess, showUndo } from '../../base/notices';
import { named } from '../../base/shown';
import { freeName, renamed, type Edit, type Evaluation } from './document';
import type { Draft, Drafts } from './draft-storage';
import { useLibraryStore } from './library-store';
import type { useTextHistories } from './text-histories';

export function ownId(key: ModelKey): number | null {
  const reference = parseModelKey(key);
  return reference?.kind === 'own' ? reference.id : null;
}

/** What the editor has under its hands. */
export interface Desk {
  current: Ref<ModelKey>;
  drafts: ShallowRef<Drafts>;
  evaluation: ShallowRef<Evaluation>;
  names: Ref<readonly string[]>;
  steps: Pick<ReturnType<typeof useTextHistories>, 'move'>;
  /** As preset or as saved. */
  original(key: ModelKey): Architecture | null;
  nameOf(edit: Edit): string;
  setDraft(key: ModelKey, draft: Draft | null): void;
  /** Reads the text now, however large the network. */
  refresh(): void;
  goTo(key: ModelKey): void;
  select(key: ModelKey): void;
  replace(architecture: Architecture, name: string): boolean;
}

export function useLibraryEdits(desk: Desk) {
  const library = useLibraryStore();
  const { current, drafts, evaluation, names, steps, setDraft, nameOf, goTo } = desk;

  /**
   * Saves the current architecture as a version, under a new name as another entry where one is given; false where it could
   * not be.
   *
   * @param note on the version
   */
  async function save(asName?: string, note?: string): Promise<boolean> {
    desk.refresh();
    const key = current.value;
    const { architecture } = evaluation.value;
    if (!architecture) return false;
    const id = asName === undefined ? ownId(key) : null;
    try {
      const own = await library.save(id, { ...architecture, name: asName ?? architecture.name }, note);
      const savedKey = ownKey(own.id);
      // The text as it was typed stays (comments, line breaks); "save as" leaves the first as it was saved.
      const draft = drafts.value[key];
      if (draft) {
        steps.move(key, savedKey, nameOf(draft.edit), own.architecture.name);
        if (key !== savedKey) setDraft(key, null);
        setDraft(savedKey, { base: savedKey, edit: renamed(draft.edit, own.architecture.name) });
      }
      if (current.value === key) goTo(savedKey);
      const which = own.version > 1 ? ` as version ${own.version}` : '';
      showSuccess(`Saved ${named(own.architecture.name)}${which}.`);
      return true;
    } catch (error) {
      report(error);
      return false;
    }
  }

  async function rename(id: number, name: string): Promise<boolean> {
    const own = library.byId.get(id);
    const done = own && (await library.rename(id, name));
    if (!done) return false;
    const key = ownKey(id);
    const draft = drafts.value[key];
    if (draft) {
      steps.move(key, key, own.architecture.name, done.architecture.name);
      setDraft(key, { ...draft, edit: renamed(draft.edit, done.architecture.name) });
    }
    desk.refresh();
    return true;
  }

  /** Saves a copy of a preset or of a saved architecture, without its unsaved changes. */
  async function duplicate(key: ModelKey): Promise<void> {
    const architecture = desk.original(key);
    if (!architecture) return;
    const name = freeName(`${architecture.name} copy`, names.value);
    const copy = await take({ ...architecture, name });
    if (copy) desk.select(ownKey(copy.id));
  }

  /** Saves an architecture from elsewhere as a new entry, under a free name; undefined where main refuses, which is shown. */
  async function take(architecture: Architecture, note?: string): Promise<SavedArchitecture | undefined> {
    try {
      const name = freeName(architecture.name, names.value);
      return await library.save(null, { ...architecture, name }, note);
    } catch (error) {
      report(error);
      return undefined;
    }
  }

  /** Deletes a saved architecture with its unsaved changes; can be undone. */
  async function remove(id: number): Promise<void> {
    const own = library.byId.get(id);
    if (!own) return;
    try {
      await library.remove(id);
    } catch (error) {
      report(error);
      return;
    }
    const key = ownKey(id);
    const draft = drafts.value[key];
    setDraft(key, null);
    if (current.value === key) goTo(DEFAULT_MODEL_KEY);
    showUndo(`Deleted ${named(own.architecture.name)}.`, async () => {
      const back = await library.restore(id);
      if (draft) setDraft(ownKey(back.id), draft);
      goTo(ownKey(back.id));
    });
  }

  /** Brings an earlier version into the editor, as one step that can be undone; it is saved as any other edit. */
  function restoreVersion(id: number, { version, architecture }: ArchitectureVersion): boolean {
    const own = library.byId.get(id);
    if (!own) return false;
    desk.select(ownKey(id));
    return desk.replace({ ...architecture, name: own.architecture.name }, `restore version ${version}`);
  }

  return { save, rename, duplicate, take, remove, restoreVersion };
}
