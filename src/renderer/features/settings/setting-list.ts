/** Every setting by its name in the window, for whoever leads to one. Pure. */
import type { Settings } from '../../../shared/settings';
import { NUMBER_SETTINGS, type NumberSetting } from './settings-form';

/** Settings that have a place in the Settings view. */
export type ShownSetting = NumberSetting | Extract<keyof Settings, 'notify' | 'theme'>;

export interface SettingWords {
  label: string;
  help: string;
}

export const SETTINGS_SHOWN: Record<ShownSetting, SettingWords> = {
  runsAtOnce: NUMBER_SETTINGS.runsAtOnce,
  notify: {
    label: 'Notify at the end',
    help: 'A desktop notification says that a run has ended while the window is not in front.',
  },
  checkpointMinutes: NUMBER_SETTINGS.checkpointMinutes,
  keepCheckpoints: NUMBER_SETTINGS.keepCheckpoints,
  keepEveryEpochs: NUMBER_SETTINGS.keepEveryEpochs,
  theme: { label: 'Theme', help: 'Colours of the window and of saved figures.' },
};
