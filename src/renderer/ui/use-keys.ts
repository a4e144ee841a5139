/** Keys that do something in a view: bound by name, and left alone where they belong to a field or a dialog. */
import { onActivated, onBeforeUnmount, onDeactivated, onMounted } from 'vue';

/** What keys do, by their names: `p`, `?`, `F2`, `Escape`; `Mod+n` with Ctrl, on a Mac with ⌘; `Mod+Shift+z`. */
export type KeyBindings = Readonly<Record<string, () => void>>;

/** The name of a key as bindings have it; null with Alt, which types other characters or belongs to the system. */
export function keyName(event: KeyboardEvent): string | null {
  if (event.altKey) return null;
  const letter = /^\p{L}$/u.test(event.key);
  const key = letter ? event.key.toLowerCase() : event.key;
  // Where a sign stands on a keyboard, and whether it needs Shift, is the keyboard's own business.
  const shift = event.shiftKey && (letter || key.length > 1);
  return `${event.ctrlKey || event.metaKey ? 'Mod+' : ''}${shift ? 'Shift+' : ''}${key}`;
}

/** Does what is bound to the pressed key, which then does nothing else. */
export function runKey(event: KeyboardEvent, bindings: KeyBindings): void {
  const name = keyName(event);
  const bound = name !== null && Object.hasOwn(bindings, name) ? bindings[name] : undefined;
  if (!bound) return;
  event.preventDefault();
  bound();
}

/** Inputs in which nothing is typed. */
const WITHOUT_TEXT = new Set(['button', 'checkbox', 'color', 'file', 'radio', 'range', 'reset', 'submit']);

/** Whether the element with the focus needs the key itself: it is typed into, or moved by it. */
function belongsToField({ target, key }: KeyboardEvent): boolean {
  if (!(target instanceof HTMLElement)) return false;
  if (target.isContentEditable || target.matches('textarea, select')) return true;
  if (!(target instanceof HTMLInputElement)) return false;
  return !WITHOUT_TEXT.has(target.type) || key.length > 1 || key === ' ';
}

/**
 * Binds keys as long as the component is on the screen, wherever in the window the focus is. A dialog that is open keeps
 * all of them to itself, a field keeps what could be typed into it; one that is held acts once.
 */
export function useKeys(bindings: KeyBindings): void {
  function onKey(event: KeyboardEvent): void {
    if (event.defaultPrevented || event.isComposing || event.repeat) return;
    if (!(event.ctrlKey || event.metaKey) && belongsToField(event)) return;
    if (document.querySelector('[aria-modal="true"]')) return;
    runKey(event, bindings);
  }
  const listen = (): void => window.addEventListener('keydown', onKey);
  const leave = (): void => window.removeEventListener('keydown', onKey);
  // Of a view that is kept alive in the background nothing is to be heard.
  onMounted(listen);
  onActivated(listen);
  onDeactivated(leave);
  onBeforeUnmount(leave);
}
