/** How pictures are looked at, remembered between starts, and how they are saved, kept while the window lives. */
import { defineStore } from 'pinia';
import { computed, ref } from 'vue';
import { EVEN_SPLIT, type ModelPicture } from '../../../../shared/settings';
import { useSettingsStore } from '../../../base/settings-store';
import type { FigureColors, FigureScale } from '../../../curves/figure-settings';

export type PictureFormat = 'svg' | 'png' | 'pdf';

export const usePictureSettings = defineStore('picture-settings', () => {
  const store = useSettingsStore();
  const part = <K extends keyof ModelPicture>(key: K) =>
    computed<ModelPicture[K]>({
      get: () => store.settings.modelPicture[key],
      set: (value) => void store.set({ modelPicture: { ...store.settings.modelPicture, [key]: value } }),
    });
  return {
    front: part('front'),
    split: computed({
      get: () => store.settings.modelPicture.split ?? EVEN_SPLIT,
      set: (split) => void store.set({ modelPicture: { ...store.settings.modelPicture, split } }),
    }),
    level: part('level'),
    direction: part('direction'),
    format: ref<PictureFormat>('svg'),
    scale: ref<FigureScale>('2'),
    // For paper, whatever the window looks like.
    colors: ref<FigureColors>('light'),
  };
});
