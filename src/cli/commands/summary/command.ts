import type { Command } from 'commander';
import { inertJson } from '../../../architecture/inert-text';
import { buildNetwork } from '../../../architecture/network';
import { formatKeras, formatTable, summarize } from '../../../architecture/summary';
import type { Context } from '../../terminal/context';
import { oneOf } from '../../flags/values';
import { addModelOptions, resolveModel, type ModelOptions } from '../../flags/model';
import { expected } from '../../../shared/result';

const FORMATS = ['table', 'keras', 'json'] as const;

interface SummaryOptions extends ModelOptions {
  format?: (typeof FORMATS)[number];
  json?: boolean;
}

export function addSummary(program: Command, { output }: Context): void {
  const command = program
    .command('summary')
    .description('layers, shapes, parameters and MACs of a network')
    .argument('[model]', 'a preset (see presets) or a file with an architecture or a block table')
    .option('--format <format>', `${FORMATS.join(', ')} (default: table)`, oneOf('--format', FORMATS))
    .option('--json', 'the same as --format json');
  addModelOptions(command).action(async (model: string | undefined, options: SummaryOptions) => {
    const format = options.format ?? (options.json ? 'json' : 'table');
    if (options.json && format !== 'json') {
      throw expected('invalid-input', `--json and --format ${format} contradict each other; leave one out`);
    }
    const architecture = await resolveModel(model, options);
    const summary = summarize(buildNetwork(architecture));
    if (format === 'json') output.raw(`${inertJson({ name: architecture.name, ...summary })}\n`);
    else if (format === 'keras') output.lines(formatKeras(summary, architecture.name).trimEnd().split('\n'));
    else
      output.lines([output.style.bold(architecture.name), '', ...formatTable(summary).trimEnd().split('\n')]);
  });
}
