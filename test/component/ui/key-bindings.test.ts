import { describe, expect, it, vi } from 'vitest';
import { keyName, runKey } from '../../../src/renderer/ui/key-bindings';

const named = (key: string, more: KeyboardEventInit = {}) =>
  keyName(new KeyboardEvent('keydown', { key, ...more }));

describe('the name of a key', () => {
  it.each<[string, string, KeyboardEventInit]>([
    ['p', 'p', {}],
    ['p', 'P', {}],
    ['Shift+p', 'P', { shiftKey: true }],
    ['Mod+n', 'n', { ctrlKey: true }],
    ['Mod+n', 'n', { metaKey: true }],
    ['Mod+Shift+z', 'Z', { ctrlKey: true, shiftKey: true }],
    ['Mod+,', ',', { ctrlKey: true }],
    ['F2', 'F2', {}],
    ['Shift+Tab', 'Tab', { shiftKey: true }],
    ['?', '?', { shiftKey: true }],
    ['+', '+', { shiftKey: true }],
  ])('%s', (name, key, more) => {
    expect(named(key, more)).toBe(name);
  });

  it('is none with Alt', () => {
    expect(named('p', { altKey: true })).toBeNull();
    expect(named('e', { altKey: true, ctrlKey: true })).toBeNull();
  });
});

describe('a bound key', () => {
  const pressed = (key: string, more: KeyboardEventInit = {}) => {
    const acts = { p: vi.fn(), 'Mod+n': vi.fn() };
    const event = new KeyboardEvent('keydown', { key, cancelable: true, ...more });
    runKey(event, acts);
    return { acts, event };
  };

  it('does what is bound to it, and nothing else then', () => {
    const { acts, event } = pressed('P');
    expect(acts.p).toHaveBeenCalledOnce();
    expect(event.defaultPrevented).toBe(true);
    expect(pressed('n', { ctrlKey: true }).acts['Mod+n']).toHaveBeenCalledOnce();
  });

  it.each(['x', 'n', 'toString'])('is not %s', (key) => {
    const { acts, event } = pressed(key);
    expect(acts.p).not.toHaveBeenCalled();
    expect(acts['Mod+n']).not.toHaveBeenCalled();
    expect(event.defaultPrevented).toBe(false);
  });
});
