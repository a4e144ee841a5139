/** What can be done with an entry of the list of models, as its menus say it, and what does it. */
import { useRouter } from 'vue-router';
import type { Architecture } from '../../../../architecture/architecture';
import { DEFAULT_MODEL_KEY, parseModelKey, presetKey, type ModelKey } from '../../../../shared/model-key';
import { showError } from '../../../base/notices';
import type { MenuOption } from '../../../ui/MenuButton.vue';
import { useArchitecturesStore } from '../architectures-store';
import { useLibraryStore } from '../library-store';
import { ownId } from '../use-library-edits';
import { comparePath, versionKey, type ComparedKey } from './compared-key';
import { copyJson, copyPython, exportJson } from './exchange';
import { useLibraryDialogs } from './library-dialogs';

const LABELS = {
  star: 'Star',
  unstar: 'Remove the star',
  rename: 'Rename…',
  details: 'Tags and notes…',
  versions: 'Versions…',
  compare: 'Compare with…',
  duplicate: 'Duplicate',
  python: 'Copy as Python',
  json: 'Copy as JSON',
  export: 'Export as JSON…',
  delete: 'Delete',
} as const;
type ModelAction = keyof typeof LABELS;

const options = (...actions: readonly ModelAction[]): MenuOption[] =>
  actions.map((key) => ({ key, label: LABELS[key] }));

/** A preset cannot be changed, and an unsaved copy has nothing in the library yet. */
export function modelMenu({
  kind,
  starred,
}: {
  kind: 'own' | 'draft' | 'preset';
  starred: boolean;
}): MenuOption[] {
  const out = ['python', 'json', 'export'] as const;
  if (kind === 'draft') return options('compare', ...out);
  if (kind === 'preset') return options('compare', 'duplicate', ...out);
  const star = starred ? 'unstar' : 'star';
  return options(star, 'rename', 'details', 'versions', 'compare', 'duplicate', ...out, 'delete');
}

export function useModelActions() {
  const store = useArchitecturesStore();
  const library = useLibraryStore();
  const dialogs = useLibraryDialogs();
  const router = useRouter();

  /** What an entry is compared with at first: as it was before, or what is looked at. */
  function counterpart(key: ModelKey): ComparedKey {
    const id = ownId(key);
    const own = id === null ? undefined : library.byId.get(id);
    if (own && store.changed.has(key)) return versionKey(own.id, own.version);
    if (own && own.version > 1) return versionKey(own.id, own.version - 1);
    const base = store.baseOf(key);
    if (base !== null && base !== key && store.exists(base)) return base;
    if (store.current !== key) return store.current;
    return key === DEFAULT_MODEL_KEY ? presetKey('resnet34') : DEFAULT_MODEL_KEY;
  }

  /** The architecture as it is now; a mistake in its text is said. */
  function withPresent(key: ModelKey, use: (architecture: Architecture) => unknown): void {
    const architecture = store.present(key);
    if (architecture) void use(architecture);
    else showError('Its text has a mistake: correct that first.');
  }

  function act(action: string, key: ModelKey): void {
    const id = ownId(key);
    switch (action as ModelAction) {
      case 'compare':
        return void router.push(comparePath(counterpart(key), key));
      case 'duplicate':
        return void store.duplicate(key);
      case 'python':
        return withPresent(key, copyPython);
      case 'json':
        return withPresent(key, copyJson);
      case 'export':
        return withPresent(key, exportJson);
    }
    if (id === null) return;
    switch (action as ModelAction) {
      case 'star':
      case 'unstar':
        return void library.describe(id, { starred: action === 'star' });
      case 'rename':
        dialogs.renaming = id;
        return;
      case 'details':
        dialogs.details = id;
        return;
      case 'versions':
        dialogs.versions = id;
        return;
      case 'delete':
        return void store.remove(id);
    }
  }

  /** The menu of a key, for who has no item of the list. */
  function menuOf(key: ModelKey): MenuOption[] {
    const kind = parseModelKey(key)?.kind ?? 'preset';
    const id = ownId(key);
    return modelMenu({ kind, starred: id !== null && library.byId.get(id)?.starred === true });
  }

  return { act, menuOf };
}
