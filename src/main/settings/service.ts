/** What the window remembers, and anything else worth remembering as JSON. */
import { describe } from '../../architecture/checks';
import { DEFAULT_SETTINGS, SETTING_SCHEMAS, type Settings } from '../../shared/settings';
import { ExpectedError, fail, ok, type Result } from '../../shared/result';
import type { SettingStore } from '../db/stores/settings';

const KEYS = Object.keys(SETTING_SCHEMAS) as (keyof Settings)[];

export class SettingsService {
  constructor(private readonly store: SettingStore) {}

  /** What is not stored, or was stored by a version that understood it otherwise, has its default. */
  get(): Settings {
    const settings: Settings = { ...DEFAULT_SETTINGS, compare: [...DEFAULT_SETTINGS.compare] };
    for (const key of KEYS) {
      const parsed = SETTING_SCHEMAS[key].safeParse(this.store.read(`settings.${key}`));
      if (parsed.success) Object.assign(settings, { [key]: parsed.data });
    }
    return settings;
  }

  /** Changes the settings that are given and leaves the others. */
  set(change: Partial<Settings>): Result<Settings> {
    const entries: Record<string, unknown> = {};
    for (const key of KEYS) {
      if (change[key] === undefined) continue;
      const parsed = SETTING_SCHEMAS[key].safeParse(change[key]);
      if (!parsed.success) {
        return fail('invalid-input', `The setting ${key} cannot have the value ${describe(change[key])}.`);
      }
      entries[`settings.${key}`] = parsed.data;
    }
    const written = this.put(entries);
    return written.ok ? ok(this.get()) : written;
  }

  /** Undefined where nothing is stored under the key. */
  read(key: string): unknown {
    return this.store.read(key);
  }

  write(key: string, value: unknown): Result<void> {
    return this.put({ [key]: value });
  }

  private put(entries: Record<string, unknown>): Result<void> {
    try {
      this.store.write(entries, Date.now());
      return ok();
    } catch (error) {
      if (error instanceof ExpectedError) return { ok: false, error: error.failure };
      throw error;
    }
  }
}
