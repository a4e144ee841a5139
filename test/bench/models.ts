/** Prints what the bench needs to know of its models, presets but for one: `models ID… BATCH…` as one JSON value. */
import { buildNetwork } from '../../src/architecture/network';
import { findPreset } from '../../src/architecture/presets';
import { summarize } from '../../src/architecture/summary';
import { evaluationBatch } from '../../src/shared/batches';
import { WIDE } from './wide';
import { stepWork } from './work';

const words = process.argv.slice(2);
const batches = words.map(Number).filter((word) => word > 0);
const models = words
  .filter((word) => !(Number(word) > 0))
  .map((id) => {
    const model = id === WIDE.id ? WIDE : findPreset(id);
    if (!model) throw new Error(`There is no preset ${id}.`);
    const { title, architecture } = model;
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
