/** Which input is tried by what: bullets of what may be hostile, times the surfaces that each of them can reach. */
import * as fs from 'node:fs';
import { join } from 'node:path';
import type { Place } from './harness';
import * as inputs from './inputs';

export interface FolderCase {
  name: string;
  /** Changes a sound data folder. */
  make: (place: Place) => void | Promise<void>;
  /** Commands besides those that every folder meets; FILES stands for the folder of the user's files. */
  commands?: string[][];
  /** A run that waits, and is trained by the services. */
  trains?: number;
  /** What is said of it by one of the commands, so that it was met at all. */
  says?: RegExp;
  /** Commands that must be refused for it. */
  refuses?: string[][];
  /** What else must hold at the end, a line each where it does not. */
  after?: (place: Place) => string[];
}

export interface FileCase {
  name: string;
  /** Makes what is named at the path. */
  make: (path: string) => void | Promise<void>;
  says: RegExp;
}

const show = ['runs', 'show', '1'];
export const EVERY_FOLDER: string[][] = [['runs', 'list'], show, ['db', 'check']];

const LOG = [['runs', 'log', '1']];
const BACKUP = [['db', 'backup']];
const VERIFY = [['checkpoints', 'verify']];
const DELETE = [['checkpoints', 'delete', '1']];
const EXPORT = [['runs', 'export', '1', '--output', 'FILES/run.json']];
const QUEUE = [['queue', 'run']];
const TRAIN = [
  ['train', '--table', '[[1, [[4,3]]]]', '--stem-filters', '4', '--stem-kernel', '3', '--queue', 'held'],
];
const DATASET = [
  ['data', 'check', 'cifar10'],
  ['data', 'import', 'cifar10', 'FILES/archive'],
  ['data', 'list'],
  ['data', 'check', 'own-pets'],
  ['data', 'remove', 'own-pets'],
];
const EXTEND = [['runs', 'extend', '1', '--epochs', '1']];

export const FOLDERS: Record<string, FolderCase[]> = {
  '1 names of checkpoints': [
    {
      name: 'that lead out of their folder',
      make: inputs.checkpointNames,
      commands: [
        ['checkpoints', 'list', '1'],
        ['checkpoints', 'path', '3'],
        ['checkpoints', 'delete', '3'],
        ['checkpoints', 'delete', '4'],
        ['checkpoints', 'pin', '5'],
        ...VERIFY,
        ['runs', 'delete', '1', '--yes'],
        ...QUEUE,
      ],
      trains: 2,
      says: /a name that Resbench never gives/,
    },
  ],
  '1 a planted journal': [
    ...Object.entries({
      'that renames to elsewhere': inputs.journalToElsewhere,
      'that renames upwards': inputs.journalUpwards,
      'of this version': inputs.journalOfThisVersion,
      'of lists in lists': inputs.journalOfDepth,
      'of 20 GiB': inputs.journalWithoutEnd,
    }).map(([name, make]): FolderCase => ({
      name,
      make,
      commands: BACKUP,
      says: /is not the journal of a recovery|more than Resbench ever writes/,
      refuses: EVERY_FOLDER,
    })),
    { name: 'that is a link', make: inputs.journalIsLink, commands: BACKUP, says: /There is a link at/ },
  ],
  '1 the id of a folder': [{ name: 'that is a path', make: inputs.idOfAnother }],
  '2 links': [
    ...inputs.LINKS.map(([name, to]): FolderCase => ({
      name: `in the place of ${name}`,
      make: (place) => inputs.linked(place, name, to),
      commands: [
        ...LOG,
        ...BACKUP,
        ...TRAIN,
        ...(name.startsWith('checkpoints') ? [...VERIFY, ...DELETE] : []),
        ...(name.startsWith('datasets') ? DATASET : []),
        ...(name.endsWith('2') || name.endsWith('2.log')
          ? [['queue', 'release', '2'], ...QUEUE, ['runs', 'log', '2']]
          : []),
        ['runs', 'delete', '1', '3', '--yes'],
      ],
      // Of the window alone, which looks for it; a link in its place is replaced by what the trust has made.
      says: ['window.json', 'installation.json'].includes(name) ? undefined : /There is a link at/,
    })),
    {
      name: 'in the place of each checkpoint, to a device',
      make: inputs.checkpointsAreLinks,
      commands: [...VERIFY, ...EXTEND, ...DELETE],
    },
    { name: 'beside an export', make: inputs.partialIsLink, commands: EXPORT },
  ],
  '2 names': [
    {
      name: 'that act on terminals',
      make: inputs.namesThatAct,
      commands: [
        ...LOG,
        ...EXPORT,
        ['runs', 'stop', '2'],
        ['runs', 'pause', '1'],
        ['runs', 'resume', '1'],
        ['queue', 'list'],
        ['checkpoints', 'list', '1'],
      ],
      says: /A\ufffd]0;title/,
    },
    {
      name: 'of architectures',
      make: inputs.architectureThatActs,
      commands: [['runs', 'resume', '1'], ...EXPORT],
      says: /its architecture: name: must not hold control characters/,
    },
    {
      name: 'of the library, and its other texts',
      make: inputs.libraryThatActs,
      commands: [
        ['models', 'list'],
        ['models', 'show', 'sound'],
        ['models', 'diff', 'sound', 'resnet18'],
        ['models', 'tag', 'sound', 'b', '--star'],
        ['models', 'save', 'sound', '--classes', '7'],
        ['models', 'delete', 'other', '--yes'],
        ['summary', 'sound'],
      ],
      says: /\ufffd|its name must not hold control characters/,
    },
    {
      name: 'of recipes, and their other texts',
      make: inputs.recipesThatAct,
      commands: [
        ['recipes', 'list'],
        ['recipes', 'show', 'sound'],
        ['recipes', 'diff', 'sound', 'blog'],
        ['recipes', 'save', 'sound', '--lr', '0.5'],
        ['recipes', 'export', 'sound'],
        ['recipes', 'delete', 'other', '--yes'],
      ],
      says: /\ufffd|its name must not hold control characters/,
    },
    {
      name: 'of megabytes',
      make: inputs.nameOfMegabytes,
      commands: [
        ['queue', 'list'],
        ['runs', 'resume', '1'],
        ['runs', 'pause', '1'],
      ],
      says: /WWWW/,
    },
  ],
  '2 images of one’s own': [
    {
      name: 'that act, or promise what is not there',
      make: inputs.ownSets,
      commands: [
        ['data', 'list'],
        ...['acting', 'large', 'short', 'deep', 'keys'].flatMap((name) => [
          ['data', 'check', `own-${name}`],
          ['train', 'resnet20', '--dataset', `own-${name}`, '--queue', 'held'],
        ]),
        ['data', 'remove', 'own-acting'],
        ['data', 'add', 'FILES'],
      ],
      says: /is not what Resbench wrote there/,
    },
  ],
  '2 a malformed row': [
    { name: 'with a wrong key', make: inputs.wrongKey, commands: EXTEND, says: /unknown field "tabel"/ },
    { name: 'with a state that is none', make: inputs.badState, says: /CHECK constraint failed in runs/ },
    { name: 'with a history that is none', make: inputs.badHistory, says: /"constructor"/ },
    { name: 'of lists in lists', make: inputs.deepJson },
    { name: 'of an enormous network', make: inputs.hugeArchitecture, commands: EXTEND },
    { name: 'of odd numbers', make: inputs.oddNumbers, commands: EXTEND },
    { name: 'of odd metrics', make: inputs.oddMetrics, commands: EXPORT },
    { name: 'of settings', make: inputs.badSettings, commands: [['settings', 'list']] },
  ],
  '2 a schema of others': [
    { name: 'with a quote in a table’s name', make: inputs.tableWithQuote },
    { name: 'with a trigger', make: inputs.trigger, commands: [['runs', 'rename', '1', 'x']] },
    { name: 'with a view', make: inputs.view },
    { name: 'with a view without end for a table', make: inputs.endlessView },
    { name: 'with an index that takes 2 GB to compute', make: inputs.costlyIndex },
    { name: 'of another program', make: inputs.otherDatabase },
    { name: 'and no database at all', make: inputs.garbage },
  ],
  '2 malformed checkpoints': [
    {
      name: 'with weights of seven bytes, for which an older one is taken',
      make: inputs.weightsOfSevenBytes,
      commands: [...VERIFY, ...EXTEND],
      says: /the length of its header takes 8/,
    },
    {
      name: 'with a header of 90 MB',
      make: inputs.headerOfMegabytes,
      commands: VERIFY,
      says: /its header has 90000000 bytes/,
    },
    { name: 'with a header of depth', make: inputs.deepHeader, commands: VERIFY, says: /nested deeper/ },
  ],
  '2 permissions': [
    {
      name: 'for everybody are taken away',
      make: inputs.openToAll,
      after: (place) => openPaths(place.home),
    },
  ],
  '3 a long name': [
    { name: 'of a run that is exported', make: inputs.longName, commands: EXPORT, says: /xxxx/ },
  ],
};

/** What others can reach in a data folder. */
function openPaths(home: string): string[] {
  const isOpen = (path: string): boolean => (fs.statSync(path).mode & 0o077) !== 0;
  // What lies below a closed folder is closed.
  return [home, ...fs.readdirSync(home).map((name) => join(home, name))]
    .filter(isOpen)
    .map((path) => `${path} is open to others`);
}

/** Archives of a data set that a user names. */
export const ARCHIVES: Record<string, FileCase[]> = {
  '2 bombs': [
    { name: 'of interlaced images', make: (path) => inputs.pngBomb(path), says: /not interlaced/ },
    {
      name: 'of images',
      make: (path) => inputs.pngBomb(path, false),
      says: /unpacks to more than its size/,
    },
    { name: 'of zeros', make: inputs.gzipBomb, says: /resbench|cifar/i },
    { name: 'of entries', make: inputs.manyEntries, says: /resbench|cifar/i },
    { name: 'of marks', make: inputs.pickleMarks, says: /data_batch_1/ },
    { name: 'that ask for a program', make: inputs.pickleOrders, says: /os\.system/ },
    { name: 'with names that lead out', make: inputs.archiveUpwards, says: /./ },
  ],
};

const NOT_A_FILE: FileCase[] = [
  { name: 'a pipe', make: inputs.pipe, says: /is a pipe/ },
  { name: 'a folder', make: inputs.folder, says: /is a folder|is empty/ },
  { name: 'a device without end', make: inputs.deviceWithoutEnd, says: /is a device/ },
  { name: 'a socket', make: inputs.socket, says: /is a socket/ },
  { name: 'a link to itself', make: inputs.linkToItself, says: /there is no file|does not exist/ },
];

export const TEXTS: Record<string, FileCase[]> = {
  '3 an architecture': [
    { name: 'with 50,000 unknown fields', make: inputs.unknownFields, says: /unknown field/ },
    { name: 'of lists in lists', make: inputs.deepText, says: /./ },
    { name: 'of an enormous network', make: inputs.hugeTable, says: /./ },
    { name: 'whose fields act on terminals', make: inputs.textThatActs, says: /./ },
    { name: 'of 20 GiB', make: inputs.endlessText, says: /is too large/ },
  ],
  '3 what is no file': NOT_A_FILE,
};
/** In the place of a recipe that is imported. */
export const RECIPES: Record<string, FileCase[]> = {
  '3 a recipe': [
    { name: 'with 4,000 unknown fields', make: inputs.unknownRecipeFields, says: /unknown field/ },
    { name: 'of lists in lists', make: inputs.deepText, says: /./ },
    { name: 'whose fields act on terminals', make: inputs.recipeTextThatActs, says: /./ },
    { name: 'of 20 GiB', make: inputs.endlessText, says: /is too large/ },
  ],
  '3 what is no file': NOT_A_FILE,
};
ARCHIVES['3 what is no file'] = NOT_A_FILE;
