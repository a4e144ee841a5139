/** The words of the command line. Each command is a file under commands/ and loads what it needs when it runs. */
import type { CommanderError } from 'commander';
import { Command } from 'commander';
import { version } from '../../package.json';
import { addCheckpoints } from './commands/checkpoints/command';
import { addCompare } from './commands/compare/command';
import { addData } from './commands/data/command';
import { addDb } from './commands/db/command';
import { addDoctor } from './commands/doctor/command';
import { addLrFind } from './commands/lr-find/command';
import { addModels } from './commands/models/command';
import { addPresets } from './commands/presets/command';
import { addCost } from './commands/cost/command';
import { addProbe } from './commands/probe/command';
import { addQueue } from './commands/queue/command';
import { addQuickstart } from './commands/quickstart/command';
import { addRecipes } from './commands/recipes/command';
import { addReproduce } from './commands/reproduce/command';
import { addRuns } from './commands/runs/command';
import { addSettings } from './commands/settings/command';
import { addSummary } from './commands/summary/command';
import { addTrain } from './commands/train/command';
import type { Context } from './terminal/context';
import { endingOf, ExitStatus, UsageError } from './terminal/errors';
import { EXIT, type ExitCode } from './terminal/exit-codes';

const AFTER_HELP = `
Examples:
  npm start                                          the window, or without a display a quick start
  npm start -- summary resnet50 --shortcut identity
  npm start -- train resnet18 --dataset shapes --epochs 3
  npm start -- runs list

Data folder: --home DIR, else RESBENCH_HOME, else the folder that the window uses.
docs/COMMANDS.md describes every command, the JSON and the exit codes.`;

function buildProgram(context: Context): Command {
  const program = new Command('npm start --')
    .usage('[COMMAND] [flags]')
    .description('Resbench: block table in, live curves out.')
    .version(version, '--version', 'print the version')
    .helpOption('-h, --help', 'print help')
    .helpCommand('help [command]', 'print help on a command')
    .addHelpText('after', AFTER_HELP);
  addTrain(program, context);
  addQuickstart(program, context);
  addReproduce(program, context);
  addLrFind(program, context);
  addSummary(program, context);
  addCost(program, context);
  addPresets(program, context);
  addModels(program, context);
  addRecipes(program, context);
  addRuns(program, context);
  addCompare(program, context);
  addQueue(program, context);
  addCheckpoints(program, context);
  addData(program, context);
  addSettings(program, context);
  addDb(program, context);
  addProbe(program, context);
  addDoctor(program);
  configure(program, context);
  return program;
}

/** Every command reports mistakes to us, in our words, and writes its help where it belongs. */
function configure(command: Command, context: Context): void {
  const { output } = context;
  command
    .exitOverride((cause) => {
      throw new UsageError(cause, command);
    })
    .configureOutput({
      writeOut: (text) => output.raw(text),
      // The one sentence comes from endingOf; commander's own message is dropped.
      writeErr: () => {},
      getOutHelpWidth: () => Math.min(110, output.width),
      getOutHasColors: () => false,
    });
  if (command.options.some(({ long }) => long === '--home')) {
    command.option(
      '--trust-folder',
      'use a data folder that somebody else made, or a copy of one; said once',
    );
  }
  for (const child of command.commands) configure(child, context);
}

/** Runs a command line to its end and gives the exit code; everything that goes wrong becomes one sentence. */
export async function runCommandLine(words: readonly string[], context: Context): Promise<ExitCode> {
  const { output } = context;
  try {
    const program = buildProgram(context);
    if (words.length === 0) {
      program.outputHelp();
      return EXIT.ok;
    }
    await program.parseAsync([...words], { from: 'user' });
    return EXIT.ok;
  } catch (error) {
    if (error instanceof UsageError && isHelp(error.cause)) return EXIT.ok;
    if (error instanceof ExitStatus) {
      if (error.sentence !== null) output.notice(`resbench: ${error.sentence}`);
      return error.exit;
    }
    const { failure, exit, bug } = endingOf(error);
    output.value({ error: failure });
    output.notice(`resbench: ${failure.message}`);
    // The first is the sentence; the others follow so that a file can be mended in one go.
    for (const detail of failure.details?.filter((text) => text !== failure.message) ?? [])
      output.notice(`  also: ${detail}`);
    if (bug instanceof Error && context.env.RESBENCH_DEBUG) output.notice((bug.stack ?? '').split('\n'));
    return exit;
  }
}

/** Help and version that were asked for end like errors in commander. */
const isHelp = (cause: CommanderError): boolean =>
  cause.code === 'commander.helpDisplayed' ||
  cause.code === 'commander.version' ||
  (cause.code === 'commander.help' && cause.exitCode === 0);
