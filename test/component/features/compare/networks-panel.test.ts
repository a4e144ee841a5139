import { expect, it } from 'vitest';
import { findPreset } from '../../../../src/architecture/presets';
import NetworksPanel from '../../../../src/renderer/features/compare/NetworksPanel.vue';
import { sampleRun } from '../../../unit/renderer/features/runs/sample';
import { byTestId, freshWindow, mountInWindow } from '../../mount';

it('tells networks apart that have the same name and the same picture', async () => {
  freshWindow();
  const architecture = { ...findPreset('resnet18')!.architecture, name: 'mine', l2: 0.5 };
  await mountInWindow(NetworksPanel, {
    runs: [
      sampleRun({ id: 1, architecture }),
      sampleRun({ id: 2, architecture: { ...architecture, bias: !architecture.bias } }),
    ],
    labels: new Map([
      [1, 'with'],
      [2, 'without'],
    ]),
  });
  const difference = byTestId('network-difference').textContent;
  expect(difference).toContain('What changes from mine (with) to mine (without)');
  expect(difference).toContain('The pictures do not differ; the networks do: no convolution biases.');
});
