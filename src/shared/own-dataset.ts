/** Data sets that people make of images of their own: what is asked, and what is kept beside the prepared images. Pure. */
import { z } from 'zod';

/** Ids of such sets; no other id begins so. */
export const OWN_ID = /^own-[a-z0-9]+(?:-[a-z0-9]+)*$/;
export type OwnDatasetId = `own-${string}`;
/** Characters of an id, prefix included. */
export const MAX_OWN_ID = 48;

/** Labels are bytes. */
export const MAX_CLASSES = 256;
export const [MIN_SIDE, MAX_SIDE] = [4, 512];
/** Images of one set; the order of a training set is kept in 32 bits. */
export const MAX_IMAGES = 10_000_000;
/** Characters of a title. */
export const MAX_TITLE = 120;
/** Left-out files that are named; the others are counted. */
export const MAX_NAMED = 200;

/** How an image of another shape comes to the shape of all: its sides never get different scales. */
export const FITS = ['crop', 'pad'] as const;
export type Fit = (typeof FITS)[number];
export const FIT_LABELS: Record<Fit, string> = {
  crop: 'Fill and crop',
  pad: 'Fit in, with black bars',
};

export const preparationSchema = z.object({
  height: z.number().int().min(MIN_SIDE).max(MAX_SIDE),
  width: z.number().int().min(MIN_SIDE).max(MAX_SIDE),
  channels: z.union([z.literal(1), z.literal(3)]),
  fit: z.enum(FITS),
  /** Share of each class that becomes the test set, where the folder has no folders of its own for that. */
  testShare: z.number().gt(0).lt(1),
  /** Says which images these are. */
  splitSeed: z
    .number()
    .int()
    .min(0)
    .max(2 ** 32 - 1),
});
export type Preparation = z.infer<typeof preparationSchema>;

/** What is asked for; null: as the images are in files of arrays, where all have one shape, and for folders as `USUAL_SHAPE` says. */
export const askedPreparationSchema = preparationSchema.extend({
  height: preparationSchema.shape.height.nullable(),
  width: preparationSchema.shape.width.nullable(),
  channels: preparationSchema.shape.channels.nullable(),
});
export type AskedPreparation = z.infer<typeof askedPreparationSchema>;

/** Of images of many shapes, where nobody says. */
export const USUAL_SHAPE: Pick<Preparation, 'height' | 'width' | 'channels'> = {
  height: 32,
  width: 32,
  channels: 3,
};

/** What is asked for, with the shape that is meant where nobody says. */
export const preparationOf = (
  asked: AskedPreparation,
  usual: Pick<Preparation, 'height' | 'width' | 'channels'> = USUAL_SHAPE,
): Preparation => ({
  ...asked,
  height: asked.height ?? usual.height,
  width: asked.width ?? usual.width,
  channels: asked.channels ?? usual.channels,
});

export const DEFAULT_PREPARATION: AskedPreparation = {
  height: null,
  width: null,
  channels: null,
  fit: 'crop',
  testShare: 0.2,
  splitSeed: 0,
};

/** What a set can be made of; files of arrays are NumPy's, those of MNIST, CIFAR's in both forms, and MATLAB's of SVHN. */
export const SOURCE_KINDS = ['folder', 'npz', 'idx', 'cifar', 'mat'] as const;

export const leftOutSchema = z.object({
  /** Below the folder, with `/` between names. */
  path: z.string(),
  /** The end of a sentence that begins with the path: `is empty`. */
  why: z.string(),
});
export type LeftOut = z.infer<typeof leftOutSchema>;

const count = z.number().int().min(0).max(MAX_IMAGES);
const sha256 = z.string().regex(/^[0-9a-f]{64}$/);

/** `dataset.json` beside the prepared images. */
export const manifestSchema = z.object({
  format: z.literal('resbench-dataset'),
  formatVersion: z.literal(1),
  title: z.string().min(1).max(MAX_TITLE),
  classNames: z.array(z.string().min(1).max(255)).min(2).max(MAX_CLASSES),
  trainCount: count,
  evalCount: count,
  /** Of the file with the prepared images. */
  sha256,
  /** As it was asked for, and as it came to be. */
  asked: askedPreparationSchema,
  preparation: preparationSchema,
  source: z.object({
    kind: z.enum(SOURCE_KINDS),
    path: z.string(),
    /** SHA-256 over names, lengths and times of its files: changes when one of them does. */
    stamp: sha256,
    /** How its parts came about: by folders of its own for training and test, or by the seed. */
    split: z.enum(['folders', 'seed']),
  }),
  leftOut: z.object({ count, files: z.array(leftOutSchema).max(MAX_NAMED) }),
  /** Milliseconds since 1970. */
  createdAt: z.number().int().min(0),
});
export type Manifest = z.infer<typeof manifestSchema>;

/** What is to be made of a folder. */
export interface PrepareJob {
  /** A folder with a folder for each class, or with `train` and `test` (or `val`) that have them; or a file or folder of arrays. Only read. */
  path: string;
  /** The data folder, and the new folder in it to which `content.bin` and then `dataset.json` are written. */
  home: string;
  target: string;
  title: string;
  preparation: AskedPreparation;
  /** The same set as it was prepared before: where nothing has changed since, nothing is done. */
  before: Manifest | null;
}

/** How it ended. */
export interface Prepared {
  manifest: Manifest;
  /** Nothing had changed: `before` still holds, and nothing was written. */
  unchanged: boolean;
}

/** What a set is called where nobody says: the name of its folder or file, without the ending. */
export const titleOfPath = (path: string): string =>
  (path.split(/[\\/]/).filter(Boolean).at(-1) ?? '')
    .replace(/\.(?:npz|mat|tar|tgz|gz|tar\.gz)$/i, '')
    .slice(0, MAX_TITLE);

/** An id that reads like a title; `own-images` where nothing of it is left. */
export function ownIdOf(title: string, isTaken: (id: OwnDatasetId) => boolean): OwnDatasetId {
  const words = title
    .normalize('NFKD')
    .toLowerCase()
    .replace(/[\u0300-\u036f]/g, '')
    .replace(/[^a-z0-9]+/g, '-')
    .slice(0, MAX_OWN_ID - 12)
    .replace(/^-+|-+$/g, '');
  const base = `own-${words || 'images'}` as OwnDatasetId;
  if (!isTaken(base)) return base;
  for (let number = 2; ; number++) {
    const id = `${base}-${number}` as OwnDatasetId;
    if (!isTaken(id)) return id;
  }
}
