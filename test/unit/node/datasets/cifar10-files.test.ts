import { mkdirSync, mkdtempSync, rmSync, truncateSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import {
  CIFAR10_FILES,
  CIFAR10_FILE_BYTES,
  cifar10Presence,
  isCifar10,
} from '../../../../src/node/datasets/cifar10-files';

let folder: string;
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'resbench-'));
});
afterEach(() => rmSync(folder, { recursive: true, force: true }));

/** Sparse: no bytes are written. */
function fill(bytes = CIFAR10_FILE_BYTES): void {
  for (const { name } of CIFAR10_FILES) {
    writeFileSync(join(folder, name), '');
    truncateSync(join(folder, name), bytes);
  }
}

describe('cifar10Presence', () => {
  it('missing: says both ways to get it', () => {
    expect(cifar10Presence(join(folder, 'nowhere'))).toEqual({
      state: 'missing',
      detail:
        'CIFAR-10 is not on this machine: get CIFAR-10 in the Data view, or type `npm start -- data get cifar10`.',
      bytes: 0,
    });
  });

  it('ready when all six are there in full', () => {
    fill();
    expect(cifar10Presence(folder)).toEqual({ state: 'ready', detail: `In ${folder}.`, bytes: 184380000 });
  });

  it('corrupt: names the file that is short', () => {
    fill();
    truncateSync(join(folder, 'data_batch_3.bin'), 1000);
    const presence = cifar10Presence(folder);
    expect(presence.state).toBe('corrupt');
    expect(presence.detail).toContain('data_batch_3.bin is 1,000 bytes long, expected 30,730,000');
  });

  it('corrupt: names the file that is missing beside others', () => {
    fill();
    rmSync(join(folder, 'test_batch.bin'));
    const presence = cifar10Presence(folder);
    expect(presence.state).toBe('corrupt');
    expect(presence.detail).toContain(`${join(folder, 'test_batch.bin')} is missing`);
  });

  it('corrupt: names a folder in the place of a file', () => {
    fill();
    rmSync(join(folder, 'data_batch_2.bin'));
    mkdirSync(join(folder, 'data_batch_2.bin'));
    expect(cifar10Presence(folder).detail).toContain('data_batch_2.bin is not a file');
  });
});

describe('isCifar10', () => {
  it('is not content with names and lengths', () => {
    fill();
    expect(isCifar10(folder)).toBe(false);
    expect(isCifar10(join(folder, 'nowhere'))).toBe(false);
  });
});
