/**
 * Measured program: what metrics, messages and storage cost a step. It owns a run as the window and the command line do
 * (run service, SQLite), whose trainer (trainer.ts beside this) computes nothing. Prints one JSON value, milliseconds a
 * step: what passes between two steps of the trainer, and the processor time of either process.
 */
import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { createServices } from '../../../src/main/services';
import { childProcessHost } from '../../../src/node/processes/process-host';
import { DEFAULT_RECIPE } from '../../../src/shared/recipe';
import type { Job } from '../protocol';

/** Steps that do not count: code is compiled, pages of the database are filled for the first time. */
const WARM_UP = 30;

interface CostJob extends Pick<Job, 'architecture' | 'batch'> {
  steps: number;
  /** How long the engine pretends to compute. */
  stepMilliseconds: number;
}

async function main(): Promise<void> {
  const { architecture, batch, steps, stepMilliseconds } = JSON.parse(process.argv[2]!) as CostJob;
  const folder = mkdtempSync(join(tmpdir(), 'resbench-bench-'));
  const report = join(folder, 'cost.json');
  process.env.RESBENCH_BENCH_COST = report;
  process.env.RESBENCH_BENCH_STEP = String(stepMilliseconds);
  try {
    const opened = await createServices({
      home: join(folder, 'home'),
      host: childProcessHost(__dirname),
      version: '0.0.0',
      electron: process.versions.electron ?? null,
      queue: 'own',
    });
    if (!opened.ok) throw new Error(opened.error.message);
    const services = opened.value;
    services.boot();
    let from: { step: number; usage: NodeJS.CpuUsage } | null = null;
    let to = { step: 0, usage: process.cpuUsage() };
    services.events.on('metrics', (metrics) => {
      const step = metrics.steps.step.at(-1) ?? to.step;
      // The end of the run is not a step's.
      if (step > to.step) to = { step, usage: process.cpuUsage() };
      if (step >= WARM_UP) from ??= to;
    });
    const started = services.control.start({
      name: 'cost',
      architecture,
      datasetId: 'shapes',
      recipe: { ...DEFAULT_RECIPE, batchSize: batch, epochs: 1, limitTrain: steps * batch, limitEval: 1 },
    });
    if (!started.ok) throw new Error(started.error.message);
    const ended = await services.runs.finished(started.value.id);
    if (!ended.ok || ended.value.state !== 'completed' || ended.value.step !== steps) {
      throw new Error(`The run did not come to its end: ${JSON.stringify(ended)}`);
    }
    await services.shutdown();
    // TypeScript does not see that the listener sets it.
    const begin = from as { step: number; usage: NodeJS.CpuUsage } | null;
    if (!begin || begin.step === to.step) throw new Error('The run was too short to be measured.');
    const spent = to.usage.user + to.usage.system - begin.usage.user - begin.usage.system;
    const trainer = JSON.parse(readFileSync(report, 'utf8')) as {
      processorMilliseconds: number;
      betweenMilliseconds: number;
    };
    process.stdout.write(
      `${JSON.stringify({
        steps,
        stepMilliseconds,
        betweenMilliseconds: trainer.betweenMilliseconds,
        trainerMilliseconds: trainer.processorMilliseconds,
        ownerMilliseconds: spent / 1e3 / (to.step - begin.step),
      })}\n`,
    );
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
}

main().catch((error: unknown) => {
  console.error(error);
  process.exitCode = 1;
});
