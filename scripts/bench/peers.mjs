/** Keras and PyTorch, each in a virtual environment of its own in the cache folder. */
import { join } from 'node:path';
import { Failure } from '../lib/failure.mjs';
import { projectRoot } from '../lib/paths.mjs';
import { pythonCommand } from '../lib/processes.mjs';
import { indexHas, pythonWith } from '../lib/python-packages.mjs';

const bench = join(projectRoot, 'test', 'bench');
/** PyTorch's usual build for Linux has CUDA, which nothing here uses: taken where no other is. */
export const torchRequirements = async () =>
  process.platform !== 'linux' || (await indexHas('torch==2.13.0+cpu'))
    ? join(bench, 'requirements-torch.txt')
    : join(bench, 'requirements-torch-cuda.txt');

/** The requirements of each peer. */
const requirements = {
  keras: async () => join(projectRoot, 'test', 'reference', 'requirements.txt'),
  torch: torchRequirements,
};

/** Interpreters by peer, and for each peer that could not be set up a sentence why: `{ python, missing }`. */
export async function setUpPeers(progress) {
  const python = {};
  const missing = [];
  if (!(await pythonCommand())) {
    return { python, missing: ['Python 3 was not found: Keras and PyTorch are left out.'] };
  }
  for (const [peer, file] of Object.entries(requirements)) {
    try {
      python[peer] = (await pythonWith(peer, await file(), { progress })).program;
    } catch (error) {
      if (!(error instanceof Failure)) throw error;
      missing.push(`${peer === 'keras' ? 'Keras' : 'PyTorch'} is left out: ${error.message}`);
    }
  }
  return { python, missing };
}
