import { beforeEach, describe, expect, it } from 'vitest';
import { nextTick } from 'vue';
import { buildNetwork, type Network } from '../../../../src/architecture/network';
import { findPreset } from '../../../../src/architecture/presets';
import PictureStrip from '../../../../src/renderer/features/models/picture/PictureStrip.vue';
import PictureView from '../../../../src/renderer/features/models/picture/PictureView.vue';
import { useSelection } from '../../../../src/renderer/features/models/use-selection';
import { useSettingsStore } from '../../../../src/renderer/base/settings-store';
import { byTestId, freshWindow, mountInWindow, press } from '../../mount';

const architecture = findPreset('resnet18')!.architecture;
const networkOf = (preset: string): Network => buildNetwork(findPreset(preset)!.architecture);

beforeEach(() => {
  freshWindow();
});

const sheet = () => byTestId('picture-sheet');
const labels = () =>
  [...sheet().querySelectorAll('[role="option"]')].map((each) => each.getAttribute('aria-label'));
const selected = () =>
  [...sheet().querySelectorAll('[aria-selected="true"]')].map((each) => each.getAttribute('aria-label'));

describe('the picture in Models', () => {
  it('chooses what is clicked, and nothing when it is clicked again', async () => {
    await mountInWindow(PictureView, { network: networkOf('resnet18'), stale: false });
    const box = sheet().querySelector('[role="option"]')!;
    box.dispatchEvent(new MouseEvent('click', { bubbles: true }));
    await nextTick();
    expect(useSelection().selected).toEqual({ stage: 'stem', block: undefined, layer: 'input' });
    expect(selected()).toEqual(['Input: images of 32x32x3']);
    box.dispatchEvent(new MouseEvent('click', { bubbles: true }));
    expect(useSelection().selected).toBeNull();
  });

  it('shows what is chosen elsewhere', async () => {
    await mountInWindow(PictureView, { network: networkOf('resnet18'), stale: false });
    useSelection().choose({ stage: 'stage1' }, 'table');
    await nextTick();
    expect(selected()).toEqual([
      'Stage 1, blocks 1 to 2: each two 3x3 convolutions, 64 channels, 8x8, identity shortcut',
    ]);
  });

  it('is walked through by arrow keys with one tab stop', async () => {
    await mountInWindow(PictureView, { network: networkOf('resnet18'), stale: false });
    expect(document.querySelectorAll('[data-testid="picture-view"] [tabindex]')).toHaveLength(1);
    const before = sheet().getAttribute('aria-activedescendant');
    await press(sheet(), 'ArrowDown');
    expect(sheet().getAttribute('aria-activedescendant')).not.toBe(before);
    await press(sheet(), 'Enter');
    expect(useSelection().selected?.layer).toBe('stem/conv');
  });

  it('remembers its level', async () => {
    await mountInWindow(PictureView, { network: networkOf('resnet18'), stale: false });
    const stages = document.querySelector<HTMLInputElement>('input[value="stages"]')!;
    stages.click();
    await nextTick();
    expect(useSettingsStore().settings.modelPicture.level).toBe('stages');
    expect(labels()).toContain(
      'Stage 1: 2 blocks of two 3x3 convolutions, 64 channels, 8x8, identity shortcut',
    );
  });

  it('keeps the elements of what has not changed', async () => {
    const { props } = await mountInWindow(PictureView, { network: networkOf('resnet18'), stale: false });
    const before = [...sheet().querySelectorAll('text')].slice(0, 8);
    props.network = buildNetwork({
      ...architecture,
      table: [...architecture.table.slice(0, 3), [3, [[512, 3]]]],
    });
    await nextTick();
    const after = [...sheet().querySelectorAll('text')];
    expect(before.every((text) => after.includes(text))).toBe(true);
  });
});

describe('a small picture', () => {
  it('has its network said in a sentence', async () => {
    await mountInWindow(PictureStrip, { architecture });
    expect(byTestId('picture-strip').getAttribute('aria-label')).toContain('4 stages with 8 blocks');
  });

  it('of two networks says what has changed', async () => {
    const [, ...rest] = architecture.table;
    await mountInWindow(PictureStrip, {
      before: architecture,
      architecture: { ...architecture, table: rest },
    });
    const sentence = '1 stage removed, 1 stage changed.';
    expect(byTestId('picture-strip').getAttribute('aria-label')).toBe(sentence);
    expect(byTestId('difference-sentence').textContent).toBe(sentence);
  });
});
