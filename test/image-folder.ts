/** Folders of images as people have them, made for tests: each class in a colour of its own, so that a few steps tell them apart. */
import { mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';

/** A BMP of 24 bits, the simplest of the formats that are read (rows from the bottom, each of a multiple of four bytes, blue first). */
export function bmp(
  height: number,
  width: number,
  pixel: (y: number, x: number) => [number, number, number],
): Buffer {
  const row = Math.ceil((3 * width) / 4) * 4;
  const file = Buffer.alloc(54 + row * height);
  file.write('BM', 0, 'latin1');
  file.writeUInt32LE(file.length, 2);
  file.writeUInt32LE(54, 10);
  file.writeUInt32LE(40, 14);
  file.writeInt32LE(width, 18);
  file.writeInt32LE(height, 22);
  file.writeUInt16LE(1, 26);
  file.writeUInt16LE(24, 28);
  file.writeUInt32LE(row * height, 34);
  for (let y = 0; y < height; y++)
    for (let x = 0; x < width; x++) {
      const [red, green, blue] = pixel(y, x);
      file.set([blue, green, red], 54 + (height - 1 - y) * row + 3 * x);
    }
  return file;
}

/** So many images of each class, of 20 to 50 pixels a side, with stripes in the class's colour. */
export function imageFolder(folder: string, classes: readonly string[], each: number): void {
  for (const [label, name] of classes.entries()) {
    mkdirSync(join(folder, name), { recursive: true });
    for (let number = 0; number < each; number++) {
      const [height, width] = [20 + ((number * 7) % 31), 20 + ((number * 11) % 31)];
      const color = (y: number, channel: number): number =>
        channel === label % 3 ? 200 : (y * 5 + number) % 60;
      const image = bmp(height, width, (y) => [color(y, 0), color(y, 1), color(y, 2)]);
      writeFileSync(join(folder, name, `${String(number).padStart(4, '0')}.bmp`), image);
    }
  }
}
