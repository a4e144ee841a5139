/**
 * TensorFlow's log of memory (`TF_CPP_VMODULE=log_memory=2`): a line for each tensor that is allocated or freed, and for each raw
 * piece that a kernel takes for itself.
 */

const EVENT = /__LOG_MEMORY__ MemoryLog(Tensor|Raw)(Allocation|Deallocation) \{(.*)/;

/**
 * The most bytes that tensors held at once, those of the data set (kernels under `data/`) left out.
 * @param log its lines, among others
 */
export function tensorPeak(log) {
  const live = new Map();
  let [bytes, peak] = [0, 0];
  for (const line of log.split('\n')) {
    const [, kind, event, rest] = EVENT.exec(line) ?? [];
    if (!event) continue;
    // Numbers of allocations are an allocator's own.
    const key = `${kind} ${text(rest, 'allocator_name')} ${number(rest, 'allocation_id')}`;
    if (event === 'Deallocation') {
      bytes -= live.get(key) ?? 0;
      live.delete(key);
    } else if (!live.has(key) && !isOfData(rest)) {
      const size = number(rest, kind === 'Raw' ? 'num_bytes' : 'allocated_bytes');
      live.set(key, size);
      bytes += size;
      peak = Math.max(peak, bytes);
    }
  }
  return peak;
}

const number = (rest, field) => Number(new RegExp(`\\b${field}: (-?\\d+)`).exec(rest)?.[1] ?? 0);
const text = (rest, field) => new RegExp(`\\b${field}: "([^"]*)"`).exec(rest)?.[1] ?? '';
const isOfData = (rest) => text(rest, 'kernel_name').startsWith('data/');
