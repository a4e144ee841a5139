import { beforeEach, describe, expect, it } from 'vitest';
import ShortcutsDialog from '../../../src/renderer/app/ShortcutsDialog.vue';
import { byTestId, freshWindow, mountInWindow, press, type } from '../mount';

beforeEach(() => void freshWindow());
const headings = () =>
  [...byTestId('shortcuts-dialog').querySelectorAll('h3')].map(({ textContent }) => textContent);

describe('the list of shortcuts', () => {
  it('names the window’s keys, those of tables and those of charts, and where they work', async () => {
    await mountInWindow(ShortcutsDialog, { show: true });
    expect(headings()).toEqual([
      'General',
      'Go to',
      'Models',
      'Runs',
      'Table of runs',
      'Queue',
      'Run',
      'Charts',
      'Fields',
      'Window',
    ]);
    expect(byTestId('shortcut-palette.open').textContent).toContain('CtrlK');
    expect(byTestId('shortcut-table.delete').closest('section')?.textContent).toContain(
      'On a row of the table of runs',
    );
  });

  it('is narrowed by what is typed, and says how many are left', async () => {
    await mountInWindow(ShortcutsDialog, { show: true });
    await type(byTestId('shortcuts-search'), 'zoom');
    expect(headings()).toEqual(['Charts']);
    expect(byTestId('shortcuts-dialog').querySelector('[role="status"]')?.textContent).toBe('2 shortcuts');
    await type(byTestId('shortcuts-search'), 'nothing like it');
    expect(byTestId('shortcuts-dialog').textContent).toContain('No shortcut has “nothing like it” in it.');
  });

  it('closes by Escape', async () => {
    const { props } = await mountInWindow(ShortcutsDialog, { show: true });
    await press(byTestId('shortcuts-search'), 'Escape');
    expect(props.show).toBe(false);
  });
});
