/** What the window remembers, and how runs are trained and kept. */
import { z } from 'zod';
import { DEFAULT_RECIPE, RECIPE_FIELDS } from './recipe';
import { PICTURE_LEVELS } from '../architecture/picture/content';
import { DIRECTIONS } from '../architecture/picture/drawing';
import { inertText } from './inert-schema';
import { DEFAULT_MODEL_KEY, type ModelKey } from './model-key';

export const THEMES = ['system', 'dark', 'light'] as const;

export type Theme = (typeof THEMES)[number];

/** A column's key. Another version may know other columns, so any is kept; the table passes over those it does not know. */
const columnKey = z.string().regex(/^[A-Za-z][A-Za-z0-9]{0,39}$/);

/** Narrower, nothing can be read in a column; wider, no screen shows it. Pixels. */
export const COLUMN_WIDTHS = { min: 48, max: 1200 } as const;

/** Columns of a table in their order, with the widths in pixels that a person gave them; null: as wide as the table has it. */
export const columnChoiceSchema = z
  .array(
    z.strictObject({
      key: columnKey,
      width: z.number().int().min(COLUMN_WIDTHS.min).max(COLUMN_WIDTHS.max).nullable(),
    }),
  )
  .max(100);

export type ColumnChoice = z.infer<typeof columnChoiceSchema>;

/** By which column a table is sorted. */
export const columnSortSchema = z.strictObject({ key: columnKey, descending: z.boolean() });

export type ColumnSort = z.infer<typeof columnSortSchema>;

const word = z.string().regex(/^[A-Za-z-]{1,40}$/);

/** How Compare is looked at. Another version may know other metrics, axes and fields, so any word is kept. */
export const compareViewSchema = z.strictObject({
  charts: z
    .array(
      z.strictObject({
        metric: word,
        wide: z.boolean(),
        /** Pixels. */
        height: z.number().int().min(120).max(2000),
        logarithmic: z.boolean(),
        range: z.union([
          z.strictObject({ kind: z.enum(['all', 'zero', 'robust']) }),
          z.strictObject({ kind: z.literal('manual'), low: z.number(), high: z.number() }),
        ]),
      }),
    )
    .max(40),
  axis: word,
  logarithmicX: z.boolean(),
  /** Steps that are left out at the beginning. */
  skip: z.number().int().min(0).max(1e9),
  groupBy: word,
  band: word,
  /** Besides the mean of a group, the curves of its runs. */
  traces: z.boolean(),
  colorBy: word,
  /** Number of a run; its group is what the others are held against. */
  baseline: z.number().int().positive().nullable(),
  /** What runs are judged by; absent in what versions remembered that knew nothing but the accuracy. */
  judgedBy: word.optional(),
  budget: word,
  /** Validation accuracy to reach. */
  target: z.number().min(0).max(1).nullable(),
  /** Fields that are left out of the differences, as the table calls them. */
  ignored: z.array(z.string().max(100)).max(200),
  scatterX: word,
  scatterY: word,
});

export type CompareView = z.infer<typeof compareViewSchema>;

/** Share of the first of two parts that stand side by side: neither may vanish. */
export const SPLITS = { min: 0.2, max: 0.8 } as const;
export const EVEN_SPLIT = 0.5;

/** How the network of an architecture is looked at in Models. */
export const modelPictureSchema = z.strictObject({
  /** What stands in front: the table of layers, the picture, or both; null until it is chosen: then the width of the window says. */
  front: z.enum(['layers', 'picture', 'both']).nullable(),
  level: z.enum(PICTURE_LEVELS),
  direction: z.enum(DIRECTIONS),
  /** Share of the table beside the picture; absent until it is changed. */
  split: z.number().min(SPLITS.min).max(SPLITS.max).optional(),
});

export type ModelPicture = z.infer<typeof modelPictureSchema>;

/** Run → its place in the palette of curves, as text: JSON has no other keys. */
export const runColorsSchema = z.record(z.string().regex(/^\d{1,15}$/), z.number().int().min(0).max(10_000));

export type RunColors = z.infer<typeof runColorsSchema>;

export const SMOOTHING_KINDS = ['ema', 'median'] as const;

export type SmoothingKind = (typeof SMOOTHING_KINDS)[number];

/** A median of more steps than this hides what it is of. */
export const MAX_MEDIAN_STEPS = 501;

/** Stages, blocks or layers unfolded one below the other, or layers alone. */
export const LAYER_DETAILS = ['stages', 'blocks', 'layers', 'list'] as const;

export type LayerDetail = (typeof LAYER_DETAILS)[number];

export const layerBatchSchema = z
  .number()
  .int()
  .min(RECIPE_FIELDS.batchSize.bounds.atLeast)
  .max(RECIPE_FIELDS.batchSize.bounds.atMost);

/** What the window remembers. */
export interface Settings {
  theme: Theme;
  /** Route last shown, e.g. `/runs/3`; empty before the first. */
  view: string;
  /** Architecture last shown in Models: its key. */
  model: ModelKey | null;
  /** Runs ticked for Compare. */
  compare: number[];
  /** Columns of the table of runs; null until they are chosen: then the table shows those that its width has room for. */
  runColumns: ColumnChoice | null;
  /** By which column the table of runs is sorted. */
  runSort: ColumnSort;
  /** Columns of the table of layers, as those of runs. */
  layerColumns: ColumnChoice | null;
  /** By which column the table of layers is sorted. */
  layerSort: ColumnSort;
  /** How finely the table of layers is folded, or whether it is a plain list. */
  layerDetail: LayerDetail;
  /** Images of the batch for which the Models view tells memory. */
  layerBatch: number;
  /** How Compare is looked at; null until something of it is chosen. */
  compareView: CompareView | null;
  /** How the network is looked at in Models. */
  modelPicture: ModelPicture;
  /** CSS pixels of a pixel of the images of a data set. */
  imageZoom: number;
  /** Colours of runs that have been compared. */
  runColors: RunColors;
  /** How curves of steps are smoothed: by an exponential moving average, or by a median. */
  smoothingKind: SmoothingKind;
  /** Weight of the moving average, 0 (off) to 0.99. */
  smoothing: number;
  /** Values of which the median is taken; 1 is off. */
  medianSteps: number;
  /** Runs trained at the same time, by all windows and terminals together; they share the processors. */
  runsAtOnce: number;
  /** Minutes between checkpoints within an epoch; 0 for none but at the ends of epochs. */
  checkpointMinutes: number;
  /** Newest checkpoints kept of a run, besides the best one and those that are pinned. */
  keepCheckpoints: number;
  /** Besides, the checkpoints at the end of every k-th epoch; 0 for none. */
  keepEveryEpochs: number;
  /** Show a desktop notification that a run has ended while the window is not in front. */
  notify: boolean;
}

export const DEFAULT_SETTINGS: Settings = {
  theme: 'system',
  view: '',
  model: DEFAULT_MODEL_KEY,
  compare: [],
  runColumns: null,
  // Newest first.
  runSort: { key: 'created', descending: true },
  layerColumns: null,
  layerSort: { key: 'layer', descending: false },
  layerDetail: 'blocks',
  layerBatch: DEFAULT_RECIPE.batchSize,
  compareView: null,
  modelPicture: { front: null, level: 'blocks', direction: 'down' },
  imageZoom: 2,
  runColors: {},
  smoothingKind: 'ema',
  smoothing: 0,
  medianSteps: 1,
  runsAtOnce: 1,
  checkpointMinutes: 10,
  keepCheckpoints: 2,
  keepEveryEpochs: 0,
  notify: true,
};

/** What each may be. */
export const SETTING_SCHEMAS = {
  theme: z.enum(THEMES),
  view: inertText(200),
  model: inertText(200).nullable(),
  compare: z.array(z.number().int().positive()).max(1000),
  runColumns: columnChoiceSchema.nullable(),
  runSort: columnSortSchema,
  layerColumns: columnChoiceSchema.nullable(),
  layerSort: columnSortSchema,
  layerDetail: z.enum(LAYER_DETAILS),
  layerBatch: layerBatchSchema,
  compareView: compareViewSchema.nullable(),
  modelPicture: modelPictureSchema,
  imageZoom: z.number().int().min(1).max(3),
  runColors: runColorsSchema,
  smoothingKind: z.enum(SMOOTHING_KINDS),
  smoothing: z.number().min(0).max(0.99),
  medianSteps: z.number().int().min(1).max(MAX_MEDIAN_STEPS),
  runsAtOnce: z.number().int().min(1).max(16),
  checkpointMinutes: z.number().min(0).max(1440),
  keepCheckpoints: z.number().int().min(1).max(1000),
  keepEveryEpochs: z.number().int().min(0).max(100000),
  notify: z.boolean(),
} satisfies { [K in keyof Settings]: z.ZodType<Settings[K]> };
