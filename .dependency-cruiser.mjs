/**
 * Who may import whom: one table for the whole of src, `.vue` files and imports of types included. `npm run check` fails on
 * anything that is not allowed here, and on circles between files or folders. docs/ARCHITECTURE.md says what each folder is.
 *
 * A folder's entry holds for all below it that has no entry of its own. It may import itself and what it names: folders of
 * src and of resources (with all below them), packages, and `node:` for what comes with Node.
 */
import { builtinModules } from 'node:module';

const PURE = ['src/shared', 'src/architecture'];
const NODE_SIDE = [...PURE, 'src/node', 'node:'];
const PAGE = [...PURE, 'vue', 'pinia', 'naive-ui', '@tabler/icons-vue'];

const TABLE = {
  'src/architecture': {
    may: ['@lezer/common', '@lezer/python'],
    why: 'Block table, network and summary are pure, as is the grammar of Python that reads tables: they run anywhere.',
  },
  'src/shared': {
    may: ['src/architecture', 'zod', 'resources/blog'],
    why: 'What every process imports is pure; the blog’s history is text that the build puts in.',
  },

  'src/node': {
    may: [...PURE, 'node:', 'zod'],
    why: 'Helpers that main, trainer and command line share know none of them, nor Electron, TensorFlow or SQLite.',
  },
  'src/trainer': {
    may: [...NODE_SIDE, '@tensorflow/tfjs-node-gpu', 'google-protobuf', 'tar-stream', 'yauzl', 'src/trainer'],
    why: 'The trainer computes; it knows neither window nor database.',
  },

  'src/main/db': {
    may: [...NODE_SIDE, 'better-sqlite3', 'zod'],
    why: 'The database knows none of the services that use it.',
  },
  'src/main': {
    may: [...NODE_SIDE, 'src/main', 'zod', 'tar-stream'],
    not: ['src/main/window'],
    why: 'Services run without a window and without Electron, since the command line uses them; they reach SQLite through db alone.',
  },
  'src/main/window': {
    may: [...NODE_SIDE, 'src/main', 'electron', 'zod'],
    not: ['src/main/db'],
    why: 'The window reaches the database through the services, and the trainer by its entry alone: main never computes.',
  },
  'src/cli': {
    may: [...NODE_SIDE, 'src/main', 'src/cli', 'commander', 'package.json'],
    not: ['src/main/window'],
    why: 'The command line uses the services of main, without a window.',
  },
  'src/preload': {
    may: ['src/shared', 'electron'],
    why: 'The preload is sandboxed and built from the contract alone.',
  },

  'src/renderer/base': {
    may: [...PAGE, 'zod'],
    why: 'What the whole page rests on knows nothing above it, and tells zod not to evaluate text.',
  },
  'src/renderer/ui': {
    may: [...PAGE, 'src/renderer/base'],
    why: 'The small kit of controls knows no runs, models or data.',
  },
  'src/renderer/charts': {
    may: [...PURE, 'src/renderer/base', 'chart.js'],
    why: 'Charts are pure computing: points in, configuration out, no components and no stores.',
  },
  'src/renderer/curves': {
    may: [...PAGE, 'src/renderer/base', 'src/renderer/ui', 'src/renderer/charts', 'chart.js'],
    why: 'Curves are drawn for whatever feature has them.',
  },
  'src/renderer/features/settings': feature([]),
  'src/renderer/features/data': feature([]),
  'src/renderer/features/models': feature(['settings', 'data']),
  'src/renderer/features/models/code': {
    may: [...PAGE, 'src/renderer/base', 'src/renderer/ui', '@codemirror', '@lezer/highlight'],
    why: 'The editor of a text knows problems and mends, and no stores; CodeMirror is met here alone.',
  },
  'src/renderer/features/runs': feature(['settings', 'data', 'models']),
  'src/renderer/features/compare': feature(['settings', 'data', 'models', 'runs']),
  'src/renderer/features/blog': feature(['settings', 'data', 'models', 'runs', 'compare']),
  'src/renderer/views': {
    may: [...PAGE, 'vue-router', 'src/renderer'],
    not: ['src/renderer/app', 'src/renderer/views'],
    why: 'A view composes features; nothing but the router imports a view.',
  },
  'src/renderer/app': {
    may: [...PAGE, 'vue-router', 'src/renderer'],
    why: 'The application puts the views together.',
  },
};

/** A feature of the page: may import features below it, the curves and the kit. */
function feature(below) {
  return {
    may: [
      ...PAGE,
      'vue-router',
      ...['base', 'ui', 'charts', 'curves', ...below.map((name) => `features/${name}`)].map(
        (name) => `src/renderer/${name}`,
      ),
    ],
    why: 'A feature imports features below it only: blog, compare, runs, models, then data and settings.',
  };
}

const escaped = (text) => text.replace(/[.*+?^${}()|[\]\\/]/g, '\\$&');
/** Matches the paths that an entry's word stands for. */
function pattern(word) {
  if (word === 'node:') return `^(node:)?(${builtinModules.join('|')})$`;
  if (/^(src|resources)\//.test(word)) return `^${escaped(word)}/`;
  if (word === 'package.json') return '^package\\.json$';
  return `(^|/)node_modules/(@types/)?${escaped(word)}/|^${escaped(word)}$`;
}

const folders = Object.keys(TABLE);
const rules = folders.map((folder) => {
  const { may, not = [], why } = TABLE[folder];
  const own = folders.filter((other) => other.startsWith(`${folder}/`));
  return {
    folder,
    from: { path: pattern(folder), ...(own.length && { pathNot: own.map(pattern) }) },
    allowed: [pattern(folder), ...may.map(pattern)],
    not,
    why,
  };
});

export default {
  forbidden: [
    ...rules.map(({ folder, from, allowed, why }) => ({
      name: `imports of ${folder}`,
      comment: why,
      severity: 'error',
      from,
      to: { pathNot: allowed },
    })),
    ...rules
      .filter(({ not }) => not.length)
      .map(({ folder, from, not, why }) => ({
        name: `imports of ${folder}`,
        comment: why,
        severity: 'error',
        from,
        to: { path: not.map(pattern) },
      })),
    {
      name: 'a folder without an entry',
      comment: 'Each folder of src has an entry in the table of .dependency-cruiser.mjs.',
      severity: 'error',
      from: { path: '^src/', pathNot: folders.map(pattern) },
      to: {},
    },
    {
      name: 'the inside of care',
      comment: 'What looks after damaged files has one door: src/main/db/care/index.ts.',
      severity: 'error',
      from: { path: '^src/', pathNot: '^src/main/db/care/' },
      to: { path: '^src/main/db/care/', pathNot: '^src/main/db/care/index\\.ts$' },
    },
    {
      name: 'a circle of files',
      comment:
        'Files that import each other cannot be read or tested apart: what both need belongs in a third.',
      severity: 'error',
      from: {},
      to: { circular: true },
    },
    {
      name: 'a circle of folders',
      comment: 'Folders that import each other are one: what both need belongs below them.',
      severity: 'error',
      scope: 'folder',
      from: {},
      to: { circular: true },
    },
    {
      name: 'an import that leads nowhere',
      comment: 'The file or package is not there.',
      severity: 'error',
      from: {},
      to: { couldNotResolve: true, pathNot: ['^electron$', '\\?nodeWorker$', '\\?'] },
    },
  ],
  options: {
    // Types are imports, too: who knows a type knows the thing.
    tsPreCompilationDeps: true,
    tsConfig: { fileName: 'tsconfig.json' },
    doNotFollow: { path: 'node_modules' },
    enhancedResolveOptions: {
      exportsFields: ['exports'],
      conditionNames: ['import', 'require', 'node', 'default'],
    },
  },
};
