import { existsSync, mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, it } from 'vitest';
import { checkpointFiles } from '../../../../src/node/checkpoints/names';
import { removeCheckpoint } from '../../../../src/node/checkpoints/write';
import { temporaryFolder } from '../../main/fixtures';

it('is of a name that stays in its folder, or neither read nor removed', async () => {
  const folder = join(temporaryFolder(), 'run-1');
  mkdirSync(folder);
  const outside = ['.json', '.safetensors'].map((ending) => join(folder, '..', `package${ending}`));
  for (const file of outside) writeFileSync(file, 'mine');
  for (const name of ['../package', '..', '', 'step-1-epoch-1-0123456789ab/../../package']) {
    expect(await removeCheckpoint(folder, name)).toMatchObject({
      ok: false,
      error: { code: 'data-corrupt' },
    });
    expect(() => checkpointFiles(folder, name)).toThrow(/a name that Resbench never gives/);
  }
  expect(outside.map((file) => existsSync(file))).toEqual([true, true]);
});
