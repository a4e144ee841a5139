/** What the window remembers between starts, and the theme that follows from it. */
import { defineStore } from 'pinia';
import { computed, ref } from 'vue';
import type { AppInfo } from '../../shared/app-info';
import { type Settings, DEFAULT_SETTINGS } from '../../shared/settings';
import { attempt, call } from './api';

export const useSettingsStore = defineStore('settings', () => {
  const settings = ref<Settings>({ ...DEFAULT_SETTINGS });
  const info = ref<AppInfo | null>(null);

  const systemDark = ref(false);
  const media = window.matchMedia('(prefers-color-scheme: dark)');
  systemDark.value = media.matches;
  media.addEventListener('change', (event) => (systemDark.value = event.matches));

  /** Whether the window is dark now. */
  const dark = computed(() =>
    settings.value.theme === 'system' ? systemDark.value : settings.value.theme === 'dark',
  );

  /** Reads settings and program information; throws where main cannot be reached. */
  async function load(): Promise<void> {
    const [loaded, about] = await Promise.all([call('settings.get'), call('app.info')]);
    settings.value = loaded;
    info.value = about;
  }

  /** Changes settings at once and has them stored. A failure to store is shown; the window keeps the change. */
  async function set(patch: Partial<Settings>): Promise<void> {
    settings.value = { ...settings.value, ...patch };
    await attempt('settings.set', patch);
  }

  /**
   * Changes settings that main works by: what it cannot store does not hold, so it is taken back. Whether it was stored.
   */
  async function change(patch: Partial<Settings>): Promise<boolean> {
    const before = { ...settings.value };
    settings.value = { ...settings.value, ...patch };
    if (await attempt('settings.set', patch)) return true;
    const keys = Object.keys(patch) as (keyof Settings)[];
    const back = Object.fromEntries(keys.map((key) => [key, before[key]]));
    settings.value = { ...settings.value, ...back };
    return false;
  }

  return { settings, info, dark, load, set, change };
});
