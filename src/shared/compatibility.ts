import type { Architecture } from '../architecture/architecture';
import type { DatasetInfo } from './dataset';

/** One sentence on why an architecture cannot be trained on a data set, null when it can. */
export function datasetMismatch(
  architecture: Pick<Architecture, 'name' | 'inputShape' | 'classes'>,
  dataset: Pick<DatasetInfo, 'id' | 'pictureShape' | 'classNames'>,
): string | null {
  const { name, inputShape, classes } = architecture;
  const { id, pictureShape, classNames } = dataset;
  const takes: string[] = [];
  const has: string[] = [];
  const changes: string[] = [];
  if (inputShape.some((side, axis) => side !== pictureShape[axis])) {
    takes.push(`${inputShape.join('x')} pictures`);
    has.push(`${pictureShape.join('x')} pictures`);
    changes.push(`inputShape [${pictureShape.join(', ')}]`);
  }
  if (classes !== classNames.length) {
    takes.push(`${classes} classes`);
    has.push(`${classNames.length} classes`);
    changes.push(`classes ${classNames.length}`);
  }
  if (changes.length === 0) return null;
  return (
    `architecture ${name} takes ${takes.join(' and ')}, data set ${id} has ${has.join(' and ')}: ` +
    `choose another data set or an architecture with ${changes.join(' and ')}`
  );
}
