/** Files that are dropped on a text: what they say is put in where they fall, unless they are too large to be read. */
import { EditorView } from '@codemirror/view';
import { LIMITS } from '../../../../architecture/limits';
import { formatDiskBytes } from '../../../../shared/format';
import { showError } from '../../../base/notices';
import { named, shown } from '../../../base/shown';

export const droppedFiles = EditorView.domEventHandlers({
  drop(event) {
    const large = [...(event.dataTransfer?.files ?? [])].find(({ size }) => size > LIMITS.textLength);
    if (!large) return false;
    event.preventDefault();
    showError(
      `${named(shown(large.name, 'name'))} has ${formatDiskBytes(large.size)}, at most ${formatDiskBytes(LIMITS.textLength)} are read into a text. Nothing was put in.`,
    );
    return true;
  },
});
