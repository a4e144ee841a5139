/** How figures are saved; kept while the window lives. */
import { defineStore } from 'pinia';
import { ref } from 'vue';

export type FigureFormat = 'png' | 'svg' | 'csv';

export const useFigureSettings = defineStore('figure-settings', () => ({
  format: ref<FigureFormat>('png'),
  /** Pixels: half of a slide. */
  width: ref(1200),
  height: ref(700),
  /** Device pixels of each in an image. */
  scale: ref<'1' | '2' | '4'>('2'),
  colors: ref<'window' | 'light' | 'dark'>('window'),
}));
