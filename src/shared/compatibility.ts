import type { Architecture } from '../architecture/architecture';
import type { DatasetInfo } from './dataset';

/** One sentence on why an architecture cannot be trained on a data set, null when it can. */
export function datasetMismatch(
  architecture: Pick<Architecture, 'name' | 'inputShape' | 'classes'>,
  dataset: Pick<DatasetInfo, 'id' | 'imageShape' | 'classNames'>,
): string | null {
  const { name, inputShape, classes } = architecture;
  const { id, imageShape, classNames } = dataset;
  const takes: string[] = [];
  const has: string[] = [];
  const changes: string[] = [];
  if (inputShape.some((side, axis) => side !== imageShape[axis])) {
    takes.push(`${inputShape.join('x')} images`);
    has.push(`${imageShape.join('x')} images`);
    changes.push(`inputShape [${imageShape.join(', ')}]`);
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
