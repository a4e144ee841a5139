/**
 * Hidden until Alt is pressed (always there on macOS). The page does what its commands say: the menu shows their words and
 * keys and sends their names, and never takes a key from the page.
 */
import { Menu, type MenuItemConstructorOptions } from 'electron';
import { commandOf, MENU_COMMANDS, type CommandId } from '../../shared/commands';
import { acceleratorOf } from '../../shared/keys';

type Item = MenuItemConstructorOptions;

/** `run` is told which command was chosen. */
export function menuTemplate(run: (id: CommandId) => void, mac: boolean): Item[] {
  const items = (ids: readonly CommandId[]): Item[] =>
    ids.map((id) => {
      const { title, keys } = commandOf(id);
      return {
        label: title,
        // Shown beside the words; the page hears the keys first, and knows of text fields and open dialogs.
        ...(keys && { accelerator: acceleratorOf(keys[0]!), registerAccelerator: false }),
        click: () => run(id),
      };
    });
  return [
    ...(mac ? [{ role: 'appMenu' as const }] : []),
    {
      label: 'File',
      submenu: [
        ...items(MENU_COMMANDS.file),
        { type: 'separator' },
        mac ? { role: 'close' as const } : { role: 'quit' as const },
      ],
    },
    { role: 'editMenu' },
    { label: 'Go', submenu: items(MENU_COMMANDS.go) },
    {
      label: 'View',
      submenu: [
        { role: 'resetZoom' },
        { role: 'zoomIn' },
        { role: 'zoomOut' },
        { type: 'separator' },
        { role: 'togglefullscreen' },
        { role: 'toggleDevTools' },
      ],
    },
    { role: 'windowMenu' },
    { label: 'Help', submenu: items(MENU_COMMANDS.help) },
  ];
}

export function setMenu(run: (id: CommandId) => void): void {
  Menu.setApplicationMenu(Menu.buildFromTemplate(menuTemplate(run, process.platform === 'darwin')));
}
