/** The palette's state: whether it is open, and what was used last, kept between starts. */
import { defineStore } from 'pinia';
import { ref, shallowRef } from 'vue';
import { useSettingsStore } from '../base/settings-store';

const MAX_RECENT = 20;

export const usePaletteStore = defineStore('palette', () => {
  const settings = useSettingsStore();
  const isOpen = ref(false);
  const isHelpOpen = ref(false);
  /** Ids of entries, the last one first. */
  const recent = shallowRef<readonly string[]>([]);

  /** What was used belongs to a data folder: its runs are others. */
  const storageKey = (): string => `resbench.recent:${settings.info?.home ?? ''}`;

  function load(): void {
    try {
      const stored: unknown = JSON.parse(localStorage.getItem(storageKey()) ?? '[]');
      if (Array.isArray(stored)) {
        recent.value = stored.filter((id): id is string => typeof id === 'string').slice(0, MAX_RECENT);
      }
    } catch {
      // Written by another version or forbidden: nothing was used yet.
    }
  }

  /** An entry was used, here or by another way to it. */
  function note(id: string): void {
    if (recent.value[0] === id) return;
    recent.value = [id, ...recent.value.filter((other) => other !== id)].slice(0, MAX_RECENT);
    try {
      localStorage.setItem(storageKey(), JSON.stringify(recent.value));
    } catch {
      // Full or forbidden: it is then known as long as the window lives.
    }
  }

  return { isOpen, isHelpOpen, recent, load, note };
});
