/** The state of a data set in a few words, for places that show nothing else of it. Pure. */
import type { DatasetStatus } from '../../../shared/dataset';

/** `downloaded`, `not downloaded yet, 170 MB`; empty until main has said. */
export function datasetStateText(status: Pick<DatasetStatus, 'state' | 'copy'> | undefined): string {
  switch (status?.state) {
    case undefined:
      return '…';
    case 'ready':
      return 'downloaded and ready';
    case 'preparing':
      return 'on its way';
    case 'corrupt':
      return 'damaged, can be downloaded again';
    case 'missing':
      return status.copy === null ? 'not downloaded (170 MB)' : 'a copy is on this machine';
  }
}
