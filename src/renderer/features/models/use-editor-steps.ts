/** Undoing and redoing in the editor of an architecture, over all its texts and fields. */
import { ref } from 'vue';
import { isPressed } from '../../ui/keys';
import { useArchitecturesStore } from './architectures-store';

export function useEditorSteps() {
  const store = useArchitecturesStore();
  /** Said to screen readers. */
  const said = ref('');

  function undo(): void {
    said.value = store.undoName === null ? 'There is nothing to undo.' : `Undone: ${store.undoName}.`;
    store.undo();
  }
  function redo(): void {
    said.value = store.redoName === null ? 'There is nothing to redo.' : `Redone: ${store.redoName}.`;
    store.redo();
  }

  /** Text fields have a history of their own; the editor's goes over all of them. */
  function onKey(event: KeyboardEvent): void {
    if (event.isComposing || event.defaultPrevented) return;
    const isUndo = isPressed('Mod+Z', event);
    if (!isUndo && !isPressed('Mod+Shift+Z', event) && !isPressed('Mod+Y', event)) return;
    event.preventDefault();
    if (isUndo) undo();
    else redo();
  }
  /** Chosen in a menu of the system. */
  function onInput(event: Event): void {
    const { inputType } = event as InputEvent;
    if (inputType !== 'historyUndo' && inputType !== 'historyRedo') return;
    event.preventDefault();
    if (inputType === 'historyUndo') undo();
    else redo();
  }

  return { said, undo, redo, onKey, onInput };
}
