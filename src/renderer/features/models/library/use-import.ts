/** Takes architectures from files and pasted texts into the library, each as a new entry that can be taken back. */
import { plural } from '../../../../shared/format';
import { ownKey } from '../../../../shared/model-key';
import { isSameVersion, type SavedArchitecture } from '../../../../shared/saved-architecture';
import { report } from '../../../base/api';
import { showError, showNotice, showUndo } from '../../../base/notices';
import { named } from '../../../base/shown';
import { useArchitecturesStore } from '../architectures-store';
import { useLibraryStore } from '../library-store';
import { readFileGiven, readGiven, type Given } from './exchange';

/** More at once would be a folder by mistake. */
const MOST_FILES = 100;

export function useImport() {
  const store = useArchitecturesStore();
  const library = useLibraryStore();

  async function take(given: readonly Given[]): Promise<void> {
    const before = store.current;
    const taken: SavedArchitecture[] = [];
    for (const one of given) {
      if ('problem' in one) {
        showError(one.problem);
        continue;
      }
      const { architecture } = one;
      const same = library.saved.find(
        (own) => own.architecture.name === architecture.name && isSameVersion(own.architecture, architecture),
      );
      if (same) {
        showNotice({ kind: 'info', message: `${named(architecture.name)} is in the library already.` });
        store.select(ownKey(same.id));
        continue;
      }
      const own = await store.take(architecture);
      if (own) taken.push(own);
    }
    const last = taken.at(-1);
    if (!last) return;
    store.select(ownKey(last.id));
    const what = taken.length === 1 ? named(last.architecture.name) : plural(taken.length, 'architecture');
    showUndo(`Imported ${what}.`, async () => {
      try {
        for (const { id } of taken) await library.remove(id);
      } catch (error) {
        report(error);
      }
      if (!store.exists(store.current)) store.show(before);
    });
  }

  async function takeFiles(files: readonly File[]): Promise<void> {
    if (files.length > MOST_FILES) {
      showError(`At most ${MOST_FILES} files are imported at once, got ${files.length}.`);
      return;
    }
    await take(await Promise.all(files.map(readFileGiven)));
  }

  return { takeFiles, takeText: (text: string) => take([readGiven(text, 'The pasted text')]) };
}
