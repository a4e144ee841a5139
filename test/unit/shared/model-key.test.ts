import { expect, it } from 'vitest';
import { findPreset } from '../../../src/architecture/presets';
import { DEFAULT_MODEL_KEY, draftKey, ownKey, parseModelKey, presetKey } from '../../../src/shared/model-key';

it.each([
  ['preset:resnet18', { kind: 'preset', id: 'resnet18' }],
  ['preset:resnet50-torchvision', { kind: 'preset', id: 'resnet50-torchvision' }],
  ['own:4', { kind: 'own', id: 4 }],
  ['draft:12', { kind: 'draft', id: 12 }],
  ['', null],
  ['given', null],
  ['preset:', null],
  ['own:', null],
  ['own:x', null],
  ['own:1.5', null],
  ['own:-1', null],
  ['draft:1 ', null],
  ['other:1', null],
])('the key %j is read', (key, reference) => {
  expect(parseModelKey(key)).toEqual(reference);
});

it('keys are read as they were made', () => {
  expect([presetKey('resnet20'), ownKey(7), draftKey(1)].map(parseModelKey)).toEqual([
    { kind: 'preset', id: 'resnet20' },
    { kind: 'own', id: 7 },
    { kind: 'draft', id: 1 },
  ]);
});

it('there is a preset of the default key', () => {
  const reference = parseModelKey(DEFAULT_MODEL_KEY);
  expect(reference?.kind === 'preset' && findPreset(reference.id)).toBeTruthy();
});
