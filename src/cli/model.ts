/** MODEL on the command line: a preset's name, or a file with an architecture or a block table; flags change it. */
import { basename, extname } from 'node:path';
import type { Command } from 'commander';
import {
  SHORTCUTS,
  STRIDE_ON,
  type Architecture,
  type Kernel,
  type Shortcut,
  type StrideOn,
} from '../architecture/architecture';
import {
  parseArchitecture,
  parseArchitectureText,
  type ArchitectureChanges,
} from '../architecture/text/architecture';
import { formatPosition, formatProblem, type Parsed, type Problem } from '../architecture/problem';
import { parseBlockTable } from '../architecture/text/table';
import { LIMITS } from '../architecture/limits';
import { findPreset, suggestModelName } from '../architecture/presets';
import { readUserFile, userPathStats } from '../node/user-files';
import { expected, type ExpectedError } from '../shared/result';
import { kernel, oneOf, pictureShape, realNumber, wholeNumber } from './flags';

export interface ModelOptions {
  table?: string;
  shortcut?: Shortcut;
  strideOn?: StrideOn;
  input?: [height: number, width: number, channels: number];
  classes?: number;
  bias?: boolean;
  l2?: number;
  bnMomentum?: number;
  bnEpsilon?: number;
  zeroInitLastGamma?: boolean;
  stemFilters?: number;
  stemKernel?: Kernel;
  stemStride?: number;
  stemPool?: boolean;
}

const GROUP = 'What to change in the architecture:';

/** Adds a flag for every convention of an architecture. */
export function addModelOptions(command: Command): Command {
  const group = (flags: string, description: string, parse?: (value: string) => unknown): void => {
    const option = command.createOption(flags, description).helpGroup(GROUP);
    if (parse) option.argParser(parse);
    command.addOption(option);
  };
  group('--table <table>', 'block table, e.g. "[[2, [[64,3],[64,3]]], [2, [[128,3],[128,3]]]]"');
  group('--shortcut <kind>', SHORTCUTS.join(', '), oneOf('--shortcut', SHORTCUTS));
  group(
    '--stride-on <which>',
    'convolution that carries the stride: first or 3x3',
    oneOf('--stride-on', STRIDE_ON),
  );
  group('--input <HxWxC>', 'shape of a picture, e.g. 32x32x3', pictureShape('--input'));
  group('--classes <n>', 'number of classes', wholeNumber('--classes', 2));
  group('--bias', 'convolutions have a bias');
  group('--no-bias', 'convolutions have none');
  group(
    '--l2 <x>',
    'weight of the L2 term over convolution kernels',
    realNumber('--l2', { atLeast: 0, atMost: 1 }),
  );
  group(
    '--bn-momentum <x>',
    'share of the old moving statistic kept at each step',
    realNumber('--bn-momentum', { atLeast: 0, below: 1 }),
  );
  group(
    '--bn-epsilon <x>',
    'epsilon of batch normalisation',
    realNumber('--bn-epsilon', { above: 0, atMost: 1 }),
  );
  group('--zero-init-last-gamma', "each block's last batch normalisation starts at gamma 0");
  group('--no-zero-init-last-gamma', 'it starts at gamma 1');
  group('--stem-filters <n>', 'filters of the stem', wholeNumber('--stem-filters', 1));
  group('--stem-kernel <size>', 'kernel of the stem, e.g. 7', kernel('--stem-kernel'));
  group('--stem-stride <n>', 'stride of the stem', wholeNumber('--stem-stride', 1));
  group('--stem-pool', 'the stem ends with 3x3 max pooling');
  group('--no-stem-pool', 'it does not');
  return command;
}

/** One sentence for the first problem; the others as details. */
function problemsError(where: string, problems: Problem[]): ExpectedError {
  const messages = problems.map((problem) => {
    // The place of a mistake in the syntax is its position already.
    const position = problem.path !== null && problem.at ? `${formatPosition(problem.at)}, ` : '';
    return `${where === '' ? '' : `${where}: `}${position}${formatProblem(problem)}`;
  });
  const [first = `${where}: not an architecture`] = messages;
  return expected('invalid-input', first, messages.length > 1 ? messages : undefined);
}

/** The fields that flags set; the stem's flags change those of the given stem. */
function changesOf(options: ModelOptions): ArchitectureChanges {
  const changes: ArchitectureChanges = {
    shortcut: options.shortcut,
    strideOn: options.strideOn,
    inputShape: options.input,
    classes: options.classes,
    bias: options.bias,
    l2: options.l2,
    bnMomentum: options.bnMomentum,
    bnEpsilon: options.bnEpsilon,
    zeroInitLastGamma: options.zeroInitLastGamma,
    stem: {
      filters: options.stemFilters,
      kernel: options.stemKernel,
      stride: options.stemStride,
      pool: options.stemPool,
    },
  };
  if (options.table !== undefined) {
    const parsed = parseBlockTable(options.table);
    if (!parsed.ok) throw problemsError('--table', parsed.problems);
    changes.table = parsed.value;
  }
  return changes;
}

/** What was read, or its problems as one error; `where` names what was read. */
function valueOf(parsed: Parsed<Architecture>, where: string): Architecture {
  if (!parsed.ok) throw problemsError(where, parsed.problems);
  return parsed.value;
}

const WANTED = 'a file with an architecture or a block table';

function readText(path: string): string {
  // A character of the limit takes up to four bytes.
  return readUserFile(path, { wanted: WANTED, limit: LIMITS.textLength * 4 })
    .toString('utf8')
    .replace(/^\ufeff/, '');
}

function fromFile(path: string, options: ModelOptions): Architecture {
  const text = readText(path);
  if (text.trim() === '') {
    throw expected(
      'invalid-input',
      `${path} is empty; it should hold an architecture as JSON or a block table`,
    );
  }
  const changes = changesOf(options);
  if (text.trimStart().startsWith('{')) return valueOf(parseArchitectureText(text, changes), path);
  const table = parseBlockTable(text);
  if (!table.ok) throw problemsError(path, table.problems);
  const name = basename(path, extname(path));
  const whole = { name, inputShape: [32, 32, 3], classes: 10 };
  return valueOf(parseArchitecture(whole, { table: table.value, ...changes }), path);
}

const looksLikePath = (model: string): boolean => /[/\\]/.test(model) || /\.(json|txt|py)$/i.test(model);

/**
 * The architecture that MODEL and the flags name: MODEL may be left out where `--table` says everything.
 * Throws an ExpectedError with one sentence where it names nothing, or something that cannot be built.
 */
export function resolveModel(model: string | undefined, options: ModelOptions): Architecture {
  if (model === undefined) {
    if (options.table === undefined) {
      throw expected(
        'invalid-input',
        'name a model: a preset such as resnet18 (`npm start -- presets` lists them), an architecture file, or a block table with --table',
      );
    }
    const whole = { name: 'custom', inputShape: [32, 32, 3], classes: 10 };
    return valueOf(parseArchitecture(whole, changesOf(options)), '');
  }
  if (looksLikePath(model)) return fromFile(model, options);
  const preset = findPreset(model);
  if (preset) return valueOf(parseArchitecture(preset.architecture, changesOf(options)), preset.id);
  // A folder may happen to have the name that was mistyped; whatever else stands there is meant.
  if (userPathStats(model)?.isDirectory() === false) return fromFile(model, options);
  const near = suggestModelName(model);
  throw expected(
    'not-found',
    `there is no preset or file called ${JSON.stringify(model)}; ${near === undefined ? '`npm start -- presets` lists the presets' : `did you mean ${near}?`}`,
  );
}
