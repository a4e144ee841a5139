import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { load, root } from './load';

interface Step {
  id: string;
  sha256: string | null;
  source: string;
  note?: string;
}
interface Plan {
  steps: Step[];
}
const { makePlan } = await load<{ makePlan(of: { platform: string; flavour: string }): Plan }>(
  'setup/plan.mjs',
);
const pins = await load<{
  electron: { version: string; abi: string; sha256: Record<string, string> };
  electronFallback: { version: string };
}>('setup/pins.mjs');

const json = (path: string): unknown => JSON.parse(readFileSync(path, 'utf8'));

describe('the plan of a set-up', () => {
  for (const [platform, flavour] of [
    ['linux-x64', 'cpu'],
    ['linux-x64', 'gpu'],
    ['linux-arm64', 'cpu'],
    ['darwin-arm64', 'cpu'],
    ['win32-x64', 'cpu'],
  ] as const) {
    it(`for ${platform} (${flavour}) is the one in plans/`, () => {
      const expected = json(join(__dirname, 'plans', `${platform}-${flavour}.json`));
      expect(makePlan({ platform, flavour })).toEqual(expected);
    });
  }

  it('has a SHA-256 for everything that is fetched and not checked by npm or node-gyp', () => {
    for (const platform of ['linux-x64', 'linux-arm64', 'darwin-arm64', 'win32-x64']) {
      for (const step of makePlan({ platform, flavour: 'cpu' }).steps) {
        if (step.source === 'pip' || step.source === 'official release') {
          expect(step.sha256, `${platform} ${step.id}`).toMatch(/^[0-9a-f]{64}$/);
        }
      }
    }
  });

  it('for a GPU brings every CUDA library with its SHA-256', () => {
    const tensorflow = makePlan({ platform: 'linux-x64', flavour: 'gpu' }).steps.find(
      ({ id }) => id === 'tensorflow',
    ) as Step & { with: { what: string; sha256: string }[] };
    expect(tensorflow.with.map(({ what }) => what)).toEqual(
      [
        'cublas',
        'cuda-cupti',
        'cuda-nvcc',
        'cuda-nvrtc',
        'cuda-runtime',
        'cudnn',
        'cufft',
        'curand',
        'cusolver',
        'cusparse',
        'nccl',
        'nvjitlink',
      ].map((name) => `nvidia-${name}-cu12`),
    );
    expect(tensorflow.with.filter(({ sha256 }) => !/^[0-9a-f]{64}$/.test(sha256))).toEqual([]);
  });

  it('says what to do on Windows, where no wheel can be linked with', () => {
    const step = makePlan({ platform: 'win32-x64', flavour: 'cpu' }).steps.find(
      ({ id }) => id === 'tensorflow',
    );
    expect(step?.note).toContain('RESBENCH_LIBTENSORFLOW');
  });
});

describe('the pins', () => {
  const home = join(root, 'node_modules', 'electron');

  it('are of the Electron in package-lock.json', () => {
    const lock = json(join(root, 'package-lock.json')) as { packages: Record<string, { version: string }> };
    expect(pins.electron.version).toBe(lock.packages['node_modules/electron']?.version);
    expect(pins.electron.abi).toBe(readFileSync(join(home, 'abi_version'), 'utf8').trim());
  });

  it('of Electron are the sums that its npm package publishes', () => {
    const published = json(join(home, 'checksums.json')) as Record<string, string>;
    for (const [platform, sha256] of Object.entries(pins.electron.sha256)) {
      expect(sha256, platform).toBe(published[`electron-v${pins.electron.version}-${platform}.zip`]);
    }
  });
});
