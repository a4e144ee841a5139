/** Whatever the palette can find: commands, runs, models and settings. */
import { computed, type ComputedRef } from 'vue';
import { useRouter } from 'vue-router';
import { PRESETS } from '../../architecture/presets';
import { commandOf } from '../../shared/commands';
import { presetKey, ownKey } from '../../shared/model-key';
import { useArchitecturesStore } from '../features/models/architectures-store';
import { useRunsStore } from '../features/runs/runs-store';
import { SETTINGS_SHOWN, type ShownSetting } from '../features/settings/setting-list';
import { useCommandsStore } from '../ui/commands-store';
import { formatKeys } from '../ui/keys';
import { searchable, type PaletteEntry, type Searchable } from './palette-search';
import { runEntry } from './run-entry';

type Open = (path: string) => unknown;

export function usePaletteEntries(): ComputedRef<Searchable[]> {
  const commands = useCommandsStore();
  const runs = useRunsStore();
  const architectures = useArchitecturesStore();
  const router = useRouter();
  const open: Open = (path) => router.push(path);

  const ofCommands = computed(() =>
    commands.list
      // It is open.
      .filter(({ id }) => id !== 'palette.open')
      .map(({ id }): PaletteEntry => {
        const { section, keys, keywords, title } = commandOf(id);
        return {
          id: `command:${id}`,
          kind: 'Command',
          title: commands.titleOf(id),
          // Its title begins with it.
          note: section === 'Go to' ? undefined : section,
          also: `${title} ${keywords ?? ''}`,
          keys: keys?.[0] && formatKeys(keys[0]),
          refusal: commands.refusalOf(id),
          run: () => commands.run(id),
        };
      }),
  );
  const ofModels = computed(() => {
    const own = [
      ...architectures.copies.map(({ key, name }) => ({ key, name, note: 'yours, not saved' })),
      ...architectures.saved.map(({ id, architecture: { name } }) => ({
        key: ownKey(id),
        name,
        note: 'yours',
      })),
    ];
    const presets = PRESETS.map(({ id, title, group }) => ({ key: presetKey(id), name: title, note: group }));
    return [...own, ...presets].map(({ key, name, note }): PaletteEntry => ({
      id: `model:${key}`,
      kind: 'Model',
      title: name,
      note,
      also: `${key} ${note} model architecture`,
      run: () => open(`/models/${key}`),
    }));
  });
  const ofSettings = (Object.keys(SETTINGS_SHOWN) as ShownSetting[]).map((key): PaletteEntry => ({
    id: `setting:${key}`,
    kind: 'Setting',
    title: SETTINGS_SHOWN[key].label,
    note: 'Settings',
    also: `settings preferences ${SETTINGS_SHOWN[key].help}`,
    run: () => open(`/settings?show=${key}`),
  }));
  // Apart from each other: a run that trains changes a few times per second, the others hardly ever.
  const ofRuns = computed(() => runs.list.map((run) => searchable(runEntry(run, open))));
  const ofOthers = computed(() => [...ofModels.value, ...ofSettings].map(searchable));
  return computed(() => [...ofCommands.value.map(searchable), ...ofRuns.value, ...ofOthers.value]);
}
