/** What is said of an imported run on the command line: what its source and its user told, and nothing that they did not. */
import { describeColumn } from '../../shared/histories/describe';
import { formatTitle } from '../../shared/histories/readers';
import { formatDuration, formatInstant, formatPercent, plural, thousands } from '../../shared/format';
import type { Run } from '../../shared/run';
import { formatFacts } from '../format/table';
import { oneLine } from '../format/text';
import type { Output } from '../terminal/output';

/** Rows of field and value. */
export function importedFacts(run: Run, style: Output['style']): [string, string][] {
  const { imported, architecture, dataset } = run;
  if (!imported) return [];
  const facts: [string, string][] = [['State', style.dim('imported')]];
  if (architecture) facts.push(['Model', `${oneLine(architecture.name)}, as its user said`]);
  if (dataset) facts.push(['Data', `${dataset.title}, as its user said`]);
  facts.push(
    ['Source', imported.file === null ? 'pasted' : oneLine(imported.file)],
    ['Format', formatTitle(imported.format)],
    ['Imported', formatInstant(imported.importedAt)],
    ...understoodFacts(imported),
    ['Progress', progressOf(run)],
  );
  if (run.seconds > 0) facts.push(['Time', formatDuration(run.seconds)]);
  if (run.best)
    facts.push([
      'Best',
      `validation accuracy ${formatPercent(run.best.valAccuracy)} in epoch ${run.best.epoch}`,
    ]);
  return facts;
}

/** What became of a file, and how it was understood. */
export function importedLines(file: string, run: Run, style: Output['style']): string[] {
  if (!run.imported) return [];
  const facts: [string, string][] = [
    ['Format', formatTitle(run.imported.format)],
    ['Found', progressOf(run)],
    ...understoodFacts(run.imported),
  ];
  return [
    `${oneLine(file)} is ${style.bold(`run ${run.id}`)}: ${oneLine(run.name)}`,
    ...formatFacts(facts, style.dim).map((line) => `  ${line}`),
  ];
}

/** Which column became what, and what was left out and why; a row each, of which the first of a kind has the field. */
function understoodFacts({
  columns,
  leftOut,
}: Pick<NonNullable<Run['imported']>, 'columns' | 'leftOut'>): [string, string][] {
  const titled = (title: string, lines: readonly string[]): [string, string][] =>
    lines.map((line, index) => [index === 0 ? title : '', oneLine(line)]);
  return [
    ...titled('Columns', columns.map(describeColumn)),
    ...titled(
      'Left out',
      leftOut.map(({ source, reason }) => `${source}: ${reason}`),
    ),
  ];
}

function progressOf({ epoch, epochs, step }: Run): string {
  const done =
    epoch === epochs ? plural(epochs, 'epoch') : `${thousands(epoch)} of ${plural(epochs, 'epoch')}`;
  return step > 0 ? `${done}, ${plural(step, 'step')}` : done;
}
