/** How figures are saved; kept while the window lives. */
import { defineStore } from 'pinia';
import { ref } from 'vue';

export type FigureFormat = 'png' | 'svg' | 'csv';

export const FIGURE_SCALES = [
  { value: '1', label: '1×' },
  { value: '2', label: '2×' },
  { value: '4', label: '4×' },
] as const;
export type FigureScale = (typeof FIGURE_SCALES)[number]['value'];

export const FIGURE_COLORS = [
  { value: 'window', label: 'As the window' },
  { value: 'light', label: 'Light' },
  { value: 'dark', label: 'Dark' },
] as const;
export type FigureColors = (typeof FIGURE_COLORS)[number]['value'];

export const useFigureSettings = defineStore('figure-settings', () => ({
  format: ref<FigureFormat>('png'),
  /** Pixels: half of a slide. */
  width: ref(1200),
  height: ref(700),
  /** Device pixels of each in an image. */
  scale: ref<FigureScale>('2'),
  colors: ref<FigureColors>('window'),
}));
