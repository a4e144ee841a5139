/**
 * The library as the window knows it: saved architectures with their versions, stars, tags and notes. What is edited and not
 * saved is the architectures store's.
 */
import { defineStore } from 'pinia';
import { computed, shallowRef } from 'vue';
import type { Architecture } from '../../../architecture/architecture';
import {
  foldedTag,
  type ArchitectureDescription,
  type ArchitectureVersion,
  type SavedArchitecture,
} from '../../../shared/saved-architecture';
import { attempt, call } from '../../base/api';

const byName = (a: SavedArchitecture, b: SavedArchitecture): number =>
  a.architecture.name.localeCompare(b.architecture.name, 'en');

export const useLibraryStore = defineStore('library', () => {
  /** By name; replaced as a whole at every change. */
  const saved = shallowRef<readonly SavedArchitecture[]>([]);
  /** Versions that were read, newest first; those of an entry are read again once it has others. */
  const known = shallowRef<ReadonlyMap<number, readonly ArchitectureVersion[]>>(new Map());

  const byId = computed(() => new Map(saved.value.map((own) => [own.id, own])));
  /** Every tag once, by name; of those that differ in case alone the first. */
  const tags = computed(() => {
    const all = new Map<string, string>();
    for (const tag of saved.value.flatMap((own) => own.tags)) {
      if (!all.has(foldedTag(tag))) all.set(foldedTag(tag), tag);
    }
    return [...all.values()].sort((a, b) => a.localeCompare(b, 'en'));
  });

  /** Reads the list; what was known stays where it cannot be read. */
  async function load(): Promise<void> {
    const list = await attempt('architectures.list');
    if (list) saved.value = list;
  }

  function put(own: SavedArchitecture): SavedArchitecture {
    saved.value = [...saved.value.filter(({ id }) => id !== own.id), own].sort(byName);
    return own;
  }

  /** Stores a version; throws an ApiError with the reason where main refuses. */
  async function save(
    id: number | null,
    architecture: Architecture,
    note?: string,
  ): Promise<SavedArchitecture> {
    const own = await call('architectures.save', {
      id,
      architecture: { ...architecture },
      ...(note !== undefined && { note }),
    });
    // A note alone changes the newest version and makes no other.
    if (note !== undefined) forget(own.id);
    return put(own);
  }

  /** Undefined where main refuses, which is shown. */
  async function rename(id: number, name: string): Promise<SavedArchitecture | undefined> {
    const own = await attempt('architectures.rename', { id, name });
    if (own) forget(id);
    return own && put(own);
  }

  /** Star, tags and notes; whether main took them. */
  async function describe(id: number, changes: ArchitectureDescription): Promise<boolean> {
    const own = await attempt('architectures.describe', { id, ...changes });
    if (own) put(own);
    return own !== undefined;
  }

  /** Throws where main refuses. */
  async function remove(id: number): Promise<void> {
    await call('architectures.delete', { id });
    saved.value = saved.value.filter((one) => one.id !== id);
  }

  const restore = async (id: number): Promise<SavedArchitecture> =>
    put(await call('architectures.restore', { id }));

  function forget(id: number): void {
    const next = new Map(known.value);
    next.delete(id);
    known.value = next;
  }

  /** What was read of an entry, newest first; null before that, and where it has newer ones. */
  function versionsOf(id: number): readonly ArchitectureVersion[] | null {
    const versions = known.value.get(id);
    return versions && versions[0]?.version === byId.value.get(id)?.version ? versions : null;
  }

  /** Reads the versions where they are not known. Empty where they cannot be read, which is shown. */
  async function loadVersions(id: number): Promise<readonly ArchitectureVersion[]> {
    const there = versionsOf(id);
    if (there) return there;
    const versions = await attempt('architectures.versions', { id });
    if (versions) known.value = new Map(known.value).set(id, versions);
    return versions ?? [];
  }

  /** Sets the note of a version; whether main took it. */
  async function annotate(id: number, version: number, note: string): Promise<boolean> {
    const changed = await attempt('architectures.annotate', { id, version, note });
    if (!changed) return false;
    const versions = known.value.get(id)?.map((one) => (one.version === version ? changed : one));
    if (versions) known.value = new Map(known.value).set(id, versions);
    return true;
  }

  return {
    saved,
    byId,
    tags,
    load,
    save,
    rename,
    describe,
    remove,
    restore,
    versionsOf,
    loadVersions,
    annotate,
  };
});
