/** The data set of a command where no flag names one. */
import type { Architecture } from '../../architecture/architecture';
import { homeFolder } from '../../node/files/home';
import { childProcessHost } from '../../node/processes/process-host';
import { infoOf, sourceOf } from '../../node/datasets/registry';
import { BUILT_IN_IDS, isDatasetId, type DatasetId, type DatasetInfo } from '../../shared/dataset';
import { datasetMismatch } from '../../shared/compatibility';
import { expected } from '../../shared/result';
import type { CommonOptions, Context } from '../terminal/context';
import { oneOf, type Parser } from './values';

/** What a set is called, in help. */
export const DATASET_NAMES = `${BUILT_IN_IDS.join(', ')}, or one of your own (data list)`;

/** The id of a set that Resbench knows, or that may be one of the user's own. */
export function datasetName(flag: string): Parser<DatasetId> {
  const builtIn = oneOf(flag, BUILT_IN_IDS, 'one of your own, whose names begin with own-');
  return (value) => {
    const word = value.toLowerCase();
    return isDatasetId(word) ? word : builtIn(value);
  };
}

/** The flag that names one, as commander takes it. */
export const DATASET_FLAG = [
  '--dataset <name>',
  `${DATASET_NAMES} (default: cifar10 once it is there, else shapes)`,
  datasetName('--dataset'),
] as const;

/** Of a set that is named, or else the usual one. @throws ExpectedError `data-missing` for one of the user's own that is not there */
export async function datasetOf(
  context: Context,
  options: CommonOptions & { dataset?: DatasetId },
): Promise<DatasetInfo> {
  const id = options.dataset ?? (await usualDatasetOf(context, options));
  return infoOf({ id, folder: sourceOf(id).folder(homeFolder(options.home, context.env)) });
}

/** By what lies in the data folder, which is not opened for it. */
async function usualDatasetOf(context: Context, options: CommonOptions): Promise<DatasetId> {
  const { DatasetService } = await import('../../main/datasets/service');
  const home = homeFolder(options.home, context.env);
  return new DatasetService({ home, host: childProcessHost(context.entryFolder) }).usual();
}

/** The same check that starting a run makes, with the flags that mend it. @throws ExpectedError */
export function checkFits(architecture: Architecture, dataset: DatasetInfo): void {
  const mismatch = datasetMismatch(architecture, dataset);
  if (mismatch === null) return;
  const flags = `--input ${dataset.imageShape.join('x')} --classes ${dataset.classNames.length}`;
  throw expected('invalid-input', `${mismatch} (as flags: ${flags})`);
}
