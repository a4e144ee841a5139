/** Keys as a table of commands names them: `Mod+Shift+S`, `F1`, `?`, `Alt+ArrowUp`. `Mod` is ⌘ on macOS and Ctrl elsewhere. Pure. */

export interface KeyStroke {
  /** As `KeyboardEvent.key` names it; a letter is a capital one. */
  key: string;
  mod: boolean;
  shift: boolean;
  alt: boolean;
}

/** Reads `Mod+Shift+S`; the last part is the key, and may itself be a plus sign. */
export function parseKeys(keys: string): KeyStroke {
  const [, modifiers = '', key = ''] = /^((?:(?:Mod|Shift|Alt)\+)*)(.+)$/.exec(keys) ?? [];
  return {
    key: key.length === 1 ? key.toUpperCase() : key,
    mod: modifiers.includes('Mod+'),
    shift: modifiers.includes('Shift+'),
    alt: modifiers.includes('Alt+'),
  };
}

/** As the menu of Electron names them. */
export function acceleratorOf(keys: string): string {
  const { key, mod, shift, alt } = parseKeys(keys);
  return [mod && 'CmdOrCtrl', alt && 'Alt', shift && 'Shift', key].filter(Boolean).join('+');
}
