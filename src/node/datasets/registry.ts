/** The data sets that there are, by their ids. */
import type { DatasetId } from '../../shared/dataset';
import type { DatasetSource } from './source';
import { cifar10 } from './sources/cifar10';
import { shapes } from './sources/shapes';

export const SOURCES: Readonly<Record<DatasetId, DatasetSource>> = { shapes, cifar10 };
