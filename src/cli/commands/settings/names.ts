/** Settings that the command line knows, by the names it gives them; those of the window alone are left out. */
import { DEFAULT_SETTINGS, type Settings } from '../../../shared/settings';
import { oneOf, realNumber, wholeNumber } from '../../flags/values';
import { formatTable } from '../../format/table';
import type { Output } from '../../terminal/output';

type Field = 'runsAtOnce' | 'checkpointMinutes' | 'keepCheckpoints' | 'keepEveryEpochs' | 'notify';

export type SettingKey =
  'runs-at-once' | 'checkpoint-minutes' | 'keep-checkpoints' | 'keep-every-epochs' | 'notify';

interface Setting {
  field: Field;
  about: string;
  /** @throws ExpectedError where the value cannot be. The bounds are those of the contract's `settings.set`. */
  parse: (value: string) => number | boolean;
}

const SWITCH = ['on', 'off', 'true', 'false'] as const;

export const SETTINGS: Record<SettingKey, Setting> = {
  'runs-at-once': {
    field: 'runsAtOnce',
    about: 'runs trained at the same time, by all windows and terminals together',
    parse: wholeNumber('runs-at-once', 1, 16),
  },
  'checkpoint-minutes': {
    field: 'checkpointMinutes',
    about: 'minutes between checkpoints within an epoch; 0 for none but at the ends of epochs',
    parse: realNumber('checkpoint-minutes', { atLeast: 0, atMost: 1440 }),
  },
  'keep-checkpoints': {
    field: 'keepCheckpoints',
    about: 'newest checkpoints kept of a run, besides the best one and those that are pinned',
    parse: wholeNumber('keep-checkpoints', 1, 1000),
  },
  'keep-every-epochs': {
    field: 'keepEveryEpochs',
    about: 'besides, the checkpoints at the end of every k-th epoch; 0 for none',
    parse: wholeNumber('keep-every-epochs', 0, 100_000),
  },
  notify: {
    field: 'notify',
    about: 'show a desktop notification when a run ends while the window is not in front',
    parse: (value) => ['on', 'true'].includes(oneOf('notify', SWITCH)(value)),
  },
};

export const settingKey = oneOf('the setting', Object.keys(SETTINGS) as SettingKey[]);

export const parseSetting = (key: SettingKey, value: string): Partial<Settings> => ({
  [SETTINGS[key].field]: SETTINGS[key].parse(value),
});

export function settingText(values: Pick<Settings, Field>, key: SettingKey): string {
  const value = values[SETTINGS[key].field];
  return typeof value === 'boolean' ? (value ? 'on' : 'off') : String(value);
}

export function settingsTable(values: Settings, output: Output): string[] {
  const keys = Object.keys(SETTINGS) as SettingKey[];
  return formatTable(
    [
      { title: 'Setting' },
      { title: 'Value', align: 'right' },
      { title: 'Default', align: 'right' },
      { title: 'What it is', shrink: true },
    ],
    keys.map((key) => [
      key,
      settingText(values, key),
      settingText(DEFAULT_SETTINGS, key),
      SETTINGS[key].about,
    ]),
    output.table,
  );
}
