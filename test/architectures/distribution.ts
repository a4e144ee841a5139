/** Of which kinds architectures are, so that one sees what a random choice of them covers. */
import type { Architecture, Kernel, TableConvolution } from '../../src/architecture/architecture';

interface Trait {
  name: string;
  /** In the order in which they are printed; each is to occur. */
  kinds: readonly string[];
  /** Those that the architecture has: blocks and kernels may be of several. */
  of(architecture: Architecture): readonly string[];
}

/** Convolutions one after another, and the dense layer: as He et al. 2015 count. */
const depthOf = ({ table }: Architecture): number =>
  table.reduce((sum, [count, convolutions]) => sum + count * convolutions.length, 2);

/** Deepest of each kind. */
const DEPTHS = [10, 20, 50, Infinity];
const DEPTH_KINDS = ['up to 10', '11 to 20', '21 to 50', 'above 50'] as const;

function blockKind(convolutions: readonly TableConvolution[]): string {
  const kernels = convolutions.map(([, kernel]) => String(kernel)).join(' ');
  const [first, last] = [convolutions[0]![0], convolutions[convolutions.length - 1]![0]];
  if (kernels === '3 3' && first === last) return 'basic';
  return kernels === '1 3 1' && first <= last ? 'bottleneck' : 'other';
}

const kernelKind = (kernel: Kernel): string => (typeof kernel === 'number' ? 'square' : 'rectangular');

const SHORTCUTS = { identity: 'A', projection: 'B', 'projection-all': 'C', none: 'none' } as const;

const TRAITS: readonly Trait[] = [
  {
    name: 'depth',
    kinds: DEPTH_KINDS,
    of: (architecture) => [DEPTH_KINDS[DEPTHS.findIndex((most) => depthOf(architecture) <= most)]!],
  },
  {
    name: 'blocks',
    kinds: ['basic', 'bottleneck', 'other'],
    of: ({ table }) => table.map(([, convolutions]) => blockKind(convolutions)),
  },
  { name: 'shortcut', kinds: Object.values(SHORTCUTS), of: ({ shortcut }) => [SHORTCUTS[shortcut]] },
  { name: 'stem', kinds: ['pool', 'no pool'], of: ({ stem }) => [stem.pool ? 'pool' : 'no pool'] },
  {
    name: 'kernels',
    kinds: ['square', 'rectangular'],
    of: ({ stem, table }) =>
      [stem.kernel, ...table.flatMap(([, convolutions]) => convolutions.map(([, kernel]) => kernel))].map(
        kernelKind,
      ),
  },
];

/** How many architectures are of each kind. */
export class Distribution {
  private readonly counts = TRAITS.map(({ kinds }) => new Map(kinds.map((kind) => [kind, 0])));

  add(architecture: Architecture): void {
    for (const [index, { of }] of TRAITS.entries()) {
      const counts = this.counts[index]!;
      for (const kind of new Set(of(architecture))) counts.set(kind, counts.get(kind)! + 1);
    }
  }

  /** `depth     up to 10: 840, 11 to 20: 614, …`, a line a trait. */
  lines(): string[] {
    const width = Math.max(...TRAITS.map(({ name }) => name.length));
    return TRAITS.map(({ name }, index) => {
      const kinds = [...this.counts[index]!].map(([kind, count]) => `${kind}: ${count}`);
      return `${name.padEnd(width)}  ${kinds.join(', ')}`;
    });
  }

  /** Kinds that did not occur: `depth above 50`. */
  absent(): string[] {
    return TRAITS.flatMap(({ name }, index) =>
      [...this.counts[index]!].filter(([, count]) => count === 0).map(([kind]) => `${name} ${kind}`),
    );
  }
}
