/** What the architecture in the editor is, and how it is saved. */
import { computed, ref } from 'vue';
import { parseModelKey } from '../../../shared/model-key';
import { useArchitecturesStore } from './architectures-store';

/** Why an architecture with a mistake cannot be used or stored. */
export const MISTAKES = 'Correct the mistakes first.';

export function useSaving() {
  const store = useArchitecturesStore();
  const kind = computed(() =>
    parseModelKey(store.current)?.kind === 'own' ? 'own' : store.preset ? 'preset' : 'copy',
  );
  const isChanged = computed(() => store.changed.has(store.current));
  const isValid = computed(() => store.evaluation.architecture !== null);
  const isStored = computed(() => kind.value === 'own' && !isChanged.value);
  const canRevert = computed(() => kind.value !== 'preset' && isChanged.value);
  const revertLabel = computed(() => (kind.value === 'copy' ? 'Discard' : 'Revert'));
  const name = computed(() =>
    store.jsonOpen ? (store.evaluation.architecture?.name ?? store.edit.name) : store.edit.name,
  );

  /** Whether a name to save under is asked for. */
  const naming = ref(false);
  const saving = ref(false);
  const proposedName = computed(() =>
    kind.value === 'copy' ? (store.suggestedName ?? name.value) : `${name.value} copy`,
  );

  async function save(): Promise<void> {
    if (!isValid.value || saving.value) return;
    if (isStored.value) return;
    // A name that nobody has chosen is no name to save it under.
    if (kind.value === 'preset' || store.suggestedName !== null) {
      naming.value = true;
      return;
    }
    saving.value = true;
    await store.save();
    saving.value = false;
  }

  async function saveAs(as: string): Promise<void> {
    if (await store.save(as)) naming.value = false;
  }

  return {
    kind,
    isChanged,
    isValid,
    isStored,
    canRevert,
    revertLabel,
    name,
    naming,
    saving,
    proposedName,
    save,
    saveAs,
  };
}
export type Saving = ReturnType<typeof useSaving>;
