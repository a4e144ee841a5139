/** What an address of the comparison stands for, and what else could stand there. */
import { computed, watch, type ComputedRef } from 'vue';
import type { Architecture } from '../../../../architecture/architecture';
import { PRESET_GROUPS, PRESETS } from '../../../../architecture/presets';
import { ownKey, presetKey } from '../../../../shared/model-key';
import { named } from '../../../base/shown';
import type { Option, OptionGroup } from '../../../ui/options';
import { useArchitecturesStore } from '../architectures-store';
import { useLibraryStore } from '../library-store';
import { parseComparedKey, runKey, versionKey, type ComparedKey } from './compared-key';

export interface Compared {
  title: string;
  /** Null while it is read, where it is gone, and where its text has a mistake. */
  architecture: Architecture | null;
}

/** A run that can be compared by its network. */
export interface ComparedRun {
  id: number;
  name: string;
  architecture: Architecture;
}

/** @param runOf the run of an id, of whom only its name and network are needed */
export function useCompared(
  key: () => ComparedKey,
  runOf: (id: number) => ComparedRun | undefined,
): ComputedRef<Compared> {
  const store = useArchitecturesStore();
  const library = useLibraryStore();
  const reference = computed(() => parseComparedKey(key()));
  watch(
    [reference, () => library.saved],
    ([now]) => {
      if (now && 'version' in now && library.byId.has(now.id)) void library.loadVersions(now.id);
    },
    { immediate: true },
  );
  const gone: Compared = { title: 'gone', architecture: null };
  return computed(() => {
    const now = reference.value;
    if (!now) return gone;
    if (now.kind === 'run') {
      const run = runOf(now.id);
      return run ? { title: `run ${named(run.name)}`, architecture: run.architecture } : gone;
    }
    if (now.kind === 'version') {
      const own = library.byId.get(now.id);
      if (!own) return gone;
      const version = library.versionsOf(now.id)?.find((one) => one.version === now.version);
      return {
        title: `${named(own.architecture.name)}, version ${now.version}`,
        architecture: version?.architecture ?? null,
      };
    }
    const architecture = store.present(key()) ?? store.original(key());
    if (!architecture) return gone;
    const preset = now.kind === 'preset' ? PRESETS.find(({ id }) => id === now.id) : undefined;
    const edited = now.kind === 'own' && store.changed.has(key()) ? ', edited' : '';
    return { title: preset?.title ?? `${named(architecture.name)}${edited}`, architecture };
  });
}

/**
 * The choices of one side, in groups: yours, the versions of those that are compared, the runs that are, presets.
 *
 * @param sides what is compared now
 */
export function useComparedOptions(
  sides: () => readonly ComparedKey[],
  runOf: (id: number) => ComparedRun | undefined,
): ComputedRef<OptionGroup[]> {
  const store = useArchitecturesStore();
  const library = useLibraryStore();
  return computed(() => {
    const references = sides().map(parseComparedKey);
    const entries = new Set(
      references.flatMap((one) => (one?.kind === 'own' || one?.kind === 'version' ? [one.id] : [])),
    );
    const versions = [...entries].flatMap((id): OptionGroup[] => {
      const own = library.byId.get(id);
      const known = library.versionsOf(id);
      if (!own || !known) return [];
      const options = known.map(({ version, note }): Option => ({
        value: versionKey(id, version),
        label: `${named(own.architecture.name)}, version ${version}${note === '' ? '' : `: ${note}`}`,
      }));
      return [{ label: `Versions of ${named(own.architecture.name)}`, options }];
    });
    const runs = references.flatMap((one): Option[] => {
      const run = one?.kind === 'run' ? runOf(one.id) : undefined;
      return run ? [{ value: runKey(run.id), label: named(run.name) }] : [];
    });
    const yours = [
      ...store.copies.map(({ key, name }) => ({ value: key, label: `${named(name)} (not saved)` })),
      ...library.saved.map(({ id, architecture: { name } }) => ({
        value: ownKey(id),
        label: store.changed.has(ownKey(id)) ? `${named(name)} (edited)` : named(name),
      })),
    ];
    const presets = PRESET_GROUPS.map((label) => ({
      label,
      options: PRESETS.filter(({ group }) => group === label).map(({ id, title }) => ({
        value: presetKey(id),
        label: title,
      })),
    }));
    return [
      { label: 'Yours', options: yours },
      ...versions,
      { label: 'Runs', options: runs },
      ...presets,
    ].filter(({ options }) => options.length > 0);
  });
}
