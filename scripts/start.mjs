#!/usr/bin/env node
/**
 * `npm start`: sets up and builds what is missing, then opens the window. With a word (`npm start -- train resnet18`) it
 * does that job in the terminal; with neither a word nor a display it runs the quick start there, and so it does where the
 * window would run on the old Electron and nobody is there to say yes. `--cpu` and `--gpu` choose the flavour of TensorFlow.
 *
 * stdout belongs to the job: set-up and build speak on stderr.
 */
import { runDoctor } from './doctor/doctor.mjs';
import { build } from './lib/build.mjs';
import { Failure, runMain } from './lib/failure.mjs';
import { runInForeground } from './lib/foreground.mjs';
import { ALLOW, isAllowed, mayOpenWindow, sayOldElectron } from './lib/old-electron.mjs';
import { cliEntry, projectRoot } from './lib/paths.mjs';
import { hasDisplay, nodeEnv, windowArgs, windowEnv } from './lib/run-env.mjs';
import { setUp } from './setup/run.mjs';
import { sandboxProblem } from './setup/system-packages.mjs';

await runMain(async () => {
  const { flavour, words } = readArguments(process.argv.slice(2));
  if (words[0] === 'doctor') return runDoctor(words.slice(1));

  const { electron } = await setUp({ flavour });
  await build(electron);
  if (words.length || !hasDisplay()) {
    if (!isAllowed(electron)) sayOldElectron(electron, 'this job uses the Node of');
  }
  if (words.length) return inTerminal(electron, words);
  if (!hasDisplay()) {
    process.stderr.write(
      'resbench: no display was found (DISPLAY and WAYLAND_DISPLAY are not set), so instead of the window here is the ' +
        'quick start in the terminal; `npm start -- help` lists what else works here.\n',
    );
    return inTerminal(electron, ['quickstart']);
  }
  const answer = await mayOpenWindow(electron);
  if (answer === 'no') return 1;
  if (answer === 'unasked') {
    process.stderr.write('resbench: instead of the window here is the quick start in the terminal.\n');
    return inTerminal(electron, ['quickstart']);
  }
  requireSandbox(electron);
  return runInForeground(electron.path, [...windowArgs(), projectRoot], {
    cwd: projectRoot,
    env: { ...windowEnv(), [ALLOW]: '1' },
  });
});

/** Our own options come first; from the first word (or an option that is not ours) on, everything is the command line's. */
function readArguments(args) {
  const found = { flavour: undefined, words: [] };
  let i = 0;
  for (; i < args.length; i++) {
    if (args[i] === '--cpu' || args[i] === '--gpu') {
      const flavour = args[i].slice(2);
      if (found.flavour && found.flavour !== flavour) {
        throw new Failure('--cpu and --gpu exclude each other: choose one.');
      }
      found.flavour = flavour;
    } else break;
  }
  found.words = args.slice(i);
  return found;
}

/** Paths in the words are meant from where the person typed them, which npm keeps in INIT_CWD. */
function inTerminal(electron, words) {
  const cwd = process.env.npm_lifecycle_event ? (process.env.INIT_CWD ?? process.cwd()) : process.cwd();
  return runInForeground(electron.path, [cliEntry, ...words], { cwd, env: nodeEnv() });
}

function requireSandbox(electron) {
  const problem = sandboxProblem(electron.path);
  if (problem) throw new Failure(problem);
}
