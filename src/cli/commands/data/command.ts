import type { Command } from 'commander';
import { DATASET_IDS, type DatasetId, type DatasetStatus } from '../../../shared/dataset';
import type { Result } from '../../../shared/result';
import type { CommonOptions, Context } from '../../terminal/context';
import { ExitStatus, unwrap } from '../../terminal/errors';
import { EXIT } from '../../terminal/exit-codes';
import { oneOf } from '../../flags/values';
import { formatDiskBytes, plural, thousands } from '../../../shared/format';
import { formatTable } from '../../format/table';
import { Progress } from '../../terminal/progress';
import type { OpenServices } from '../../services';
import { servicesOf } from '../../use-services';

type DatasetService = OpenServices['services']['datasets'];

const RESUMABLE = 'cancelled; what was downloaded is kept, and the same command resumes from there';
const UNCHANGED = 'cancelled; nothing was changed';

const STATUS_JSON = 'one JSON object on stdout: the data set';

export function addData(program: Command, context: Context): void {
  const { output } = context;
  const data = program.command('data').description('data sets: list, get, check, import');
  const add = (name: string, description: string, json: string): Command =>
    data.command(name).description(description).option('--home <dir>', 'data folder').option('--json', json);
  const addNamed = (name: string, description: string): Command =>
    add(name, description, STATUS_JSON).argument(
      '<name>',
      DATASET_IDS.join(', '),
      oneOf('the data set', DATASET_IDS),
    );

  add('list', 'the data sets and whether they are downloaded', 'one JSON array on stdout').action(
    (options: CommonOptions) =>
      servicesOf(context)(options, (services) => {
        const list = services.datasets.list();
        output.value(list);
        output.lines(datasetsTable(list, context));
        const open = list.filter(({ state }) => state !== 'ready');
        if (open.length > 0) output.lines(['', ...open.map(({ detail }) => detail)]);
      }),
  );

  addNamed('get', 'take a data set from a copy on this machine, or download it')
    .option('--from <path>', 'take it from this file or folder instead')
    .action((id: DatasetId, options: CommonOptions & { from?: string }) => {
      const { from } = options;
      return from === undefined
        ? work(context, options, id, RESUMABLE, (service) => service.get(id))
        : work(context, options, id, UNCHANGED, (service) => service.import(id, from));
    });

  addNamed('import', 'take a data set from a file or folder')
    .argument('<path>', 'archive, or folder with the files; it is only read')
    .action((id: DatasetId, path: string, options: CommonOptions) =>
      work(context, options, id, UNCHANGED, (service) => service.import(id, path)),
    );

  addNamed('check', 'read and check every file of a data set').action(
    (id: DatasetId, options: CommonOptions) =>
      work(context, options, id, UNCHANGED, (service) => service.check(id)),
  );
}

/** One job on one data set, with a bar; Ctrl-C cancels it and leaves what is needed to resume later. */
async function work(
  context: Context,
  options: CommonOptions,
  id: DatasetId,
  cancelled: string,
  job: (service: DatasetService) => Promise<Result<DatasetStatus>>,
): Promise<void> {
  const { output, interrupts } = context;
  const { withServices } = await import('../../services');
  await withServices(context, options, async ({ services: { datasets }, kill }) => {
    const progress = new Progress(output);
    const ends: (() => void)[] = [];
    try {
      ends.push(
        interrupts.listen((count) => {
          if (count > 1) return kill();
          progress.log('Cancelling. Ctrl-C again to end at once.');
          void datasets.cancel(id);
        }),
        datasets.on('changed', (status) => {
          if (status.id === id && status.progress) progress.update(progressLine(status.progress));
        }),
      );
      const result = await job(datasets);
      progress.end();
      // Whatever cancelling came out as: the user knows what he did.
      if (interrupts.interrupted && !result.ok) {
        throw new ExitStatus(EXIT.interrupted, cancelled);
      }
      const status = unwrap(result);
      output.value(status);
      output.lines(`${status.title} is ${status.state}. ${status.detail}`);
      if (status.state !== 'ready')
        throw new ExitStatus(EXIT.data, `${status.title} is ${status.state}: ${status.detail}`);
    } finally {
      progress.end();
      for (const end of ends) end();
    }
  });
}

function progressLine({ stage, done, total, unit }: NonNullable<DatasetStatus['progress']>): {
  label: string;
  fraction: number | null;
  tail: string;
} {
  const whole = total === null ? null : unit === 'bytes' ? formatDiskBytes(total) : plural(total, 'file');
  const part =
    unit === 'bytes' ? formatDiskBytes(done) : whole === null ? plural(done, 'file') : thousands(done);
  return {
    label: stage,
    fraction: total === null || total === 0 ? null : done / total,
    tail: whole === null ? part : `${part} of ${whole}`,
  };
}

function datasetsTable(list: readonly DatasetStatus[], { output }: Context): string[] {
  const { style } = output;
  const paint = { ready: style.green, missing: style.yellow, preparing: style.cyan, corrupt: style.red };
  return formatTable(
    [
      { title: 'Name' },
      { title: 'State' },
      { title: 'Training', align: 'right' },
      { title: 'Test', align: 'right' },
      { title: 'Image' },
      { title: 'On disk', align: 'right' },
    ],
    list.map((status) => [
      status.id,
      paint[status.state](status.state),
      thousands(status.trainCount),
      thousands(status.evalCount),
      status.imageShape.join('x'),
      status.bytes > 0 ? formatDiskBytes(status.bytes) : '-',
    ]),
    output.table,
  );
}
