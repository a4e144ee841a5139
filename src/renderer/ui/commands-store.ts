/**
 * The commands that can be given now: whoever can carry one out binds it while it is in the window. Shortcuts, palette and
 * application menu run what is bound; the words and keys are those of the one table (src/shared/commands.ts).
 */
import { defineStore } from 'pinia';
import { computed, onActivated, onBeforeUnmount, onDeactivated, onMounted, shallowRef } from 'vue';
import { COMMAND_IDS, commandOf, type CommandId } from '../../shared/commands';
import { report } from '../base/api';
import { showNotice } from '../base/notices';
import { isPressed, isTyping } from './keys';

/** What a command does here. */
export interface BoundCommand {
  id: CommandId;
  run(): unknown;
  /** One sentence on why it cannot be given now; null where it can. */
  refusal?(): string | null;
  /** Says more than the table's title: what it is about. */
  title?: string;
}

type Source = () => readonly BoundCommand[];

/** A dialog that is hidden, or on its way out, asks nothing. */
const GONE = '[style*="display: none"], [class*="-leave-active"]';
/** While a dialog asks something, the window behind it takes no commands. */
const isDialogOpen = (): boolean =>
  [...document.querySelectorAll('[role="dialog"], [role="alertdialog"]')].some(
    (dialog) => !dialog.closest(GONE),
  );

export const useCommandsStore = defineStore('commands', () => {
  const sources = shallowRef<readonly Source[]>([]);
  const bound = computed(
    () => new Map(sources.value.flatMap((source) => source()).map((command) => [command.id, command])),
  );
  /** In the order of the table. */
  const list = computed(() => COMMAND_IDS.flatMap((id) => bound.value.get(id) ?? []));

  /** Binds commands until the returned function is called. Two that carry out one command are a mistake of the program. */
  function bind(source: Source): () => void {
    for (const { id } of source()) {
      if (bound.value.has(id)) throw new Error(`The command ${id} is bound twice.`);
    }
    sources.value = [...sources.value, source];
    return () => void (sources.value = sources.value.filter((other) => other !== source));
  }

  const titleOf = (id: CommandId): string => bound.value.get(id)?.title ?? commandOf(id).title;
  const refusalOf = (id: CommandId): string | null => bound.value.get(id)?.refusal?.() ?? null;

  /** Carries a command out, or says why not; whether anybody could. */
  async function run(id: CommandId): Promise<boolean> {
    const command = bound.value.get(id);
    if (!command) return false;
    const refusal = refusalOf(id);
    if (refusal !== null) {
      showNotice({ kind: 'info', message: refusal, timeout: 4000 });
      return true;
    }
    try {
      await command.run();
    } catch (error) {
      report(error);
    }
    return true;
  }

  /** Chosen in the application menu, which does not know of dialogs. */
  const choose = (id: CommandId): void => void (isDialogOpen() || run(id));

  /** Which bound command the keys are, where they are meant for one. */
  function commandOfKeys(event: KeyboardEvent): CommandId | null {
    // Enter, or any letter, may belong to a word that an input method puts together.
    if (event.defaultPrevented || event.isComposing || event.keyCode === 229 || isDialogOpen()) return null;
    for (const { id } of list.value) {
      const { keys = [], notInText, listedOnly } = commandOf(id);
      const pressed = keys.find((one) => isPressed(one, event));
      if (pressed === undefined || listedOnly) continue;
      const isPlain = !/^Mod\+|^Alt\+|^F\d+$/.test(pressed);
      return isTyping(event.target) && (notInText || isPlain) ? null : id;
    }
    return null;
  }

  /** Runs the command of the keys that were pressed anywhere in the window. */
  function onKey(event: KeyboardEvent): void {
    const id = commandOfKeys(event);
    if (id === null) return;
    event.preventDefault();
    // A key that is held down gives one command.
    if (!event.repeat) void run(id);
  }

  return { list, bind, titleOf, refusalOf, run, choose, onKey };
});

/**
 * Binds commands while the component is in the window; one that is kept alive, while it is in front. A getter follows what
 * it reads.
 */
export function useCommands(commands: readonly BoundCommand[] | Source): void {
  const store = useCommandsStore();
  const source: Source = typeof commands === 'function' ? commands : () => commands;
  let unbind: (() => void) | null = null;
  const enter = (): void => void (unbind ??= store.bind(source));
  const leave = (): void => {
    unbind?.();
    unbind = null;
  };
  onMounted(enter);
  onActivated(enter);
  onDeactivated(leave);
  onBeforeUnmount(leave);
}
