/** `runs test`: a checkpoint on the whole test set. */
import type { Command } from 'commander';
import { formatDuration, formatLoss, formatPercent, plural, thousands } from '../../../shared/format';
import { isActive, isTrained } from '../../../shared/run';
import {
  averagedOver,
  averagedTestOfRun,
  countTests,
  describeTestCount,
  testOfRun,
} from '../../../shared/test-count';
import { TEST_VIEW_KEYS, type TestViews } from '../../../shared/test-result';
import { checkpointChoice, chooseCheckpoint, type CheckpointChoice } from '../checkpoints/choice';
import { oneOf, runId } from '../../flags/values';
import type { Services } from '../../services';
import type { CommonOptions, Context } from '../../terminal/context';
import { unwrap } from '../../terminal/errors';
import { Progress } from '../../terminal/progress';
import { servicesOf } from '../../use-services';

type TestOptions = CommonOptions & { checkpoint?: CheckpointChoice; average: TestViews };

export function addTest(runs: Command, context: Context): void {
  const { output } = context;
  runs
    .command('test')
    .description('take the accuracy of a run on the whole test set; how often that was done is counted')
    .argument('<id>', 'number of the run', runId)
    .option(
      '--checkpoint <checkpoint>',
      'best, last, the number of a checkpoint, or step:N (default: best; last where the run was validated on the test set)',
      (word: string) => checkpointChoice(word, '--checkpoint'),
    )
    .option(
      '--average <over>',
      'average the logits of each image over views of it: flip (the image and its mirror image), flip-translate (six) or none; reported apart',
      oneOf('--average', TEST_VIEW_KEYS),
      'none',
    )
    .option('--home <dir>', 'data folder')
    .option('--json', 'one JSON object on stdout: the run')
    .action((id: number, options: TestOptions) =>
      servicesOf(context)(options, async (services) => {
        const { runJson } = await import('../../training/describe-run');
        const checkpointId = options.checkpoint ? chosen(services, id, options.checkpoint) : null;
        const others = services.runs.list().filter(({ state }) => isActive(state));
        if (others.length > 0 && !output.json) {
          output.notice(`${plural(others.length, 'run')} being trained meanwhile: it takes longer.`);
        }
        const { average } = options;
        const run = unwrap(await taken(context, services, id, checkpointId, average));
        output.value(runJson(run));
        const test = average === 'none' ? testOfRun(run) : averagedTestOfRun(run);
        if (!test || !isTrained(run)) return;
        output.lines([
          `Test accuracy ${formatPercent(test.accuracy)}${averagedOver(test)} on the ${thousands(test.images)} test images of ` +
            `${run.dataset.title}, loss ${formatLoss(test.loss)}, with the weights of step ${thousands(test.step)} ` +
            `(${formatDuration(test.seconds)}).`,
          ...(test.average
            ? [
                `With their average ${formatPercent(test.average.accuracy)}, loss ${formatLoss(test.average.loss)}.`,
              ]
            : []),
          describeTestCount(countTests(run, services.runs.list())),
        ]);
      }),
    );
}

/** A checkpoint of its own for every word, so that `last` is not the service's choice. */
function chosen(services: Services, id: number, choice: CheckpointChoice): number | null {
  const list = unwrap(services.checkpoints.list(id));
  return chooseCheckpoint(choice, id, list) ?? list.find(({ damaged }) => damaged === null)?.id ?? null;
}

/** Ctrl-C cancels it; nothing of it is kept. */
async function taken(
  context: Context,
  services: Services,
  id: number,
  checkpointId: number | null,
  average: TestViews,
) {
  const progress = new Progress(context.output);
  const ends = [
    services.events.on('testing', (testing) => {
      if (testing.progress) {
        const { stage: label, fraction } = testing.progress;
        progress.update({ label, fraction, tail: '' });
      }
    }),
    context.interrupts.listen(() => void services.tests.cancel(id)),
  ];
  try {
    return await services.tests.take(id, checkpointId, average);
  } finally {
    for (const end of ends) end();
    progress.end();
  }
}
