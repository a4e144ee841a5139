import { describe, expect, it } from 'vitest';
import {
  checkSetting,
  NUMBER_SETTINGS,
  stepped,
  type NumberSetting,
} from '../../../../../src/renderer/features/settings/settings-form';
import { METHODS } from '../../../../../src/shared/contract';
import { DEFAULT_SETTINGS } from '../../../../../src/shared/settings';

const KEYS = Object.keys(NUMBER_SETTINGS) as NumberSetting[];

describe.each(KEYS)('the setting %s', (key) => {
  const { min, max, whole } = NUMBER_SETTINGS[key];

  it('takes what the contract takes, and nothing else', () => {
    const inContract = (value: number): boolean =>
      METHODS['settings.set'].args.safeParse({ [key]: value }).success;
    for (const value of [min - 1, min, min + 0.5, max - 0.5, max, max + 1]) {
      expect(checkSetting(key, String(value)).problem === null, String(value)).toBe(inContract(value));
    }
  });

  it.each(['', 'many', '1e2', '0x10', '-1', '1,5'])('refuses %j with a sentence', (text) => {
    const { value, problem } = checkSetting(key, text);
    expect(value).toBeNull();
    expect(problem).toBe(
      `“${NUMBER_SETTINGS[key].label}” takes a ${whole ? 'whole ' : ''}number of ${NUMBER_SETTINGS[key].unit} ` +
        `from ${min} to ${max}; it stays as it was.`,
    );
  });

  it('counts within its limits', () => {
    expect(stepped(key, { ...DEFAULT_SETTINGS, [key]: min }, -1)).toBe(min);
    expect(stepped(key, { ...DEFAULT_SETTINGS, [key]: min }, 1)).toBe(min + 1);
    expect(stepped(key, { ...DEFAULT_SETTINGS, [key]: max }, 1)).toBe(max);
  });
});
