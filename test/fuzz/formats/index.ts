/** All formats, in the order in which they are tried. */
import type { Format } from '../fuzz';
import { architecture } from './architecture';
import { archive } from './archive';
import { checkpoint } from './checkpoint';
import { cifar10 } from './cifar10';
import { database } from './database';
import { history } from './history';
import { journal } from './journal';
import { pickles } from './pickle';
import { png } from './png';
import { recipe } from './recipe';
import { safetensors } from './safetensors';
import { settings } from './settings';
import { table } from './table';
import { windowState } from './window-state';

export const FORMATS: readonly Format[] = [
  safetensors,
  checkpoint,
  settings,
  windowState,
  journal,
  architecture,
  table,
  recipe,
  history,
  pickles,
  png,
  archive,
  cifar10,
  database,
];
