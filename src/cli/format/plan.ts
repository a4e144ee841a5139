/** How a run computes its convolutions and normalisations, as a table. */
import type { Architecture } from '../../architecture/architecture';
import { buildNetwork } from '../../architecture/network';
import {
  describeEvaluation,
  formatLayers,
  NATIVE,
  planRows,
  type EnginePlan,
  describeRejection,
  type PlanCell,
  type PlanChoice,
} from '../../shared/plan';
import { formatTable, type TableStyle } from './table';

/** A line for each different convolution and normalisation, below a line that says how to read it. */
export function planTable(
  architecture: Architecture,
  plan: EnginePlan,
  choice: PlanChoice | null,
  style: TableStyle,
): string[] {
  const timings = choice?.timings ?? null;
  const rejected = choice?.rejected ?? [];
  const rows = planRows(buildNetwork(architecture), plan, timings).map(({ shape, layers, cells }) => [
    formatLayers(layers),
    shape,
    formatCell(cells.forward),
    formatCell(cells.inputGradient),
    formatCell(cells.filterGradient),
  ]);
  const unit = timings
    ? `, in milliseconds as measured one by one (in brackets: TensorFlow's own op, ${NATIVE}; a normalisation with its gradient)`
    : '';
  return [
    `How convolutions and normalisations are computed${unit}:`,
    ...formatTable(
      [
        { title: 'Layers', shrink: true },
        { title: 'Shape', optional: true },
        { title: 'Forward' },
        { title: 'Input gradient' },
        { title: 'Filter gradient' },
      ],
      rows,
      style,
    ),
    describeEvaluation(plan, timings),
    ...(rejected.length > 0 ? ['Not used on this machine:'] : []),
    ...rejected.map((rejection) => `  ${describeRejection(rejection)}`),
  ];
}

function formatCell(cell: PlanCell | null): string {
  if (!cell) return '-';
  const { lowering, took, native } = cell;
  if (took === null) return lowering;
  return lowering === NATIVE || native === null
    ? `${lowering} ${milliseconds(took)}`
    : `${lowering} ${milliseconds(took)} (${milliseconds(native)})`;
}

const milliseconds = (value: number): string => value.toFixed(value < 10 ? 2 : 1);
