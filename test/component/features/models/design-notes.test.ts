import { beforeEach, expect, it } from 'vitest';
import type { Architecture } from '../../../../src/architecture/architecture';
import { buildNetwork } from '../../../../src/architecture/network';
import { findPreset } from '../../../../src/architecture/presets';
import { summarize } from '../../../../src/architecture/summary';
import DesignNotes from '../../../../src/renderer/features/models/DesignNotes.vue';
import { byTestId, click, freshWindow, mountInWindow } from '../../mount';

beforeEach(() => freshWindow());

function open(preset: string, changes: Partial<Architecture> = {}) {
  const architecture = { ...findPreset(preset)!.architecture, ...changes };
  const network = buildNetwork(architecture);
  const shown = { architecture, network, summary: summarize(network) };
  return mountInWindow(DesignNotes, { shown, stale: false });
}

it('names the network, and nothing else where there is nothing to say', async () => {
  await open('resnet50-torchvision');
  expect(byTestId('recognition').textContent).toContain('Equals torchvision’s ResNet-50.');
  expect(document.querySelector('[data-testid="advice"]')).toBeNull();
});

it('leads to the stage that will disappoint, and offers what mends it', async () => {
  const { emitted } = await open('resnet18', { inputShape: [16, 16, 3] });
  await click(byTestId('show-small-map'));
  expect(emitted.reveal).toEqual([[['table', 3]]]);
  await click(byTestId('fix-small-map'));
  expect(emitted.apply).toMatchObject([[{ architecture: { stem: { pool: false } } }]]);
  expect(byTestId('fix-small-map').getAttribute('aria-label')).toBe('Fix: Drop the max pooling');
});

it('leads to a field where it is not about a stage', async () => {
  const { emitted } = await open('resnet20', { bnMomentum: 0.99 });
  await click(byTestId('show-slow-statistics'));
  expect(emitted.reveal).toEqual([[['bnMomentum']]]);
  expect(byTestId('show-slow-statistics').getAttribute('aria-label')).toContain('Batch normalisation');
});
