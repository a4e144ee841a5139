import { describe, expect, it } from 'vitest';
import type { Architecture } from '../../../../../src/architecture/architecture';
import { buildNetwork } from '../../../../../src/architecture/network';
import { findPreset } from '../../../../../src/architecture/presets';
import { summarize } from '../../../../../src/architecture/summary';
import { COUNT, FILTERS, KERNEL } from '../../../../../src/renderer/features/models/stages/card-fields';
import { endRows, stageCards } from '../../../../../src/renderer/features/models/stages/stage-cards';

const preset = (id: string): Architecture => findPreset(id)!.architecture;
function cardsOf(architecture: Architecture) {
  const network = buildNetwork(architecture);
  const summary = summarize(network);
  return {
    summary,
    cards: stageCards(architecture.table, { network, summary }, []),
    ends: endRows(architecture, network, summary),
  };
}

describe('the cards', () => {
  it('say output, stride and shortcut of each stage', () => {
    const { cards } = cardsOf(preset('resnet50'));
    expect(cards.map(({ part }) => [part?.output, part?.note])).toEqual([
      ['8×8×256', 'projection, then identity'],
      ['4×4×512', 'stride 2 · projection, then identity'],
      ['2×2×1024', 'stride 2 · projection, then identity'],
      ['1×1×2048', 'stride 2 · projection, then identity'],
    ]);
    const padded = cardsOf({ ...preset('resnet18'), shortcut: 'identity' }).cards;
    expect(padded.map(({ part }) => part?.note)).toEqual([
      'identity shortcut',
      ...Array<string>(3).fill('stride 2 · zero-padded, then identity'),
    ]);
    expect(cardsOf({ ...preset('resnet18'), shortcut: 'none' }).cards[0]?.part?.note).toBe('');
  });

  it('add up, with stem and head, to all parameters', () => {
    const { cards, ends, summary } = cardsOf(preset('resnet50'));
    const parts = [ends.stem, ...cards.map(({ part }) => part!), ends.head];
    expect(parts.reduce((sum, { params }) => sum + params, 0)).toBe(summary.totalParams);
    expect(parts.reduce((sum, { share }) => sum + share, 0)).toBeCloseTo(1, 10);
  });

  it('say nothing of the network while there is none, and which stage is wrong', () => {
    const problem = { path: ['table', 1, 'block', 0], sentence: 'is wrong' };
    const cards = stageCards(preset('resnet18').table, null, [problem]);
    expect(cards.map(({ part, isWrong }) => [part, isWrong])).toEqual([
      [null, false],
      [null, true],
      [null, false],
      [null, false],
    ]);
  });

  it('stay the same objects where they say the same', () => {
    const { cards } = cardsOf(preset('resnet18'));
    const { table } = preset('resnet18');
    const before = stageCards(table, null, [], cards);
    const after = stageCards([...table.slice(0, 3), [9, table[3]![1]]], null, [], before);
    expect(after.map((card, index) => card === before[index])).toEqual([true, true, true, false]);
  });
});

describe('the fields of a card', () => {
  it.each([
    [COUNT, '3', 3],
    [FILTERS, ' 64 ', 64],
    [KERNEL, '5', 5],
    [KERNEL, '5×5', 5],
    [KERNEL, '1x3', [1, 3]],
  ] as const)('read what is typed', (field, text, value) => {
    expect(field.read(text)).toEqual({ ok: true, value });
  });

  it.each([
    [COUNT, '', 'blocks must be a whole number, got ""'],
    [FILTERS, '1e9', 'filters must be at most 16,384, got 1000000000'],
    [FILTERS, 'many', 'filters must be a whole number, got "many"'],
    [KERNEL, '0', 'kernel must be at least 1, got 0'],
    [KERNEL, '3x', 'kernel must be one number or [height, width], got "3x"'],
  ] as const)('say what is wrong with it', (field, text, sentence) => {
    expect(field.read(text)).toEqual({ ok: false, sentence });
  });

  it('are counted up and down within their limits', () => {
    expect([COUNT.step(1, -1, false), COUNT.step(1, 1, false), COUNT.step(4995, 1, true)]).toEqual([
      1, 2, 5000,
    ]);
    expect([FILTERS.step(64, 1, true), FILTERS.step(64, -1, true), FILTERS.step(16_000, 1, true)]).toEqual([
      128, 32, 16_384,
    ]);
    expect([KERNEL.step(3, 1, false), KERNEL.step(1, -1, false), KERNEL.step([1, 3], 1, false)]).toEqual([
      5,
      1,
      [3, 5],
    ]);
  });
});
