/**
 * SVHN, the street-view house numbers, in its form of cropped digits (Netzer et al., 2011): `train_32x32.mat` and
 * `test_32x32.mat`, in which X is [rows, columns, 3, number] and y has 1 to 9, and 10 for the digit 0.
 */
import type { DatasetPart } from '../../../shared/dataset';
import { thousands } from '../../../shared/format';
import { MAX_IMAGES } from '../../../shared/own-dataset';
import { bytesOf, checkCounts, checkImages, fromStream, wrong } from './bytes';
import { matlabArrays, matlabLabels, MAX_FILLER, type MatlabArray } from './matlab';
import type { ArrayFile, ArrayPart, FoundArrays } from './set';

export const MAT_FILES: Record<DatasetPart, string> = { train: 'train_32x32.mat', eval: 'test_32x32.mat' };
const DIGITS = 10;

/** @param files by their names, of which some are these */
export function foundMat(folder: string, files: ReadonlyMap<string, ArrayFile>): FoundArrays {
  const of = (part: DatasetPart): ArrayFile => {
    const file = files.get(MAT_FILES[part]);
    if (file) return file;
    throw wrong(`${folder} has no ${MAT_FILES[part]}: put both files of SVHN into one folder`);
  };
  const [train, evaluation] = [of('train'), of('eval')];
  return {
    kind: 'mat',
    files: [evaluation, train],
    read: async () => {
      const parts = { train: await readPart(train), eval: await readPart(evaluation) };
      const [rows, columns] = parts.train.shape;
      if (parts.eval.shape[0] !== rows || parts.eval.shape[1] !== columns) {
        throw wrong(
          `${evaluation.path} has images of ${parts.eval.shape.join(' × ')} pixels, but those for training have ` +
            `${parts.train.shape.join(' × ')}: put the files of one set into the folder`,
        );
      }
      return {
        classNames: Array.from({ length: DIGITS }, (_, digit) => String(digit)),
        imageShape: [rows, columns, 3],
        parts,
      };
    },
  };
}

interface Part extends ArrayPart {
  shape: [rows: number, columns: number];
}

async function readPart({ path, size }: ArrayFile): Promise<Part> {
  const arrays = await matlabArrays(path, size);
  const array = (name: string): MatlabArray => {
    const found = arrays.get(name);
    if (found) return found;
    throw wrong(`${path} has no array of numbers ${name}, and SVHN’s files have X and y: get the file again`);
  };
  const [X, y] = [array('X'), array('y')];
  // MATLAB drops a last axis of one.
  const [rows = 0, columns = 0, channels = 0, count = 1] = X.shape;
  if (!X.isBytes || channels !== 3 || X.shape.length > 4) {
    throw wrong(
      `${X.where} is no array of bytes (uint8) of the size rows × columns × 3 × images, but of ${X.shape.join(' × ')}: get the file again`,
    );
  }
  const shape = [rows, columns, 3];
  checkImages(X.where, count, shape);
  if (bytesOf(y.shape) > MAX_IMAGES) {
    throw wrong(
      `${y.where} has ${thousands(bytesOf(y.shape))} labels, more than a data set has: get the file again`,
    );
  }
  const labels = (await matlabLabels(y)).map((label) => (label === DIGITS ? 0 : label));
  const other = labels.find((label) => label > DIGITS);
  if (other !== undefined) {
    throw wrong(
      `${y.where} has the label ${other}, and SVHN’s are the digits, with 10 for 0: get the file again`,
    );
  }
  checkCounts(X.where, count, 'y', labels.length);
  return {
    labels,
    shape: [rows, columns],
    images: async function* () {
      const { stream } = await X.open();
      yield* fromStream(stream, async function* () {
        for await (const chunk of stream.images(bytesOf(shape), count, MAX_FILLER)) {
          yield fromColumns(chunk, rows, columns);
        }
      });
    },
  };
}

/** Images of planes of columns → NHWC. */
function fromColumns(from: Uint8Array, rows: number, columns: number): Uint8Array {
  const to = new Uint8Array(from.length);
  const pixels = rows * columns;
  for (let image = 0, at = 0; image < from.length; image += 3 * pixels) {
    for (let channel = 0; channel < 3; channel++) {
      for (let column = 0; column < columns; column++) {
        for (let row = 0; row < rows; row++) {
          to[image + 3 * (row * columns + column) + channel] = from[at++]!;
        }
      }
    }
  }
  return to;
}
