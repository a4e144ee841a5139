/** The command line of the bench. */
import { resolve, join } from 'node:path';
import { parseArgs } from 'node:util';
import { Failure } from '../lib/failure.mjs';
import { projectRoot } from '../lib/paths.mjs';

/** Presets, but for the last, which is the bench's own (test/bench/wide.ts). */
export const MODELS = ['resnet18', 'resnet50', 'resnet18-cifar', 'resnet20', 'resnet56', 'wrn-16-4'];
const ENGINES = ['layers', 'graph'];
/** Those that are measured unless others are named, and those of the window. */
const USUAL_PARTS = ['training', 'start', 'overhead', 'growth'];
export const WINDOW_PARTS = ['ui', 'editor', 'grid'];
export const PARTS = [...USUAL_PARTS, 'kernels', 'evaluation', 'recipe', 'cost', ...WINDOW_PARTS];

/**
 * How much is measured. Seconds are those of one turn; `budget`, those after which a slow contender has had enough of a
 * case; `limit`, those after which nothing new begins.
 */
const FULL = {
  models: MODELS,
  batches: [64, 128],
  rounds: 7,
  seconds: 3,
  budget: 90,
  limit: Infinity,
  starts: 5,
  wholeEpoch: true,
  overheadSteps: 400,
  growthBatches: [16, 32, 64, 128, 256],
  growthDepths: ['resnet18', 'resnet34', 'resnet50', 'resnet101', 'resnet152'],
  opened: 3,
  whileTraining: true,
};
const QUICK = {
  ...FULL,
  models: ['resnet18'],
  batches: [64],
  rounds: 3,
  seconds: 1,
  budget: 8,
  limit: 150,
  starts: 1,
  wholeEpoch: false,
  overheadSteps: 80,
  growthBatches: [32, 64, 128],
  growthDepths: ['resnet18', 'resnet34'],
  opened: 1,
  whileTraining: false,
};

export function readOptions(args = process.argv.slice(2), cwd = process.env.INIT_CWD ?? process.cwd()) {
  const { values } = (() => {
    try {
      return parseArgs({
        args,
        options: {
          peers: { type: 'boolean' },
          quick: { type: 'boolean' },
          avx2: { type: 'boolean' },
          ui: { type: 'boolean' },
          against: { type: 'string' },
          only: { type: 'string', multiple: true },
          batch: { type: 'string', multiple: true },
          part: { type: 'string', multiple: true },
          rounds: { type: 'string' },
          seconds: { type: 'string' },
          engine: { type: 'string' },
          report: { type: 'string' },
          svg: { type: 'string' },
        },
      });
    } catch (error) {
      throw new Failure(
        `${error.message.split('\n')[0]} (known are --peers, --quick, --avx2, --ui, --against, --only, --batch, --part, --rounds, --seconds, ` +
          '--engine, --report, --svg)',
      );
    }
  })();
  const extent = values.quick ? QUICK : FULL;
  const usual = values.against === undefined ? USUAL_PARTS : ['training'];
  const parts = values.ui ? WINDOW_PARTS : (chosen('part', values.part, PARTS) ?? usual);
  return {
    ...extent,
    peers: values.peers ?? false,
    quick: values.quick ?? false,
    avx2: values.avx2 ?? false,
    models: chosen('model', values.only, MODELS) ?? extent.models,
    /** Null where no model was named. */
    only: chosen('model', values.only, MODELS) ?? null,
    parts,
    against: commit(values.against, parts),
    batches: values.batch?.map((word) => number('batch', word, Number.isInteger)) ?? extent.batches,
    rounds: values.rounds ? number('rounds', values.rounds, Number.isInteger) : extent.rounds,
    seconds: values.seconds ? number('seconds', values.seconds, Number.isFinite) : extent.seconds,
    engine: chosen('engine', values.engine && [values.engine], ENGINES)?.[0] ?? null,
    report: resolve(cwd, values.report ?? join(projectRoot, 'test-results', 'bench.json')),
    svg: values.svg ? resolve(cwd, values.svg) : null,
  };
}

function commit(word, parts) {
  if (word === undefined) return null;
  if (word === '' || word.startsWith('-'))
    throw new Failure(`--against takes a commit, got "${word}": a branch, a tag or the start of its name.`);
  if (!parts.includes('training'))
    throw new Failure('--against compares training: leave out the parts, or add --part training.');
  return word;
}

function chosen(what, words, known) {
  const unknown = words?.find((word) => !known.includes(word));
  if (unknown !== undefined) {
    throw new Failure(`The bench has no ${what} "${unknown}": choose from ${known.join(', ')}.`);
  }
  return words && known.filter((word) => words.includes(word));
}

function number(flag, word, is) {
  const value = Number(word);
  if (!is(value) || value <= 0) throw new Failure(`--${flag} must be a number above 0, got ${word}.`);
  return value;
}
