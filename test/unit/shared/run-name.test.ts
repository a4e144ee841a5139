import { describe, expect, it } from 'vitest';
import { LIMITS } from '../../../src/architecture/limits';
import { findPreset } from '../../../src/architecture/presets';
import { shownRunName } from '../../../src/shared/run-name';
import type { Run } from '../../../src/shared/run';

const { architecture: preset } = findPreset('resnet18')!;
const plain = { ...preset, shortcut: 'none' } as const;
const dataset = { id: 'shapes', title: 'Shapes' } as Run['dataset'];
const shown = (name: string, architecture: Run['architecture'] = plain): string =>
  shownRunName({ name, architecture, dataset, model: null });

describe('the name that a run is shown by', () => {
  it.each([
    ['resnet18', 'resnet18, no shortcut'],
    ['resnet18 on shapes', 'resnet18, no shortcut on shapes'],
    ['resnet18 on Shapes (2)', 'resnet18, no shortcut on Shapes (2)'],
    ['resnet18 (fork)', 'resnet18, no shortcut (fork)'],
    ['resnet18 (fork 2)', 'resnet18, no shortcut (fork 2)'],
  ])('says how the network of “%s” differs', (name, words) => expect(shown(name)).toBe(words));

  it.each([['resnet18 at night'], ['my run'], ['resnet18, no shortcut']])(
    'leaves “%s”, which its user gave',
    (name) => expect(shown(name)).toBe(name),
  );

  it('leaves the run of a preset, and of no known network', () => {
    expect(shown('resnet18', preset)).toBe('resnet18');
    expect(shown('resnet18', null)).toBe('resnet18');
  });

  it('leaves the run of a saved architecture, whose name is its user’s', () => {
    const model = { id: 1, version: 1 };
    expect(shownRunName({ name: 'resnet18', architecture: plain, dataset, model })).toBe('resnet18');
  });

  it('is never longer than a name may be', () => {
    const name = `resnet18 on ${'x'.repeat(LIMITS.nameLength - 12)}`;
    const long = { id: 'shapes', title: 'x'.repeat(LIMITS.nameLength - 12) } as Run['dataset'];
    const words = shownRunName({ name, architecture: plain, dataset: long, model: null });
    expect(words).toHaveLength(LIMITS.nameLength);
  });
});
