/** Prints what the bench needs to know of presets: `models PRESET… BATCH…` as one JSON value. */
import { buildNetwork } from '../../src/architecture/network';
import { findPreset } from '../../src/architecture/presets';
import { summarize } from '../../src/architecture/summary';
import { evaluationBatch } from '../../src/trainer/loop';
import { stepWork } from './work';

const words = process.argv.slice(2);
const batches = words.map(Number).filter((word) => word > 0);
const models = words
  .filter((word) => !(Number(word) > 0))
  .map((id) => {
    const preset = findPreset(id);
    if (!preset) throw new Error(`There is no preset ${id}.`);
    const { title, architecture } = preset;
    const network = buildNetwork(architecture);
    return {
      id,
      title,
      architecture,
      params: summarize(network).totalParams,
      evaluationBatch: evaluationBatch(network),
      work: Object.fromEntries(batches.map((batch) => [batch, stepWork(network, batch)])),
    };
  });
process.stdout.write(`${JSON.stringify(models)}\n`);
