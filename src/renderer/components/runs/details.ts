/** What a run was made of, as rows of field and value in readable words. Pure; Details and Compare show them. */
import type { Architecture, Kernel, Shortcut, Stem } from '../../../architecture/architecture';
import { formatBlockTable } from '../../../architecture/text/table';
import type { Run } from '../../../shared/domain';
import { describeKernels } from '../../../shared/numerics';
import { applies, describeValue, fieldOf, RECIPE_KEYS } from '../../../shared/recipe';
import {
  formatBytes,
  formatInstant,
  formatMacs,
  formatSetting,
  formatShape,
  NOTHING,
  thousands,
} from '../../../shared/format';
import { architectureTitle } from './run-words';

export interface Row {
  field: string;
  value: string;
  /** Long text that keeps its line breaks. */
  block?: boolean;
}

export type Group = 'Architecture' | 'Recipe' | 'Data' | 'Machine and versions';

const SHORTCUTS: Record<Shortcut, string> = {
  projection: 'projection where the shape changes (B)',
  identity: 'identity with zero padding (A)',
  'projection-all': 'projection everywhere (C)',
  none: 'none (plain net)',
};

const kernelWords = (kernel: Kernel): string =>
  typeof kernel === 'number' ? `${kernel} × ${kernel}` : kernel.join(' × ');

const stemWords = ({ filters, kernel, stride, pool }: Stem): string =>
  `${filters} filters ${kernelWords(kernel)}, stride ${stride}, ${pool ? 'max pooling' : 'no pooling'}`;

const yes = (value: boolean): string => (value ? 'yes' : 'no');

export function architectureRows(architecture: Architecture): Row[] {
  return [
    { field: 'Name', value: architectureTitle(architecture) },
    { field: 'Input', value: formatShape(architecture.inputShape) },
    { field: 'Classes', value: thousands(architecture.classes) },
    { field: 'Stem', value: stemWords(architecture.stem) },
    { field: 'Block table', value: formatBlockTable(architecture.table), block: true },
    { field: 'Shortcut', value: SHORTCUTS[architecture.shortcut] },
    {
      field: 'Stride on',
      value: architecture.strideOn === 'first' ? 'first convolution' : 'first 3 × 3 convolution',
    },
    { field: 'Convolution bias', value: yes(architecture.bias) },
    { field: 'L2', value: formatSetting(architecture.l2) },
    { field: 'BN momentum', value: formatSetting(architecture.bnMomentum) },
    { field: 'BN epsilon', value: formatSetting(architecture.bnEpsilon) },
    { field: 'Last gamma starts at', value: architecture.zeroInitLastGamma ? '0' : '1' },
  ];
}

export const recipeRows = ({ recipe }: Pick<Run, 'recipe'>): Row[] =>
  RECIPE_KEYS.map((key) => ({
    field: fieldOf(key).label,
    value: applies(key, recipe) ? describeValue(key, recipe[key]) : NOTHING,
  }));

export function dataRows({ dataset }: Pick<Run, 'dataset'>): Row[] {
  return [
    { field: 'Data set', value: dataset.title },
    {
      field: 'Pictures',
      value: `${thousands(dataset.trainCount)} training, ${thousands(dataset.evalCount)} test`,
    },
    { field: 'SHA-256', value: dataset.sha256 ?? 'not read yet' },
  ];
}

export function machineRows({ machine, versions }: Pick<Run, 'machine' | 'versions'>): Row[] {
  return [
    { field: 'Processor', value: machine.cpu },
    { field: 'Threads', value: thousands(machine.threads) },
    { field: 'Memory', value: formatBytes(machine.memoryBytes) },
    { field: 'GPU', value: machine.gpu ?? 'none used' },
    ...(machine.numerics && machine.gpu === null
      ? [{ field: 'Kernels', value: describeKernels(machine.numerics) }]
      : []),
    { field: 'Platform', value: machine.platform },
    { field: 'Resbench', value: versions.resbench },
    { field: 'TensorFlow', value: versions.tensorflow ?? '–' },
    { field: 'Electron', value: versions.electron ?? 'none (plain Node)' },
    { field: 'Node', value: versions.node },
  ];
}

export function timeRows(run: Pick<Run, 'id' | 'createdAt' | 'startedAt' | 'endedAt'>): Row[] {
  return [
    { field: 'Run number', value: String(run.id) },
    { field: 'Asked for', value: formatInstant(run.createdAt) },
    { field: 'First step', value: formatInstant(run.startedAt) },
    { field: 'Ended', value: formatInstant(run.endedAt) },
  ];
}

export function sizeRows(run: Pick<Run, 'params' | 'macs'>): Row[] {
  return [
    { field: 'Parameters', value: thousands(run.params) },
    { field: 'Forward pass, one picture', value: formatMacs(run.macs) },
  ];
}

/** All rows of a run by group; every run has the same fields in the same order. */
export function detailGroups(run: Run): Record<Group, Row[]> {
  return {
    Architecture: architectureRows(run.architecture),
    Recipe: recipeRows(run),
    Data: dataRows(run),
    'Machine and versions': machineRows(run),
  };
}
