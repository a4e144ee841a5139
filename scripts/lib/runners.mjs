/**
 * The checks and test runners of this project. Each gives a total `{ name, passed, failed, skipped }`; a runner that
 * crashes, or runs nothing, counts as one failure. Their output goes to the terminal as it comes.
 */
import { spawn } from 'node:child_process';
import { existsSync, mkdirSync, readFileSync, rmSync } from 'node:fs';
import { join } from 'node:path';
import { nodeModules, projectRoot } from './paths.mjs';
import { runEnv } from './run-env.mjs';

const tool = (...path) => join(nodeModules, ...path);

/** Checks that only pass or fail, as `[name, script, arguments]`. */
const checks = [
  ['types of main, trainer, cli, tests', tool('typescript', 'bin', 'tsc'), ['-p', 'tsconfig.json']],
  [
    'types of the renderer',
    tool('vue-tsc', 'bin', 'vue-tsc.js'),
    ['--noEmit', '-p', 'src/renderer/tsconfig.json'],
  ],
  ['lint', tool('eslint', 'bin', 'eslint.js'), ['.', '--max-warnings', '0']],
  [
    'imports',
    tool('dependency-cruiser', 'bin', 'dependency-cruise.mjs'),
    ['src', '--config', '.dependency-cruiser.mjs', '--output-type', 'err-long'],
  ],
  ['format', tool('prettier', 'bin', 'prettier.cjs'), ['--check', '--log-level', 'warn', '.']],
  // What nothing uses, and what nothing but tests uses; knip.config.ts says what is used in ways that cannot be seen.
  ['dead code', tool('knip', 'bin', 'knip.js'), ['--no-progress', '--treat-config-hints-as-errors']],
  ['code that only tests use', tool('knip', 'bin', 'knip.js'), ['--no-progress', '--production']],
  ['audit', join(projectRoot, 'scripts', 'audit.mjs'), ['--advisories-are-news']],
];

export async function runChecks(env = process.env) {
  const totals = [];
  for (const [name, script, args] of checks) {
    title(name);
    const code = await show(process.execPath, [script, ...args], env);
    process.stdout.write(code === 0 ? `${name}: passed\n` : `${name}: failed\n`);
    totals.push({ name, passed: code === 0 ? 1 : 0, failed: code === 0 ? 0 : 1, skipped: 0 });
  }
  return totals;
}

/** Unit tests that compute with TensorFlow. */
const NUMERIC = ['engine', 'checkpoints.test.ts', 'loop.test.ts', 'probe.test.ts'].map((name) =>
  join('test', 'unit', 'trainer', name),
);

/**
 * The numeric unit tests once more for each smaller instruction set that this processor can be held to: oneDNN has other
 * kernels for each, and users have every kind.
 */
export async function runNumeric(env = process.env) {
  const totals = [];
  for (const limit of smallerInstructionSets()) {
    const held = { ...env, ONEDNN_MAX_CPU_ISA: limit };
    totals.push(await runVitest('unit', held, { name: `numeric tests held to ${limit}`, files: NUMERIC }));
  }
  return totals;
}

/** Values of ONEDNN_MAX_CPU_ISA; none where oneDNN has no kernels for x86. */
function smallerInstructionSets() {
  if (process.arch !== 'x64') return [];
  try {
    const hasMore = /^flags\s*:.*\bavx512f\b/m.test(readFileSync('/proc/cpuinfo', 'utf8'));
    return hasMore ? ['AVX2', 'SSE41'] : ['SSE41'];
  } catch {
    // Not Linux: what the processor has is not known, and a limit above it limits nothing.
    return ['AVX2', 'SSE41'];
  }
}

/** Vitest on one of its projects, `unit` or `integration`; on the named files of it, or all. */
export async function runVitest(project, env = process.env, { name = `${project} tests`, files = [] } = {}) {
  title(name);
  const report = reportFile(`vitest-${name.replaceAll(' ', '-')}.json`);
  const args = [
    'run',
    '--project',
    project,
    '--reporter=default',
    '--reporter=json',
    `--outputFile.json=${report}`,
    ...files,
  ];
  const code = await show(process.execPath, [tool('vitest', 'vitest.mjs'), ...args], runEnv(env));
  return total(name, code, report, (result) => ({
    passed: result.numPassedTests,
    // A file that cannot be loaded has no tests, but fails.
    failed:
      result.numFailedTests +
      result.testResults.filter((file) => file.status === 'failed' && !file.assertionResults.length).length,
    skipped: result.numPendingTests + (result.numTodoTests ?? 0),
  }));
}

/** Playwright's end-to-end tests (those of the named files, or all), in a display that the environment names. */
export async function runPlaywright(env = process.env, files = []) {
  title('end-to-end tests');
  const report = reportFile('playwright.json');
  const code = await show(
    process.execPath,
    [tool('@playwright', 'test', 'cli.js'), 'test', '--reporter=list,json', ...files],
    {
      ...runEnv(env),
      PLAYWRIGHT_JSON_OUTPUT_NAME: report,
    },
  );
  return total('end-to-end tests', code, report, ({ stats, errors }) => ({
    passed: stats.expected + stats.flaky,
    failed: stats.unexpected + (stats.unexpected ? 0 : errors.length),
    skipped: stats.skipped,
  }));
}

function total(name, code, report, read) {
  let counts = { passed: 0, failed: 0, skipped: 0 };
  try {
    counts = read(JSON.parse(readFileSync(report, 'utf8')));
  } catch (error) {
    process.stdout.write(`${name}: the runner left no report (${error.message})\n`);
  }
  if (counts.passed + counts.failed === 0) {
    process.stdout.write(`${name}: nothing ran, which counts as a failure\n`);
    counts.failed = 1;
  } else if (code !== 0 && counts.failed === 0) {
    process.stdout.write(`${name}: the runner ended with code ${code}, which counts as a failure\n`);
    counts.failed = 1;
  }
  return { name, ...counts };
}

function reportFile(name) {
  const folder = join(projectRoot, 'test-results', 'totals');
  mkdirSync(folder, { recursive: true });
  const path = join(folder, name);
  if (existsSync(path)) rmSync(path);
  return path;
}

const title = (text) => process.stdout.write(`\n== ${text}\n`);

const children = new Set();
process.once('exit', () => children.forEach((child) => child.kill('SIGTERM')));
for (const signal of ['SIGINT', 'SIGTERM', 'SIGHUP']) process.once(signal, () => process.exit(1));

/** Runs a program on our terminal and resolves its exit code; null when it was ended by a signal. */
function show(command, args, env) {
  return new Promise((done) => {
    const child = spawn(command, args, { cwd: projectRoot, env, stdio: ['ignore', 'inherit', 'inherit'] });
    children.add(child);
    child.on('error', () => done(null));
    child.on('exit', (code) => {
      children.delete(child);
      done(code);
    });
  });
}

/** Prints a line per runner and, last, `N passed, N failed`; returns the exit code. */
export function conclude(totals) {
  const sum = (key) => totals.reduce((all, one) => all + one[key], 0);
  process.stdout.write('\n');
  for (const { name, passed, failed, skipped } of totals) {
    process.stdout.write(
      `${name}: ${passed} passed, ${failed} failed${skipped ? `, ${skipped} skipped` : ''}\n`,
    );
  }
  process.stdout.write(`${sum('passed')} passed, ${sum('failed')} failed\n`);
  return sum('failed') > 0 || sum('passed') === 0 ? 1 : 0;
}
