/**
 * `npm run doctor`: a table of the parts Resbench stands on, with version, where each came from, whether it works (each
 * is really used: TensorFlow multiplies, SQLite stores, Electron opens a window) and, for what fails, the one thing to do.
 * It repairs nothing, so that a missing part is seen. `--json` prints the same as one JSON value.
 */
import { accessSync, constants, existsSync, mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { Failure, fileSentence } from '../lib/failure.mjs';
import { isAllowed, isOld } from '../lib/old-electron.mjs';
import { cacheRoot, projectRoot } from '../lib/paths.mjs';
import { lastLines, run } from '../lib/processes.mjs';
import { hasDisplay, runEnv, windowArgs, windowEnv } from '../lib/run-env.mjs';
import { startXvfb, xvfbProgram } from '../lib/xvfb.mjs';
import { cacheProblem } from '../setup/cache-access.mjs';
import { checkSqlite, checkTensorflow } from '../setup/checks.mjs';
import { electronVersions } from '../setup/electron.mjs';
import { lockedVersion } from '../setup/lockfile.mjs';
import { readStamp, whatIsMissing } from '../setup/stamp.mjs';
import { missingFromSystem, sandboxProblem } from '../setup/system-packages.mjs';
import { findTools } from '../setup/tools.mjs';

const SET_UP = 'Run: npm run setup';

/**
 * Each part: name, version, source, works (true, false, or null where it cannot be tried), detail, cure, and notes of what
 * one should know although it works.
 */
const part = (name, { version = null, source = null, works, detail = null, cure = null, notes = [] }) => ({
  part: name,
  version,
  source,
  works,
  detail,
  cure: works === false ? cure : null,
  notes,
});

export async function runDoctor(args) {
  const unknown = args.find((argument) => argument !== '--json');
  if (unknown) throw new Failure(`doctor does not know ${unknown}; it takes --json only.`);
  const parts = await examine();
  const failed = parts.filter(({ works }) => works === false);
  if (args.includes('--json')) {
    process.stdout.write(`${JSON.stringify({ ok: failed.length === 0, parts }, null, 2)}\n`);
  } else {
    process.stdout.write(table(parts));
    for (const { part: name, detail, cure } of failed) {
      process.stdout.write(`\n${name}: ${detail}\n  → ${cure}\n`);
    }
    for (const note of parts.flatMap(({ notes }) => notes)) process.stdout.write(`\n${note}.\n`);
    process.stdout.write(
      failed.length === 0
        ? '\nAll is well.\n'
        : `\n${failed.length} of ${parts.length} parts need attention.\n`,
    );
  }
  return failed.length === 0 ? 0 : 1;
}

async function examine(env = process.env) {
  const stamp = readStamp();
  const missing = whatIsMissing(stamp, { env });
  const [tools, electron] = await Promise.all([findTools({ env }), examineElectron(stamp, missing, env)]);
  const runs = electron.works === true;
  const [tensorflow, sqlite, window] = runs
    ? await Promise.all([
        examineTensorflow(stamp, missing, env),
        examineSqlite(stamp, missing, env),
        examineWindow(stamp.electron.path, env),
      ])
    : ['TensorFlow', 'SQLite', 'Window'].map((name) =>
        part(name, { works: null, detail: 'not tried, because Electron does not run' }),
      );
  const arithmetic = tensorflow.works
    ? await examineArithmetic(env)
    : part('Arithmetic', { works: null, detail: 'not tried, because TensorFlow does not run' });
  return [
    examineNode(),
    ...examineTools(tools),
    examinePackages(missing),
    electron,
    tensorflow,
    examineKernels(stamp, missing),
    arithmetic,
    sqlite,
    window,
    examineCache(env),
    examineTemporary(),
  ];
}

function examineNode() {
  return part('Node', { version: process.versions.node, source: process.execPath, works: true });
}

function examineTools(tools) {
  return [
    part('Python', {
      version: tools.python.version,
      source: tools.python.program,
      works: !tools.python.problem && !tools.pip.problem,
      detail: tools.python.problem
        ? 'Python 3 was not found'
        : tools.pip.problem
          ? 'pip was not found'
          : null,
      cure: tools.python.problem ?? tools.pip.problem,
    }),
    part('C++ compiler', {
      source: tools.compiler.program,
      works: !tools.compiler.problem && !tools.make.problem,
      detail: tools.compiler.problem
        ? 'no C++ compiler was found'
        : tools.make.problem
          ? 'make was not found'
          : null,
      cure: tools.compiler.problem ?? tools.make.problem,
    }),
  ];
}

function examinePackages(missing) {
  return part('npm packages', {
    version: 'package-lock.json',
    source: 'npm ci',
    works: !missing.npm,
    detail: missing.npm ?? null,
    cure: SET_UP,
  });
}

const electronSources = {
  official: 'official release',
  fallback: 'fallback, end of life',
  override: 'ELECTRON_OVERRIDE_DIST_PATH',
};

async function examineElectron(stamp, missing, env) {
  const known = stamp?.electron;
  const about = { version: known?.version, source: known && electronSources[known.source] };
  if (!known || !existsSync(known.path)) {
    return part('Electron', { ...about, works: false, detail: missing.electron, cure: SET_UP });
  }
  const system = await missingFromSystem({ electronPath: known.path, env });
  if (system.libraries.length) {
    const detail = `shared libraries are missing: ${system.libraries.join(', ')}`;
    return part('Electron', {
      ...about,
      works: false,
      detail,
      cure: `${SET_UP} (it names or installs the packages)`,
    });
  }
  const versions = await electronVersions(known.path, env);
  if (versions?.electron !== known.version) {
    const detail = versions ? `it says it is ${versions.electron}` : `${known.path} does not start`;
    const cure = `Remove ${known.folder}, then run: npm run setup`;
    return part('Electron', { ...about, works: false, detail, cure });
  }
  if (missing.electron)
    return part('Electron', { ...about, works: false, detail: missing.electron, cure: SET_UP });
  const detail = !isOld(known)
    ? null
    : isAllowed(known, env)
      ? 'its window may be opened'
      : 'no window before a yes, which `npm start` asks for on a terminal';
  return part('Electron', { ...about, works: true, detail });
}

async function examineTensorflow(stamp, missing, env) {
  const known = stamp.tensorflow;
  const source =
    known?.source === 'own'
      ? 'RESBENCH_LIBTENSORFLOW'
      : known && `Python wheel, ${known.flavour.toUpperCase()}`;
  const about = { version: known?.version, source };
  const gone = missing.tensorflow ?? missing.binding;
  if (gone) return part('TensorFlow', { ...about, works: false, detail: gone, cure: SET_UP });
  const answer = await checkTensorflow(stamp.electron.path, env);
  if (answer.works)
    return part('TensorFlow', {
      ...about,
      version: answer.version,
      works: true,
      detail: '2x2 times 2x1 is right',
    });
  const cure = `Remove ${join(cacheRoot(env), stamp.binding.key)} and ${stamp.binding.path}, then run: npm run setup`;
  return part('TensorFlow', { ...about, works: false, detail: answer.reason, cure });
}

/** Kernels of our own. Nothing needs them, so that their absence is no failure. */
function examineKernels(stamp, missing) {
  const known = stamp?.kernels;
  const about = { version: known?.version, source: 'native/, compiled' };
  if (missing.kernels)
    return part('Kernels', { ...about, works: null, detail: `${missing.kernels}; ${SET_UP}` });
  const without = "training uses TensorFlow's own";
  if (known.problem) {
    const [first, ...more] = known.problem.split('\n');
    const notes = more.length ? [`Kernels: ${known.problem.trim()}`] : [];
    return part('Kernels', {
      ...about,
      works: null,
      detail: `${first.replace(/:$/, '')}; ${without}`,
      notes,
    });
  }
  return known.instructions
    ? part('Kernels', { ...about, works: true, detail: `for ${known.instructions}` })
    : part('Kernels', { ...about, works: null, detail: `the processor has no AVX2; ${without}` });
}

/** The self-test of the engine itself (src/trainer/engine/graph/self-test.ts), in the Node that trains. */
async function examineArithmetic(env) {
  const script = join(projectRoot, 'out', 'doctor', 'self-test.js');
  try {
    const { build } = await import('esbuild');
    await build({
      stdin: {
        contents:
          `import { selfTest } from './src/trainer/engine/graph/self-test';` +
          `process.stdout.write('resbench-arithmetic ' + JSON.stringify(selfTest(${JSON.stringify(cacheRoot(env))})) + '\\n');`,
        resolveDir: projectRoot,
        loader: 'ts',
      },
      outfile: script,
      bundle: true,
      platform: 'node',
      format: 'cjs',
      target: 'node16',
      packages: 'external',
      logLevel: 'silent',
    });
  } catch (error) {
    return part('Arithmetic', { works: null, detail: `not tried: ${error.message.split('\n')[0]}` });
  }
  const ended = await run(process.execPath, [script], {
    cwd: projectRoot,
    env: runEnv(env),
    timeout: 120_000,
  });
  const line = ended.stdout.split('\n').find((text) => text.startsWith('resbench-arithmetic '));
  if (ended.code !== 0 || !line) {
    const said = lastLines(ended.output, 3).replaceAll('  | ', '').trim();
    return part('Arithmetic', {
      works: false,
      detail: `the self-test did not end well: ${said || `code ${ended.code ?? ended.signal}`}`,
      cure: 'Run again with TF_ENABLE_ONEDNN_OPTS=0; where that helps, keep it set, and report what doctor printed',
    });
  }
  const { gpu, numerics, checked, wrong, avoided } = JSON.parse(line.slice('resbench-arithmetic '.length));
  const processor = numerics.maxInstructions
    ? `${numerics.processor}, held to ${numerics.maxInstructions}`
    : numerics.processor;
  return part('Arithmetic', {
    source: gpu ?? processor,
    works: wrong.length === 0,
    detail:
      wrong.length === 0
        ? `convolution gradients agree with double precision on this ${gpu ? 'GPU' : 'processor'} (${checked} results)`
        : `${wrong.length} of ${checked} results are wrong: ${wrong.join('; ')}`,
    cure: 'Run again with TF_ENABLE_ONEDNN_OPTS=0; where that helps, keep it set, and report what doctor printed',
    notes: avoided.map((what) => `Never used here: ${what}`),
  });
}

async function examineSqlite(stamp, missing, env) {
  const about = {
    version: stamp.sqlite?.sqlite,
    source: `better-sqlite3 ${lockedVersion('better-sqlite3')}, compiled for ABI ${stamp.electron.abi}`,
  };
  if (missing.sqlite) return part('SQLite', { ...about, works: false, detail: missing.sqlite, cure: SET_UP });
  const answer = await checkSqlite(stamp.electron.path, env);
  if (answer.works)
    return part('SQLite', { ...about, works: true, detail: 'stored, read back, integrity ok' });
  const cure = `Remove ${join(cacheRoot(env), stamp.sqlite.key)} and ${stamp.sqlite.path}, then run: npm run setup`;
  return part('SQLite', { ...about, works: false, detail: answer.reason, cure });
}

/** Opens a hidden window with the same sandbox that Resbench has, on this display or on Xvfb. */
async function examineWindow(electronPath, env) {
  const blocked = sandboxProblem(electronPath);
  if (blocked) return part('Window', { works: false, detail: 'the sandbox cannot start', cure: blocked });
  let data;
  try {
    data = mkdtempSync(join(tmpdir(), 'resbench-doctor-'));
  } catch {
    return part('Window', {
      works: null,
      detail: 'not tried, because there is no folder for temporary files',
    });
  }
  let screen = null;
  let source = env.WAYLAND_DISPLAY || env.DISPLAY || 'this desktop';
  const display = { ...windowEnv(env) };
  if (!hasDisplay(env)) {
    if (!xvfbProgram(env)) {
      rmSync(data, { recursive: true, force: true });
      const detail = 'no display: set DISPLAY, or install xvfb to try without a screen';
      return part('Window', { works: null, detail });
    }
    screen = await startXvfb();
    display.DISPLAY = screen.display;
    source = 'no display, tried on Xvfb';
  }
  try {
    const args = [
      ...windowArgs(),
      join(projectRoot, 'resources', 'doctor-window'),
      `--user-data-dir=${data}`,
    ];
    const ended = await run(electronPath, args, { cwd: projectRoot, env: display, timeout: 60_000 });
    const line = ended.stdout.split('\n').find((text) => text.startsWith('resbench-window '));
    if (ended.code === 0 && line) {
      const { chrome } = JSON.parse(line.slice('resbench-window '.length));
      return part('Window', {
        version: `Chromium ${chrome}`,
        source,
        works: true,
        detail: windowArgs().includes('--no-sandbox')
          ? 'opened, ran a script; without its sandbox, which Chromium refuses to root'
          : 'opened, ran a script',
      });
    }
    const said = lastLines(ended.output, 3).replaceAll('  | ', '').trim();
    return part('Window', {
      source,
      works: false,
      detail: `no window opened: ${said || `Electron ended with code ${ended.code}`}`,
      cure: hasDisplay(env)
        ? `Check that ${source} can be opened (for example: xdpyinfo), then run doctor again`
        : SET_UP,
    });
  } finally {
    screen?.stop();
    rmSync(data, { recursive: true, force: true, maxRetries: 5 });
  }
}

function examineCache(env) {
  const folder = cacheRoot(env);
  return examineFolder('Cache folder', folder, 'RESBENCH_CACHE', () => {
    mkdirSync(folder, { recursive: true });
    accessSync(folder, constants.W_OK);
    return cacheProblem(folder);
  });
}

function examineTemporary() {
  const variable = process.platform === 'win32' ? 'TEMP' : 'TMPDIR';
  return examineFolder('Temporary folder', tmpdir(), variable, () => {
    const folder = mkdtempSync(join(tmpdir(), 'resbench-doctor-'));
    // A full disk makes folders as long as it has room for their names.
    writeFileSync(join(folder, 'file'), 'x'.repeat(4096));
    rmSync(folder, { recursive: true });
    return null;
  });
}

/**
 * @param variable of the environment that names another one.
 * @param use tries the folder; throws, or gives `{ detail, cure }` of what is wrong with it, or nothing.
 */
function examineFolder(name, folder, variable, use) {
  try {
    const problem = use();
    return part(name, { source: folder, works: !problem, ...problem });
  } catch (error) {
    const { code, syscall, message } = error;
    const detail = (fileSentence({ code, syscall, path: folder }) ?? message).replace(/: mend .*/, '');
    const cure = `Set ${variable} to a folder that can be written`;
    return part(name, { source: folder, works: false, detail, cure });
  }
}

function table(parts) {
  const marks = new Map([
    [true, 'yes'],
    [false, 'NO'],
    [null, '–'],
  ]);
  const rows = [['part', 'version', 'from', 'works', '']];
  for (const { part: name, version, source, works, detail } of parts) {
    rows.push([name, version ?? '', source ?? '', marks.get(works), works === false ? '' : (detail ?? '')]);
  }
  const widths = rows[0].map((_, column) => Math.max(...rows.map((row) => row[column].length)));
  const line = (row) =>
    row
      .map((cell, column) => cell.padEnd(widths[column]))
      .join('  ')
      .trimEnd();
  return `${[line(rows[0]), line(widths.map((width) => '─'.repeat(width))), ...rows.slice(1).map(line)].join('\n')}\n`;
}
