import { flushPromises } from '@vue/test-utils';
import { beforeEach, describe, expect, it } from 'vitest';
import NameDialog from '../../../src/renderer/ui/NameDialog.vue';
import { byTestId, click, freshWindow, mountInWindow, press, type, type Mounted } from '../mount';

let dialog: Mounted;
beforeEach(async () => {
  freshWindow();
  dialog = await mountInWindow(NameDialog, {
    show: true,
    title: 'Rename run',
    action: 'Rename',
    name: 'old',
  });
});
const input = (): HTMLInputElement => byTestId('name-input');
const submit = (): HTMLButtonElement => byTestId('name-submit');
const sendForm = async (): Promise<void> => {
  input().form!.dispatchEvent(new Event('submit', { bubbles: true, cancelable: true }));
  await flushPromises();
};

describe('the dialog that asks for a name', () => {
  it.each([
    ['', 'The name must not be empty.'],
    ['   ', 'The name must not be empty.'],
    ['a\u202eb', /^The name must not hold control characters/],
    ['x'.repeat(201), /^The name must have at most 200 characters, got 201\.$/],
  ])('refuses %j at the field', async (text, sentence) => {
    expect(submit().disabled).toBe(false);
    await type(input(), text);
    const described = document.getElementById(input().getAttribute('aria-describedby')!);
    expect(described?.textContent.trim()).toMatch(sentence);
    expect(input().getAttribute('aria-invalid')).toBe('true');
    expect(submit().disabled).toBe(true);
    await sendForm();
    expect(dialog.emitted.submit).toBeUndefined();
    // It waits for another one with what was typed.
    expect(dialog.emitted.close).toBeUndefined();
    expect(input().value).toBe(text);
  });

  it('gives the name without the spaces around it', async () => {
    await type(input(), '  new ');
    await sendForm();
    expect(dialog.emitted.submit).toEqual([['new']]);
  });

  it('proposes the name again each time it opens', async () => {
    await type(input(), 'half typ');
    dialog.props.show = false;
    await flushPromises();
    dialog.props.show = true;
    await flushPromises();
    expect(input().value).toBe('old');
  });

  it('closes by Escape and Cancel', async () => {
    await press(input(), 'Escape');
    expect(dialog.emitted.close).toHaveLength(1);
    const cancel = [...document.querySelectorAll('button')].find(
      ({ textContent }) => textContent.trim() === 'Cancel',
    )!;
    await click(cancel);
    expect(dialog.emitted.close).toHaveLength(2);
  });
});
