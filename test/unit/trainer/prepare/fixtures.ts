/** Folders of images, and what is to be made of them. */
import { mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { DEFAULT_PREPARATION, type PrepareJob, type Preparation } from '../../../../src/shared/own-dataset';
import { bmp } from '../../../image-folder';
import { temporaryFolder } from '../../main/fixtures';

const REFERENCE = fileURLToPath(new URL('../../../reference/images', import.meta.url));

/** One of the files that Pillow made (test/reference/image_folder.py). */
export const referenceImage = (name: string): Buffer => readFileSync(join(REFERENCE, name));

/** Of one colour. */
export const plainImage = (shade: number, height = 4, width = 4): Buffer =>
  bmp(height, width, () => [shade, shade, shade]);

/** Makes a folder with such files; null is an empty folder. */
export function folderWith(files: Record<string, Buffer | string | null>): string {
  const folder = join(temporaryFolder(), 'images');
  mkdirSync(folder);
  for (const [path, content] of Object.entries(files)) {
    mkdirSync(content === null ? join(folder, path) : dirname(join(folder, path)), { recursive: true });
    if (content !== null) writeFileSync(join(folder, path), content);
  }
  return folder;
}

/** Files `PREFIX0`, `PREFIX1`, …, each of a shade of its own. */
export const imagesAt = (prefix: string, count: number, first = 0): Record<string, Buffer> =>
  Object.fromEntries(
    Array.from({ length: count }, (_, index) => [`${prefix}${index}.bmp`, plainImage(first + index)]),
  );

/** Of 4 × 4 grey pixels, so that an image of one shade is 16 times that byte. */
export const SMALL: Preparation = { ...DEFAULT_PREPARATION, height: 4, width: 4, channels: 1 };

export function jobFor(path: string, preparation: Partial<Preparation> = {}): PrepareJob {
  const home = join(temporaryFolder(), 'home');
  return {
    path,
    home,
    target: join(home, 'datasets', 'own', 'own-images'),
    title: 'Images',
    preparation: { ...SMALL, ...preparation },
    before: null,
  };
}
