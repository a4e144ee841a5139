import { describe, expect, test } from 'vitest';
import { gpuObstacle, isHidden, readGpuFacts, type GpuFacts } from '../../../../src/node/machine/gpu';

/** A machine on which nothing is in the way. */
const fine: GpuFacts = {
  platform: 'linux-x64',
  flavour: 'gpu',
  card: true,
  driver: true,
  visible: undefined,
};

describe('what is in the way of a GPU', () => {
  test.each<[string, Partial<GpuFacts>, string | null]>([
    ['nothing', {}, null],
    ['nothing, where system and set-up do not tell', { card: null, flavour: null }, null],
    [
      'a TensorFlow without CUDA',
      { flavour: 'cpu' },
      'the TensorFlow that is installed has no CUDA: `npm run setup -- --gpu` installs the one that has',
    ],
    [
      'a platform without CUDA',
      { flavour: 'cpu', platform: 'darwin-arm64', card: null, driver: false },
      'there is a TensorFlow with CUDA for linux-x64 only, and this is darwin-arm64',
    ],
    ['no card', { card: false, driver: false }, 'this machine has no NVIDIA GPU'],
    [
      'no driver',
      { driver: false },
      "NVIDIA's driver was not found: install it, then `nvidia-smi` shows the GPU",
    ],
    [
      'no driver, where the system does not tell of cards',
      { card: null, driver: false },
      "NVIDIA's driver was not found: install it, then `nvidia-smi` shows the GPU",
    ],
    ['the user', { visible: '-1' }, 'CUDA_VISIBLE_DEVICES is "-1", which hides every GPU: unset it'],
  ])('%s', (_, change, obstacle) => {
    expect(gpuObstacle({ ...fine, ...change })).toBe(obstacle);
  });
});

test.each([
  [undefined, false],
  ['', true],
  ['-1', true],
  ['-1,0', true],
  ['0', false],
  ['1,-1', false],
  ['GPU-8932f937-d72c', false],
])('CUDA_VISIBLE_DEVICES %j hides every GPU: %j', (visible, hidden) => {
  expect(isHidden({ visible })).toBe(hidden);
});

test('the facts of this machine name its platform, the flavour of the set-up and the variable', () => {
  const facts = readGpuFacts({ PATH: '', CUDA_VISIBLE_DEVICES: '0' });
  expect(facts).toMatchObject({ platform: `${process.platform}-${process.arch}`, visible: '0' });
  expect(['cpu', 'gpu']).toContain(facts.flavour);
});
