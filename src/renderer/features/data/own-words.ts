/** How a set was made of images of the user's own, in words. Pure. */
import type { OwnFacts } from '../../../shared/dataset';
import { formatPercent } from '../../../shared/format';

/** `Images of your own, filled to 32 x 32 and cropped; a fifth…` */
export function aboutOwn(own: OwnFacts | undefined): string {
  if (!own) return 'Images of your own.';
  const { preparation, source } = own;
  const { height, width, channels, fit, testShare, splitSeed } = preparation;
  const shaped = fit === 'crop' ? 'scaled to fill' : 'scaled to fit in';
  const rest = fit === 'crop' ? 'and cropped around the middle' : 'with black bars';
  const split =
    source.split === 'folders'
      ? 'training and test set as the folder has them'
      : `${formatPercent(testShare, 0)} of each class as test set (seed ${splitSeed})`;
  return `Images of your own, ${shaped} ${height} × ${width} pixels ${rest}${channels === 1 ? ', in grey' : ''}; ${split}.`;
}
