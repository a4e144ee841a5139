import { flushPromises } from '@vue/test-utils';
import { beforeEach, describe, expect, it } from 'vitest';
import { defineComponent, h, shallowRef } from 'vue';
import type { Architecture, BlockTable } from '../../../../src/architecture/architecture';
import { apply } from '../../../../src/architecture/edits/apply';
import { buildNetwork } from '../../../../src/architecture/network';
import { findPreset } from '../../../../src/architecture/presets';
import { summarize } from '../../../../src/architecture/summary';
import StageCards from '../../../../src/renderer/features/models/stages/StageCards.vue';
import { byTestId, click, freshWindow, mountInWindow, press, type } from '../../mount';

beforeEach(() => void freshWindow());

const preset = (id: string): Architecture => findPreset(id)!.architecture;

const withTable = (table: BlockTable): Architecture => ({ ...preset('resnet18'), table });

function propsFor(architecture: Architecture) {
  const network = buildNetwork(architecture);
  const shown = { architecture, network, summary: summarize(network) };
  return { table: architecture.table, shown, locked: false, problems: [] };
}

/** The cards of an architecture; what they ask for is only noted. */
async function open(architecture = preset('resnet18'), more: Record<string, unknown> = {}) {
  const { emitted } = await mountInWindow(StageCards, { ...propsFor(architecture), ...more });
  return { edits: () => (emitted['edit'] ?? []).map(([edit]) => edit), emitted };
}
/** The cards of an architecture that does what they ask for. */
async function openLive(first: Architecture) {
  const architecture = shallowRef(first);
  const Live = defineComponent(
    () => () =>
      h(StageCards, {
        ...propsFor(architecture.value),
        onEdit: (edit) => void (architecture.value = apply(architecture.value, edit)),
      }),
  );
  await mountInWindow(Live);
  return architecture;
}
const card = (stage: number) => byTestId(`stage-card-${stage}`);
const part = (stage: number, name: string) =>
  card(stage).querySelector<HTMLElement>(`[data-part="${name}"]`)!;
const said = () => byTestId('stages-said').textContent;

describe('a field of a card', () => {
  it('counts at once as it is typed, and says what is wrong beside it', async () => {
    const { edits } = await open();
    const count = part(2, 'count');
    count.focus();
    await type(count, '3');
    expect(edits()).toEqual([{ kind: 'count', stage: 1, count: 3 }]);
    await type(count, 'x');
    expect(edits()).toHaveLength(1);
    expect(card(2).querySelector('[role="alert"]')?.textContent?.trim()).toBe(
      'Stage 2: blocks must be a whole number, got "x"',
    );
    expect(count.getAttribute('aria-invalid')).toBe('true');
    count.blur();
    await flushPromises();
    expect([(count as HTMLInputElement).value, card(2).querySelector('[role="alert"]')]).toEqual(['2', null]);
  });

  it('is counted by arrow keys, filters doubled and halved with Shift', async () => {
    const { edits } = await open(preset('resnet50'));
    await press(part(1, 'filters-0'), 'ArrowUp');
    await press(part(1, 'filters-0'), 'ArrowDown', { shiftKey: true });
    await press(part(1, 'kernel-1'), 'ArrowUp');
    expect(edits()).toEqual([
      { kind: 'filters', stage: 0, convolution: 0, filters: 65 },
      { kind: 'filters', stage: 0, convolution: 0, filters: 32 },
      { kind: 'kernel', stage: 0, convolution: 1, kernel: 5 },
    ]);
  });

  it('is turned by the wheel while it has the focus, and not else', async () => {
    const { edits } = await open();
    const turn = async () => {
      const event = new WheelEvent('wheel', { deltaY: -120, bubbles: true, cancelable: true });
      part(1, 'count').dispatchEvent(event);
      await flushPromises();
      return event.defaultPrevented;
    };
    expect(await turn()).toBe(false);
    part(1, 'count').focus();
    expect(await turn()).toBe(true);
    expect(edits()).toEqual([{ kind: 'count', stage: 0, count: 3 }]);
  });

  it('changes the filters of all convolutions that are alike, until told to do it one by one', async () => {
    const { edits } = await open();
    await type(part(3, 'filters-1'), '192');
    await click(part(3, 'together'));
    await type(part(3, 'filters-1'), '193');
    expect(edits()).toEqual([
      { kind: 'filters', stage: 2, convolution: null, filters: 192 },
      { kind: 'filters', stage: 2, convolution: 1, filters: 193 },
    ]);
    expect(part(3, 'together').getAttribute('aria-pressed')).toBe('false');
  });
});

describe('filters of one convolution', () => {
  const table: BlockTable = [
    [
      1,
      [
        [32, 3],
        [64, 3],
      ],
    ],
  ];
  const widths = ({ table: [stage] }: Architecture) => stage![1].map(([filters]) => filters);

  it('stay its own while one types past the width of its neighbour', async () => {
    const live = await openLive(withTable(table));
    const field = part(1, 'filters-0');
    field.focus();
    for (const text of ['6', '64', '640']) await type(field, text);
    expect(widths(live.value)).toEqual([640, 64]);
  });

  it('stay its own while arrow keys count past the width of its neighbour, and are shared by the next to come', async () => {
    const live = await openLive(withTable(table));
    const field = part(1, 'filters-0');
    field.focus();
    await press(field, 'ArrowUp', { shiftKey: true });
    await press(field, 'ArrowUp');
    expect(widths(live.value)).toEqual([65, 64]);
    await press(field, 'ArrowDown');
    field.blur();
    field.focus();
    await press(field, 'ArrowDown');
    expect(widths(live.value)).toEqual([63, 63]);
  });
});

describe('a stage', () => {
  it('is moved by Alt and the arrow keys from anywhere on its card, and says so', async () => {
    const { edits } = await open();
    part(2, 'handle').focus();
    await press(part(2, 'handle'), 'ArrowDown', { altKey: true });
    expect(edits()).toEqual([{ kind: 'move-stage', from: 1, to: 2 }]);
    expect(said()).toBe('Stage 2 moved to position 3 of 4.');
    expect(document.activeElement).toBe(part(3, 'handle'));
    await press(part(4, 'handle'), 'ArrowDown', { altKey: true });
    expect(edits()).toHaveLength(1);
  });

  it('keeps to be changed one by one when it is moved, also by an undo', async () => {
    const live = await openLive(preset('resnet18'));
    const apart = () =>
      [1, 2, 3, 4].filter((stage) => part(stage, 'together').getAttribute('aria-pressed') === 'false');
    await click(part(2, 'together'));
    const before = live.value;
    await press(part(2, 'handle'), 'ArrowDown', { altKey: true });
    expect(apart()).toEqual([3]);
    live.value = before;
    await flushPromises();
    expect(apart()).toEqual([2]);
  });

  it('is added like the last with twice its filters', async () => {
    const { edits } = await open();
    await click(byTestId('add-stage'));
    const stage = [
      2,
      [
        [1024, 3],
        [1024, 3],
      ],
    ];
    expect(edits()).toEqual([{ kind: 'add-stage', at: 4, stage }]);
    expect(said()).toBe('Stage 5 added.');
  });

  it('that is the only one cannot be moved or left without a convolution', async () => {
    await open({ ...preset('resnet18'), table: [[1, [[8, 3]]]] });
    expect((part(1, 'handle') as HTMLButtonElement).disabled).toBe(true);
    expect(card(1).querySelector('.remove')).toBeNull();
  });

  it('that is removed gives the focus to the next, the last to the one before, the last but one to a field', async () => {
    await openLive(
      withTable([
        [1, [[8, 3]]],
        [2, [[8, 3]]],
        [3, [[8, 3]]],
        [4, [[8, 3]]],
      ]),
    );
    const removed = async (stage: number) => {
      await click(part(stage, 'menu'));
      // The last of the menu that was opened last.
      await click([...document.querySelectorAll<HTMLElement>('.n-dropdown-option-body')].at(-1)!);
      const { activeElement } = document;
      const at = activeElement?.closest('[data-testid]')?.getAttribute('data-testid');
      return [at, (activeElement as HTMLElement).dataset.part];
    };
    expect(await removed(1)).toEqual(['stage-card-1', 'handle']);
    expect(await removed(3)).toEqual(['stage-card-2', 'handle']);
    expect(await removed(2)).toEqual(['stage-card-1', 'count']);
  });

  it('leads into the layer table', async () => {
    const { emitted } = await open();
    await click(card(3).querySelector('.title')!);
    expect(emitted['pick']).toEqual([['stage3']]);
  });
});

describe('a convolution', () => {
  it('is added, removed and moved', async () => {
    const { edits } = await open(preset('resnet50'));
    await click(part(1, 'add'));
    await click(part(1, 'convolution-1').querySelector<HTMLElement>('.remove')!);
    await press(part(1, 'filters-2'), 'ArrowLeft', { altKey: true });
    await press(part(1, 'filters-0'), 'ArrowLeft', { altKey: true });
    expect(edits()).toEqual([
      { kind: 'add-convolution', stage: 0, at: 3, convolution: [256, 1] },
      { kind: 'remove-convolution', stage: 0, convolution: 1 },
      { kind: 'move-convolution', stage: 0, from: 2, to: 1 },
    ]);
  });
});

it('cards of a text with a mistake can be read and not changed', async () => {
  const { edits } = await open(preset('resnet18'), { locked: true });
  expect((part(1, 'count') as HTMLInputElement).readOnly).toBe(true);
  await press(part(1, 'count'), 'ArrowUp');
  await press(part(1, 'count'), 'ArrowDown', { altKey: true });
  expect(edits()).toEqual([]);
  expect(byTestId<HTMLButtonElement>('add-stage').disabled).toBe(true);
});
