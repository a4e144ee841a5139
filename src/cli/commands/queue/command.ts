import type { Command } from 'commander';
import { isActive, type Run } from '../../../shared/run';
import { expected, type Result } from '../../../shared/result';
import { typed, type CommonOptions, type Context } from '../../terminal/context';
import { unwrap } from '../../terminal/errors';
import { mustAnswer, OTHER_KERNELS } from '../../flags/queue';
import { runId, wholeNumber } from '../../flags/values';
import { oneLine } from '../../format/text';
import type { Services } from '../../services';
import { servicesOf } from '../../use-services';

const RUN_JSON = 'one JSON object on stdout: the run';

export function addQueue(program: Command, context: Context): void {
  const { output } = context;
  const queue = program
    .command('queue')
    .description('runs that wait: list, move, next, hold, release, remove, run');
  const add = (name: string, description: string, json: string): Command =>
    queue.command(name).description(description).option('--home <dir>', 'data folder').option('--json', json);
  const withRuns = servicesOf(context);
  /** A command that changes one run of the queue. */
  const addChange = (name: string, description: string): Command =>
    add(name, description, RUN_JSON).argument('<id>', 'number of the run', runId);
  const change = (
    options: CommonOptions,
    id: number,
    work: (services: Services) => Result<Run>,
    say: (run: Run) => string,
  ): Promise<void> =>
    withRuns(options, async (services) => {
      const { runJson } = await import('../../training/describe-run');
      mustWait(unwrap(services.runs.get(id)), options);
      const run = unwrap(work(services));
      output.value(runJson(run));
      output.lines(say(run));
    });

  add('list', 'what trains and what waits, in order', '{"training": [run, …], "waiting": [run, …]}').action(
    (options: CommonOptions) =>
      withRuns(options, async (services) => {
        const { questionLines, runJson, queueTable } = await import('../../training/describe-run');
        const runs = services.runs.list();
        const training = runs.filter(({ state }) => isActive(state)).reverse();
        const waiting = inQueue(runs);
        output.value({ training: training.map(runJson), waiting: waiting.map(runJson) });
        if (training.length + waiting.length === 0) output.lines('Nothing trains and nothing waits.');
        else
          output.lines([
            ...queueTable([...training, ...waiting], output),
            ...questionLines(waiting, options),
          ]);
      }),
  );

  addChange('move', 'to another place in the queue')
    .argument('<place>', 'from 1; held runs count', wholeNumber('PLACE', 1))
    .action((id: number, place: number, options: CommonOptions) =>
      change(options, id, (services) => services.queue.move(id, place), placeLine),
    );

  addChange('next', 'before all others that wait').action((id: number, options: CommonOptions) =>
    change(options, id, (services) => services.queue.move(id, 1), placeLine),
  );

  addChange('hold', 'pass the run over until it is released').action((id: number, options: CommonOptions) =>
    change(options, id, (services) => services.queue.hold(id, true), placeLine),
  );

  addChange('release', 'let a held run go')
    .option(...OTHER_KERNELS)
    .action((id: number, options: CommonOptions & { otherKernels?: boolean }) =>
      change(
        options,
        id,
        (services) => {
          const run = unwrap(services.runs.get(id));
          if (run.asks !== null && !options.otherKernels) throw mustAnswer(run, options);
          return services.queue.hold(id, false, options.otherKernels);
        },
        placeLine,
      ),
    );

  addChange('remove', 'take a run out of the queue; it is kept as stopped').action(
    (id: number, options: CommonOptions) =>
      change(
        options,
        id,
        (services) => services.control.stop(id),
        () =>
          `Run ${id} is no longer in the queue; put it back: ${typed(`runs resume ${id} --background`, options)}`,
      ),
  );

  add('run', 'train every run that waits, in its turn, until none does', 'one JSON value per line on stdout')
    .option('--keep', 'wait for more, until Ctrl-C')
    .action(async (options: CommonOptions & { keep?: boolean }) => {
      const { workQueue } = await import('../../training/queue-work');
      await workQueue(context, options, options.keep ?? false);
    });
}

const inQueue = (runs: readonly Run[]): Run[] =>
  runs.filter(({ queue }) => queue !== null).sort((a, b) => (a.queue?.place ?? 0) - (b.queue?.place ?? 0));

/** @throws ExpectedError where the run does not wait. */
function mustWait(run: Run, options: CommonOptions): void {
  if (run.queue) return;
  const instead = isActive(run.state)
    ? `stop it with \`${typed(`runs stop ${run.id}`, options)}\``
    : `see \`${typed('queue list', options)}\``;
  throw expected('conflict', `run ${run.id} does not wait in the queue: it is ${run.state}; ${instead}`);
}

function placeLine(run: Run): string {
  const name = `Run ${run.id} (${oneLine(run.name)})`;
  if (!run.queue) return `${name} is ${run.state}.`;
  return `${name} waits at place ${run.queue.place}${run.queue.held ? ' and is held' : ''}.`;
}
