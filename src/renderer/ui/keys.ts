/** How keys are written on this platform, and whether an event is one of them. */
import { commandOf, type CommandId } from '../../shared/commands';
import { parseKeys } from '../../shared/keys';

const isMac = /Mac/i.test(navigator.platform);

/** How a hint writes a key whose name on the keyboard is not what an event calls it. */
const NAMES: Record<string, string> = {
  ArrowUp: '↑',
  ArrowDown: '↓',
  ArrowLeft: '←',
  ArrowRight: '→',
  PageUp: 'Page Up',
  PageDown: 'Page Down',
  ' ': 'Space',
  '-': '−',
  Escape: 'Esc',
};

/** The keys in the order in which they are pressed: `Ctrl`, `Shift`, `S`; on macOS by their signs. */
export function keyCaps(keys: string, mac = isMac): string[] {
  const { key, mod, shift, alt } = parseKeys(keys);
  const name = NAMES[key] ?? key;
  return mac
    ? [alt && '⌥', shift && '⇧', mod && '⌘', name].filter((cap) => cap !== false)
    : [mod && 'Ctrl', alt && 'Alt', shift && 'Shift', name].filter((cap) => cap !== false);
}

/** In one piece: `Ctrl+Shift+S`, `⇧⌘S`. */
export const formatKeys = (keys: string, mac = isMac): string => keyCaps(keys, mac).join(mac ? '' : '+');

/** As `aria-keyshortcuts` wants them; undefined for a command without keys. */
export function ariaKeys(id: CommandId, mac = isMac): string | undefined {
  const written = commandOf(id).keys?.map((keys) => {
    const { key, mod, shift, alt } = parseKeys(keys);
    return [mod && (mac ? 'Meta' : 'Control'), alt && 'Alt', shift && 'Shift', key === '+' ? 'Plus' : key]
      .filter(Boolean)
      .join('+');
  });
  return written?.join(' ');
}

/** A button's hint with the first keys of its command: `Save (Ctrl+S)`. */
export function hintOf(id: CommandId, text = commandOf(id).title): string {
  const first = commandOf(id).keys?.[0];
  return first === undefined ? text : `${text} (${formatKeys(first)})`;
}

/** What the key means on a keyboard with other letters: there it is named by its place. */
function latin({ key, code }: KeyboardEvent, wanted: string): string {
  if (/^[A-Z]$/.test(wanted) && !/^[a-z]$/i.test(key)) return code.replace(/^Key/, '');
  if (/^\d$/.test(wanted) && !/^\d$/.test(key)) return code.replace(/^Digit/, '');
  return key.length === 1 ? key.toUpperCase() : key;
}

/** Whether the event is these keys, no more and no fewer. A sign such as `?` is one whatever it is typed with. */
export function isPressed(keys: string, event: KeyboardEvent, mac = isMac): boolean {
  const { key, mod, shift, alt } = parseKeys(keys);
  if (mod !== (mac ? event.metaKey : event.ctrlKey) || (mac ? event.ctrlKey : event.metaKey)) return false;
  if (alt !== event.altKey) return false;
  const isSign = key.length === 1 && !/[A-Z0-9]/.test(key);
  // Some keyboards have their digits above with Shift.
  const needsShift = isSign || (/^\d$/.test(key) && mod);
  if (!needsShift && shift !== event.shiftKey) return false;
  return latin(event, key) === key;
}

/** Fields in which a plain key is a letter or moves what is chosen; boxes and buttons are none. */
const NOT_TYPED = ['checkbox', 'radio', 'button', 'submit', 'reset', 'range', 'file', 'color'];

/** Whether keys without a modifier belong to what has the focus. */
export function isTyping(target: EventTarget | null): boolean {
  if (!(target instanceof HTMLElement)) return false;
  if (target instanceof HTMLInputElement) return !NOT_TYPED.includes(target.type);
  return target.isContentEditable || ['TEXTAREA', 'SELECT'].includes(target.tagName);
}
