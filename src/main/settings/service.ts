/** What the window remembers, and anything else worth remembering as JSON. */
import { z } from 'zod';
import { describe } from '../../architecture/checks';
import { inertText } from '../../shared/contract';
import {
  columnChoiceSchema,
  columnSortSchema,
  compareViewSchema,
  DEFAULT_SETTINGS,
  LAYER_DETAILS,
  layerBatchSchema,
  MAX_MEDIAN_STEPS,
  modelPictureSchema,
  runColorsSchema,
  SMOOTHING_KINDS,
  THEMES,
  type Settings,
} from '../../shared/settings';
import { ExpectedError, fail, ok, type Result } from '../../shared/result';
import type { SettingStore } from '../db/stores/settings';

const SCHEMAS: { [K in keyof Settings]: z.ZodType<Settings[K]> } = {
  theme: z.enum(THEMES),
  view: inertText(200),
  model: inertText(200).nullable(),
  compare: z.array(z.number().int().positive()).max(1000),
  runColumns: columnChoiceSchema.nullable(),
  runSort: columnSortSchema,
  layerColumns: columnChoiceSchema.nullable(),
  layerSort: columnSortSchema,
  layerDetail: z.enum(LAYER_DETAILS),
  layerBatch: layerBatchSchema,
  compareView: compareViewSchema.nullable(),
  modelPicture: modelPictureSchema,
  runColors: runColorsSchema,
  smoothingKind: z.enum(SMOOTHING_KINDS),
  smoothing: z.number().min(0).max(0.99),
  medianSteps: z.number().int().min(1).max(MAX_MEDIAN_STEPS),
  runsAtOnce: z.number().int().min(1).max(16),
  checkpointMinutes: z.number().min(0).max(1440),
  keepCheckpoints: z.number().int().min(1).max(1000),
  keepEveryEpochs: z.number().int().min(0).max(100000),
  notify: z.boolean(),
};

const KEYS = Object.keys(SCHEMAS) as (keyof Settings)[];

export class SettingsService {
  constructor(private readonly store: SettingStore) {}

  /** What is not stored, or was stored by a version that understood it otherwise, has its default. */
  get(): Settings {
    const settings: Settings = { ...DEFAULT_SETTINGS, compare: [...DEFAULT_SETTINGS.compare] };
    for (const key of KEYS) {
      const parsed = SCHEMAS[key].safeParse(this.store.read(`settings.${key}`));
      if (parsed.success) Object.assign(settings, { [key]: parsed.data });
    }
    return settings;
  }

  /** Changes the settings that are given and leaves the others. */
  set(change: Partial<Settings>): Result<Settings> {
    const entries: Record<string, unknown> = {};
    for (const key of KEYS) {
      if (change[key] === undefined) continue;
      const parsed = SCHEMAS[key].safeParse(change[key]);
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
