/** The two networks of the experiment side by side, computed from their block table. Pure. */
import { buildNetwork } from '../../../architecture/network';
import { summarize, type LayerSummary, type Summary } from '../../../architecture/summary';
import { architectureOf, VARIANTS } from '../../../shared/blog/experiment';
import { formatMacs, formatShape, thousands } from '../../../shared/format';

export interface NetworkRow {
  title: string;
  /** The shape that leaves it; absent for a figure of the whole network. */
  shape?: string;
  /** Of each variant, in their order. */
  values: readonly string[];
}

const STAGE = /^stage(\d+)$/;

/** The part of the network that a layer belongs to. */
function partOf({ name }: LayerSummary): string {
  const [part = name] = name.split('/');
  const stage = STAGE.exec(part);
  if (stage) return `Stage ${stage[1]}`;
  return part === 'stem' ? 'Stem' : part === 'input' ? 'Input' : 'Head';
}

function partsOf({ layers }: Summary): Map<string, { shape: string; parameters: number }> {
  const parts = new Map<string, { shape: string; parameters: number }>();
  for (const layer of layers) {
    const before = parts.get(partOf(layer))?.parameters ?? 0;
    parts.set(partOf(layer), {
      shape: formatShape(layer.outputShape),
      parameters: before + layer.params,
    });
  }
  return parts;
}

/** Parameters by stage with the shapes that leave them, then the totals. */
export function networkRows(): NetworkRow[] {
  const summaries = VARIANTS.map((variant) => summarize(buildNetwork(architectureOf(variant))));
  const parts = summaries.map(partsOf);
  const whole = (title: string, value: (summary: Summary) => string): NetworkRow => ({
    title,
    values: summaries.map(value),
  });
  return [
    ...[...parts[0]!].map(([title, { shape }]) => ({
      title,
      shape,
      values: parts.map((one) => thousands(one.get(title)?.parameters)),
    })),
    whole('Parameters', ({ totalParams }) => thousands(totalParams)),
    whole('Trainable', ({ trainableParams }) => thousands(trainableParams)),
    whole('Layers', ({ layers }) => thousands(layers.length)),
    whole('MACs per image', ({ macs }) => formatMacs(macs)),
  ];
}
