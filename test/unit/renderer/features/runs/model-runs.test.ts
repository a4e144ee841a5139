import { describe, expect, it } from 'vitest';
import type { Architecture } from '../../../../../src/architecture/architecture';
import { findPreset } from '../../../../../src/architecture/presets';
import { designKey } from '../../../../../src/renderer/features/models/design-key';
import { modelOfRun, runsOfDesign, runsOfModel } from '../../../../../src/renderer/features/runs/model-runs';
import { isSameDesign, type ArchitectureVersion } from '../../../../../src/shared/saved-architecture';
import type { Run } from '../../../../../src/shared/run';
import { sampleRun, savedSample } from './sample';

const preset = findPreset('resnet18')!.architecture;
const design = (change: Partial<Architecture>): Architecture => ({ ...preset, name: 'mine', ...change });
const [thin, bias, plain] = [
  design({ table: [[1, [[8, 3]]]] }),
  design({ bias: false }),
  design({ shortcut: 'none' }),
];
const versions = [plain, bias, thin].map((architecture, index): ArchitectureVersion => ({
  version: 3 - index,
  architecture,
  note: '',
  savedAt: 0,
}));
const run = (id: number, best: number | null, more: Partial<Run>): Run =>
  sampleRun({ id, best: best === null ? null : { valAccuracy: best, epoch: 1 }, ...more } as never);

describe('the design of an architecture', () => {
  it.each<[Partial<Architecture>, boolean]>([
    [{ name: 'other' }, true],
    [{ inputShape: [28, 28, 1], classes: 3 }, true],
    [{ bias: false }, false],
    [{ l2: 0 }, false],
    [{ table: [[1, [[8, 3]]]] }, false],
  ])('with %j is the same: %s', (change, same) => {
    const other = { ...preset, ...change };
    expect(designKey(other) === designKey(preset)).toBe(same);
    expect(isSameDesign(other, preset)).toBe(same);
  });
});

describe('the runs of a saved architecture', () => {
  it('are those started with one of its versions, and those like one of them, the best first', () => {
    const runs = [
      run(1, 0.5, { model: { id: 7, version: 1 }, architecture: thin }),
      run(2, 0.9, { model: { id: 8, version: 1 }, architecture: thin }),
      run(3, 0.7, { model: null, architecture: { ...bias, name: 'from a file', classes: 3 } }),
      run(4, null, { model: { id: 7, version: 9 }, architecture: plain }),
      run(5, 0.1, { model: null, architecture: preset }),
      run(6, 0.1, { model: null, architecture: null } as never),
    ];
    expect(runsOfModel(runs, 7, versions).map(({ run: { id }, version }) => [id, version])).toEqual([
      [3, 2],
      [1, 1],
      [4, 9],
    ]);
  });

  it('that fit several versions are of the newest of them', () => {
    const same = versions.map((version) => ({ ...version, architecture: thin }));
    expect(runsOfModel([run(1, 0.5, { architecture: thin })], 7, same)[0]?.version).toBe(3);
  });
});

it('the runs of a preset are those like it that no saved architecture has', () => {
  const runs = [
    run(1, 0.5, { architecture: { ...preset, classes: 4 } }),
    run(2, 0.6, { architecture: preset, model: { id: 1, version: 1 } }),
    run(3, 0.7, { architecture: plain }),
  ];
  expect(runsOfDesign(runs, preset).map(({ id }) => id)).toEqual([1]);
});

describe('the model of a run', () => {
  const saved = [
    savedSample({ id: 1, architecture: { ...thin, name: 'first' }, version: 2 }),
    savedSample({ id: 2, architecture: { ...thin, name: 'second' }, version: 1 }),
  ];
  const of = (architecture: Architecture | null, model: Run['model'] = null) =>
    modelOfRun({ model, architecture }, saved);

  it('is the version that it was started with', () => {
    expect(of(bias, { id: 1, version: 1 })).toMatchObject({ key: 'own:1', version: 1, isNewest: false });
    expect(of(bias, { id: 1, version: 2 })).toMatchObject({ version: 2, isNewest: true });
  });

  it('is found by its content where it is not known, or gone', () => {
    expect(of({ ...thin, name: 'second', classes: 2 })).toMatchObject({ key: 'own:2', isNewest: true });
    expect(of(thin, { id: 9, version: 1 })).toMatchObject({ key: 'own:1' });
    expect(of({ ...preset, inputShape: [8, 8, 1] })).toMatchObject({ key: 'preset:resnet18' });
  });

  it('may be none', () => {
    expect(of(bias)).toBeNull();
    expect(of(null)).toBeNull();
  });
});
