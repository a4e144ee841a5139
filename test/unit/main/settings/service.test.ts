import { beforeEach, describe, expect, it } from 'vitest';
import { openMemoryDatabase } from '../memory-database';
import { SettingStore } from '../../../../src/main/db/stores/settings';
import { SettingsService } from '../../../../src/main/settings/service';
import { DEFAULT_SETTINGS } from '../../../../src/shared/settings';

let settings: SettingsService;

beforeEach(() => {
  settings = new SettingsService(new SettingStore(openMemoryDatabase()));
});

describe('settings', () => {
  it('are the defaults at first', () => {
    expect(settings.get()).toEqual(DEFAULT_SETTINGS);
  });

  it('keep what is set and leave the rest', () => {
    settings.set({ theme: 'dark' });
    settings.set({ compare: [3, 1], model: null });
    expect(settings.get()).toEqual({ ...DEFAULT_SETTINGS, theme: 'dark', compare: [3, 1], model: null });
  });

  it('refuse a value that makes no sense, and change nothing then', () => {
    const result = settings.set({ theme: 'dark', smoothing: 7 });
    expect(result).toEqual({
      ok: false,
      error: { code: 'invalid-input', message: 'The setting smoothing cannot have the value 7.' },
    });
    expect(settings.get()).toEqual(DEFAULT_SETTINGS);
  });

  it('say what was refused in a short sentence that no terminal obeys', () => {
    for (const view of ['n'.repeat(20_000), '\x9b31m\u202eabc']) {
      const result = settings.set({ view });
      expect(result.ok).toBe(false);
      const message = result.ok ? '' : result.error.message;
      expect(message).toMatch(/^The setting view cannot have the value "[ -~…]+"?\.$/);
      expect(message.length).toBeLessThan(120);
    }
  });

  it('fall back to the default where another version stored something else', () => {
    settings.write('settings.theme', 'solarized');
    settings.write('settings.view', '/runs/3');
    expect(settings.get()).toEqual({ ...DEFAULT_SETTINGS, view: '/runs/3' });
  });
});

describe('the columns of the table of runs', () => {
  it('are kept with order and widths, and the order of the rows', () => {
    const runColumns = [
      { key: 'learningRate', width: 90 },
      { key: 'name', width: null },
    ];
    settings.set({ runColumns });
    settings.set({ runSort: { key: 'best', descending: false } });
    expect(settings.get()).toEqual({
      ...DEFAULT_SETTINGS,
      runColumns,
      runSort: { key: 'best', descending: false },
    });
    settings.set({ runColumns: null });
    expect(settings.get().runColumns).toBeNull();
  });

  it.each([
    [[{ key: 'name', width: 12 }]],
    [[{ key: 'name', width: 1e9 }]],
    [[{ key: '__proto__', width: null }]],
    [[{ key: 'name' }]],
    [Array.from({ length: 101 }, () => ({ key: 'name', width: null }))],
  ])('are refused where they make no sense: %j', (runColumns) => {
    expect(settings.set({ runColumns: runColumns as never }).ok).toBe(false);
    settings.write('settings.runColumns', runColumns);
    expect(settings.get()).toEqual(DEFAULT_SETTINGS);
  });
});

describe('other values', () => {
  it('are undefined until they are written', () => {
    expect(settings.read('window.bounds')).toBeUndefined();
    settings.write('window.bounds', { width: 1200 });
    expect(settings.read('window.bounds')).toEqual({ width: 1200 });
  });
});
