/** Names of parts in the cache folder: every input that changes the part is in its name, versions and ABI above all. */
import * as pins from './pins.mjs';

export const electronKey = (platform) => `electron/${pins.electron.version}-${platform}`;
/** The fallback as it was unpacked; the runtime in use adds our start-up script, whose hash is then in the name. */
export const fallbackKey = (platform) => `electron-runtime/${pins.electronFallback.version}-${platform}`;
export const fallbackReadyKey = (platform, scriptHash) =>
  `electron/${pins.electronFallback.version}-${platform}-${scriptHash.slice(0, 8)}`;

export const electronHeadersKey = (version, platform) => `headers/electron-${version}-${platform}`;
export const fallbackHeadersKey = (platform) =>
  `headers/v8-${pins.electronFallback.v8}-abi${pins.electronFallback.abi}-${platform}`;

export const tensorflowKey = (flavour, platform) =>
  `tensorflow/${pins.tensorflow.version}-${flavour}-${platform}`;
export const wheelKey = (pin, platform) => `wheels/${pin.package}-${pin.version}-${platform}`;

export const testNodeKey = (platform) => `node/${pins.testNode.version}-${platform}`;

/** `tensorflow` names the library that the binding is linked with: version and flavour, or one's own. */
export const bindingKey = (version, tensorflow, platform) =>
  `tfjs-binding/${version}-tensorflow-${tensorflow}-napi8-${platform}`;
export const sqliteKey = (version, abi, platform) => `better-sqlite3/${version}-abi${abi}-${platform}`;
/** `hash` is that of the kernels' sources and flags. */
export const kernelsKey = (hash, tensorflow, platform) =>
  `kernels/${hash}-tensorflow-${tensorflow}-${platform}`;
