/** Architectures and edits as anybody might have them: every kind of edit, all shortcuts, blocks of several forms. */
import type { Architecture, BlockTable, Kernel } from '../../../../src/architecture/architecture';
import type { ArchitectureEdit } from '../../../../src/architecture/edits/edit';
import { pick, whole } from '../random';

const kernelOf = (next: () => number): Kernel =>
  next() < 0.8 ? pick(next, [1, 3, 5, 7]) : [whole(next, 1, 3), whole(next, 4, 7)];

export function randomArchitecture(next: () => number): Architecture {
  let filters = whole(next, 1, 16);
  const table = Array.from({ length: whole(next, 1, 6) }, (): BlockTable[number] => {
    filters += whole(next, 0, 16);
    const inner = next() < 0.5 ? filters : whole(next, 1, 16);
    return [
      whole(next, 1, 4),
      Array.from({ length: whole(next, 1, 4) }, (_, index) => [
        index === 0 ? inner : filters,
        kernelOf(next),
      ]),
    ];
  });
  return {
    name: pick(next, ['net', 'wide net', '网络']),
    inputShape: [whole(next, 1, 64), whole(next, 1, 64), whole(next, 1, 4)],
    classes: whole(next, 2, 100),
    stem: {
      filters: table[0]![1][0]![0],
      kernel: kernelOf(next),
      stride: whole(next, 1, 2),
      pool: next() < 0.5,
    },
    table,
    // Option A cannot drop channels, which edits may ask for.
    shortcut: pick(next, ['projection', 'projection-all', 'none']),
    strideOn: pick(next, ['first', '3x3']),
    bias: next() < 0.5,
    l2: pick(next, [0, 1e-4]),
    bnMomentum: pick(next, [0.9, 0.99]),
    bnEpsilon: pick(next, [1e-3, 1e-5]),
    zeroInitLastGamma: next() < 0.5,
  };
}

/** An edit that the architecture allows; each kind is as likely as another. */
export function randomEdit(next: () => number, { table, ...architecture }: Architecture): ArchitectureEdit {
  const stage = whole(next, 0, table.length - 1);
  const convolutions = table[stage]![1];
  const convolution = whole(next, 0, convolutions.length - 1);
  const filters = whole(next, 1, 64);
  const edits: ArchitectureEdit[] = [
    {
      kind: 'add-stage',
      at: whole(next, 0, table.length),
      stage: [whole(next, 1, 3), [[filters, kernelOf(next)]]],
    },
    { kind: 'duplicate-stage', stage },
    { kind: 'move-stage', from: stage, to: whole(next, 0, table.length - 1) },
    { kind: 'count', stage, count: whole(next, 1, 5) },
    { kind: 'filters', stage, convolution, filters },
    { kind: 'filters', stage, convolution: null, filters },
    { kind: 'kernel', stage, convolution, kernel: pick(next, [kernelOf(next), [3, 3]]) },
    {
      kind: 'add-convolution',
      stage,
      at: whole(next, 0, convolutions.length),
      convolution: [filters, kernelOf(next)],
    },
    { kind: 'move-convolution', stage, from: convolution, to: whole(next, 0, convolutions.length - 1) },
    { kind: 'scale', stage: next() < 0.5 ? null : stage, factor: pick(next, [0.5, 2, 1.3]) },
    { kind: 'rename', name: pick(next, ['net', 'other']) },
    {
      kind: 'conventions',
      values: pick(next, [
        { shortcut: pick(next, ['projection', 'projection-all', 'none']) },
        { bias: !architecture.bias },
        { classes: whole(next, 2, 50) },
        { stemKernel: kernelOf(next), stemPool: !architecture.stem.pool },
      ]),
    },
  ];
  if (table.length > 1) edits.push({ kind: 'remove-stage', stage });
  if (convolutions.length > 1) edits.push({ kind: 'remove-convolution', stage, convolution });
  return pick(next, edits);
}
