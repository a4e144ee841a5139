/** Who is measured: a name for people, and how its program is started. */
import { join } from 'node:path';
import { runEnv } from '../lib/run-env.mjs';
import { bundled, sources } from './programs.mjs';

/** What all others are compared with. */
export const OURS = 'resbench';

const major = process.versions.node.split('.')[0];

/** In the order of tables and charts. `[id]: { name, needs? }` */
const CONTENDERS = {
  // As `npm start` trains: in the plain Node that runs it.
  resbench: { name: `Resbench, in Node ${major}` },
  'resbench-electron': { name: "Resbench, in Electron's Node" },
  keras: { name: 'Keras fit, oneDNN', needs: 'keras' },
  torch: { name: 'PyTorch eager, channels_last, fused Adam', needs: 'torch' },
  'tfjs-onednn': { name: 'tfjs-layers trainOnBatch, oneDNN' },
  tfjs: { name: 'tfjs-layers trainOnBatch, default environment' },
};

/** Resbench at another commit, where one is named: in place of all others but Python's. */
export const AGAINST = 'against';

/** Ids of those who are measured: those whose needs are there. */
export const idsOf = ({ python, against }) =>
  Object.keys(CONTENDERS)
    .filter((id) => python[CONTENDERS[id].needs] || (!CONTENDERS[id].needs && (!against || id === OURS)))
    .flatMap((id) => (against && id === OURS ? [id, AGAINST] : [id]));

/** A name for people. */
export const nameOf = (id, { against }) =>
  id === AGAINST ? `Resbench at ${against.about.commit.slice(0, 9)}` : (CONTENDERS[id]?.name ?? PEAKS[id]);

/** What the machine can do takes its turns like a contender. `[id]: name` */
export const PEAKS = { gemm: 'GEMM peak', bandwidth: 'memory bandwidth' };

/**
 * Holds every framework to what a processor with AVX2 but without AVX-512 does, TensorFlow's leaving oneDNN off included.
 */
const AVX2 = {
  ONEDNN_MAX_CPU_ISA: 'AVX2',
  ATEN_CPU_CAPABILITY: 'avx2',
  MKL_ENABLE_INSTRUCTIONS: 'AVX2',
};

/**
 * What all programs of the bench run in.
 *
 * @param cache folder for measurements of lowerings: those of another day, on a busier machine, choose worse
 */
export const benchEnv = ({ avx2 }, cache) => ({
  ...runEnv(),
  RESBENCH_CACHE: cache,
  // The comparison is one of processors: a GPU is hidden from all alike.
  CUDA_VISIBLE_DEVICES: '',
  TF_ENABLE_ONEDNN_OPTS: '1',
  ...(avx2 ? AVX2 : {}),
});

/**
 * Command and environment of a contender's program.
 * @param electron path of the Electron that the set-up found
 * @param options of the bench
 * @param env from benchEnv
 * @param python interpreters by peer, `{ keras, torch }`
 * @param against another commit (against.mjs), or null
 */
export function launch(id, job, { electron, python, options, env, against }) {
  const argument = JSON.stringify(job);
  switch (id) {
    case 'resbench':
      return { command: [process.execPath, bundled('resbench'), argument], env };
    case 'resbench-electron':
      return {
        command: [electron, bundled('resbench'), argument],
        env: { ...env, ELECTRON_RUN_AS_NODE: '1' },
      };
    case AGAINST:
      // Its measurements are of its own lowerings.
      return {
        command: [process.execPath, against.program, argument],
        env: { ...env, RESBENCH_CACHE: against.cache },
      };
    case 'tfjs-onednn':
      return { command: [process.execPath, bundled('tfjs-layers'), argument], env };
    case 'tfjs': {
      const { TF_ENABLE_ONEDNN_OPTS: _, ...unset } = env;
      return {
        command: [process.execPath, bundled('tfjs-layers'), argument],
        env: options.avx2 ? { ...unset, TF_ENABLE_ONEDNN_OPTS: '0' } : unset,
      };
    }
    case 'gemm':
    case 'bandwidth':
      return { command: [process.execPath, bundled(id), argument], env };
    case 'keras':
      return { command: [python.keras, join(sources, 'keras_fit.py'), argument], env };
    case 'torch':
      return { command: [python.torch, join(sources, 'torch_step.py'), argument], env };
  }
  throw new Error(`There is no contender ${id}.`);
}
