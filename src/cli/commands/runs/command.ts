import { resolve } from 'node:path';
import type { Command } from 'commander';
import { inertJson } from '../../../architecture/inert-text';
import { expected } from '../../../shared/result';
import type { Checkpoint } from '../../../shared/checkpoint';
import { isTrained, type Run } from '../../../shared/run';
import { fromColumns } from '../../../shared/step-columns';
import { quoted, typed, type CommonOptions, type Context } from '../../terminal/context';
import { ExitStatus, unwrap } from '../../terminal/errors';
import { writeWhole } from '../../terminal/write-whole';
import { EXIT } from '../../terminal/exit-codes';
import { oneOf, runId } from '../../flags/values';
import { formatDiskBytes, plural } from '../../../shared/format';
import { oneLine } from '../../format/text';
import type { Services } from '../../services';
import { servicesOf } from '../../use-services';
import { addImport } from './import';
import { addRunLife } from './life';
import { addTest } from './test';

const FORMATS = ['json', 'csv'] as const;
/** How long to wait for a run of another process to stop or pause: it may have a large checkpoint to write. */
const STOP_SECONDS = 60;

interface ExportOptions extends CommonOptions {
  output?: string;
  format: (typeof FORMATS)[number];
  force?: boolean;
}

export function addRuns(program: Command, context: Context): void {
  const { output } = context;
  const runs = program
    .command('runs')
    .description(
      'stored runs: list, show, export, import, stop, pause, resume, extend, fork, log, test, rename, delete',
    );
  const add = (name: string, description: string, json: string): Command =>
    runs.command(name).description(description).option('--home <dir>', 'data folder').option('--json', json);
  const withRuns = servicesOf(context);

  add('list', 'all runs, newest first', 'one JSON array on stdout').action((options: CommonOptions) =>
    withRuns(options, async (services) => {
      const { runJson, runsTable } = await import('../../training/describe-run');
      const list = services.runs.list();
      output.value(list.map(runJson));
      const checkpoints = (run: Run): Checkpoint[] => unwrap(services.checkpoints.list(run.id));
      if (list.length > 0) output.lines(runsTable(list, checkpoints, output));
      else output.lines(`There are no runs yet. Start one: ${typed('train resnet18', options)}`);
    }),
  );

  add('show', 'one run with its figures', 'one JSON object on stdout, with all checkpoints, epochs and steps')
    .argument('<id>', 'number of the run', runId)
    .option('--plan', 'show how each convolution is computed, too')
    .action((id: number, options: CommonOptions & { plan?: boolean }) =>
      withRuns(options, async (services) => {
        const { runJson, runPage } = await import('../../training/describe-run');
        const run = unwrap(services.runs.get(id));
        const epochs = unwrap(services.runs.epochs(id));
        const steps = unwrap(services.runs.steps(id, 0, Number.MAX_SAFE_INTEGER));
        const plan = unwrap(services.runs.plan(id));
        const checkpoints = unwrap(services.checkpoints.list(id));
        output.value({ ...runJson(run), plan, checkpoints, epochs, steps: fromColumns(steps) });
        const saved = run.model && services.architectures.get(run.model.id);
        const savedName = saved?.ok ? saved.value.architecture.name : null;
        output.lines(runPage(run, epochs, steps.loss, checkpoints, output, savedName));
        if (!options.plan || run.unreadable !== undefined) return;
        if (!isTrained(run)) {
          output.lines(['', 'How its convolutions were computed is not known: it was imported.']);
          return;
        }
        const { planTable } = await import('../../format/plan');
        output.lines([
          '',
          ...(plan
            ? planTable(run.architecture, plan, null, output.table)
            : ['How its convolutions are computed is not known: no plan is stored with it.']),
        ]);
      }),
    );

  add('export', 'write a run with all its figures', 'with --output: one JSON object that names the file')
    .argument('<id>', 'number of the run', runId)
    .option('--format <format>', FORMATS.join(', '), oneOf('--format', FORMATS), 'json')
    .option('--output <file>', 'file to write (default: stdout)')
    .option('--force', 'overwrite the file')
    .action((id: number, options: ExportOptions) => {
      if (options.json && options.format === 'csv' && options.output === undefined) {
        throw expected(
          'invalid-input',
          '--json and --format csv contradict each other; add --output FILE or leave one out',
        );
      }
      return withRuns(options, (services) => {
        const text =
          options.format === 'csv'
            ? unwrap(services.runs.exportCsv(id))
            : `${inertJson(unwrap(services.runs.export(id)))}\n`;
        if (options.output === undefined) {
          output.raw(text);
          return;
        }
        const file = resolve(options.output);
        writeWhole(file, text, options.force ?? false);
        const size = Buffer.byteLength(text);
        output.value({ id, format: options.format, file, bytes: size });
        output.lines(`Run ${id} written to ${file} (${formatDiskBytes(size)}).`);
      });
    });

  addImport(runs, context);

  add('stop', 'stop a run, of this or another window or terminal', 'one JSON object on stdout: the run')
    .argument('<id>', 'number of the run', runId)
    .action((id: number, options: CommonOptions) =>
      withRuns(options, async (services) => {
        const { resumeLines, runJson } = await import('../../training/describe-run');
        unwrap(services.control.stop(id));
        const run = await endedWithin(services, id, 'stop', STOP_SECONDS);
        output.value(runJson(run));
        output.lines([stateLine(run), ...resumeLines(run, options)]);
      }),
    );

  add(
    'pause',
    'write a checkpoint and give the memory back; a run that waits is held',
    'one JSON object on stdout: the run',
  )
    .argument('<id>', 'number of the run', runId)
    .action((id: number, options: CommonOptions) =>
      withRuns(options, async (services) => {
        const { resumeLines, runJson } = await import('../../training/describe-run');
        const asked = unwrap(services.control.pause(id));
        const run = asked.queue ? asked : await endedWithin(services, id, 'pause', STOP_SECONDS);
        output.value(runJson(run));
        if (run.queue)
          output.lines(`Run ${id} is held in the queue: ${typed(`queue release ${id}`, options)}`);
        else output.lines([stateLine(run), ...resumeLines(run, options)]);
      }),
    );

  addRunLife(runs, context);
  addTest(runs, context);

  add('rename', 'give a run another name', 'one JSON object on stdout: the run')
    .argument('<id>', 'number of the run', runId)
    .argument('<name>', 'the new name')
    .action((id: number, name: string, options: CommonOptions) =>
      withRuns(options, async (services) => {
        const { runJson } = await import('../../training/describe-run');
        const run = unwrap(services.runs.rename(id, name));
        output.value(runJson(run));
        output.lines(`Run ${id} is now called ${oneLine(run.name)}.`);
      }),
    );

  add('delete', 'delete runs with all their figures', 'one JSON object on stdout: {"deleted": [ID, …]}')
    .argument('<ids...>', 'numbers of the runs')
    .option('--yes', 'do not ask')
    .action((words: string[], options: CommonOptions & { yes?: boolean }) => {
      const ids = [...new Set(words.map(runId))];
      return withRuns(options, async (services) => {
        // All or none: a wrong number among them deletes nothing.
        const list = ids.map((id) => unwrap(services.runs.get(id)));
        if (!options.yes) await confirmDeletion(context, list, words, options);
        unwrap(services.runs.remove(ids));
        output.value({ deleted: ids });
        output.lines(`Deleted ${plural(ids.length, 'run')}: ${ids.join(', ')}.`);
      });
    });
}

async function confirmDeletion(
  context: Context,
  list: readonly Run[],
  words: readonly string[],
  options: CommonOptions,
): Promise<void> {
  if (!context.confirm) {
    throw expected(
      'invalid-input',
      `deleting a run cannot be undone here; confirm it with \`${typed(`runs delete ${words.map(quoted).join(' ')} --yes`, options)}\``,
    );
  }
  for (const run of list) {
    context.output.notice(`Run ${run.id}: ${oneLine(run.name)}, ${run.state}, ${plural(run.step, 'step')}`);
  }
  const question = list.length === 1 ? 'Delete it for good?' : `Delete these ${list.length} runs for good?`;
  if (!(await context.confirm(question))) throw new ExitStatus(EXIT.interrupted, 'nothing was deleted');
}

const stateLine = (run: Run): string =>
  run.unreadable ?? `Run ${run.id} is ${run.state}${run.reason === null ? '' : `: ${oneLine(run.reason)}`}`;

async function endedWithin(
  services: Services,
  id: number,
  action: 'stop' | 'pause',
  seconds: number,
): Promise<Run> {
  let timer: NodeJS.Timeout | undefined;
  const late = new Promise<null>((done) => {
    timer = setTimeout(() => done(null), seconds * 1000);
  });
  try {
    const ended = await Promise.race([services.runs.finished(id), late]);
    if (ended) return unwrap(ended);
  } finally {
    clearTimeout(timer);
  }
  throw expected(
    'trainer',
    `run ${id} was asked to ${action} but has not done so within ${seconds} s; see what its window or terminal is doing`,
  );
}
