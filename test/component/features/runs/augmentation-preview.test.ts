import { flushPromises } from '@vue/test-utils';
import { beforeEach, expect, it, vi } from 'vitest';
import NewRunDialog from '../../../../src/renderer/features/runs/NewRunDialog.vue';
import { DATASETS } from '../../../../src/shared/datasets';
import type { DatasetSample, DatasetStatus } from '../../../../src/shared/dataset';
import { fail, ok, type FakeMain } from '../../../unit/renderer/fake-main';
import { byTestId, click, freshWindow, mountInWindow, type } from '../../mount';

const shapes: DatasetStatus = {
  ...DATASETS.shapes,
  state: 'ready',
  detail: '',
  bytes: 0,
  sha256: null,
  copy: null,
  progress: null,
};
const sample: DatasetSample = {
  imageShape: [32, 32, 3],
  images: Array.from({ length: 8 * 3072 }, (_, i) => (i * 37) % 256),
  labels: [0, 1, 2, 3, 4, 5, 6, 7],
  statistics: { mean: [0.5, 0.5, 0.5], deviation: [0.25, 0.25, 0.25] },
};

let main: FakeMain;
/** Pictures that were drawn, RGBA. */
const drawn: number[][] = [];
beforeEach(() => {
  drawn.length = 0;
  main = freshWindow({
    'runs.list': () => ok([]),
    'datasets.list': () => ok([shapes]),
    'datasets.sample': () => ok(sample),
  });
  vi.stubGlobal(
    'ImageData',
    class {
      constructor(readonly data: Uint8ClampedArray) {}
    },
  );
  vi.spyOn(HTMLCanvasElement.prototype, 'getContext').mockImplementation(
    () =>
      ({
        putImageData: ({ data }: ImageData) => drawn.push([...data]),
      }) as unknown as CanvasRenderingContext2D,
  );
});
const there = (): Element | null => document.querySelector('[data-testid="run-preview"]');
const asked = (): number => main.calls.filter(([method]) => method === 'datasets.sample').length;

it('shows images once something changes them, live, and other epochs on demand', async () => {
  await mountInWindow(NewRunDialog, { show: true });
  expect([there(), asked()]).toEqual([null, 0]);

  await type(byTestId('run-crop'), '4');
  await flushPromises();
  const picture = byTestId('run-preview').querySelector('canvas')!;
  expect(picture.getAttribute('aria-label')).toContain('in epochs 1 to 4');
  expect(drawn).toHaveLength(1);

  await type(byTestId('run-crop'), '8');
  await flushPromises();
  expect(drawn).toHaveLength(2);
  expect(drawn[1]).not.toEqual(drawn[0]);

  // While a field is wrong, what was shown stays.
  await type(byTestId('run-crop'), '32');
  await flushPromises();
  expect(byTestId('new-run-dialog').textContent).toContain('Crop can be at most 31 pixels, not 32');
  expect(drawn).toHaveLength(2);
  await type(byTestId('run-crop'), '8');

  await click(byTestId('run-preview-again'));
  await flushPromises();
  expect(picture.getAttribute('aria-label')).toContain('in epochs 5 to 8');
  expect(drawn.at(-1)).not.toEqual(drawn[1]);
  expect(asked()).toBe(1);

  await type(byTestId('run-crop'), '0');
  await flushPromises();
  expect(there()).toBeNull();
});

it('says why there are none', async () => {
  main.answers['datasets.sample'] = () => fail('trainer', 'The process ended: try again.');
  await mountInWindow(NewRunDialog, { show: true });
  await type(byTestId('run-cutout'), '8');
  await flushPromises();
  expect(byTestId('run-preview').textContent).toContain('The process ended: try again.');
});
