/** The table settings: a key and a JSON value. */
import type { Db } from '../database';

export class SettingStore {
  constructor(private readonly db: Db) {}

  /** Undefined where nothing is stored under the key, or nothing that can be read. */
  read(key: string): unknown {
    const row = this.db.get<{ value: unknown }>('SELECT value FROM settings WHERE key = ?', key);
    try {
      return typeof row?.value === 'string' ? (JSON.parse(row.value) as unknown) : undefined;
    } catch {
      // As where nothing is stored.
      return undefined;
    }
  }

  write(entries: Record<string, unknown>, at: number): void {
    this.db.write('fast', () => {
      for (const [key, value] of Object.entries(entries)) {
        if (value === undefined) continue;
        this.db.run(
          `INSERT INTO settings (key, value, updated_at) VALUES (?, ?, ?)
           ON CONFLICT (key) DO UPDATE SET value = excluded.value, updated_at = excluded.updated_at`,
          key,
          JSON.stringify(value),
          at,
        );
      }
    });
  }
}
