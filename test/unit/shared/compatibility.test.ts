import { expect, test } from 'vitest';
import { datasetMismatch } from '../../../src/shared/compatibility';
import { DATASETS } from '../../../src/shared/datasets';

const architecture = { name: 'mine', inputShape: [32, 32, 3] as [number, number, number], classes: 10 };

test('an architecture for the images and classes of a data set fits', () => {
  expect(datasetMismatch(architecture, DATASETS.cifar10)).toBeNull();
});

test('other images are named with both sizes and the cure', () => {
  expect(datasetMismatch({ ...architecture, inputShape: [224, 224, 3] }, DATASETS.cifar10)).toBe(
    'architecture mine takes 224x224x3 images, data set cifar10 has 32x32x3 images: ' +
      'choose another data set or an architecture with inputShape [32, 32, 3]',
  );
});

test('another number of channels or classes is a mismatch too', () => {
  expect(datasetMismatch({ ...architecture, inputShape: [32, 32, 1], classes: 1000 }, DATASETS.shapes)).toBe(
    'architecture mine takes 32x32x1 images and 1000 classes, data set shapes has 32x32x3 images and 10 classes: ' +
      'choose another data set or an architecture with inputShape [32, 32, 3] and classes 10',
  );
});
