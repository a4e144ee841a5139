/** The part `ui`: how fast charts of many long runs open, move and grow in the real window, and in TensorBoard. */
import { mkdirSync, mkdtempSync, rmSync } from 'node:fs';
import { loadavg, tmpdir } from 'node:os';
import { join } from 'node:path';
import { Failure } from '../lib/failure.mjs';
import { projectRoot } from '../lib/paths.mjs';
import { mustRun, pythonCommand, which } from '../lib/processes.mjs';
import { pythonWith } from '../lib/python-packages.mjs';
import { nodeEnv, windowEnv } from '../lib/run-env.mjs';
import { onOwnDisplay } from '../lib/xvfb.mjs';
import { bundled } from './programs.mjs';
import { framesText, liveText, openText, trainingText } from './ui-table.mjs';

const MANY = { runs: 50, steps: 10_000 };
const LIVE = { runs: 10, steps: 100_000 };

const NO_CHROMIUM =
  'TensorBoard is left out: there is no Chromium here. Type: sudo apt-get install -y --no-install-recommends chromium';

/** @param say is told each figure as it is known: the whole takes minutes */
export async function measureUi({ electron, progress, options }, say) {
  const root = mkdtempSync(join(tmpdir(), 'resbench-ui-'));
  const result = {
    many: MANY,
    cold: [],
    frames: {},
    live: null,
    training: null,
    tensorboard: null,
    missing: [],
  };
  const ask = async (command, words, env) => {
    const failed = 'The charts could not be measured.';
    return JSON.parse((await mustRun(command, words.map(String), { env }, failed)).stdout);
  };
  const make = async (name, { runs, steps }) => {
    const home = join(root, name);
    await ask(electron, [bundled('database'), 'make', home, runs, steps], nodeEnv());
    return home;
  };
  try {
    await progress.during('Charts', {}, (task) =>
      onOwnDisplay(async (display) => {
        const measure = async (note, home, ...part) => {
          task.update({ note });
          const words = [bundled('charts'), home, electron, projectRoot, ...part];
          const measured = await ask(process.execPath, words, windowEnv(display));
          return { ...measured, load: loadavg()[0] };
        };
        task.update({ note: 'making runs' });
        const many = await make('many', MANY);
        for (let i = 0; i < options.opened; i++) {
          result.cold.push(await measure(`opening ${MANY.runs} runs`, many, 'cold'));
        }
        say(`\n${openText(result)}`);
        for (const runs of [50, 10]) {
          result.frames[runs] = await measure(`moving ${runs} curves`, many, 'frames', runs);
        }
        task.update({ note: 'TensorBoard' });
        await measureTensorBoard({ result, many, root, progress, ask, display });
        if (result.tensorboard) say(openText(result));
        for (const sentence of result.missing) say(sentence);
        say(framesText(result));
        task.update({ note: 'making long runs' });
        const long = await make('long', LIVE);
        result.live = await measure(`${LIVE.runs} live curves`, long, 'live');
        say(liveText(result.live));
        if (options.whileTraining) {
          result.training = await measure('while a ResNet-50 trains', long, 'training');
          say(trainingText(result.training));
        }
      }),
    );
  } finally {
    rmSync(root, { recursive: true, force: true });
  }
  return result;
}

async function measureTensorBoard({ result, many, root, progress, ask, display }) {
  const chromium = which('chromium') ?? which('chromium-browser');
  if (!chromium || !(await pythonCommand())) {
    result.missing.push(chromium ? 'TensorBoard is left out: Python 3 was not found.' : NO_CHROMIUM);
    return;
  }
  try {
    const requirements = join(projectRoot, 'test', 'bench', 'requirements-tensorboard.txt');
    const { program } = await pythonWith('tensorboard', requirements, { progress });
    const events = join(root, 'events');
    mkdirSync(events);
    const words = [bundled('tensorboard'), program, join(many, 'resbench.db'), events, chromium, projectRoot];
    words.push(MANY.runs * MANY.steps);
    result.tensorboard = { ...(await ask(process.execPath, words, display)), load: loadavg()[0] };
  } catch (error) {
    if (!(error instanceof Failure)) throw error;
    result.missing.push(`TensorBoard is left out: ${error.message}`);
  }
}
