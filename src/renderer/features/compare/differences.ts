/** In what compared runs differ. Pure. */
import { formatCount, formatMacs, formatShape, plural } from '../../../shared/format';
import type { Run } from '../../../shared/run';
import { detailGroups, sizeRows, type Group, type Made, type Row } from '../runs/details';
import { networkFacts } from '../runs/network-facts';

export interface ComparedRow {
  group: Group;
  field: string;
  /** One a run, in their order. */
  values: string[];
  differs: boolean;
  block: boolean;
}

/** What each stage of a network gives, and what it has and costs: `2 blocks, 8×8×64; 148 k parameters, 9.4 MMAC`. */
export function stageRows(run: Pick<Run, 'architecture'>): Row[] {
  const { network, summary } = networkFacts(run.architecture);
  if (!network) return [];
  return network.stages.map(({ name, stage, blocks, outputShape }) => {
    const own = summary.layers.filter((layer) => layer.name.startsWith(`${name}/`));
    const sum = (field: 'params' | 'macs'): number => own.reduce((total, layer) => total + layer[field], 0);
    return {
      field: `Stage ${stage}`,
      value:
        `${plural(blocks.length, 'block')}, ${formatShape(outputShape)}; ` +
        `${formatCount(sum('params'))} parameters, ${formatMacs(sum('macs'))}`,
    };
  });
}

/** Every field of architecture, recipe, data and machine; `differs` where not all runs have the same. */
export function comparedRows(runs: readonly Made[]): ComparedRow[] {
  const details = runs.map((run) => {
    const groups = detailGroups(run);
    const network = run.architecture ? [...sizeRows(run), ...stageRows(run)] : [];
    return { ...groups, Architecture: [...groups.Architecture, ...network] };
  });
  const [first] = details;
  if (!first) return [];
  // An imported run has few fields, or none: those of the others are listed.
  const fullest = (group: Group): readonly Row[] =>
    details.reduce<readonly Row[]>((most, one) => (one[group].length > most.length ? one[group] : most), []);
  return (Object.keys(first) as Group[]).flatMap((group) =>
    fullest(group).map(({ field, block }, index) => {
      const values = details.map((one) => one[group][index]?.value ?? '–');
      return { group, field, values, differs: new Set(values).size > 1, block: block ?? false };
    }),
  );
}
