/** Keys of a single control, such as a chart, bound by name; those of views and of the window are commands. */

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
