import type { Command } from 'commander';
import type { Settings } from '../../../shared/settings';
import type { CommonOptions, Context } from '../../terminal/context';
import { unwrap } from '../../terminal/errors';
import type { Services } from '../../services';
import { servicesOf } from '../../use-services';
import { parseSetting, settingKey, SETTINGS, settingsTable, settingText, type SettingKey } from './names';

type SettingsService = Services['settings'];

export function addSettings(program: Command, context: Context): void {
  const { output } = context;
  const settings = program
    .command('settings')
    .description('how runs are trained and kept, in the window too: list, get, set');
  const add = (name: string, description: string): Command =>
    settings
      .command(name)
      .description(description)
      .option('--home <dir>', 'data folder')
      .option('--json', 'one JSON object on stdout');
  const withServices = servicesOf(context);
  const withSettings = (options: CommonOptions, work: (service: SettingsService) => void): Promise<void> =>
    withServices(options, ({ settings: service }) => work(service));
  /** As the window names them. */
  const json = (values: Settings, keys: readonly SettingKey[]): object =>
    Object.fromEntries(keys.map((key) => [SETTINGS[key].field, values[SETTINGS[key].field]]));
  const keys = Object.keys(SETTINGS) as SettingKey[];

  add('list', 'all settings').action((options: CommonOptions) =>
    withSettings(options, (service) => {
      const values = service.get();
      output.value(json(values, keys));
      output.lines(settingsTable(values, output));
    }),
  );

  add('get', 'one setting')
    .argument('<key>', keys.join(', '), settingKey)
    .action((key: SettingKey, options: CommonOptions) =>
      withSettings(options, (service) => {
        const values = service.get();
        output.value(json(values, [key]));
        output.lines(settingText(values, key));
      }),
    );

  add('set', 'change a setting')
    .argument('<key>', keys.join(', '), settingKey)
    .argument('<value>', 'a number, or on or off')
    .action((key: SettingKey, text: string, options: CommonOptions) => {
      const change = parseSetting(key, text);
      return withSettings(options, (service) => {
        const values = unwrap(service.set(change));
        output.value(json(values, [key]));
        output.lines(`${key} is ${settingText(values, key)}.`);
      });
    });
}
