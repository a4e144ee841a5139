/** The data set of a command where no flag names one. */
import { homeFolder } from '../../node/files/home';
import { childProcessHost } from '../../node/processes/process-host';
import { DATASET_IDS, type DatasetId } from '../../shared/dataset';
import type { CommonOptions, Context } from '../terminal/context';
import { oneOf } from './values';

/** The flag that names one, as commander takes it. */
export const DATASET_FLAG = [
  '--dataset <name>',
  `${DATASET_IDS.join(', ')} (default: cifar10 once it is there, else shapes)`,
  oneOf('--dataset', DATASET_IDS),
] as const;

/** By what lies in the data folder, which is not opened for it. */
export async function usualDatasetOf(context: Context, options: CommonOptions): Promise<DatasetId> {
  const { DatasetService } = await import('../../main/datasets/service');
  const home = homeFolder(options.home, context.env);
  return new DatasetService({ home, host: childProcessHost(context.entryFolder) }).usual();
}
