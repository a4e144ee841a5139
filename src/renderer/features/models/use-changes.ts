/** What of the architecture under the editor's hands differs from what it was before, and how each of that is taken back. */
import { computed, type ComputedRef, type Ref, type ShallowRef } from 'vue';
import type { Architecture } from '../../../architecture/architecture';
import { differences, type Difference } from '../../../architecture/edits/differences';
import type { ArchitectureEdit } from '../../../architecture/edits/edit';
import type { ModelKey } from '../../../shared/model-key';
import type { Evaluation } from './document';
import type { Drafts } from './draft-storage';

interface Edited {
  current: Ref<ModelKey>;
  drafts: ShallowRef<Drafts>;
  evaluation: ShallowRef<Evaluation>;
  /** As preset or as saved; null for an unsaved copy. */
  original(key: ModelKey): Architecture | null;
  apply(edit: ArchitectureEdit, gather: string | null, name: string): boolean;
}

export function useChanges({ current, drafts, evaluation, original, apply }: Edited) {
  /** What the current architecture is compared with: as it was saved, or what the copy began from. */
  const origin: ComputedRef<Architecture | null> = computed(() => {
    const draft = drafts.value[current.value];
    return original(current.value) ?? draft?.origin ?? (draft ? original(draft.base) : null);
  });
  /** A copy has a name of its own. */
  const before = (architecture: Architecture): Architecture | null =>
    origin.value && {
      ...origin.value,
      name: original(current.value)?.name ?? architecture.name,
    };

  /** Null while the text has a mistake. */
  const changes = computed<Difference[] | null>(() => {
    const { architecture } = evaluation.value;
    const old = architecture && before(architecture);
    return old && differences(old, architecture);
  });

  const takeBack = ({ takeBack: edit, name }: Difference): boolean => apply(edit, null, `take back ${name}`);

  function takeAllBack(): void {
    const { architecture } = evaluation.value;
    const old = architecture && before(architecture);
    if (old) apply({ kind: 'replace', architecture: old }, null, 'take back all changes');
  }

  return { changes, takeBack, takeAllBack };
}
