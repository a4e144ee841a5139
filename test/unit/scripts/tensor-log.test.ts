import { expect, it } from 'vitest';
import { load } from './load';

const { tensorPeak } = await load<{ tensorPeak(log: string): number }>('layer-references/tensor-log.mjs');

const tensor = (id: number, bytes: number, kernel = 'step/conv', allocator = 'mklcpu') =>
  `I0000 log_memory.cc:34] __LOG_MEMORY__ MemoryLogTensorAllocation { step_id: 9 kernel_name: "${kernel}" tensor { dtype: DT_FLOAT ` +
  `shape { dim { size: 4 } } allocation_description { requested_bytes: 1 allocated_bytes: ${bytes} allocator_name: "${allocator}" ` +
  `allocation_id: ${id} has_single_reference: true ptr: 8 } } }`;
const freed = (id: number, allocator = 'mklcpu') =>
  `I0000 log_memory.cc:34] __LOG_MEMORY__ MemoryLogTensorDeallocation { allocation_id: ${id} allocator_name: "${allocator}" }`;
const peakOf = (...lines: string[]) => tensorPeak(lines.join('\n'));

it('is the most that was held at once', () => {
  expect(peakOf(tensor(1, 100), tensor(2, 50), freed(1), tensor(3, 80), freed(2), freed(3))).toBe(150);
});

it('counts a tensor once that is handed on', () => {
  expect(peakOf(tensor(1, 100), tensor(1, 100))).toBe(100);
});

it('keeps allocators apart, whose numbers are their own', () => {
  expect(peakOf(tensor(1, 100), tensor(1, 30, 'step/conv', 'cpu'), freed(1, 'cpu'), tensor(2, 10))).toBe(130);
});

it('leaves the data set out, and other lines', () => {
  expect(
    peakOf('WARNING: allocation_id: 3', tensor(1, 500, 'data/train/zeros'), tensor(2, 10), freed(1)),
  ).toBe(10);
});

it('counts what a kernel takes for itself', () => {
  const raw =
    '__LOG_MEMORY__ MemoryLogRawAllocation { step_id: 9 operation: "scratch" num_bytes: 70 ptr: 8 allocation_id: 1 allocator_name: "mklcpu" }';
  expect(peakOf(tensor(1, 100), raw)).toBe(170);
});
