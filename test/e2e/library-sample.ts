/** Saved architectures with versions, tags and notes, as a person would have some. */
import type { Page } from '@playwright/test';
import type { Architecture } from '../../src/architecture/architecture';
import { findPreset } from '../../src/architecture/presets';
import type { MethodArgs, MethodName } from '../../src/shared/contract';

const preset = (id: string): Architecture => findPreset(id)!.architecture;
const TABLE = preset('resnet18').table;
const [first, second, third, fourth] = TABLE as [
  Architecture['table'][number],
  Architecture['table'][number],
  Architecture['table'][number],
  Architecture['table'][number],
];

/** Of the first: stem for small images, a wider second stage, no last stage, no biases. */
const STATES: readonly { note: string; architecture: Partial<Architecture> }[] = [
  { note: 'as the blog has it', architecture: {} },
  { note: '', architecture: { stem: { filters: 64, kernel: 3, stride: 1, pool: false } } },
  {
    note: 'wider in the middle, without the last stage',
    architecture: {
      stem: { filters: 64, kernel: 3, stride: 1, pool: false },
      bias: false,
      table: [first, [3, second[1].map(([, kernel]) => [192, kernel])], third],
    },
  },
];

async function call<M extends MethodName>(page: Page, method: M, args: MethodArgs<M>): Promise<void> {
  await page.evaluate(
    async ([name, given]) => {
      const { api } = window as unknown as {
        api: { call(method: string, args: unknown): Promise<{ ok: boolean; error?: { message: string } }> };
      };
      const answer = await api.call(name, given);
      if (!answer.ok) throw new Error(answer.error?.message);
    },
    [method, args] as const,
  );
}

/** Three entries; the first, `small images`, has three versions and is shown. */
export async function fillLibrary(page: Page): Promise<void> {
  for (const [index, { note, architecture }] of STATES.entries()) {
    const id = index === 0 ? null : 1;
    const whole = { ...preset('resnet18'), ...architecture, name: 'small images' };
    await call(page, 'architectures.save', { id, architecture: whole, note });
  }
  await call(page, 'architectures.describe', {
    id: 1,
    starred: true,
    tags: ['cifar', 'thin'],
    notes: 'For 32×32 images.\nConverges without warm-up.',
  });
  const plain = { ...preset('resnet34'), name: 'without shortcuts', shortcut: 'none' } as const;
  await call(page, 'architectures.save', { id: null, architecture: plain });
  await call(page, 'architectures.describe', { id: 2, tags: ['plain'] });
  const long = {
    ...preset('resnet20'),
    name: '一个名字很长的残差网络，用来看列表怎么截断',
    table: [first, fourth],
  };
  await call(page, 'architectures.save', { id: null, architecture: long });
  await page.reload();
  await page.waitForSelector('nav');
}
