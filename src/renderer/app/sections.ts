/** The four places of the window, in the order of the navigation and of Ctrl+1 to Ctrl+4. */
import {
  IconActivity,
  IconDatabase,
  IconLayersDifference,
  IconSettings,
  IconStack2,
} from '@tabler/icons-vue';
import type { Component } from 'vue';

export interface Section {
  id: 'models' | 'runs' | 'compare' | 'data' | 'settings';
  label: string;
  path: string;
  icon: Component;
}

export const SECTIONS: readonly Section[] = [
  { id: 'models', label: 'Models', path: '/models', icon: IconStack2 },
  { id: 'runs', label: 'Runs', path: '/runs', icon: IconActivity },
  { id: 'compare', label: 'Compare', path: '/compare', icon: IconLayersDifference },
  { id: 'data', label: 'Data', path: '/data', icon: IconDatabase },
];

/** At the foot of the navigation, and by Ctrl and comma. */
export const SETTINGS: Section = { id: 'settings', label: 'Settings', path: '/settings', icon: IconSettings };
