/**
 * Measured program: `foretell JOB` prints what a run would take by what the cache folder knows, as one JSON value: the product's own
 * estimate, and the sums that it comes from.
 */
import type { Architecture } from '../../src/architecture/architecture';
import { buildNetwork } from '../../src/architecture/network';
import { validRecords } from '../../src/node/machine/cost-records';
import { costBatch, estimateCost } from '../../src/shared/cost/estimate';
import { calibrate, recordFor } from '../../src/shared/cost/known';
import { partSums } from '../../src/shared/cost/parts-model';
import type { CostRecord } from '../../src/shared/cost/record';
import { DATASETS } from '../../src/shared/datasets';
import type { BuiltInId } from '../../src/shared/dataset';
import { DEFAULT_RECIPE, type Recipe } from '../../src/shared/recipe';
import { DEFAULT_SETTINGS } from '../../src/shared/settings';
import { cpus } from 'node:os';

interface ForetellJob {
  architecture: Architecture;
  recipe: Partial<Recipe>;
  dataset: BuiltInId;
  /** With records, of which the lesser times count. */
  folders: string[];
}

const { architecture, recipe: changes, dataset: id, folders } = JSON.parse(process.argv[2]!) as ForetellJob;
const recipe = { ...DEFAULT_RECIPE, ...changes };
const dataset = DATASETS[id];
const network = buildNetwork(architecture);
const records = merged(folders.flatMap(validRecords));
const batch = costBatch(recipe, dataset.trainCount);
const record = recordFor(records, { batch, threads: cpus().length, usesGpu: false });
const calibration = calibrate(records);
const { keepCheckpoints, keepEveryEpochs } = DEFAULT_SETTINGS;
process.stdout.write(
  `${JSON.stringify({
    recipe,
    batch,
    calibration,
    sums: record && partSums(network, recipe, record),
    estimate: estimateCost(
      network,
      recipe,
      dataset,
      { record, calibration },
      {
        last: keepCheckpoints,
        everyEpochs: keepEveryEpochs,
      },
    ),
  })}\n`,
);

/** One record of each machine and batch size, with the least of every time: others make them longer, nothing shorter. */
function merged(all: CostRecord[]): CostRecord[] {
  const found = new Map<string, CostRecord>();
  for (const record of all) {
    const key = JSON.stringify(record.about);
    const before = found.get(key);
    found.set(key, before ? lesser(before, record) : record);
  }
  return [...found.values()];
}

function lesser(a: CostRecord, b: CostRecord): CostRecord {
  const parts = { ...a.parts };
  for (const [key, time] of Object.entries(b.parts)) {
    const { forward, backward } = parts[key] ?? time;
    parts[key] = { forward: Math.min(forward, time.forward), backward: Math.min(backward, time.backward) };
  }
  const steps = { ...a.steps };
  for (const [key, taken] of Object.entries(b.steps)) {
    const before = steps[key] ?? taken;
    steps[key] = {
      ...taken,
      milliseconds: Math.min(before.milliseconds, taken.milliseconds),
      foretold: [before.foretold, taken.foretold]
        .flatMap((foretold) => foretold ?? [])
        .reduce((one, other) => (other.milliseconds < one.milliseconds ? other : one)),
    };
  }
  const updates = [...a.updates, ...b.updates].sort((one, other) => one.milliseconds - other.milliseconds);
  return { ...a, pass: Math.min(a.pass!, b.pass!), parts, updates, steps };
}
