import { describe, expect, it } from 'vitest';
import { formatKeys, isPressed, isTyping } from '../../../src/renderer/ui/keys';

const event = (key: string, more: KeyboardEventInit = {}) => new KeyboardEvent('keydown', { key, ...more });

describe('keys as they are written', () => {
  it.each([
    ['Mod+K', 'Ctrl+K', '⌘K'],
    ['Mod+Shift+S', 'Ctrl+Shift+S', '⇧⌘S'],
    ['Alt+ArrowUp', 'Alt+↑', '⌥↑'],
    ['Mod++', 'Ctrl++', '⌘+'],
    ['?', '?', '?'],
    [' ', 'Space', 'Space'],
  ])('%s', (keys, other, mac) => {
    expect([formatKeys(keys, false), formatKeys(keys, true)]).toEqual([other, mac]);
  });
});

describe('keys as they are pressed', () => {
  it('takes Ctrl on one platform and ⌘ on the other, never both', () => {
    const [ctrl, meta] = [event('k', { ctrlKey: true }), event('k', { metaKey: true })];
    expect([isPressed('Mod+K', ctrl, false), isPressed('Mod+K', meta, false)]).toEqual([true, false]);
    expect([isPressed('Mod+K', ctrl, true), isPressed('Mod+K', meta, true)]).toEqual([false, true]);
    expect(isPressed('Mod+K', event('k', { ctrlKey: true, metaKey: true }), false)).toBe(false);
  });

  it('takes no more keys than are named, and capitals as letters', () => {
    expect(isPressed('Mod+S', event('S', { ctrlKey: true }), false)).toBe(true);
    expect(isPressed('Mod+S', event('S', { ctrlKey: true, shiftKey: true }), false)).toBe(false);
    expect(isPressed('Mod+Shift+S', event('S', { ctrlKey: true, shiftKey: true }), false)).toBe(true);
    // AltGr, as Windows sends it.
    expect(isPressed('Mod+S', event('ß', { ctrlKey: true, altKey: true, code: 'KeyS' }), false)).toBe(false);
    expect(isPressed('P', event('p', { ctrlKey: true }), false)).toBe(false);
  });

  it('takes a sign by whatever keys it is typed', () => {
    expect(isPressed('?', event('?', { shiftKey: true }), false)).toBe(true);
    expect(isPressed('?', event('?'), false)).toBe(true);
    expect(isPressed('Mod+,', event(',', { ctrlKey: true }), false)).toBe(true);
  });

  it('finds letters and digits by their places where the keyboard has others', () => {
    expect(isPressed('Mod+N', event('т', { ctrlKey: true, code: 'KeyN' }), false)).toBe(true);
    expect(isPressed('Mod+1', event('&', { ctrlKey: true, code: 'Digit1' }), false)).toBe(true);
    expect(isPressed('Mod+1', event('1', { ctrlKey: true, shiftKey: true, code: 'Digit1' }), false)).toBe(
      true,
    );
    // A Latin letter is itself, wherever it is: Dvorak's K lies where others have V.
    expect(isPressed('Mod+V', event('k', { ctrlKey: true, code: 'KeyV' }), false)).toBe(false);
  });
});

describe('what is typed into', () => {
  it.each([
    ['<input>', true],
    ['<input type="number">', true],
    ['<textarea></textarea>', true],
    ['<select></select>', true],
    ['<input type="checkbox">', false],
    ['<input type="radio">', false],
    ['<button></button>', false],
    ['<div tabindex="0"></div>', false],
  ])('%s: %s', (html, typed) => {
    document.body.innerHTML = html;
    expect(isTyping(document.body.firstElementChild)).toBe(typed);
  });
});
