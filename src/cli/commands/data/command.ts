import type { Command } from 'commander';
import { resolve } from 'node:path';
import { BUILT_IN_IDS, isBuiltIn, type DatasetId, type DatasetStatus } from '../../../shared/dataset';
import type { Result } from '../../../shared/result';
import type { CommonOptions, Context } from '../../terminal/context';
import { ExitStatus, unwrap } from '../../terminal/errors';
import { EXIT } from '../../terminal/exit-codes';
import { datasetName, DATASET_NAMES } from '../../flags/dataset';
import { oneOf, realNumber, wholeNumber } from '../../flags/values';
import { oneLine } from '../../format/text';
import {
  DEFAULT_PREPARATION,
  FITS,
  MAX_SIDE,
  MAX_TITLE,
  MIN_SIDE,
  titleOfPath,
  type Fit,
} from '../../../shared/own-dataset';
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
  const data = program.command('data').description('data sets: list, get, check, import, add, remove');
  const add = (name: string, description: string, json: string): Command =>
    data.command(name).description(description).option('--home <dir>', 'data folder').option('--json', json);
  const addBuiltIn = (name: string, description: string): Command =>
    add(name, description, STATUS_JSON).argument(
      '<name>',
      BUILT_IN_IDS.join(', '),
      oneOf('the data set', BUILT_IN_IDS),
    );
  const addNamed = (name: string, description: string): Command =>
    add(name, description, STATUS_JSON).argument('<name>', DATASET_NAMES, datasetName('the data set'));

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

  addBuiltIn('get', 'take a data set from a copy on this machine, or download it')
    .option('--from <path>', 'take it from this file or folder instead')
    .action((id: DatasetId, options: CommonOptions & { from?: string }) => {
      const { from } = options;
      return from === undefined
        ? work(context, options, id, RESUMABLE, (service) => service.get(id))
        : work(context, options, id, UNCHANGED, (service) => service.import(id, from));
    });

  addBuiltIn('import', 'take a data set from a file or folder')
    .argument('<path>', 'archive, or folder with the files; it is only read')
    .action((id: DatasetId, path: string, options: CommonOptions) =>
      work(context, options, id, UNCHANGED, (service) => service.import(id, path)),
    );

  addNamed('check', 'read and check every file of a data set').action(
    (id: DatasetId, options: CommonOptions) =>
      work(context, options, id, UNCHANGED, (service) => service.check(id)),
  );

  add('add', 'make a data set of images of your own, which are only read', STATUS_JSON)
    .argument(
      '<path>',
      'a folder of images for each class, or train and test (or val) that have them; or the files of MNIST, Fashion-MNIST, CIFAR-100 or SVHN; or a .npz of NumPy',
    )
    .option('--name <name>', 'what it is called (default: the name of the folder or file)')
    .option(
      '--size <n>',
      `side of the square that all images are brought to, pixels; ${MIN_SIDE} to ${MAX_SIDE} (default: as they are in files of arrays, else 32)`,
      wholeNumber('--size', MIN_SIDE, MAX_SIDE),
    )
    .option(
      '--fit <name>',
      'how an image of another shape comes to it: crop fills it and cuts what is beyond the middle, pad adds black bars',
      oneOf('--fit', FITS),
      DEFAULT_PREPARATION.fit,
    )
    .option(
      '--channels <n>',
      '3, or 1 for grey (default: as they are in files of arrays, else 3)',
      oneOf('--channels', ['1', '3']),
    )
    .option(
      '--test-share <x>',
      'share of each class that becomes the test set, unless the folder has one',
      realNumber('--test-share', { above: 0, below: 1 }),
      DEFAULT_PREPARATION.testShare,
    )
    .option(
      '--split-seed <n>',
      'says which images these are',
      wholeNumber('--split-seed', 0, 2 ** 32 - 1),
      DEFAULT_PREPARATION.splitSeed,
    )
    .action((folder: string, options: AddOptions) => {
      const path = resolve(folder);
      const { size = null, fit, channels, testShare, splitSeed } = options;
      const preparation = {
        height: size,
        width: size,
        channels: channels === undefined ? null : channels === '1' ? (1 as const) : (3 as const),
        fit,
        testShare,
        splitSeed,
      };
      const title = (options.name ?? titleOfPath(path)).trim().slice(0, MAX_TITLE) || path;
      return work(
        context,
        options,
        null,
        UNCHANGED,
        (service) => service.add({ path, title, preparation }),
        leftOutLines,
      );
    });

  add('remove', 'remove a data set of your own; the folder that it was made of stays', 'nothing on stdout')
    .argument('<name>', 'its name, as in data list', datasetName('the data set'))
    .action((id: DatasetId, options: CommonOptions) =>
      servicesOf(context)(options, ({ datasets }) => {
        const { title } = datasets.status(id);
        unwrap(datasets.remove(id));
        output.lines(`${title} was removed.`);
      }),
    );
}

interface AddOptions extends CommonOptions {
  name?: string;
  size?: number;
  fit: Fit;
  channels?: '1' | '3';
  testShare: number;
  splitSeed: number;
}

/** Left-out files that are printed. */
const SHOWN = 10;

/** What of a folder was left out, with the reasons. */
function leftOutLines({ own }: DatasetStatus): string[] {
  if (!own || own.leftOut.count === 0) return [];
  const { count, files } = own.leftOut;
  const shown = files.slice(0, SHOWN).map(({ path, why }) => `  ${oneLine(path)} ${why}`);
  const more = count - shown.length;
  return [
    `Left out: ${plural(count, 'file')}`,
    ...shown,
    ...(more > 0
      ? [`  and ${thousands(more)} more${files.length > SHOWN ? ' (--json names them)' : ''}`]
      : []),
  ];
}

/**
 * One job on one data set, with a bar; Ctrl-C cancels it and leaves what is needed to resume later.
 * @param asked null for one that gets its name by the job
 * @param more is printed behind the outcome
 */
async function work(
  context: Context,
  options: CommonOptions,
  asked: DatasetId | null,
  cancelled: string,
  job: (service: DatasetService) => Promise<Result<DatasetStatus>>,
  more: (status: DatasetStatus) => string[] = () => [],
): Promise<void> {
  const { output, interrupts } = context;
  const { withServices } = await import('../../services');
  await withServices(context, options, async ({ services: { datasets }, kill }) => {
    const progress = new Progress(output);
    const ends: (() => void)[] = [];
    let id = asked;
    try {
      ends.push(
        interrupts.listen((count) => {
          if (count > 1) return kill();
          progress.log('Cancelling. Ctrl-C again to end at once.');
          if (id !== null) void datasets.cancel(id);
        }),
        datasets.on('changed', (status) => {
          // In this process there is one job.
          id ??= status.id;
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
      output.lines([
        `${status.title} is ${status.state}${isBuiltIn(status.id) ? '' : ` as ${status.id}`}. ${status.detail}`,
        ...more(status),
      ]);
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
  const one = unit === 'images' ? 'image' : 'file';
  const whole = total === null ? null : unit === 'bytes' ? formatDiskBytes(total) : plural(total, one);
  const part =
    unit === 'bytes' ? formatDiskBytes(done) : whole === null ? plural(done, one) : thousands(done);
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
