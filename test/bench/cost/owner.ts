/**
 * Measured program: what metrics, messages and storage cost a step. It owns a run as the window and the command line do
 * (run service, SQLite), whose trainer (trainer.ts beside this) computes nothing. Prints one JSON value, milliseconds a
 * step: what passes between two steps of the trainer, and the processor time of either process.
 */
import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { createServices } from '../../../src/main/services';
import { childProcessHost } from '../../../src/node/process-host';
import { DEFAULT_RECIPE } from '../../../src/shared/domain';
import type { Job } from '../protocol';

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
    });
    if (!opened.ok) throw new Error(opened.error.message);
    const services = opened.value;
    services.boot();
    let before: NodeJS.CpuUsage | null = null;
    services.runs.on('metrics', () => (before ??= process.cpuUsage()));
    const started = services.runs.start({
      name: 'cost',
      architecture,
      datasetId: 'shapes',
      recipe: { ...DEFAULT_RECIPE, batchSize: batch, epochs: 1, limitTrain: steps * batch, limitEval: 1 },
    });
    if (!started.ok) throw new Error(started.error.message);
    const ended = await services.runs.finished(started.value.id);
    const { user, system } = process.cpuUsage(before ?? undefined);
    if (!ended.ok || ended.value.state !== 'completed' || ended.value.step !== steps) {
      throw new Error(`The run did not come to its end: ${JSON.stringify(ended)}`);
    }
    await services.shutdown();
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
        ownerMilliseconds: (user + system) / 1e3 / steps,
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
