/** The data sets that there are, by their ids. */
import { isBuiltIn, type BuiltInId, type DatasetId, type DatasetInfo } from '../../shared/dataset';
import type { DatasetSource } from './source';
import { cifar10 } from './sources/cifar10';
import { ownSource } from './sources/own';
import { shapes } from './sources/shapes';

const BUILT_IN: Readonly<Record<BuiltInId, DatasetSource>> = { shapes, cifar10 };

/** What is known of a set that lies in a folder. @throws ExpectedError as its source */
export const infoOf = ({ id, folder }: { id: DatasetId; folder: string | null }): DatasetInfo =>
  sourceOf(id).info(folder);

export const sourceOf = (id: DatasetId): DatasetSource => (isBuiltIn(id) ? BUILT_IN[id] : ownSource(id));
