import type { Command } from 'commander';
import { buildNetwork } from '../../../architecture/network';
import { PRESETS } from '../../../architecture/presets';
import { summarize } from '../../../architecture/summary';
import { formatCount, thousands } from '../../../shared/format';
import type { Context } from '../../terminal/context';
import { formatTable } from '../../format/table';

export function addPresets(program: Command, { output }: Context): void {
  program
    .command('presets')
    .description('list the architectures that come with Resbench')
    .option('--json', 'one JSON array on stdout')
    .action(() => {
      const rows = PRESETS.map((preset) => {
        const { totalParams, trainableParams, macs } = summarize(buildNetwork(preset.architecture));
        return { ...preset, totalParams, trainableParams, macs };
      });
      output.value(rows);
      output.lines(
        formatTable(
          [
            { title: 'Preset' },
            { title: 'Input' },
            { title: 'Classes', align: 'right' },
            { title: 'Parameters', align: 'right' },
            { title: 'MACs', align: 'right' },
            { title: 'What it is', shrink: true },
          ],
          rows.map(({ id, architecture, totalParams, macs, description }) => [
            id,
            architecture.inputShape.join('x'),
            thousands(architecture.classes),
            thousands(totalParams),
            formatCount(macs),
            description,
          ]),
          output.table,
        ),
      );
    });
}
