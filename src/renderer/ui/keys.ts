/** How the modifier of shortcuts is written on this platform: ⌘ or `Ctrl+`. */
export const modifier = /Mac/i.test(navigator.platform) ? '⌘' : 'Ctrl+';
