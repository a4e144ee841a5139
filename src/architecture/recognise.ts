/** Which published network an architecture is, or which one is nearest and what differs from it. Pure. */
import type { Architecture, BlockTable } from './architecture';
import { diffArchitectures } from './diff';
import { plainConvention } from './plain-convention';
import { PRESETS, type Preset } from './presets';

export interface Recognition {
  preset: Preset;
  /** Whether every field but the name is that of the preset. */
  exact: boolean;
  /** `Equals torchvision’s ResNet-50.`, `The paper’s ResNet-56 with option B instead of A.` */
  sentence: string;
  /** What one should know of this network; null where that is nothing. */
  note: string | null;
}

/** `the paper’s ResNet-56` */
function titleOf({ id, group, architecture, title }: Preset): string {
  const depth = /\d+/.exec(title)![0];
  const net = `ResNet-${depth}`;
  switch (group) {
    case 'ImageNet stem':
      return architecture.shortcut === 'none'
        ? `the network that the blog’s code of ${net} ran`
        : `the blog’s ${net}`;
    case 'CIFAR stem':
      return `${net} with a CIFAR stem`;
    case 'The paper’s CIFAR nets':
      return `the paper’s ${net}`;
    case 'torchvision (ImageNet)':
      return `torchvision’s ${net}`;
    case 'Keras (ImageNet)':
      return `Keras’ ${net}`;
    default:
      return id;
  }
}

/** The blog adds input and output of each block and goes on without the sum. */
const noteOf = ({ id }: Preset): string | null =>
  id === 'resnet18-plain'
    ? 'The blog’s code drops the sum of each block, so this is a plain net: no shortcut has any effect.'
    : null;

const OPTION = { identity: 'A', projection: 'B', 'projection-all': 'C' } as const;

function shortcutClause(ours: Architecture['shortcut'], theirs: Architecture['shortcut']): string {
  if (ours === 'none') return 'no shortcuts';
  if (theirs === 'none') return `shortcuts (option ${OPTION[ours]})`;
  return `option ${OPTION[ours]} instead of ${OPTION[theirs]}`;
}

const same = (a: unknown, b: unknown): boolean => JSON.stringify(a) === JSON.stringify(b);

/** In which a block table differs from another, a clause for each stage; one alone where the stages are others altogether. */
function tableClauses(ours: BlockTable, theirs: BlockTable): string[] {
  if (ours.length !== theirs.length) return [`${ours.length} stages instead of ${theirs.length}`];
  return ours.flatMap(([count, convolutions], index) => {
    const [theirCount, theirConvolutions] = theirs[index]!;
    const stage = `stage ${index + 1}`;
    if (!same(convolutions, theirConvolutions)) return [`other convolutions in ${stage}`];
    if (count === theirCount) return [];
    return [`${count} ${count === 1 ? 'block' : 'blocks'} in ${stage} instead of ${theirCount}`];
  });
}

/** What differs, as clauses behind `with`; the name does not count. */
function clausesOf(ours: Architecture, theirs: Architecture): string[] {
  const clauses = tableClauses(ours.table, theirs.table);
  if (ours.shortcut !== theirs.shortcut) clauses.push(shortcutClause(ours.shortcut, theirs.shortcut));
  for (const { field, values } of diffArchitectures([theirs, ours])) {
    if (['Name', 'Block table', 'Shortcut'].includes(field)) continue;
    clauses.push(plainConvention(field, values[1]!, values[0]!));
  }
  return clauses;
}

/** How far an architecture is from a preset: what makes another network counts more than what another data set asks for. */
function distance(ours: Architecture, theirs: Architecture): number {
  const blocks = tableClauses(ours.table, theirs.table);
  const structure = ours.table.length === theirs.table.length ? blocks.length : theirs.table.length;
  const [stem, shortcut] = [!same(ours.stem, theirs.stem), ours.shortcut !== theirs.shortcut];
  const input = Number(!same(ours.inputShape, theirs.inputShape)) + Number(ours.classes !== theirs.classes);
  const fields = (['strideOn', 'bias', 'l2', 'bnMomentum', 'bnEpsilon', 'zeroInitLastGamma'] as const).filter(
    (field) => ours[field] !== theirs[field],
  );
  return 2 * structure + 2 * Number(stem) + 1.5 * Number(shortcut) + 0.5 * input + 0.5 * fields.length;
}

/** Beyond this a preset says nothing of an architecture. */
const FAR = 6;
/** Clauses that a sentence can carry. */
const SAID = 3;

function listed(clauses: readonly string[]): string {
  const said = clauses.slice(0, SAID);
  const rest = clauses.length - said.length;
  if (rest > 0) said.push(`${rest} more ${rest === 1 ? 'difference' : 'differences'}`);
  const last = said.pop()!;
  return said.length === 0 ? last : `${said.join(', ')} and ${last}`;
}

const capital = (text: string): string => text.charAt(0).toUpperCase() + text.slice(1);

/** Null where no preset is near. */
export function recognise(architecture: Architecture): Recognition | null {
  let best: { preset: Preset; far: number } | null = null;
  for (const preset of PRESETS) {
    const far = distance(architecture, preset.architecture);
    if (best === null || far < best.far) best = { preset, far };
  }
  if (best === null || best.far > FAR) return null;
  const { preset } = best;
  const clauses = clausesOf(architecture, preset.architecture);
  const title = titleOf(preset);
  return clauses.length === 0
    ? { preset, exact: true, sentence: `Equals ${title}.`, note: noteOf(preset) }
    : { preset, exact: false, sentence: `${capital(title)} with ${listed(clauses)}.`, note: null };
}
