/** `summary`: the layers of a network, what they cost, and what stands out about the design. */
import type { Command } from 'commander';
import { adviseOn } from '../../../architecture/advice';
import type { Architecture } from '../../../architecture/architecture';
import { inertJson } from '../../../architecture/inert-text';
import { COLUMN_WORDS, readColumns } from '../../../architecture/layer-table/choose';
import {
  layerColumn,
  USUAL_LAYER_COLUMNS,
  type LayerColumn,
} from '../../../architecture/layer-table/columns';
import { formatLayers, LAYER_FORMATS } from '../../../architecture/layer-table/formats';
import { DETAILS, type Detail } from '../../../architecture/layer-table/rows';
import { buildNetwork, type Network } from '../../../architecture/network';
import { PICTURE_LEVELS, type PictureLevel } from '../../../architecture/picture/content';
import { DIRECTIONS, type Direction } from '../../../architecture/picture/drawing';
import { PictureMaker } from '../../../architecture/picture/picture';
import { pictureSvg } from '../../../architecture/picture/svg';
import { recognise } from '../../../architecture/recognise';
import { summarize, withTimes } from '../../../architecture/summary';
import { capitalized } from '../../../shared/format';
import { DEFAULT_RECIPE, RECIPE_FIELDS, type Optimizer } from '../../../shared/recipe';
import { expected } from '../../../shared/result';
import type { StepTaken } from '../../../shared/cost/record';
import { slotsOf } from '../../../shared/training-memory';
import { oneOf, wholeNumber } from '../../flags/values';
import { addModelOptions, MODEL_HELP, resolveModel, type ModelOptions } from '../../flags/model';
import { libraryOf } from '../../flags/saved-model';
import type { CommonOptions, Context } from '../../terminal/context';

const FORMATS = [...LAYER_FORMATS, 'json', 'svg'] as const;
const OPTIMIZERS = Object.keys(RECIPE_FIELDS.optimizer.choices) as Optimizer[];

interface SummaryOptions extends ModelOptions, CommonOptions {
  format?: (typeof FORMATS)[number];
  columns?: LayerColumn[];
  detail?: Detail;
  batch: number;
  optimizer: Optimizer;
  level?: PictureLevel;
  direction?: Direction;
}

/** `--columns has no column "mac"; did you mean macs?` */
function columns(value: string): LayerColumn[] {
  const read = readColumns(value);
  if (!read.ok) throw expected('invalid-input', `--columns ${read.problem}`);
  return read.columns;
}

export function addSummary(program: Command, context: Context): void {
  const { output } = context;
  const { atLeast, atMost } = RECIPE_FIELDS.batchSize.bounds;
  const command = program
    .command('summary')
    .description('layers, shapes, parameters, work and memory of a network')
    .argument('[model]', MODEL_HELP)
    .option('--format <format>', `${FORMATS.join(', ')} (default: text)`, oneOf('--format', FORMATS))
    .option('--home <dir>', 'data folder, for a saved architecture')
    .option('--json', 'the same as --format json')
    .option('--columns <list>', `columns in their order, between commas: ${COLUMN_WORDS.join(', ')}`, columns)
    .option(
      '--detail <word>',
      `a row for each of: ${DETAILS.join(', ')} (default: layers)`,
      oneOf('--detail', DETAILS),
    )
    .option(
      '--batch <n>',
      'images of a batch, for what is said of memory',
      wholeNumber('--batch', atLeast, atMost),
      DEFAULT_RECIPE.batchSize,
    )
    .option(
      '--optimizer <name>',
      'whose slots training memory holds: adam, or sgd or muon with momentum',
      oneOf('--optimizer', OPTIMIZERS),
      DEFAULT_RECIPE.optimizer,
    )
    .option(
      '--level <level>',
      `of the picture: ${PICTURE_LEVELS.join(', ')} (default: blocks)`,
      oneOf('--level', PICTURE_LEVELS),
    )
    .option(
      '--direction <direction>',
      `of the picture: ${DIRECTIONS.join(', ')} (default: down)`,
      oneOf('--direction', DIRECTIONS),
    );
  addModelOptions(command).action(async (model: string | undefined, options: SummaryOptions) => {
    const format = options.format ?? (options.json ? 'json' : 'text');
    if (options.json && format !== 'json') {
      throw expected('invalid-input', `--json and --format ${format} contradict each other; leave one out`);
    }
    refuseUnused(format, options);
    const architecture = await resolveModel(model, options, libraryOf(context, options, false));
    const network = buildNetwork(architecture);
    if (format === 'svg') {
      const { level = 'blocks', direction = 'down' } = options;
      output.raw(pictureSvg(new PictureMaker().make(network, { level, direction })));
      return;
    }
    const summary = summarize(network);
    if (format === 'json') {
      const said = { recognition: recognitionOf(architecture), advice: adviceOn(network) };
      output.raw(`${inertJson({ name: architecture.name, ...summary, ...said })}\n`);
      return;
    }
    const measured = await profileFor(architecture, options, context);
    const text = formatLayers(format, {
      network,
      summary: withTimes(summary, measured?.layers ?? null),
      stepMilliseconds: measured?.milliseconds,
      columns: options.columns ?? USUAL_LAYER_COLUMNS.map((key) => layerColumn(key)!),
      detail: options.detail ?? 'layers',
      batch: options.batch,
      slots: slotsOf({ ...DEFAULT_RECIPE, optimizer: options.optimizer }),
    });
    if (format === 'csv') output.raw(text);
    else if (format === 'text')
      output.lines([
        output.style.bold(architecture.name),
        '',
        ...text.trimEnd().split('\n'),
        '',
        ...designLines(network),
      ]);
    else output.lines(text.trimEnd().split('\n'));
  });
}

/** What was measured of its steps with that batch on this machine, where a column shows it. */
async function profileFor(
  architecture: Architecture,
  { columns, batch, optimizer }: SummaryOptions,
  { env }: Context,
): Promise<StepTaken | null> {
  if (!columns?.some(({ group }) => group === 'Measured')) return null;
  const { validRecords } = await import('../../../node/machine/cost-records');
  const { cacheFolder } = await import('../../../node/files/cache-folder');
  const { profileOf } = await import('../../../shared/cost/record');
  const records = validRecords(cacheFolder(env)).filter(({ about }) => about.batch === batch);
  for (const record of records) {
    const found = profileOf(record, architecture, { ...DEFAULT_RECIPE, optimizer, batchSize: batch });
    if (found) return found;
  }
  return null;
}

/** Which published network it is or comes near, and what about it will disappoint. */
function designLines(network: Network): string[] {
  const known = recognise(network.architecture);
  return [
    ...(known ? [[known.sentence, known.note].filter(Boolean).join(' ')] : []),
    ...adviseOn(network).map(
      ({ kind, sentence, mend }) => `${capitalized(kind)}: ${sentence}${mend ? ` (${mend.label}.)` : ''}`,
    ),
  ];
}

const recognitionOf = (architecture: Architecture): object | null => {
  const known = recognise(architecture);
  return known && { preset: known.preset.id, exact: known.exact, sentence: known.sentence, note: known.note };
};

const adviceOn = (network: Network): object[] =>
  adviseOn(network).map(({ mend, ...advice }) => ({ ...advice, mend: mend?.label ?? null }));

/** What a format has no use for. */
function refuseUnused(
  format: (typeof FORMATS)[number],
  { columns: chosen, detail, level, direction }: SummaryOptions,
): void {
  const ofPicture = level ? '--level' : direction ? '--direction' : null;
  if (ofPicture && format !== 'svg') {
    throw expected('invalid-input', `${ofPicture} is of pictures; give --format svg with it`);
  }
  // The Keras text, the JSON and the picture hold what they hold.
  if (format !== 'keras' && format !== 'json' && format !== 'svg') return;
  const unused = chosen ? '--columns' : detail ? '--detail' : null;
  if (unused !== null) {
    throw expected('invalid-input', `${unused} has no meaning with --format ${format}; leave one out`);
  }
}
