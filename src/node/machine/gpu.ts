/** What can be known of a GPU without loading TensorFlow, and what keeps TensorFlow from using one. */
import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import { delimiter, dirname, join } from 'node:path';

export interface GpuFacts {
  /** As the set-up names it, e.g. `linux-x64`. */
  platform: string;
  /** Flavour of the TensorFlow that the set-up installed; null where there is no record of it. */
  flavour: 'cpu' | 'gpu' | null;
  /** Whether the machine has an NVIDIA card, null where the system does not tell. */
  card: boolean | null;
  /** Whether NVIDIA's driver is there. */
  driver: boolean;
  /** CUDA_VISIBLE_DEVICES, undefined where it is not set. */
  visible: string | undefined;
}

/** The platform with a TensorFlow that has CUDA. */
const CUDA_PLATFORM = 'linux-x64';

/**
 * Why TensorFlow cannot compute on a GPU here, as a clause without a full stop; null where nothing is known to be in the
 * way. `isHidden` tells apart what the user has wanted.
 */
export function gpuObstacle(facts: GpuFacts): string | null {
  const { platform, flavour, card, driver, visible } = facts;
  if (isHidden(facts)) {
    return `CUDA_VISIBLE_DEVICES is ${JSON.stringify(visible)}, which hides every GPU: unset it`;
  }
  if (flavour === 'cpu') {
    return platform === CUDA_PLATFORM
      ? 'the TensorFlow that is installed has no CUDA: `npm run setup -- --gpu` installs the one that has'
      : `there is a TensorFlow with CUDA for ${CUDA_PLATFORM} only, and this is ${platform}`;
  }
  if (card === false && !driver) return 'this machine has no NVIDIA GPU';
  if (!driver) return "NVIDIA's driver was not found: install it, then `nvidia-smi` shows the GPU";
  return null;
}

/** The sentence for who asked for a GPU. */
export const gpuUnusable = (obstacle: string): string =>
  `The GPU cannot be used: ${obstacle}; --device cpu trains on the CPU.`;

/** CUDA takes the devices up to the first number that does not exist: none of an empty list or one that begins below 0. */
export const isHidden = ({ visible }: Pick<GpuFacts, 'visible'>): boolean =>
  visible !== undefined && /^\s*(-\d.*)?$/.test(visible);

export function readGpuFacts(env: NodeJS.ProcessEnv = process.env): GpuFacts {
  return {
    platform: `${process.platform}-${process.arch}`,
    flavour: installedFlavour(),
    card: hasCard(),
    driver: hasDriver(env),
    visible: env.CUDA_VISIBLE_DEVICES,
  };
}

/** From the record of the set-up, `node_modules/.resbench/setup.json`. */
function installedFlavour(): GpuFacts['flavour'] {
  try {
    const manifest = createRequire(__filename).resolve('@tensorflow/tfjs-node-gpu/package.json');
    const record = join(dirname(manifest), '..', '..', '.resbench', 'setup.json');
    const { tensorflow } = JSON.parse(readFileSync(record, 'utf8')) as { tensorflow?: { flavour?: string } };
    const flavour = tensorflow?.flavour;
    return flavour === 'cpu' || flavour === 'gpu' ? flavour : null;
  } catch {
    return null;
  }
}

/** PCI numbers: vendor of NVIDIA, and the class of display controllers (0x03....). */
const NVIDIA = '0x10de';
const DISPLAY = /^0x03/;

function hasCard(): boolean | null {
  const folder = '/sys/bus/pci/devices';
  try {
    const read = (device: string, name: string): string =>
      readFileSync(join(folder, device, name), 'utf8').trim();
    return readdirSync(folder).some(
      (device) => read(device, 'vendor') === NVIDIA && DISPLAY.test(read(device, 'class')),
    );
  } catch {
    return null;
  }
}

/** What the driver brings: its folder in /proc, its device (/dev/dxg under WSL), or its tool. */
function hasDriver(env: NodeJS.ProcessEnv): boolean {
  if (['/proc/driver/nvidia/version', '/dev/nvidiactl', '/dev/dxg'].some((path) => existsSync(path)))
    return true;
  const tool = process.platform === 'win32' ? 'nvidia-smi.exe' : 'nvidia-smi';
  return (env.PATH ?? env.Path ?? '')
    .split(delimiter)
    .some((folder) => folder !== '' && existsSync(join(folder, tool)));
}
