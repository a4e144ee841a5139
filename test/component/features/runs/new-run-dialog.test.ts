import { nextTick } from 'vue';
import { flushPromises } from '@vue/test-utils';
import { beforeEach, describe, expect, it } from 'vitest';
import { findPreset } from '../../../../src/architecture/presets';
import { useDatasetsStore } from '../../../../src/renderer/features/data/datasets-store';
import NewRunDialog from '../../../../src/renderer/features/runs/NewRunDialog.vue';
import { useSettingsStore } from '../../../../src/renderer/base/settings-store';
import type { AppInfo } from '../../../../src/shared/app-info';
import { DATASETS } from '../../../../src/shared/datasets';
import type { DatasetStatus } from '../../../../src/shared/dataset';
import { DEFAULT_RECIPE } from '../../../../src/shared/recipe';
import { fail, ok, type FakeMain } from '../../../unit/renderer/fake-main';
import { sampleRun } from '../../../unit/renderer/features/runs/sample';
import { byTestId, click, freshWindow, mountInWindow, press, type, type Mounted } from '../../mount';

const ready = (id: 'shapes' | 'cifar10', over: Partial<DatasetStatus> = {}): DatasetStatus => ({
  ...DATASETS[id],
  state: 'ready',
  detail: '',
  bytes: 0,
  sha256: null,
  copy: null,
  progress: null,
  ...over,
});

let main: FakeMain;
beforeEach(() => {
  main = freshWindow({
    'runs.list': () => ok([]),
    'datasets.list': () => ok([ready('shapes'), ready('cifar10', { state: 'missing', detail: 'Not here.' })]),
  });
});
const open = (props: Record<string, unknown> = {}): Promise<Mounted> =>
  mountInWindow(NewRunDialog, { show: true, ...props });

const start = (): HTMLButtonElement => byTestId('run-start');
const dialog = (): HTMLElement => byTestId('new-run-dialog');
const starts = (): unknown[] =>
  main.calls.filter(([method]) => method === 'runs.start').map(([, request]) => request);
/** The sentence that a field points to. */
const sentenceAt = (field: HTMLElement): string | undefined =>
  document.getElementById(field.getAttribute('aria-describedby') ?? '')?.textContent.trim();

describe('what is typed in the dialog of a new run', () => {
  it.each([
    ['learning-rate', '0', 'Learning rate must be greater than 0.'],
    ['learning-rate', '', 'Learning rate must be a number.'],
    ['learning-rate', 'fast', 'Learning rate must be a number.'],
    ['learning-rate', '101', 'Learning rate must be at most 100.'],
    ['learning-rate', '0,01', 'Learning rate must have a decimal point: write 0.01, not 0,01.'],
    ['l2', '-1', 'L2 must be at least 0.'],
    ['clip-norm', '0', 'Clip norm must be greater than 0.'],
    ['batch-size', '1.5', 'Batch size must be a whole number.'],
    ['batch-size', '0', 'Batch size must be at least 1.'],
    ['epochs', '-3', 'Epochs must be at least 1.'],
    ['seed', '-1', 'Random seed must be at least 0.'],
    ['seed', '4294967296', 'Random seed must be at most 4294967295.'],
    ['limit-train', '0', 'Training images must be at least 1.'],
    [
      'limit-eval',
      '2001',
      'With 1,000 training images held out, Shapes has 1,000 validation images, not 2,001: lower the number, or leave it out to use all of them.',
    ],
  ])('is refused at its field: %s "%s"', async (field, text, sentence) => {
    await open();
    expect(start().disabled).toBe(false);
    const input = byTestId(`run-${field}`);
    await type(input, text);
    expect(sentenceAt(input)).toBe(sentence);
    expect(input.getAttribute('aria-invalid')).toBe('true');
    expect(start().disabled).toBe(true);
    // Enter in a field sends the form whatever its button says.
    dialog()
      .querySelector('form')!
      .dispatchEvent(new Event('submit', { bubbles: true, cancelable: true }));
    await flushPromises();
    expect(starts()).toEqual([]);
  });

  it('is refused for fields of the chosen optimizer alone', async () => {
    await open();
    const choose = async (value: string): Promise<void> => {
      const select = byTestId<HTMLSelectElement>('run-optimizer');
      select.value = value;
      select.dispatchEvent(new Event('change', { bubbles: true }));
      await nextTick();
    };
    await choose('sgd');
    await type(byTestId('run-momentum'), '1');
    expect(sentenceAt(byTestId('run-momentum'))).toBe('Momentum must be less than 1.');
    expect(start().disabled).toBe(true);
    await choose('adam');
    expect(start().disabled).toBe(false);
  });

  it('is refused as a name that turns text around', async () => {
    await open();
    await type(byTestId('run-name'), 'a\u202eb');
    expect(sentenceAt(byTestId('run-name'))).toMatch(/^The name must not hold control characters/);
    expect(start().disabled).toBe(true);
    await type(byTestId('run-name'), 'ab');
    expect(start().disabled).toBe(false);
  });

  it('is asked of main as it was typed, and leads to the run', async () => {
    const { router, props } = await open();
    main.answers['runs.start'] = () => ok(sampleRun({ id: 7 }));
    await type(byTestId('run-name'), '  mine ');
    await type(byTestId('run-learning-rate'), '1e-2');
    await type(byTestId('run-limit-train'), '5,000');
    expect(byTestId('run-total-steps').textContent).toBe('790');
    await click(start());
    await flushPromises();
    expect(starts()).toMatchObject([
      {
        name: 'mine',
        datasetId: 'shapes',
        recipe: { ...DEFAULT_RECIPE, learningRate: 0.01, limitTrain: 5000 },
        device: 'auto',
        queue: 'last',
      },
    ]);
    expect(props.show).toBe(false);
    expect(router.currentRoute.value.path).toBe('/runs/7');
  });
});

describe('what main refuses of a new run', () => {
  it('is shown, and nothing that was typed is lost', async () => {
    main.answers['runs.start'] = () => fail('conflict', 'The disk is full.');
    const { props } = await open();
    await type(byTestId('run-name'), 'mine');
    await type(byTestId('run-epochs'), '3');
    await click(start());
    expect(byTestId('run-problem').textContent).toContain('The disk is full.');
    expect(props.show).toBe(true);
    expect(byTestId<HTMLInputElement>('run-name').value).toBe('mine');
    expect(byTestId<HTMLInputElement>('run-epochs').value).toBe('3');

    main.answers['runs.start'] = () => ok(sampleRun({ id: 7 }));
    await click(start());
    await flushPromises();
    expect(props.show).toBe(false);
  });

  it('closes by Escape without a call', async () => {
    const { props } = await open();
    await press(byTestId('run-epochs'), 'Escape');
    expect(props.show).toBe(false);
    expect(starts()).toEqual([]);
  });
});

describe('what cannot be trained', () => {
  it('is adapted to the data set when the user asks for it', async () => {
    await open({ architecture: { ...findPreset('resnet18')!.architecture, classes: 7 } });
    expect(byTestId('run-mismatch').textContent).toContain('7 classes');
    expect(start().disabled).toBe(true);
    await click(byTestId('run-adapt'));
    expect(document.querySelector('[data-testid="run-mismatch"]')).toBeNull();
    expect(dialog().textContent).toContain('Adapted to Shapes: 10 classes.');
    expect(start().disabled).toBe(false);
  });

  it('is a network that cannot be', async () => {
    const { architecture } = findPreset('resnet18')!;
    await open({ architecture: { ...architecture, stem: { ...architecture.stem, kernel: 10_000 } } });
    expect(dialog().querySelector('.warn.error')?.textContent).toMatch(/kernel|stem/i);
    expect(start().disabled).toBe(true);
  });

  it('is a data set that is not on this machine, until it is', async () => {
    await open();
    await click(byTestId('run-dataset-cifar10'));
    expect(byTestId('run-dataset-state').textContent).toContain('Not here.');
    expect(dialog().textContent).toContain('CIFAR-10 is not ready yet.');
    expect(start().disabled).toBe(true);
    main.answers['datasets.get'] = () => ok(ready('cifar10'));
    await click(byTestId('run-download'));
    await flushPromises();
    expect(useDatasetsStore().byId.cifar10?.state).toBe('ready');
    expect(start().disabled).toBe(false);
  });

  it('is a GPU where there is none: it cannot be chosen, and is refused for a run that asked for it', async () => {
    useSettingsStore().info = { gpuObstacle: 'there is no NVIDIA driver' } as AppInfo;
    await open({
      request: { ...sampleRun(), datasetId: 'shapes', recipe: DEFAULT_RECIPE, device: 'gpu' },
    });
    const gpu = dialog().querySelector<HTMLInputElement>('input[value="gpu"]')!;
    expect(gpu.disabled).toBe(true);
    expect(dialog().textContent).toContain('The GPU cannot be used: there is no NVIDIA driver.');
    expect(start().disabled).toBe(true);
    await click(dialog().querySelector<HTMLElement>('input[value="cpu"]')!);
    expect(start().disabled).toBe(false);
  });
});

describe('the schedule of the learning rate', () => {
  const choose = async (field: string, value: string): Promise<void> => {
    const select = byTestId<HTMLSelectElement>(`run-${field}`);
    select.value = value;
    select.dispatchEvent(new Event('change', { bubbles: true }));
    await flushPromises();
  };
  const path = (): string | null | undefined =>
    dialog().querySelector('[data-testid="rate-path"]')?.getAttribute('d');

  it('is drawn as soon as the rate moves, and anew with each change', async () => {
    await open();
    expect(path()).toBeUndefined();
    await choose('schedule', 'cosine');
    const cosine = path();
    expect(cosine).toMatch(/^M0 0H/);
    expect(byTestId('rate-words').textContent).toContain('Starts at 0.001, ends at');
    await choose('schedule', 'one-cycle');
    expect(path()).not.toBe(cosine);
    await type(byTestId('run-epochs'), 'x');
    expect(path()).toBeUndefined();
    expect(byTestId('rate-curve').textContent).toContain('once its fields are right');
  });

  it('has fields of its own, whose mistakes stand below them', async () => {
    await open();
    await choose('schedule', 'multi-step');
    const milestones = byTestId('run-milestones');
    await type(milestones, '5, 10');
    expect(sentenceAt(milestones)).toMatch(/^The milestone after epoch 10 never comes/);
    await type(milestones, '5, five');
    expect(sentenceAt(milestones)).toBe('Each of milestones must be a whole number.');
    await type(milestones, '4, 7');
    await choose('warmup', 'epochs');
    await type(byTestId('run-warmup-length'), '10');
    expect(sentenceAt(byTestId('run-warmup-length'))).toMatch(/^A warm-up of 10 epochs is no shorter/);
    await type(byTestId('run-warmup-length'), '2');
    await click(start());
    expect(starts()).toMatchObject([
      {
        recipe: { schedule: 'multi-step', milestones: [4, 7], warmup: 'epochs', warmupLength: 2 },
      },
    ]);
  });
});

describe('the regularisation', () => {
  const choose = async (field: string, value: string): Promise<void> => {
    const select = byTestId<HTMLSelectElement>(`run-${field}`);
    select.value = value;
    select.dispatchEvent(new Event('change', { bubbles: true }));
    await flushPromises();
  };
  const kind = (): HTMLElement => byTestId('run-regularisation');
  const has = (field: string): boolean => document.querySelector(`[data-testid="run-${field}"]`) !== null;

  it('is the architecture’s until another is chosen, and says so', async () => {
    await open();
    expect(byTestId<HTMLInputElement>('run-l2').value).toBe('');
    expect(sentenceAt(byTestId('run-l2'))).toBe('From the architecture: L2 1e-4');
    expect(sentenceAt(kind())).toBeUndefined();
    await choose('model', 'preset:resnet20');
    expect(sentenceAt(byTestId('run-l2'))).toBe('From the architecture: L2 5e-5');
    await click(start());
    // Left open, so that the next run with another architecture asks that one.
    expect(starts()).toMatchObject([{ recipe: { regularisation: 'l2', l2: null } }]);
  });

  it('says that a value stands in the place of the architecture’s, and what it is in PyTorch', async () => {
    await open();
    await type(byTestId('run-l2'), '5e-4');
    expect(sentenceAt(byTestId('run-l2'))).toBe(
      "Half of PyTorch's weight decay; empty: L2 1e-4, the architecture’s",
    );
    expect(sentenceAt(kind())).toBe('L2 5e-4 stands in the place of the architecture’s L2 1e-4.');
  });

  it('is one kind, and says what of the architecture does not apply', async () => {
    await open();
    await choose('regularisation', 'decoupled');
    expect(has('l2')).toBe(false);
    await type(byTestId('run-weight-decay'), '0.05');
    await choose('regularised', 'all');
    expect(sentenceAt(kind())).toBe(
      'The architecture’s L2 1e-4 does not apply: the recipe has weight decay 0.05 instead.',
    );
    await click(start());
    expect(starts()).toMatchObject([
      { recipe: { regularisation: 'decoupled', l2: null, weightDecay: 0.05, regularised: 'all' } },
    ]);
    await choose('regularisation', 'none');
    expect([has('weight-decay'), has('regularised')]).toEqual([false, false]);
    expect(sentenceAt(kind())).toBe(
      'The architecture’s L2 1e-4 does not apply: the recipe has no regularisation.',
    );
  });

  it('is both only by that name', async () => {
    await open();
    await choose('regularisation', 'both');
    await type(byTestId('run-weight-decay'), '0.05');
    expect(sentenceAt(kind())).toBe(
      'Two kinds apply: L2 1e-4 in the loss on convolution kernels, and weight decay 0.05 on all kernels.',
    );
  });
});

describe('several random seeds', () => {
  const seeds = (): HTMLInputElement => byTestId('run-seeds');

  it('are as many runs, from the seed of the recipe on', async () => {
    main.answers['runs.start'] = () => ok(sampleRun({ id: 7 }));
    await open();
    expect(sentenceAt(seeds())).toBe('random seed: one run.');
    await type(byTestId('run-seed'), '5');
    await type(seeds(), '3');
    expect(sentenceAt(seeds())).toBe(
      'random seeds, 5 to 7: as many runs, one after the other, which Compare can take as one group.',
    );
    await click(start());
    expect(starts()).toMatchObject([5, 6, 7].map((seed) => ({ recipe: { seed } })));
    const [first, ...others] = starts() as { recipe: { seed: number } }[];
    for (const other of others) expect({ ...other, recipe: { ...other.recipe, seed: 5 } }).toEqual(first);
  });

  it.each([
    ['0', 'The number of random seeds is 1 to 100.'],
    ['101', 'The number of random seeds is 1 to 100.'],
    ['a few', 'The number of random seeds is 1 to 100.'],
  ])('are no runs where their number is %s', async (text, sentence) => {
    await open();
    await type(seeds(), text);
    expect(sentenceAt(seeds())).toBe(sentence);
    expect(start().disabled).toBe(true);
  });

  it('end where there are no more', async () => {
    await open();
    await type(byTestId('run-seed'), '4294967295');
    await type(seeds(), '2');
    expect(sentenceAt(seeds())).toBe(
      'There is no random seed 4294967296: choose fewer, or a smaller one to begin with.',
    );
    expect(start().disabled).toBe(true);
  });
});

describe('a recipe of a name', () => {
  const chosen = (): string => byTestId<HTMLSelectElement>('run-recipe').value;
  const about = (): string => byTestId('run-recipe-about').textContent;
  const choose = async (id: string): Promise<void> => {
    const select = byTestId<HTMLSelectElement>('run-recipe');
    select.value = id;
    select.dispatchEvent(new Event('change'));
    await flushPromises();
  };

  it('is shown as the nearest, with what differs', async () => {
    await open();
    expect(chosen()).toBe('unsaved');
    expect(about()).toBe('Nearest is the blog’s: validation split test set → 10 %.');
    await type(byTestId('run-validation-split'), '0');
    expect(chosen()).toBe('blog');
    expect(about()).toMatch(/^Adam as the blog used it/);
    await type(byTestId('run-epochs'), 'x');
    expect(about()).toBe('');
  });

  it('fills the fields, but for seed and limits', async () => {
    await open();
    await type(byTestId('run-seed'), '7');
    await choose('paper-cifar');
    const value = (field: string): string => byTestId<HTMLInputElement>(`run-${field}`).value;
    expect(
      ['seed', 'learning-rate', 'momentum', 'milestones', 'crop', 'validation-split'].map(value),
    ).toEqual(['7', '0.1', '0.9', '91, 136', '4', '5000']);
    await type(byTestId('run-batch-size'), '64');
    expect(about()).toBe('Nearest is the paper’s for CIFAR: batch size 128 → 64.');
  });
});
