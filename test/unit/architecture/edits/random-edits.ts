/** Edits as anybody might make them: every kind of edit, of architectures that each of them allows. */
import type { Architecture, Kernel } from '../../../../src/architecture/architecture';
import type { ArchitectureEdit } from '../../../../src/architecture/edits/edit';
import { pick, whole } from '../random';
import { randomArchitecture } from '../random-architecture';

const kernelOf = (next: () => number): Kernel =>
  next() < 0.8 ? pick(next, [1, 3, 5, 7]) : [whole(next, 1, 3), whole(next, 4, 7)];

/** Without option A, which cannot drop channels: edits may ask for that. */
export const editableArchitecture = (next: () => number): Architecture => ({
  ...randomArchitecture(next),
  shortcut: pick(next, ['projection', 'projection-all', 'none']),
});

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
