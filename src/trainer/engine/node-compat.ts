/**
 * tfjs-node calls `util.isNullOrUndefined`, which Node 23 removed (tensorflow/tfjs#8425). Import this before it.
 */
import util from 'node:util';

const legacy = util as { isNullOrUndefined?: (value: unknown) => boolean };
legacy.isNullOrUndefined ??= (value) => value === null || value === undefined;
