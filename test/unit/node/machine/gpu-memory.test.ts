import { chmodSync, readFileSync, writeFileSync } from 'node:fs';
import { delimiter, join } from 'node:path';
import { expect, it } from 'vitest';
import { gpuMemory, parseMemory } from '../../../../src/node/machine/gpu-memory';
import { temporaryFolder } from '../../main/fixtures';

it('reads MiB of the memory in use and of all of it', () => {
  expect(parseMemory('1024, 81559\n')).toEqual({ usedBytes: 1024 * 2 ** 20, totalBytes: 81559 * 2 ** 20 });
});

it.each([
  ['a driver that does not tell', '[N/A], [N/A]\n'],
  ['a GPU that is lost', 'Unable to determine the device handle for GPU 0000:01:00.0: GPU is lost.\n'],
  ['nothing', ''],
])('makes nothing of %s', (_what, output) => {
  expect(parseMemory(output)).toBeNull();
});

it('is not known where there is no such program', async () => {
  expect(await gpuMemory({ PATH: temporaryFolder() })).toBeNull();
});

it.skipIf(process.platform === 'win32').each([
  [undefined, '0'],
  ['', '0'],
  ['2,0', '2'],
  ['GPU-5a8b, GPU-9c1d', 'GPU-5a8b'],
])('asks for the first GPU of CUDA_VISIBLE_DEVICES=%s', async (visible, id) => {
  const folder = temporaryFolder();
  const tool = join(folder, 'nvidia-smi');
  writeFileSync(tool, `#!/bin/sh\necho "$@" > ${join(folder, 'asked')}\necho 5, 10\n`);
  chmodSync(tool, 0o755);
  const env = { PATH: [folder, '/bin', '/usr/bin'].join(delimiter), CUDA_VISIBLE_DEVICES: visible };
  expect(await gpuMemory(env)).toEqual({ usedBytes: 5 * 2 ** 20, totalBytes: 10 * 2 ** 20 });
  expect(readFileSync(join(folder, 'asked'), 'utf8')).toBe(
    `--id=${id} --query-gpu=memory.used,memory.total --format=csv,noheader,nounits\n`,
  );
});
