/** The environment of every Resbench process: window, command line, tests. What the user has set stays. */
export function runEnv(env = process.env) {
  return {
    // Without it TensorFlow leaves oneDNN off on CPUs with AVX2 but no AVX512-VNNI and is 3 to 6 times slower.
    TF_ENABLE_ONEDNN_OPTS: '1',
    // Warnings and errors only: the information lines are about TensorFlow's own start.
    TF_CPP_MIN_LOG_LEVEL: '2',
    // Take GPU memory as needed instead of all of it at once.
    TF_FORCE_GPU_ALLOW_GROWTH: 'true',
    // Training is faster in a plain Node than in Electron's (src/node/processes/process-host.ts).
    RESBENCH_NODE: process.execPath,
    ...env,
  };
}

/** For Electron's Node without a window: the command line, SQLite checks. */
export const nodeEnv = (env = process.env) => ({ ...runEnv(env), ELECTRON_RUN_AS_NODE: '1' });

/** For Electron with a window. ELECTRON_RUN_AS_NODE would make a plain Node of it. */
export function windowEnv(env = process.env) {
  const clean = runEnv(env);
  delete clean.ELECTRON_RUN_AS_NODE;
  return clean;
}

/** Chromium refuses its sandbox to root on Linux. */
export const windowArgs = () =>
  process.platform === 'linux' && process.getuid?.() === 0 ? ['--no-sandbox'] : [];

/** Whether a window can be opened: only Linux can lack a display. */
export const hasDisplay = (env = process.env) =>
  process.platform !== 'linux' || Boolean(env.DISPLAY || env.WAYLAND_DISPLAY);
