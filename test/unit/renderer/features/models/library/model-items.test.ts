import { describe, expect, it } from 'vitest';
import { findPreset } from '../../../../../../src/architecture/presets';
import {
  describeNone,
  filteredGroups,
  modelGroupsOf,
  type ModelGroup,
} from '../../../../../../src/renderer/features/models/library/model-items';
import type { SavedArchitecture } from '../../../../../../src/shared/saved-architecture';
import { savedSample } from '../../runs/sample';

const own = (id: number, name: string, more: Partial<SavedArchitecture> = {}): SavedArchitecture =>
  savedSample({ id, architecture: { ...findPreset('resnet18')!.architecture, name }, ...more });

const SAVED = [
  own(1, 'alpha', { tags: ['CIFAR', 'thin'] }),
  own(2, 'beta', { starred: true, notes: 'Converges slowly without warm-up.' }),
  own(3, '残差网络', { tags: ['cifar'], starred: true }),
];
const groups = modelGroupsOf([{ key: 'draft:1', name: 'copy' }], SAVED, new Set(['own:1']));
const names = (list: readonly ModelGroup[]): string[] =>
  list.flatMap(({ items }) => items.map(({ name }) => name));
const found = (text: string, tags: string[] = []): string[] => names(filteredGroups(groups, text, tags));

describe('the list of models', () => {
  it('has unsaved copies first, then what has a star', () => {
    expect(names(groups.slice(0, 1))).toEqual(['copy', 'beta', '残差网络', 'alpha']);
    expect(groups[0]!.items.map(({ changed }) => changed)).toEqual([true, false, false, true]);
  });

  it.each<[string, string[]]>([
    ['alp', ['alpha']],
    ['warm-up', ['beta']],
    ['WARMUP', ['beta']],
    ['slowly warm', ['beta']],
    ['thin', ['alpha']],
    ['残差', ['残差网络']],
    ['nothing like it', []],
  ])('finds “%s” in names, tags and notes', (text, list) => expect(found(text)).toEqual(list));

  it('finds presets whatever the separators', () => {
    expect(found('ResNet-18 cifar')).toEqual(['ResNet-18']);
    expect(found('torchvision')).toContain('ResNet-152');
  });

  it('is narrowed by tags, whatever their case', () => {
    expect(found('', ['cifar'])).toEqual(['残差网络', 'alpha']);
    expect(found('', ['cifar', 'thin'])).toEqual(['alpha']);
    expect(found('beta', ['cifar'])).toEqual([]);
  });

  it('keeps the place of what will be saved while nothing is looked for', () => {
    const empty = modelGroupsOf([], [], new Set());
    expect(filteredGroups(empty, '', [])[0]).toEqual({ title: 'Yours', items: [] });
    expect(filteredGroups(empty, 'resnet', [])[0]?.title).not.toBe('Yours');
  });

  it('says what was looked for in vain', () => {
    expect(describeNone('x', [])).toBe('No architecture has “x” in its name, tags or notes.');
    expect(describeNone('', ['a', 'b'])).toBe('No architecture has the tags “a”, “b”.');
    expect(describeNone(' x ', ['a'])).toBe(
      'No architecture has “x” in its name, tags or notes and the tag “a”.',
    );
  });
});
