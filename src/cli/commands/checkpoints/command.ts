import type { Command } from 'commander';
import type { Checkpoint } from '../../../shared/checkpoint';
import { expected } from '../../../shared/result';
import type { CommonOptions, Context } from '../../terminal/context';
import { ExitStatus, unwrap } from '../../terminal/errors';
import { EXIT } from '../../terminal/exit-codes';
import { checkpointId, runId } from '../../flags/values';
import { formatDiskBytes, plural } from '../../../shared/format';
import { Progress } from '../../terminal/progress';
import type { Services } from '../../services';
import { servicesOf } from '../../use-services';

const CHECKPOINT_JSON = 'one JSON object on stdout: the checkpoint';

export function addCheckpoints(program: Command, context: Context): void {
  const { output } = context;
  const checkpoints = program
    .command('checkpoints')
    .description('from which runs can resume: list, pin, unpin, delete, verify, path');
  const add = (name: string, description: string, json: string): Command =>
    checkpoints
      .command(name)
      .description(description)
      .option('--home <dir>', 'data folder')
      .option('--json', json);
  const addOne = (name: string, description: string, json = CHECKPOINT_JSON): Command =>
    add(name, description, json).argument('<checkpoint>', 'number of the checkpoint', checkpointId);
  const withRuns = servicesOf(context);

  add('list', 'the checkpoints of a run, newest first', 'one JSON array on stdout')
    .argument('<run>', 'number of the run', runId)
    .action((id: number, options: CommonOptions) =>
      withRuns(options, async (services) => {
        const { checkpointsTable } = await import('./view');
        const list = unwrap(services.checkpoints.list(id));
        output.value(list);
        const { freeBytes, problem } = unwrap(await services.checkpoints.space(id));
        const size = formatDiskBytes(list.reduce((sum, checkpoint) => sum + checkpoint.bytes, 0));
        const free = freeBytes === null ? '' : `; ${formatDiskBytes(freeBytes)} free on the disk`;
        if (list.length === 0) output.lines(`Run ${id} has no checkpoints${free}.`);
        else
          output.lines([
            ...checkpointsTable(list, output),
            `${plural(list.length, 'checkpoint')}, ${size}${free}`,
          ]);
        if (problem !== null) output.notice(`resbench: ${problem}`);
      }),
    );

  addOne('pin', 'keep a checkpoint whatever the policy says').action((id: number, options: CommonOptions) =>
    withRuns(options, (services) => {
      const checkpoint = unwrap(services.checkpoints.pin(id, true));
      output.value(checkpoint);
      output.lines(`Checkpoint ${id} of run ${checkpoint.runId} is kept until it is unpinned.`);
    }),
  );

  addOne('unpin', 'leave a checkpoint to the policy').action((id: number, options: CommonOptions) =>
    withRuns(options, (services) => {
      const checkpoint = unwrap(services.checkpoints.pin(id, false));
      output.value(checkpoint);
      output.lines(`Checkpoint ${id} of run ${checkpoint.runId} is kept as long as the policy keeps it.`);
    }),
  );

  addOne(
    'delete',
    'delete a checkpoint for good; the last intact one of a run that can be resumed is refused',
    'one JSON object on stdout: {"deleted": CHECKPOINT}',
  ).action((id: number, options: CommonOptions) =>
    withRuns(options, async (services) => {
      unwrap(await services.checkpoints.delete(id));
      output.value({ deleted: id });
      output.lines(`Checkpoint ${id} is deleted.`);
    }),
  );

  addOne(
    'path',
    'print the file of a checkpoint: NAME.safetensors, beside NAME.json',
    'one JSON object on stdout: {"id", "weights", "description"}',
  ).action((id: number, options: CommonOptions) =>
    withRuns(options, async (services) => {
      const { checkpointFiles } = await import('../../../node/checkpoints/names');
      const { runId: run, file } = findCheckpoint(services, id);
      const files = checkpointFiles(unwrap(services.checkpoints.folder(run)), file);
      output.value({ id, ...files });
      output.lines(files.weights);
    }),
  );

  add(
    'verify',
    'read every file and check it by its SHA-256',
    'one JSON array on stdout: the checkpoints, each with its "problem"',
  )
    .argument('[run]', 'number of the run (default: all runs)', runId)
    .action((id: number | undefined, options: CommonOptions) =>
      withRuns(options, async (services) => {
        const [{ verifyAll, verifiedTable }, { verifyCheckpoint }] = await Promise.all([
          import('./view'),
          import('../../../node/checkpoints/read'),
        ]);
        const ids = id === undefined ? services.runs.list().map((run) => run.id) : [id];
        const list = ids.flatMap((run) => unwrap(services.checkpoints.list(run)));
        const progress = new Progress(output);
        const verified = await verifyAll(
          list,
          (run) => unwrap(services.checkpoints.folder(run)),
          async (path) => {
            const read = await verifyCheckpoint(path);
            return read.ok ? null : read.error.message;
          },
          (state) => progress.update(state),
        );
        progress.end();
        output.value(verified.map(({ checkpoint, problem }) => ({ ...checkpoint, problem })));
        if (list.length === 0) output.lines('There are no checkpoints.');
        else output.lines(verifiedTable(verified, output));
        const damaged = verified.filter(({ problem }) => problem !== null);
        if (damaged.length === 0) {
          const size = list.reduce((sum, checkpoint) => sum + checkpoint.bytes, 0);
          if (list.length > 0)
            output.lines(['', `${plural(list.length, 'checkpoint')}, ${formatDiskBytes(size)}: all sound.`]);
          return;
        }
        output.lines(['', ...damaged.map(({ problem }) => problem ?? '')]);
        throw new ExitStatus(
          EXIT.data,
          `${damaged.length} of ${plural(list.length, 'checkpoint')} cannot be used; a run resumes from the newest that can`,
        );
      }),
    );
}

/** @throws ExpectedError where no run has it. */
function findCheckpoint(services: Services, id: number): Checkpoint {
  for (const run of services.runs.list()) {
    const found = unwrap(services.checkpoints.list(run.id)).find((checkpoint) => checkpoint.id === id);
    if (found) return found;
  }
  throw expected('not-found', `there is no checkpoint ${id}: \`checkpoints list RUN\` shows those of a run`);
}
