/** A layer table as text for people and other programs: one formatter for the window's files and the command line. Pure. */
import { FLOP_RULE } from '../flops';
import { formatBytes, thousands } from '../number-text';
import { align } from './align';
import type { LayerColumn, LayerTableRow, TableTerms } from './columns';
import { formatKeras } from './keras';
import type { Summary } from '../summary';
import { tableRows, termsOf, totalRow, type Detail, type ListedNetwork } from './rows';

export const LAYER_FORMATS = ['text', 'keras', 'markdown', 'csv', 'tsv', 'latex'] as const;
export type LayerFormat = (typeof LAYER_FORMATS)[number];

/** What a layer table is to hold. */
export interface Listing extends ListedNetwork {
  columns: readonly LayerColumn[];
  detail: Detail;
  /** Images of a batch. */
  batch: number;
  /** Variables of the optimizer beside each trained one. */
  slots: number;
  /** Of a whole training step; absent where that was not measured. */
  stepMilliseconds?: number | undefined;
}

/** The table in a format, with a line break at its end. The Keras text has its own columns and always every layer. */
export function formatLayers(format: LayerFormat, listing: Listing): string {
  const { network, summary } = listing;
  switch (format) {
    case 'text':
      return formatText(listing);
    case 'keras':
      return formatKeras(summary, network.architecture.name);
    case 'markdown':
      return formatMarkdown(listing);
    case 'csv':
      return values(listing)
        .map((cells) => `${cells.map(csvCell).join(',')}\r\n`)
        .join('');
    case 'tsv':
      return values(listing)
        .map((cells) => `${cells.join('\t')}\n`)
        .join('');
    case 'latex':
      return formatLatex(listing);
  }
}

const MEMORY: readonly string[] = ['activations', 'training'];
const MEASURED: readonly string[] = ['time', 'speed', 'stepShare'];
const FLOPS: readonly string[] = ['forwardFlops', 'backwardFlops'];

const termsIn = ({ summary, batch, slots, stepMilliseconds }: Listing): TableTerms =>
  termsOf(summary, batch, slots, stepMilliseconds);

/** A cell for people: counts in full, bytes rounded. */
function cell(column: LayerColumn, row: LayerTableRow, terms: TableTerms): string {
  return (column.exact ?? column.text)(row, terms);
}

/** The row of totals: of what adds up; how many layers there are stands beside the name. */
function totalCells(listing: Listing): string[] {
  const { columns, summary } = listing;
  const row = totalRow(summary);
  return columns.map((column) => {
    if (column.key === 'layer') return 'Total';
    if (column.key === 'type') return `${thousands(summary.layers.length)} layers`;
    return column.adds ? cell(column, row, termsIn(listing)) : '';
  });
}

const bodyCells = (listing: Listing): string[][] =>
  tableRows(listing, listing.detail).map((row) =>
    listing.columns.map((column) => cell(column, row, termsIn(listing))),
  );

/** What the figures of these columns are of, in sentences. */
export function tableNotes({ columns, batch, slots, summary, stepMilliseconds }: Listing): string[] {
  const shown = (keys: readonly string[]): boolean => columns.some(({ key }) => keys.includes(key));
  const { trainableParams, nonTrainableParams, parameterBytes } = summary;
  return [
    `Trainable parameters ${thousands(trainableParams)}, not trainable ${thousands(nonTrainableParams)}, ${formatBytes(parameterBytes)} in float32.`,
    ...(shown(['macs', ...FLOPS])
      ? [shown(FLOPS) ? FLOP_RULE : 'MACs are of a forward pass of one image.']
      : []),
    ...(shown(MEMORY)
      ? [
          `Memory is for a batch of ${thousands(batch)} ${batch === 1 ? 'image' : 'images'}${shown(['training']) ? ` and ${thousands(slots)} optimizer ${slots === 1 ? 'slot' : 'slots'} per parameter` : ''}, in float32.`,
        ]
      : []),
    ...(shown(MEASURED) ? [measuredNote(summary, batch, stepMilliseconds)] : []),
  ];
}

function measuredNote(summary: Summary, batch: number, step: number | undefined): string {
  const images = `a batch of ${thousands(batch)} ${batch === 1 ? 'image' : 'images'}`;
  if (step === undefined) return `No step of this network was measured on this machine with ${images}.`;
  const layers = summary.layers.reduce((sum, { milliseconds = 0 }) => sum + milliseconds, 0);
  return (
    `Times are of a training step with ${images} on this machine, ${step.toFixed(1)} ms, of which images, loss and updates take ` +
    `${Math.max(0, step - layers).toFixed(1)} ms; a normalisation has that of the sum and the ReLU behind it.`
  );
}

function formatText(listing: Listing): string {
  const { columns } = listing;
  const head = columns.map(({ title }) => title);
  const lines = align(
    [head, ...bodyCells(listing), totalCells(listing)],
    columns.map(({ kind }) => (kind === 'text' ? '<' : '>')),
  );
  const rule = '─'.repeat(Math.max(...lines.map((line) => line.length)));
  return `${[lines[0], rule, ...lines.slice(1, -1), rule, lines[lines.length - 1], '', ...tableNotes(listing)].join('\n')}\n`;
}

/** A pipe would end the cell. */
const markdownCell = (text: string): string => text.replace(/[\\|]/g, '\\$&');

function formatMarkdown(listing: Listing): string {
  const { columns } = listing;
  const line = (cells: readonly string[]): string => `| ${cells.map(markdownCell).join(' | ')} |`;
  return `${[
    line(columns.map(({ title }) => title)),
    `| ${columns.map(({ kind }) => (kind === 'text' ? ':--' : '--:')).join(' | ')} |`,
    ...bodyCells(listing).map(line),
    line(totalCells(listing).map((text) => (text === '' ? '' : `**${text}**`))),
  ].join('\n')}\n`;
}

/** RFC 4180: quoted where a comma, a quote or a line break is within, lines end in CR LF. */
const csvCell = (text: string): string => (/[",\r\n]/.test(text) ? `"${text.replaceAll('"', '""')}"` : text);

/** A head and every row in exact numbers, without totals, so that a column can be added up; shapes as `32x32x16`. */
function values(listing: Listing): string[][] {
  const { columns, detail } = listing;
  const terms = termsIn(listing);
  const exact = (column: LayerColumn, row: LayerTableRow): string => {
    const text = column.text(row, terms);
    return text.includes('×') ? text.replaceAll('×', 'x') : String(column.value(row, terms) ?? '');
  };
  return [
    columns.map(({ field }) => field),
    ...tableRows(listing, detail).map((row) => columns.map((column) => exact(column, row))),
  ];
}

const LATEX: Record<string, string> = {
  '\\': '\\textbackslash{}',
  '{': '\\{',
  '}': '\\}',
  '~': '\\textasciitilde{}',
  '^': '\\textasciicircum{}',
  '×': '$\\times$',
};
/** A text in which nothing acts in LaTeX. */
export const latexText = (text: string): string =>
  text.replace(/[\\{}~^×&%$#_]/g, (character) => LATEX[character] ?? `\\${character}`);

/** Rows of a table that still fits on a page; longer ones break over pages. */
const LATEX_PAGE = 45;

/** A booktabs table; its stages stand apart. */
function formatLatex(listing: Listing): string {
  const { columns, detail, network, summary } = listing;
  const long = tableRows(listing, detail).length > LATEX_PAGE;
  const line = (cells: readonly string[]): string => `  ${cells.map(latexText).join(' & ')} \\\\`;
  const stageOf = (name: string): string => name.split('/')[0]!;
  const rows = tableRows(listing, detail);
  const body = bodyCells(listing).flatMap((cells, index) => {
    const apart =
      detail !== 'stages' &&
      index > 0 &&
      isNewStage(stageOf(rows[index - 1]!.name), stageOf(rows[index]!.name));
    return apart ? ['  \\addlinespace', line(cells)] : [line(cells)];
  });
  const align = columns.map(({ kind }) => (kind === 'text' ? 'l' : 'r')).join('');
  const environment = long ? 'longtable' : 'tabular';
  return `${[
    `% ${network.architecture.name.replace(/\s+/g, ' ')}: ${thousands(summary.totalParams)} parameters. Needs \\usepackage{booktabs${long ? ',longtable' : ''}}.`,
    `\\begin{${environment}}{${align}}`,
    '  \\toprule',
    line(columns.map(({ title }) => title)),
    '  \\midrule',
    ...(long ? ['  \\endhead'] : []),
    ...body,
    '  \\midrule',
    line(totalCells(listing)),
    '  \\bottomrule',
    `\\end{${environment}}`,
  ].join('\n')}\n`;
}

/** The input belongs to the stem, and both layers of the head together. */
const isNewStage = (before: string, after: string): boolean =>
  before !== after && (after.startsWith('stage') || before.startsWith('stage'));
