/** Keras and PyTorch, each in a virtual environment of its own in the cache folder. */
import { join } from 'node:path';
import { Failure } from '../lib/failure.mjs';
import { projectRoot } from '../lib/paths.mjs';
import { pythonCommand } from '../lib/processes.mjs';
import { pythonWithPackages, pythonWithTensorflow } from '../lib/python-packages.mjs';

const requirements = {
  keras: join(projectRoot, 'test', 'reference', 'requirements.txt'),
  torch: join(projectRoot, 'test', 'bench', 'requirements-torch.txt'),
};

/** Interpreters by peer, and for each peer that could not be set up a sentence why: `{ python, missing }`. */
export async function setUpPeers(progress) {
  const python = {};
  const missing = [];
  if (!(await pythonCommand())) {
    return { python, missing: ['Python 3 was not found: Keras and PyTorch are left out.'] };
  }
  for (const [peer, prepare] of [
    ['keras', pythonWithTensorflow],
    ['torch', pythonWithPackages],
  ]) {
    try {
      python[peer] = (await prepare(peer, requirements[peer], { progress })).program;
    } catch (error) {
      if (!(error instanceof Failure)) throw error;
      missing.push(`${peer === 'keras' ? 'Keras' : 'PyTorch'} is left out: ${error.message}`);
    }
  }
  return { python, missing };
}
