import { describe, expect, test } from 'vitest';
import type { GpuFacts } from '../../../src/node/machine/gpu';
import type { DeviceChoice } from '../../../src/shared/run';
import { decideDevice, tryConvolution, type TensorFlowFacts } from '../../../src/trainer/device';
import { tensorflow, type Binding } from '../../../src/trainer/engine/tensorflow';

const machine: GpuFacts = {
  platform: 'linux-x64',
  flavour: 'gpu',
  card: true,
  driver: true,
  visible: undefined,
};
const library: TensorFlowFacts = { listed: true, failed: null, log: '' };

function decide(wanted: DeviceChoice, facts: Partial<GpuFacts>, told: Partial<TensorFlowFacts>) {
  try {
    return decideDevice(wanted, { ...machine, ...facts }, { ...library, ...told });
  } catch (error) {
    return (error as { failure: unknown }).failure;
  }
}
const refused = (reason: string) => ({
  code: 'unsupported',
  message: `The GPU cannot be used: ${reason}; --device cpu trains on the CPU.`,
});
const onCpu = (reason: string | null) => ({
  device: 'cpu',
  notice: reason === null ? null : `Training on the CPU, since the GPU cannot be used: ${reason}.`,
});

test('a GPU that works is used unless the processor is asked for', () => {
  expect(decide('auto', {}, {})).toEqual({ device: 'gpu', notice: null });
  expect(decide('gpu', {}, {})).toEqual({ device: 'gpu', notice: null });
  expect(decide('cpu', {}, {})).toEqual({ device: 'cpu', notice: null });
});

describe('a GPU that TensorFlow cannot use is refused where it was asked for, told where it was not', () => {
  const noCuda =
    'the TensorFlow that is installed has no CUDA: `npm run setup -- --gpu` installs the one that has';
  test.each<[string, Partial<GpuFacts>, string, string]>([
    ['no CUDA in the library', { flavour: 'cpu' }, '', noCuda],
    ['no card', { card: false, driver: false }, '', 'this machine has no NVIDIA GPU'],
    [
      'a library that is missing',
      {},
      "2026-01-01 10:00:00.000000: W external/xla/xla/tsl/platform/default/dso_loader.cc:63] Could not load dynamic library 'libcudnn.so.9'; dlerror: libcudnn.so.9: cannot open shared object file: No such file or directory; LD_LIBRARY_PATH: /opt/lib\n" +
        '2026-01-01 10:00:00.000000: W tensorflow/core/common_runtime/gpu/gpu_device.cc:2343] Cannot dlopen some GPU libraries. Please make sure the missing libraries mentioned above are installed properly.\nSkipping registering GPU devices...\n',
      `TensorFlow says "Could not load dynamic library 'libcudnn.so.9'; dlerror: libcudnn.so.9: cannot open shared object file: No such file or directory"`,
    ],
    [
      'a driver that sees no device',
      {},
      '2026-01-01 10:00:00.000000: E external/local_xla/xla/stream_executor/cuda/cuda_platform.cc:51] failed call to cuInit: CUDA_ERROR_NO_DEVICE: no CUDA-capable device is detected\n',
      'TensorFlow says "failed call to cuInit: CUDA_ERROR_NO_DEVICE: no CUDA-capable device is detected"',
    ],
    [
      'a log that says nothing',
      {},
      'I0000 port.cc:153] oneDNN custom operations are on.\n',
      'TensorFlow lists no GPU and does not say why; `nvidia-smi` shows whether the driver sees one',
    ],
  ])('%s', (_, facts, log, reason) => {
    expect(decide('gpu', facts, { listed: false, log })).toEqual(refused(reason));
    expect(decide('auto', facts, { listed: false, log })).toEqual(onCpu(reason));
    expect(decide('cpu', facts, { listed: false, log })).toEqual(onCpu(null));
  });
});

test('one that is listed but does not compute is refused in any case: TensorFlow would keep using it', () => {
  const failed = 'No algorithm worked!';
  const failure = refused(`TensorFlow lists it, but could not compute there (${failed})`);
  expect(decide('gpu', {}, { failed })).toEqual(failure);
  expect(decide('auto', {}, { failed })).toEqual(failure);
});

test('nothing is told where no GPU is missed', () => {
  expect(decide('auto', { flavour: 'cpu', card: false, driver: false }, { listed: false })).toEqual(
    onCpu(null),
  );
  expect(decide('auto', { flavour: 'cpu', card: null, driver: false }, { listed: false })).toEqual(
    onCpu(null),
  );
  expect(decide('auto', { visible: '-1' }, { listed: false })).toEqual(onCpu(null));
});

describe('the convolution that tries a device', () => {
  test('works where TensorFlow computes, and leaves no tensor', () => {
    const before = tensorflow().getNumOfTensors();
    expect(tryConvolution(tensorflow())).toBeNull();
    expect(tensorflow().getNumOfTensors()).toBe(before);
  });

  test("gives the first line of TensorFlow's error where it does not", () => {
    // The binding's own functions cannot be replaced: one laid before it.
    const broken = Object.create(tensorflow(), {
      executeOp: {
        value: () => {
          throw new Error('DNN library initialization failed.\n  at more');
        },
      },
    }) as Binding;
    expect(tryConvolution(broken)).toBe('DNN library initialization failed.');
  });
});
