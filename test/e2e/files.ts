/** What the window saves, and what it looks like. */
import { mkdirSync, truncateSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import type { Page } from '@playwright/test';
import type { Workbench } from './app';

/** What the window saves goes there without a dialog, whose kind is the platform's. */
export async function savesTo(workbench: Workbench, folder: string): Promise<void> {
  await workbench.app.evaluate(({ session }, path) => {
    session.defaultSession.on('will-download', (_event, item) =>
      item.setSavePath(`${path}/${item.getFilename()}`),
    );
  }, folder);
}

export interface Box {
  x: number;
  y: number;
  width: number;
  height: number;
}

/** The share of a box's blocks whose mean brightness differs by more than a tenth; 1 for images of other sizes. */
export const differingBlocks = (page: Page, one: Buffer, other: Buffer, box: Box): Promise<number> =>
  page.evaluate(
    async ({ a, b, box }) => {
      const blocksOf = async (base64: string) => {
        const bytes = Uint8Array.from(atob(base64), (char) => char.charCodeAt(0));
        const bitmap = await createImageBitmap(new Blob([bytes], { type: 'image/png' }));
        const canvas = new OffscreenCanvas(bitmap.width, bitmap.height);
        const context = canvas.getContext('2d')!;
        context.drawImage(bitmap, 0, 0);
        const { data, width, height } = context.getImageData(box.x, box.y, box.width, box.height);
        const [columns, rows] = [Math.floor(width / 8), Math.floor(height / 8)];
        const blocks = new Float64Array(columns * rows);
        for (let y = 0; y < rows * 8; y++) {
          for (let x = 0; x < columns * 8; x++) {
            const at = 4 * (y * width + x);
            const block = Math.floor(y / 8) * columns + Math.floor(x / 8);
            blocks[block]! += (data[at]! + data[at + 1]! + data[at + 2]!) / (3 * 64 * 255);
          }
        }
        return { blocks, size: `${bitmap.width} ${bitmap.height}` };
      };
      const [left, right] = [await blocksOf(a), await blocksOf(b)];
      if (left.size !== right.size) return 1;
      const differing = left.blocks.filter((value, index) => Math.abs(value - right.blocks[index]!) > 0.1);
      return differing.length / left.blocks.length;
    },
    { a: one.toString('base64'), b: other.toString('base64'), box },
  );

/** Files of CIFAR-10 by name and length: enough to queue a run. A trainer finds that their content is another. */
export function pretendCifar10(home: string): void {
  const folder = join(home, 'datasets', 'cifar10');
  mkdirSync(folder, { recursive: true });
  for (const name of [1, 2, 3, 4, 5].map((number) => `data_batch_${number}.bin`).concat('test_batch.bin')) {
    writeFileSync(join(folder, name), '');
    truncateSync(join(folder, name), 30_730_000);
  }
}
