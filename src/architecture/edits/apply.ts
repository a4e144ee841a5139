/** What an edit makes of an architecture, and the edit that takes it back. */
import type { Architecture, BlockTable, Kernel, TableConvolution, TableStage } from '../architecture';
import { kernelSize } from '../block-table';
import { conventionIn, stemField, type ConventionKey, type Conventions } from '../conventions';
import { LIMITS } from '../limits';
import type { ArchitectureEdit, Widths } from './edit';
import { inserted, itemOf, moved, without } from './lists';

/**
 * The architecture after the edit; what is not concerned is shared with the one before. Whether it builds is for
 * `parseArchitecture` to say.
 *
 * @throws {RangeError} where the architecture has no such stage or convolution, or would lose its last one.
 */
export function apply(architecture: Architecture, edit: ArchitectureEdit): Architecture {
  switch (edit.kind) {
    case 'conventions':
      return withConventions(architecture, edit.values);
    case 'scale':
      return withWidths(architecture, scaledWidths(architecture, edit.stage, edit.factor));
    case 'widths':
      return withWidths(architecture, edit.widths);
    case 'rename':
      return { ...architecture, name: edit.name };
    case 'replace':
      return edit.architecture;
    default:
      return { ...architecture, table: applyToTable(architecture.table, edit) };
  }
}

/** The edits that concern nothing but the block table. */
type TableEdit = Exclude<
  ArchitectureEdit,
  { kind: 'conventions' | 'scale' | 'widths' | 'rename' | 'replace' }
>;

function applyToTable(table: BlockTable, edit: TableEdit): BlockTable {
  switch (edit.kind) {
    case 'add-stage':
      return inserted(table, edit.at, edit.stage);
    case 'remove-stage':
      return without(table, edit.stage);
    case 'duplicate-stage':
      return inserted(table, edit.stage + 1, itemOf(table, edit.stage));
    case 'move-stage':
      return moved(table, edit.from, edit.to);
    case 'count':
      return changed(table, edit.stage, ([, convolutions]) => [edit.count, convolutions]);
    case 'filters':
      return withConvolutions(table, edit.stage, (list) => {
        const filtered = ([, kernel]: TableConvolution): TableConvolution => [edit.filters, kernel];
        return edit.convolution === null ? list.map(filtered) : changed(list, edit.convolution, filtered);
      });
    case 'kernel':
      return withConvolutions(table, edit.stage, (list) =>
        changed(list, edit.convolution, ([filters]) => [filters, plainKernel(edit.kernel)]),
      );
    case 'add-convolution':
      return withConvolutions(table, edit.stage, (list) => inserted(list, edit.at, edit.convolution));
    case 'remove-convolution':
      return withConvolutions(table, edit.stage, (list) => without(list, edit.convolution));
    case 'move-convolution':
      return withConvolutions(table, edit.stage, (list) => moved(list, edit.from, edit.to));
  }
}

/**
 * The edit that leads back: `apply(apply(a, edit), inverse(a, edit))` equals `a`.
 *
 * @param architecture as it is before the edit
 * @throws {RangeError} as {@link apply}
 */
export function inverse(architecture: Architecture, edit: ArchitectureEdit): ArchitectureEdit {
  const { table } = architecture;
  switch (edit.kind) {
    case 'add-stage':
      return { kind: 'remove-stage', stage: edit.at };
    case 'remove-stage':
      return { kind: 'add-stage', at: edit.stage, stage: itemOf(table, edit.stage) };
    case 'duplicate-stage':
      return { kind: 'remove-stage', stage: edit.stage + 1 };
    case 'move-stage':
      return { ...edit, from: edit.to, to: edit.from };
    case 'count':
      return { ...edit, count: itemOf(table, edit.stage)[0] };
    case 'filters': {
      const common = edit.convolution === null ? commonFilters(itemOf(table, edit.stage)) : undefined;
      if (common === null) return { kind: 'widths', widths: widthsOf(architecture) };
      return { ...edit, filters: common ?? convolutionOf(table, edit.stage, edit.convolution!)[0] };
    }
    case 'kernel':
      return { ...edit, kernel: convolutionOf(table, edit.stage, edit.convolution)[1] };
    case 'add-convolution':
      return { kind: 'remove-convolution', stage: edit.stage, convolution: edit.at };
    case 'remove-convolution': {
      const { stage, convolution: at } = edit;
      return { kind: 'add-convolution', stage, at, convolution: convolutionOf(table, stage, at) };
    }
    case 'move-convolution':
      return { ...edit, from: edit.to, to: edit.from };
    case 'conventions':
      return { ...edit, values: conventionsBefore(architecture, edit.values) };
    case 'scale':
    case 'widths':
      return { kind: 'widths', widths: widthsOf(architecture) };
    case 'rename':
      return { ...edit, name: architecture.name };
    case 'replace':
      return { ...edit, architecture };
  }
}

// ------------------------------------------------------------------------------------------------------- widths

/** Filters times a factor: the nearest whole number, and within the limits of an architecture. */
export const scaledFilters = (filters: number, factor: number): number =>
  Math.min(LIMITS.filters, Math.max(1, Math.round(filters * factor)));

const widthsOf = ({ stem, table }: Architecture): Widths => ({
  stem: stem.filters,
  stages: table.map(([, convolutions]) => convolutions.map(([filters]) => filters)),
});

function scaledWidths(architecture: Architecture, stage: number | null, factor: number): Widths {
  const { stem, stages } = widthsOf(architecture);
  const scaled = (list: readonly number[]): number[] => list.map((filters) => scaledFilters(filters, factor));
  if (stage === null) return { stem: scaledFilters(stem, factor), stages: stages.map(scaled) };
  return { stem, stages: changed(stages, stage, scaled) };
}

function withWidths(architecture: Architecture, { stem, stages }: Widths): Architecture {
  const table = architecture.table.map(([count, convolutions], stage): TableStage => {
    const filters = itemOf(stages, stage);
    return [count, convolutions.map(([, kernel], index) => [itemOf(filters, index), kernel])];
  });
  return { ...architecture, stem: { ...architecture.stem, filters: stem }, table };
}

/** The number of filters that all convolutions of a stage have; null where they differ. */
export function commonFilters([, convolutions]: TableStage): number | null {
  const [[first] = [0]] = convolutions;
  return convolutions.every(([filters]) => filters === first) ? first : null;
}

// -------------------------------------------------------------------------------------------------- conventions

function conventionsBefore(architecture: Architecture, values: Partial<Conventions>): Partial<Conventions> {
  const keys = Object.keys(values) as ConventionKey[];
  return Object.fromEntries(keys.map((key) => [key, conventionIn(architecture, key)]));
}

function withConventions(architecture: Architecture, values: Partial<Conventions>): Architecture {
  const stem: Record<string, unknown> = { ...architecture.stem };
  const fields: Record<string, unknown> = {};
  for (const [key, value] of Object.entries(values)) {
    const field = stemField(key as ConventionKey);
    if (field === null) fields[key] = value;
    else stem[field] = field === 'kernel' ? plainKernel(value as Kernel) : value;
  }
  return { ...architecture, ...fields, stem: stem as unknown as Architecture['stem'] };
}

// -------------------------------------------------------------------------------------------------------- lists

/** A square kernel is one number, as everywhere. */
function plainKernel(kernel: Kernel): Kernel {
  const [height, width] = kernelSize(kernel);
  return height === width ? height : kernel;
}

const withConvolutions = (
  table: BlockTable,
  stage: number,
  change: (list: TableConvolution[]) => TableConvolution[],
): BlockTable => changed(table, stage, ([count, convolutions]) => [count, change(convolutions)]);

const convolutionOf = (table: BlockTable, stage: number, convolution: number): TableConvolution =>
  itemOf(itemOf(table, stage)[1], convolution);

function changed<T>(list: readonly T[], at: number, change: (item: T) => T): T[] {
  const item = itemOf(list, at);
  return [...list.slice(0, at), change(item), ...list.slice(at + 1)];
}
