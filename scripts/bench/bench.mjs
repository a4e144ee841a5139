/** The bench itself: what is measured in which order, and what is made of it. */
import { mkdtempSync, readdirSync, rmSync } from 'node:fs';
import { cpus, loadavg, release, tmpdir, totalmem } from 'node:os';
import { join } from 'node:path';
import { mustRun } from '../lib/processes.mjs';
import { alternate } from './alternate.mjs';
import { AGAINST, benchEnv, idsOf, launch, nameOf, OURS, PEAKS } from './contenders.mjs';
import { COST_MODELS, measureCost } from './cost.mjs';
import { measureEditor } from './editor.mjs';
import { editorText } from './editor-table.mjs';
import { gridText, measureGrid } from './grid.mjs';
import { measureKernels } from './kernels.mjs';
import { stepLimit } from './limit.mjs';
import { plansText } from './plans.mjs';
import { bundled, Program } from './programs.mjs';
import { measureRecipe } from './recipe.mjs';
import { measureEvaluation } from './evaluation.mjs';
import { startTraining } from './start.mjs';
import { ratio, summary } from './statistics.mjs';
import { caseTable, growthTable, overheadTable, startTable } from './table.mjs';
import { measureUi } from './ui.mjs';

/** The model and batch size of start, memory, overhead and growth. */
const MAIN = { model: 'resnet18', batch: 64 };
/** Length of an idle step whose metrics, messages and storage are measured, milliseconds: about that of a step of the model. */
const IDLE_STEP = 100;

export class Bench {
  /**
   * @param cache an empty folder
   * @param against another commit (against.mjs), or null
   */
  constructor(options, { electron, python, cache, progress, against }) {
    Object.assign(this, { options, electron, python, progress, against, env: benchEnv(options, cache) });
    this.ids = idsOf(this);
    this.deadline = performance.now() / 1e3 + options.limit;
    this.report = {
      format: 'resbench-bench',
      formatVersion: 1,
      measuredAt: new Date().toISOString(),
      machine: describeMachine(),
      options: { ...options, report: undefined, svg: undefined },
      against: against?.about ?? null,
      cases: [],
      start: null,
      overhead: null,
      growth: null,
      kernels: null,
      evaluation: null,
      recipe: null,
      cost: null,
      ui: null,
      editor: null,
      grid: null,
      leftOut: [],
      failures: [],
    };
  }

  async run() {
    const { options, report } = this;
    this.models = await this.readModels();
    const [load] = report.machine.loadAverage;
    say(`${report.machine.cpu}, ${report.machine.threads} threads, ${report.machine.platform}`);
    if (report.against) say(`Against ${report.against.commit.slice(0, 9)}: ${report.against.subject}`);
    if (load > report.machine.threads / 4) {
      say(
        `The machine is busy (load ${load.toFixed(1)}): figures of others and of other times do not compare.`,
      );
    }
    if (options.parts.includes('training')) {
      for (const model of options.models) {
        for (const batch of options.batches) {
          await this.part(`${model}, batch ${batch}`, () => this.measureCase(model, batch));
        }
      }
    }
    if (options.parts.includes('start')) await this.part('start', () => this.measureStart());
    if (options.parts.includes('overhead')) await this.part('overhead', () => this.measureOverhead());
    if (options.parts.includes('growth')) await this.part('growth', () => this.measureGrowth());
    if (options.parts.includes('kernels')) {
      for (const batch of options.batches) {
        await this.part(`kernels, batch ${batch}`, () => this.measureKernels(batch));
      }
    }
    if (options.parts.includes('evaluation')) {
      for (const batch of options.batches) {
        await this.part(`evaluation, batch ${batch}`, () => this.measureEvaluation(batch));
      }
    }
    if (options.parts.includes('recipe')) await this.part('recipe', () => this.measureRecipe());
    if (options.parts.includes('cost')) await this.part('cost', () => this.measureCost());
    if (options.parts.includes('ui')) await this.part('ui', () => this.measureUi());
    if (options.parts.includes('editor')) await this.part('editor', () => this.measureEditor());
    if (options.parts.includes('grid')) await this.part('grid', () => this.measureGrid());
    if (report.leftOut.length) say(`\nLeft out, time was up: ${report.leftOut.join('; ')}.`);
  }

  /** A part begins while there is time, the first always; one that fails does not keep the others from being measured. */
  async part(name, work) {
    const { cases, leftOut, failures } = this.report;
    if (cases.length > 0 && performance.now() / 1e3 > this.deadline) {
      leftOut.push(name);
      return;
    }
    try {
      await work();
    } catch (error) {
      failures.push({ part: name, message: error.message });
      say(`\n${name} could not be measured: ${error.message}`);
    }
  }

  async readModels() {
    const { models, batches, growthDepths, growthBatches } = this.options;
    const words = [...new Set([...models, MAIN.model, ...growthDepths, ...COST_MODELS])];
    words.push(...new Set([...batches, MAIN.batch, ...growthBatches]));
    const { stdout } = await mustRun(
      process.execPath,
      [bundled('models'), ...words.map(String)],
      {},
      'The presets could not be read.',
    );
    return new Map(JSON.parse(stdout).map((model) => [model.id, model]));
  }

  /** A contender with its program started and ready, or with `failed`. */
  async begin(id, name, model, batch, task) {
    const { architecture, evaluationBatch } = this.models.get(model);
    const job = { architecture, batch, evaluationBatch, engine: this.options.engine };
    const { command, env } = launch(id, job, this);
    task.update({ note: `starting ${name}` });
    const program = new Program(command, { env });
    const contender = { id, name, program };
    try {
      contender.about = await program.ready();
    } catch (error) {
      contender.failed = error.message;
    }
    return contender;
  }

  /** Everyone on a model at a batch size, in turns: steps, then evaluations. */
  async measureCase(model, batch) {
    const { rounds, seconds, budget } = this.options;
    const { title, work } = this.models.get(model);
    const label = `${title}, batch ${batch}`;
    const measured = await this.progress.during(label, {}, async (task) => {
      const contenders = [];
      try {
        // One after the other: ours measures lowerings as it starts, which nothing should disturb.
        for (const id of [...this.ids, ...Object.keys(PEAKS)]) {
          contenders.push(await this.begin(id, nameOf(id, this), model, batch, task));
        }
        const onTurn = ({ name }) => task.update({ note: name });
        const turns = { rounds, seconds, budget, onTurn, deadline: this.deadline };
        const steps = await alternate(contenders, 'train', turns);
        const evaluations = await alternate(
          contenders.filter(({ id }) => !(id in PEAKS)),
          'evaluate',
          {
            ...turns,
            rounds: Math.min(rounds, 3),
            seconds: seconds / 2,
            budget: budget / 4,
            warmUp: 2,
          },
        );
        for (const contender of contenders) {
          if (!contender.failed) contender.peakMemoryBytes = await contender.program.end();
        }
        return { contenders, steps, evaluations };
      } finally {
        for (const { program } of contenders) program.kill();
      }
    });
    const result = { model, title, batch, ...this.judge(measured, work[batch]) };
    this.report.cases.push(result);
    say(`\n${caseTable(result)}`);
    if (this.against) say(plansText(planOf(result, OURS), planOf(result, AGAINST)));
  }

  judge({ contenders, steps, evaluations }, work) {
    const ours = steps.get(OURS)?.rounds ?? [];
    const results = contenders
      .filter(({ id }) => !(id in PEAKS))
      .map(({ id, name, about = null, failed = null, peakMemoryBytes = null }) => {
        const { rounds = [], images } = steps.get(id) ?? {};
        const step = summary(rounds.flat());
        const evaluation = evaluations.get(id);
        const forward = evaluation && summary(evaluation.rounds.flat());
        return {
          id,
          name,
          about,
          failed,
          step,
          rounds,
          imagesPerSecond: step && (images * 1e3) / step.median,
          ratio: id === OURS ? null : ratio(rounds, ours),
          evaluation: forward && {
            batch: evaluation.images,
            pass: forward,
            imagesPerSecond: (evaluation.images * 1e3) / forward.median,
          },
          peakMemoryBytes,
        };
      });
    const fastest = (peak) => {
      const seen = summary(steps.get(peak)?.rounds.flat() ?? []);
      return seen && { ...contenders.find(({ id }) => id === peak).about, milliseconds: seen.min };
    };
    return { contenders: results, limit: stepLimit(work, fastest('gemm'), fastest('bandwidth')) };
  }

  async measureStart() {
    const { starts, wholeEpoch } = this.options;
    const { architecture, title } = this.models.get(MAIN.model);
    const result = await this.progress.during(`Start of ${title}`, {}, async (task) => {
      // The first fills caches: what the system reads from disk, the data set that is drawn, measurements of lowerings.
      const cache = mkdtempSync(join(tmpdir(), 'resbench-bench-cache-'));
      const cold = [];
      try {
        const machine = { electron: this.electron, env: { ...this.env, RESBENCH_CACHE: cache } };
        await startTraining(machine, architecture, MAIN.batch, 5);
        for (let i = 0; i < starts; i++) {
          for (const file of readdirSync(cache)) if (file.startsWith('lowering-')) rmSync(join(cache, file));
          task.update({ note: `nothing measured yet, ${i + 1} of ${starts}` });
          cold.push(await startTraining(machine, architecture, MAIN.batch, 5));
        }
      } finally {
        rmSync(cache, { recursive: true, force: true });
      }
      await startTraining(this, architecture, MAIN.batch, 5);
      const all = [];
      for (let i = 0; i < starts; i++) {
        task.update({ note: `${i + 1} of ${starts}` });
        all.push(await startTraining(this, architecture, MAIN.batch, 20));
      }
      let { peakMemoryBytes } = all[0];
      if (wholeEpoch) {
        task.update({ note: 'an epoch' });
        ({ peakMemoryBytes } = await startTraining(this, architecture, MAIN.batch, null));
      }
      return {
        cold: {
          done: summary(cold.map(({ done }) => done)),
          checking: summary(cold.map(({ spent }) => spent.checking)),
          measuring: summary(cold.map(({ spent }) => spent.measuring)),
        },
        began: summary(all.map(({ began }) => began)),
        done: summary(all.map(({ done }) => done)),
        peakMemoryBytes,
        wholeEpoch,
      };
    });
    this.report.start = { ...MAIN, ...result };
    say(`\n${startTable(result)}`);
  }

  async measureOverhead() {
    const { architecture } = this.models.get(MAIN.model);
    const job = {
      architecture,
      // No image is looked at: small, so that the embedded set is enough for the steps.
      batch: 16,
      steps: this.options.overheadSteps,
      stepMilliseconds: IDLE_STEP,
    };
    const overhead = await this.progress.during('Cost of metrics, messages and storage', {}, async () => {
      const args = [bundled('overhead/owner'), JSON.stringify(job)];
      const { stdout } = await mustRun(
        this.electron,
        args,
        { env: { ...this.env, ELECTRON_RUN_AS_NODE: '1' } },
        'The cost could not be measured.',
      );
      return JSON.parse(stdout);
    });
    const ours = this.report.cases
      .find(({ model, batch }) => model === MAIN.model && batch === MAIN.batch)
      ?.contenders.find(({ id }) => id === OURS);
    this.report.overhead = { ...MAIN, ...overhead, step: ours?.step?.median ?? null };
    say(`\n${overheadTable(this.report.overhead)}`);
  }

  /** Ours alone: batch sizes of one model, then depths at one batch size, each in turns. */
  async measureGrowth() {
    const { growthBatches, growthDepths } = this.options;
    const { title } = this.models.get(MAIN.model);
    const byBatch = growthBatches.map((batch) => ({ name: `batch ${batch}`, model: MAIN.model, batch }));
    const byDepth = growthDepths.map((model) => ({
      name: this.models.get(model).title,
      model,
      batch: MAIN.batch,
    }));
    this.report.growth = {
      batches: await this.measurePoints(`Growth with the batch size, ${title}`, byBatch),
      depths: await this.measurePoints(`Growth with the depth, batch ${MAIN.batch}`, byDepth),
    };
  }

  async measureKernels(batch) {
    const architectures = this.options.models.map((model) => this.models.get(model).architecture);
    (this.report.kernels ??= []).push(await measureKernels(this, architectures, batch, say));
  }

  async measureEvaluation(batch) {
    const models = this.options.models.map((model) => this.models.get(model));
    (this.report.evaluation ??= []).push(...(await measureEvaluation(this, models, batch, say)));
  }

  async measureRecipe() {
    this.report.recipe = await measureRecipe(this, this.models.get(MAIN.model), MAIN.batch, say);
  }

  async measureCost() {
    this.report.cost = await measureCost(this, this.models, say);
  }

  async measureUi() {
    this.report.ui = await measureUi(this, say);
  }

  async measureEditor() {
    this.report.editor = await measureEditor(this);
    say(`\n${editorText(this.report.editor)}`);
  }

  async measureGrid() {
    this.report.grid = await measureGrid(this);
    say(`\n${gridText(this.report.grid)}`);
  }

  async measurePoints(label, points) {
    const { seconds, rounds, budget } = this.options;
    const results = await this.progress.during(label, {}, async (task) => {
      const contenders = [];
      try {
        for (const { name, model, batch } of points) {
          contenders.push({ ...(await this.begin(OURS, name, model, batch, task)), id: name });
        }
        const steps = await alternate(contenders, 'train', {
          rounds: Math.min(rounds, 3),
          seconds: seconds / 2,
          budget,
          deadline: this.deadline,
          onTurn: ({ name }) => task.update({ note: name }),
        });
        const results = [];
        for (const [index, { id, name, program, failed = null }] of contenders.entries()) {
          const peakMemoryBytes = failed ? null : await program.end();
          const step = summary(steps.get(id)?.rounds.flat() ?? []);
          const { model, batch } = points[index];
          const imagesPerSecond = step && (batch * 1e3) / step.median;
          results.push({ name, model, batch, step, imagesPerSecond, peakMemoryBytes, failed });
        }
        return results;
      } finally {
        for (const { program } of contenders) program.kill();
      }
    });
    say(`\n${growthTable(label, results)}`);
    return results;
  }
}

const planOf = ({ contenders }, wanted) => contenders.find(({ id }) => id === wanted)?.about?.plan;

function describeMachine() {
  const processors = cpus();
  return {
    platform: `${process.platform} ${release()} ${process.arch}`,
    cpu: processors[0]?.model.trim() ?? 'unknown processor',
    threads: processors.length,
    memoryBytes: totalmem(),
    loadAverage: loadavg(),
  };
}

function say(text) {
  process.stdout.write(`${text}\n`);
}
