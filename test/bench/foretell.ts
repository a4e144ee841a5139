/**
 * Measured program: `foretell JOB` prints what a run would take by what the cache folder knows, as one JSON value: the product's own
 * estimate, and the sums that it comes from.
 */
import type { Architecture } from '../../src/architecture/architecture';
import { buildNetwork } from '../../src/architecture/network';
import { cacheFolder } from '../../src/node/files/cache-folder';
import { validRecords } from '../../src/node/machine/cost-records';
import { costBatch, estimateCost } from '../../src/shared/cost/estimate';
import { calibrate, recordFor } from '../../src/shared/cost/known';
import { partSums } from '../../src/shared/cost/parts-model';
import { DATASETS } from '../../src/shared/datasets';
import type { DatasetId } from '../../src/shared/dataset';
import { DEFAULT_RECIPE, type Recipe } from '../../src/shared/recipe';
import { DEFAULT_SETTINGS } from '../../src/shared/settings';
import { cpus } from 'node:os';

interface ForetellJob {
  architecture: Architecture;
  recipe: Partial<Recipe>;
  dataset: DatasetId;
}

const { architecture, recipe: changes, dataset: id } = JSON.parse(process.argv[2]!) as ForetellJob;
const recipe = { ...DEFAULT_RECIPE, ...changes };
const dataset = DATASETS[id];
const network = buildNetwork(architecture);
const records = validRecords(cacheFolder());
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
