import { freshJob } from './fixtures';
/**
 * The trainer as it is built, in every Node that may run it: Electron's, the one that runs npm, and the one inside current
 * Electron, which the set-up for tests brings (scripts/setup/test-node.mjs).
 */
import { execFileSync, fork } from 'node:child_process';
import { existsSync, mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { DEFAULT_RECIPE } from '../../src/shared/recipe';
import type { FromProbe, FromTrainer, ToProbe, ToTrainer } from '../../src/shared/training-messages';
import { smallArchitecture } from '../unit/trainer/fixtures';
import { load, node as npmNode } from '../unit/scripts/load';

const { cacheRoot } = await load<{ cacheRoot(env: NodeJS.ProcessEnv): string }>('lib/paths.mjs');
const { testNodeKey } = await load<{ testNodeKey(platform: string): string }>('setup/keys.mjs');
/** Path of the Node inside current Electron, null where the set-up has brought none. */
function testNode(): string | null {
  const path = join(
    cacheRoot(process.env),
    testNodeKey(`${process.platform}-${process.arch}`),
    'bin',
    'node',
  );
  return existsSync(path) ? path : null;
}

/** A network with a stride, a pool, a projection and both kinds of block, on the embedded images. */
const architecture = smallArchitecture({
  inputShape: [32, 32, 3],
  classes: 10,
  stem: { filters: 8, kernel: 3, stride: 2, pool: true },
});
const recipe = { ...DEFAULT_RECIPE, batchSize: 32, epochs: 1, limitTrain: 640, limitEval: 100 };

let cache: string;
beforeAll(() => {
  // Shared, so that all compute by the same plan: lowerings differ in the last bits.
  cache = mkdtempSync(join(tmpdir(), 'resbench-node-'));
});
afterAll(() => rmSync(cache, { recursive: true, force: true }));

type Message = FromTrainer | FromProbe;

/** All that a trainer in the given program says. */
function trainerIn(program: string, request: ToTrainer | ToProbe): Promise<Message[]> {
  const child = fork(resolve('out/main/trainer.js'), [], {
    execPath: program,
    execArgv: [],
    env: {
      ...process.env,
      ELECTRON_RUN_AS_NODE: '1',
      RESBENCH_CACHE: cache,
      TF_ENABLE_ONEDNN_OPTS: '1',
      TF_CPP_MIN_LOG_LEVEL: '2',
    },
    stdio: ['ignore', 'ignore', 'pipe', 'ipc'],
  });
  const messages: Message[] = [];
  let stderr = '';
  child.stderr!.on('data', (chunk: Buffer) => (stderr += chunk.toString('utf8')));
  child.on('message', (message) => messages.push(message as Message));
  child.send(request);
  return new Promise((done, failed) =>
    child.on('close', (code) =>
      code === 0
        ? done(messages)
        : failed(new Error(`code ${code}: ${JSON.stringify(messages.at(-1))}\n${stderr}`)),
    ),
  );
}

async function trainIn(program: string) {
  const dataset = { id: 'shapes' as const, folder: null };
  const job = { architecture, recipe, dataset, ...freshJob() };
  const messages = await trainerIn(program, { type: 'start', job });
  const versions = messages.flatMap((message) => (message.type === 'ready' ? [message.node] : []));
  const losses = messages.flatMap((message) =>
    message.type === 'steps'
      ? message.steps.map(({ loss, crossEntropy, accuracy }) => [loss, crossEntropy, accuracy])
      : [],
  );
  const validation = messages.flatMap((message) =>
    message.type === 'epoch' ? [message.epoch.valLoss, message.epoch.valAccuracy] : [],
  );
  return { versions, figures: { losses, validation } };
}

const versionOf = (program: string): string =>
  execFileSync(program, ['-p', 'process.versions.node'], { encoding: 'utf8' }).trim();

describe('trains to the same bits as in the Node of Electron', () => {
  let reference: Awaited<ReturnType<typeof trainIn>>;
  beforeAll(async () => {
    reference = await trainIn(process.execPath);
    expect(reference.versions).toEqual([process.versions.node]);
    expect(reference.figures.losses).toHaveLength(20);
  });

  test('in the Node that runs npm', async () => {
    const { versions, figures } = await trainIn(npmNode);
    expect(versions).toEqual([versionOf(npmNode)]);
    expect(figures).toEqual(reference.figures);
  });

  test.skipIf(testNode() === null)('in the Node of current Electron', async () => {
    const { versions, figures } = await trainIn(testNode()!);
    expect(versions).toEqual([expect.stringMatching(/^24\./)]);
    expect(figures).toEqual(reference.figures);
  });
});

test.skipIf(testNode() === null).each(['graph', 'layers'] as const)(
  'the probe of the engine %s gives the same figures in the Node of current Electron',
  async (engine) => {
    const job = {
      architecture,
      recipe: { ...recipe, optimizer: 'sgd' as const, momentum: 0 },
      steps: 5,
      engine,
    };
    const probeIn = async (program: string) => {
      const [result] = (await trainerIn(program, { type: 'probe', job })).flatMap((message) =>
        message.type === 'probed' ? [message.result] : [],
      );
      return result!;
    };
    const [here, there] = [await probeIn(process.execPath), await probeIn(testNode()!)];
    expect(there.steps).toHaveLength(5);
    // Each process of a probe measures its own plan, so the last bits may differ.
    for (const [i, step] of there.steps.entries())
      expect(step.total! / here.steps[i]!.total!).toBeCloseTo(1, 5);
    expect(there.variables.map(({ name }) => name)).toEqual(here.variables.map(({ name }) => name));
    for (const [i, { norm }] of there.variables.entries()) {
      const expectedNorm = here.variables[i]!.norm!;
      expect(Math.abs(norm! - expectedNorm)).toBeLessThan(1e-4 * Math.max(1, expectedNorm));
    }
  },
);
