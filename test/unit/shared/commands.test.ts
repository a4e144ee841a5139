import { describe, expect, it } from 'vitest';
import {
  COMMAND_IDS,
  commandOf,
  COMMANDS,
  MENU_COMMANDS,
  PLACES,
  type CommandDescription,
} from '../../../src/shared/commands';
import { acceleratorOf, parseKeys } from '../../../src/shared/keys';

/** Every pair of commands that would answer to the same keys where both can be meant. */
function conflicts(table: Record<string, CommandDescription>): string[] {
  const pressed = Object.entries(table).flatMap(([id, { place, keys = [] }]) =>
    keys.map((one) => ({ id, place, keys: JSON.stringify(parseKeys(one)) })),
  );
  const reaches = (outer: keyof typeof PLACES, inner: keyof typeof PLACES): boolean =>
    outer === inner || (PLACES[inner].within as readonly string[]).includes(outer);
  return pressed.flatMap((one, index) =>
    pressed
      .slice(index + 1)
      .filter(
        (other) =>
          other.keys === one.keys && (reaches(one.place, other.place) || reaches(other.place, one.place)),
      )
      .map((other) => `${one.id} and ${other.id} both answer to ${one.keys}`),
  );
}

describe('the table of commands', () => {
  it('has no two commands for one key in one place', () => {
    expect(conflicts(COMMANDS)).toEqual([]);
  });

  it('would be told of one', () => {
    const table = (place: CommandDescription['place'], keys: string) => ({
      one: { title: 'One', section: 'General', place: 'run', keys: ['Mod+Shift+X', 'P'] },
      other: { title: 'Other', section: 'General', place, keys: [keys] },
    });
    const found = (place: CommandDescription['place'], keys: string) =>
      conflicts(table(place, keys) as Record<string, CommandDescription>);
    expect(found('run', 'Shift+P')).toEqual([]);
    expect(found('models', 'P')).toEqual([]);
    expect(found('run', 'p')).toHaveLength(1);
    expect(found('everywhere', 'P')).toHaveLength(1);
    // A chart stands on the page of a run.
    expect(found('chart', 'Shift+Mod+X')).toHaveLength(1);
  });

  it('says what each does in words of its own within its section', () => {
    const words = COMMAND_IDS.map((id) => `${commandOf(id).section}: ${commandOf(id).title}`);
    expect(new Set(words).size).toBe(words.length);
  });

  it('reads keys with a plus sign among them', () => {
    expect(parseKeys('Mod++')).toEqual({ key: '+', mod: true, shift: false, alt: false });
    expect(parseKeys('Shift+Mod+s')).toEqual({ key: 'S', mod: true, shift: true, alt: false });
    expect(parseKeys('Alt+ArrowUp')).toEqual({ key: 'ArrowUp', mod: false, shift: false, alt: true });
  });
});

describe('the application menu', () => {
  const ids = Object.values(MENU_COMMANDS).flat();

  it('has keys that Electron can read, none of which a text field types', () => {
    const accelerators = ids.flatMap((id) => commandOf(id).keys?.[0] ?? []).map(acceleratorOf);
    expect(accelerators.length).toBeGreaterThan(5);
    for (const accelerator of accelerators) expect(accelerator).toMatch(/^(CmdOrCtrl\+(Shift\+)?.|F\d+)$/);
  });

  it('keeps its own keys: no command takes those of its roles', () => {
    // Of File, View and Window; the edit menu's are Ctrl and Z, X, C, V, A, of which undo is the page's outside of texts.
    const roles = ['Mod+Q', 'Mod+W', 'Mod+M', 'Mod+Shift+I', 'Mod+X', 'Mod+C', 'Mod+V', 'Mod+A', 'F11'];
    const taken = COMMAND_IDS.filter((id) => !commandOf(id).listedOnly)
      .flatMap((id) => commandOf(id).keys ?? [])
      .map((keys) => JSON.stringify(parseKeys(keys)));
    for (const keys of [...roles, 'Mod+0', 'Mod++', 'Mod+-']) {
      expect(taken, keys).not.toContain(JSON.stringify(parseKeys(keys)));
    }
  });
});
