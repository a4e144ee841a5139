/** The places of the window, in the order of the navigation. */
import {
  IconActivity,
  IconDatabase,
  IconLayersDifference,
  IconSettings,
  IconStack2,
} from '@tabler/icons-vue';
import type { Component } from 'vue';
import type { CommandId } from '../../shared/commands';

export interface Section {
  id: 'models' | 'runs' | 'compare' | 'data' | 'settings';
  label: string;
  path: string;
  command: CommandId;
  icon: Component;
}

export const SECTIONS: readonly Section[] = [
  { id: 'models', label: 'Models', path: '/models', command: 'go.models', icon: IconStack2 },
  { id: 'runs', label: 'Runs', path: '/runs', command: 'go.runs', icon: IconActivity },
  { id: 'compare', label: 'Compare', path: '/compare', command: 'go.compare', icon: IconLayersDifference },
  { id: 'data', label: 'Data', path: '/data', command: 'go.data', icon: IconDatabase },
];

/** At the foot of the navigation. */
export const SETTINGS: Section = {
  id: 'settings',
  label: 'Settings',
  path: '/settings',
  command: 'go.settings',
  icon: IconSettings,
};
