/** The data set of a command where no flag names one. */
import { homeFolder } from '../../node/files/home';
import { childProcessHost } from '../../node/processes/process-host';
import type { DatasetId } from '../../shared/dataset';
import type { CommonOptions, Context } from '../terminal/context';

export const USUAL_DATASET_HELP = 'default: cifar10 once it is there, else shapes';

/** By what lies in the data folder, which is not opened for it. */
export async function usualDatasetOf(context: Context, options: CommonOptions): Promise<DatasetId> {
  const { DatasetService } = await import('../../main/datasets/service');
  const home = homeFolder(options.home, context.env);
  return new DatasetService({ home, host: childProcessHost(context.entryFolder) }).usual();
}
