import { flushPromises } from '@vue/test-utils';
import { beforeEach, expect, it } from 'vitest';
import type { Architecture } from '../../../../src/architecture/architecture';
import { findPreset } from '../../../../src/architecture/presets';
import AlternativeList from '../../../../src/renderer/features/models/AlternativeList.vue';
import { byTestId, eventually, freshWindow, mountInWindow } from '../../mount';

beforeEach(() => void freshWindow());

const architecture: Architecture = { ...findPreset('resnet18')!.architecture, bias: true };
/** Both have the same id, as the other position of a switch has. */
const OFF = { id: 'other', label: 'Off', values: { bias: false } };
const ON = { id: 'other', label: 'On', values: { bias: true } };
/** Channels of the convolutions: stem, four stages of two blocks of two, three projections, each with a bias. */
const BIASES = 64 + 4 * (64 + 128 + 256 + 512) + 128 + 256 + 512;

const effect = () => byTestId('others').querySelector('.effect')?.textContent;

it('says nothing of a value until what it would change has been worked out for this architecture', async () => {
  const { props } = await mountInWindow(AlternativeList, {
    label: 'Other values of Bias',
    architecture,
    alternatives: [OFF],
    isOnlySaid: true,
    testid: 'others',
  });
  const count = BIASES.toLocaleString('en');
  await eventually(() => expect(effect()).toContain(`−${count} parameters`));
  Object.assign(props, { architecture: { ...architecture, bias: false }, alternatives: [ON] });
  await flushPromises();
  expect(effect()).toBe('');
  await eventually(() => expect(effect()).toContain(`+${count} parameters`));
});

it('keeps what it says while only the name changes', async () => {
  const { props } = await mountInWindow(AlternativeList, {
    label: 'Other values of Bias',
    architecture,
    alternatives: [OFF],
    isOnlySaid: true,
    testid: 'others',
  });
  await eventually(() => expect(effect()).not.toBe(''));
  const before = effect();
  props['architecture'] = { ...architecture, name: 'mine' };
  await flushPromises();
  expect(effect()).toBe(before);
});
