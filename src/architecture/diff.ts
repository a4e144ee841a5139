import type { Architecture, BlockTable, Kernel, Shortcut, Stem } from './architecture';
import { formatSetting } from './number-text';

/** One field in which architectures differ, with each one's value in their order. */
export interface ArchitectureDifference {
  /** In readable words: `Input`, `Blocks`, `Convolution bias`, … */
  field: string;
  values: string[];
}

const SHORTCUT_WORDS: Record<Shortcut, string> = {
  projection: 'projection where the shape changes (B)',
  identity: 'identity (A)',
  'projection-all': 'projection everywhere (C)',
  none: 'none (plain net)',
};

function kernelWords(kernel: Kernel): string {
  return typeof kernel === 'number' ? `${kernel}x${kernel}` : kernel.join('x');
}

function stemWords({ filters, kernel, stride, pool }: Stem): string {
  return `${filters} filters ${kernelWords(kernel)}, stride ${stride}, ${pool ? 'pooling' : 'no pooling'}`;
}

/** `2 x (64 3x3, 64 3x3); 2 x (…)`. */
function tableWords(table: BlockTable): string {
  const stages = table.map(([count, convolutions]) => {
    const list = convolutions.map(([filters, kernel]) => `${filters} ${kernelWords(kernel)}`);
    return `${count} x (${list.join(', ')})`;
  });
  return stages.join('; ');
}

const WORDS: [field: string, words: (architecture: Architecture) => string][] = [
  ['Name', ({ name }) => name],
  ['Input', ({ inputShape }) => inputShape.join(' x ')],
  ['Classes', ({ classes }) => String(classes)],
  ['Stem', ({ stem }) => stemWords(stem)],
  ['Blocks', ({ table }) => tableWords(table)],
  ['Shortcut', ({ shortcut }) => SHORTCUT_WORDS[shortcut]],
  ['Stride on', ({ strideOn }) => (strideOn === 'first' ? 'first convolution' : 'first 3x3 convolution')],
  ['Convolution bias', ({ bias }) => (bias ? 'yes' : 'no')],
  ['L2', ({ l2 }) => formatSetting(l2)],
  ['BN momentum', ({ bnMomentum }) => String(bnMomentum)],
  ['BN epsilon', ({ bnEpsilon }) => formatSetting(bnEpsilon)],
  ['Last gamma starts at', ({ zeroInitLastGamma }) => (zeroInitLastGamma ? '0' : '1')],
];

/** The fields in which at least two of the architectures differ, in readable words. */
export function diffArchitectures(list: Architecture[]): ArchitectureDifference[] {
  return WORDS.map(([field, words]) => ({ field, values: list.map(words) })).filter(
    ({ values }) => new Set(values).size > 1,
  );
}
