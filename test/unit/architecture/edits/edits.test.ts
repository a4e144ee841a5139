import { describe as group, expect, it } from 'vitest';
import type { Architecture } from '../../../../src/architecture/architecture';
import { apply, inverse } from '../../../../src/architecture/edits/apply';
import { describe } from '../../../../src/architecture/edits/describe';
import { differences } from '../../../../src/architecture/edits/differences';
import type { ArchitectureEdit } from '../../../../src/architecture/edits/edit';
import { findPreset } from '../../../../src/architecture/presets';
import { formatArchitecture, parseArchitecture } from '../../../../src/architecture/text/architecture';
import { random, whole } from '../random';
import { editableArchitecture, randomEdit } from './random-edits';

const preset = (id: string): Architecture => findPreset(id)!.architecture;
const resnet18 = preset('resnet18');
const resnet50 = preset('resnet50');

/** Thousands of edits, each on what the one before gave. */
function* randomEdits(seed: number, sequences = 400): Generator<[Architecture, ArchitectureEdit]> {
  const next = random(seed);
  for (let sequence = 0; sequence < sequences; sequence++) {
    let architecture = editableArchitecture(next);
    for (let step = whole(next, 1, 12); step > 0; step--) {
      const edit = randomEdit(next, architecture);
      yield [architecture, edit];
      architecture = apply(architecture, edit);
    }
  }
}

group('an edit', () => {
  it('followed by its inverse gives the same value and the same text', () => {
    const kinds = new Set<string>();
    for (const [architecture, edit] of randomEdits(1)) {
      kinds.add(edit.kind);
      const back = apply(apply(architecture, edit), inverse(architecture, edit));
      expect(back, JSON.stringify(edit)).toEqual(architecture);
      expect(formatArchitecture(back)).toBe(formatArchitecture(architecture));
    }
    expect(kinds.size).toBe(13);
  });

  it('gives an architecture that is read as it is', () => {
    for (const [architecture, edit] of randomEdits(2, 60)) {
      const after = apply(architecture, edit);
      expect(parseArchitecture(after), JSON.stringify(edit)).toMatchObject({ ok: true, value: after });
    }
  });

  it('leaves the architecture before it as it was', () => {
    for (const [architecture, edit] of randomEdits(3, 60)) {
      const before = JSON.stringify(architecture);
      apply(architecture, edit);
      expect(JSON.stringify(architecture), JSON.stringify(edit)).toBe(before);
    }
  });

  it.each<ArchitectureEdit>([
    { kind: 'remove-stage', stage: 4 },
    { kind: 'add-stage', at: 5, stage: [1, [[8, 3]]] },
    { kind: 'move-stage', from: 0, to: 4 },
    { kind: 'filters', stage: 0, convolution: 2, filters: 8 },
    { kind: 'count', stage: -1, count: 8 },
  ])('of something that is not there is refused: %o', (edit) => {
    expect(() => apply(resnet18, edit)).toThrow(RangeError);
  });

  it('cannot remove the last stage or convolution', () => {
    const single: Architecture = { ...resnet18, table: [[1, [[8, 3]]]] };
    expect(() => apply(single, { kind: 'remove-stage', stage: 0 })).toThrow(RangeError);
    expect(() => apply(single, { kind: 'remove-convolution', stage: 0, convolution: 0 })).toThrow(RangeError);
  });
});

it('the inverse of an inverse is as good as the edit', () => {
  for (const [architecture, edit] of randomEdits(4, 60)) {
    const after = apply(architecture, edit);
    const back = inverse(architecture, edit);
    expect(apply(apply(after, back), inverse(after, back)), JSON.stringify(edit)).toEqual(after);
  }
  const replace: ArchitectureEdit = { kind: 'replace', architecture: resnet50 };
  expect(apply(apply(resnet18, replace), inverse(resnet18, replace))).toEqual(resnet18);
});

group('all widths times a factor', () => {
  it('are rounded to whole numbers, and come back exactly', () => {
    const edit: ArchitectureEdit = { kind: 'scale', stage: null, factor: 0.3 };
    const scaled = apply(resnet50, edit);
    expect(scaled.stem.filters).toBe(19);
    expect(scaled.table[0]![1].map(([filters]) => filters)).toEqual([19, 19, 77]);
    expect(apply(scaled, inverse(resnet50, edit))).toEqual(resnet50);
  });

  it('stay within the limits', () => {
    const tiny = apply(resnet18, { kind: 'scale', stage: null, factor: 0.0001 });
    expect(tiny.table.every(([, list]) => list.every(([filters]) => filters === 1))).toBe(true);
    const huge = apply(resnet18, { kind: 'scale', stage: 3, factor: 1e9 });
    expect([huge.stem.filters, huge.table[3]![1][0]![0]]).toEqual([64, 16_384]);
  });
});

group('the name of an edit', () => {
  it.each<[ArchitectureEdit, string]>([
    [{ kind: 'filters', stage: 2, convolution: null, filters: 192 }, 'stage 3 filters 256 → 192'],
    [{ kind: 'filters', stage: 2, convolution: 1, filters: 192 }, 'stage 3, convolution 2 filters 256 → 192'],
    [{ kind: 'count', stage: 0, count: 3 }, 'stage 1 blocks 2 → 3'],
    [{ kind: 'kernel', stage: 0, convolution: 0, kernel: [1, 3] }, 'stage 1, convolution 1 kernel 3×3 → 1×3'],
    [{ kind: 'remove-stage', stage: 1 }, 'remove stage 2'],
    [{ kind: 'duplicate-stage', stage: 1 }, 'duplicate stage 2'],
    [{ kind: 'move-stage', from: 1, to: 2 }, 'move stage 2 to 3'],
    [{ kind: 'add-stage', at: 4, stage: [1, [[8, 3]]] }, 'add stage 5'],
    [{ kind: 'add-convolution', stage: 0, at: 2, convolution: [64, 3] }, 'add convolution 3 to stage 1'],
    [{ kind: 'remove-convolution', stage: 0, convolution: 1 }, 'remove convolution 2 of stage 1'],
    [{ kind: 'conventions', values: { shortcut: 'none' } }, 'shortcut option B → none'],
    [{ kind: 'conventions', values: { bnMomentum: 0.9 } }, 'BN momentum 0.99 → 0.9'],
    [
      { kind: 'conventions', values: { stemKernel: 3, stemPool: false } },
      'stem 64 filters, 7×7, stride 2, max pooling → 64 filters, 3×3, stride 2, no max pooling',
    ],
    [{ kind: 'scale', stage: null, factor: 0.5 }, 'all widths × ½'],
    [{ kind: 'scale', stage: 1, factor: 2 }, 'stage 2 widths × 2'],
    [{ kind: 'rename', name: 'mine' }, 'name resnet18 → mine'],
  ])('%o is %s', (edit, name) => {
    expect(describe(edit, resnet18)).toBe(name);
  });

  it('lists the filters that differed', () => {
    const edit: ArchitectureEdit = { kind: 'filters', stage: 0, convolution: null, filters: 32 };
    expect(describe(edit, resnet50)).toBe('stage 1 filters 64, 64, 256 → 32');
  });
});

group('differences', () => {
  const linesOf = (edit: ArchitectureEdit, of = resnet18): string[] =>
    differences(of, apply(of, edit)).map(({ what, before, after }) => `${what}: ${before} → ${after}`);

  it.each<[ArchitectureEdit, string[]]>([
    [{ kind: 'filters', stage: 2, convolution: null, filters: 192 }, ['stage 3 filters: 256 → 192']],
    [
      { kind: 'filters', stage: 2, convolution: 0, filters: 192 },
      ['stage 3, convolution 1 filters: 256 → 192'],
    ],
    [{ kind: 'remove-stage', stage: 1 }, ['stage 2 (before): 2 × (3×3, 128 → 3×3, 128) → none']],
    [{ kind: 'duplicate-stage', stage: 0 }, ['stage 2: none → 2 × (3×3, 64 → 3×3, 64)']],
    [{ kind: 'move-stage', from: 0, to: 2 }, ['stage 1: place 1 → place 3']],
    [
      { kind: 'add-convolution', stage: 0, at: 1, convolution: [8, 1] },
      ['stage 1, convolution 2: none → 1×1, 8'],
    ],
    [
      { kind: 'conventions', values: { shortcut: 'none', classes: 7 } },
      ['classes: 10 → 7', 'shortcut: option B → none'],
    ],
  ])('after %o are named', (edit, lines) => {
    // A duplicate of the first stage may be either of the two; which one is not the point.
    expect(
      linesOf(edit).map((line) =>
        edit.kind === 'duplicate-stage' ? line.replace('stage 1:', 'stage 2:') : line,
      ),
    ).toEqual(lines);
  });

  it('taken back one by one lead to what was before, whatever has happened', () => {
    const next = random(5);
    for (let sequence = 0; sequence < 300; sequence++) {
      const before = editableArchitecture(next);
      let after = before;
      for (let step = whole(next, 1, 8); step > 0; step--) after = apply(after, randomEdit(next, after));
      let rounds = 0;
      for (let left = differences(before, after); left.length > 0; left = differences(before, after)) {
        after = apply(after, left[whole(next, 0, left.length - 1)]!.takeBack);
        expect(++rounds).toBeLessThan(100);
      }
      expect(after).toEqual(before);
    }
  });

  it('tell a stage that was removed from one that was added in its place', () => {
    const added = apply(resnet18, { kind: 'add-stage', at: 0, stage: [9, [[7, 1]]] });
    const after = apply(added, { kind: 'remove-stage', stage: 4 });
    expect(differences(resnet18, after).map(({ what, name }) => [what, name])).toEqual([
      ['stage 4 (before)', 'remove stage 4'],
      ['stage 1', 'add stage 1'],
    ]);
  });

  it('have names of their own, whatever has happened', () => {
    const next = random(6);
    for (let sequence = 0; sequence < 300; sequence++) {
      const before = editableArchitecture(next);
      let after = before;
      for (let step = whole(next, 1, 8); step > 0; step--) after = apply(after, randomEdit(next, after));
      const names = differences(before, after).map(({ name }) => name);
      expect(names).toEqual([...new Set(names)]);
    }
  });

  it('one taken back leaves the others', () => {
    const edits: ArchitectureEdit[] = [
      { kind: 'count', stage: 0, count: 3 },
      { kind: 'filters', stage: 2, convolution: null, filters: 192 },
      { kind: 'remove-stage', stage: 1 },
      { kind: 'conventions', values: { bias: false } },
    ];
    const after = edits.reduce(apply, resnet18);
    const all = differences(resnet18, after);
    expect(all).toHaveLength(4);
    for (const { takeBack, name } of all) {
      const left = differences(resnet18, apply(after, takeBack)).map((one) => one.name);
      expect(left).toHaveLength(3);
      expect(left).not.toContain(name);
    }
  });

  it('of large tables come at once', () => {
    const table = Array.from({ length: 1600 }, (_, index): Architecture['table'][number] => [
      1,
      [[index + 1, 3]],
    ]);
    const other = table.map((_, index): Architecture['table'][number] => [1, [[index + 2, 5]]]);
    expect(differences({ ...resnet18, table }, { ...resnet18, table: other }).length).toBeGreaterThan(1600);
  });
});
