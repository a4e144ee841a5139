import { describe, expect, it } from 'vitest';
import {
  parseSetting,
  settingKey,
  settingText,
  SETTINGS,
  type SettingKey,
} from '../../../../../src/cli/commands/settings/names';
import { METHODS } from '../../../../../src/shared/contract';
import { DEFAULT_SETTINGS } from '../../../../../src/shared/settings';

it('are called by their fields, with dashes', () => {
  for (const [key, { field }] of Object.entries(SETTINGS))
    expect(key.replace(/-(.)/g, (_, letter: string) => letter.toUpperCase())).toBe(field);
});

describe('have the bounds of the contract', () => {
  const allowed = (key: SettingKey, value: unknown): boolean =>
    METHODS['settings.set'].args.safeParse({ [SETTINGS[key].field]: value }).success;
  const parses = (key: SettingKey, value: string): boolean => {
    try {
      return Boolean(parseSetting(key, value));
    } catch {
      return false;
    }
  };
  const edges: [SettingKey, number, number, number][] = [
    ['runs-at-once', 1, 16, 1],
    ['checkpoint-minutes', 0, 1440, 0.5],
    ['keep-checkpoints', 1, 1000, 1],
    ['keep-every-epochs', 0, 100_000, 1],
  ];
  it.each(edges)('%s from %d to %d', (key, least, most, step) => {
    const values = [least - step, least, least + 0.5, most, most + step];
    expect(values.map((value) => parses(key, String(value)))).toEqual(
      values.map((value) => allowed(key, value)),
    );
    expect([
      allowed(key, least - step),
      allowed(key, least),
      allowed(key, most),
      allowed(key, most + step),
    ]).toEqual([false, true, true, false]);
  });
});

it.each([
  ['on', true],
  ['TRUE', true],
  ['off', false],
  ['false', false],
])('a switch is %s', (word, value) => expect(parseSetting('notify', word)).toEqual({ notify: value }));

it('a switch is said as on or off', () => {
  expect(settingText({ ...DEFAULT_SETTINGS, notify: true }, 'notify')).toBe('on');
  expect(settingText({ ...DEFAULT_SETTINGS, notify: false }, 'notify')).toBe('off');
});

it.each([
  ['keep-checkpoint', 'did you mean "keep-checkpoints"?'],
  ['theme', 'the setting must be one of runs-at-once, '],
])('%s is no setting', (word, sentence) => expect(() => settingKey(word)).toThrow(sentence));
