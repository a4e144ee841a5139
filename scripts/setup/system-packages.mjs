/**
 * What Electron and the tests need from a Linux system: shared libraries, a font, Xvfb, rsvg-convert. As root on Debian and Ubuntu the
 * missing packages are installed; everyone else gets the command to type.
 */
import { existsSync, readdirSync, readFileSync, statSync } from 'node:fs';
import { join } from 'node:path';
import { Failure } from '../lib/failure.mjs';
import { mustRun, run, which } from '../lib/processes.mjs';

/** Debian packages by the library they provide. Names that newer releases changed (64-bit time) come second. */
const providers = {
  'libgtk-3.so.0': ['libgtk-3-0', 'libgtk-3-0t64'],
  'libgdk-3.so.0': ['libgtk-3-0', 'libgtk-3-0t64'],
  'libatk-1.0.so.0': ['libatk1.0-0', 'libatk1.0-0t64'],
  'libatk-bridge-2.0.so.0': ['libatk-bridge2.0-0', 'libatk-bridge2.0-0t64'],
  'libatspi.so.0': ['libatspi2.0-0', 'libatspi2.0-0t64'],
  'libglib-2.0.so.0': ['libglib2.0-0', 'libglib2.0-0t64'],
  'libgobject-2.0.so.0': ['libglib2.0-0', 'libglib2.0-0t64'],
  'libgio-2.0.so.0': ['libglib2.0-0', 'libglib2.0-0t64'],
  'libcups.so.2': ['libcups2', 'libcups2t64'],
  'libasound.so.2': ['libasound2', 'libasound2t64'],
  'libnss3.so': ['libnss3'],
  'libnssutil3.so': ['libnss3'],
  'libsmime3.so': ['libnss3'],
  'libnspr4.so': ['libnspr4'],
  'libdbus-1.so.3': ['libdbus-1-3'],
  'libgbm.so.1': ['libgbm1'],
  'libdrm.so.2': ['libdrm2'],
  'libexpat.so.1': ['libexpat1'],
  'libxkbcommon.so.0': ['libxkbcommon0'],
  'libpango-1.0.so.0': ['libpango-1.0-0'],
  'libcairo.so.2': ['libcairo2'],
  'libX11.so.6': ['libx11-6'],
  'libxcb.so.1': ['libxcb1'],
  'libXcomposite.so.1': ['libxcomposite1'],
  'libXdamage.so.1': ['libxdamage1'],
  'libXext.so.6': ['libxext6'],
  'libXfixes.so.3': ['libxfixes3'],
  'libXrandr.so.2': ['libxrandr2'],
  'libXss.so.1': ['libxss1'],
  'libudev.so.1': ['libudev1'],
};

/** Shared libraries that the dynamic linker does not find for this Electron. */
export async function missingLibraries(electronPath, env = process.env) {
  if (process.platform !== 'linux') return [];
  const asked = await run('ldd', [electronPath], { env });
  return [...new Set([...asked.output.matchAll(/^\s*(\S+) => not found/gm)].map((found) => found[1]))];
}

/** Debian packages for libraries, as lists of names to choose from, and the libraries that none is known for. */
export function packagesFor(libraries) {
  const choices = new Map();
  const unknown = [];
  for (const library of libraries) {
    const names = providers[library];
    if (names) choices.set(names[0], names);
    else unknown.push(library);
  }
  return { choices: [...choices.values()], unknown };
}

function hasFont(folder = '/usr/share/fonts', depth = 0) {
  if (depth > 4 || !existsSync(folder)) return false;
  return readdirSync(folder, { withFileTypes: true }).some((item) =>
    item.isDirectory()
      ? hasFont(join(folder, item.name), depth + 1)
      : /\.(ttf|otf|ttc|pfb)$/i.test(item.name),
  );
}

/** What the tests run besides, by the package that has it. */
export const TEST_PROGRAMS = { Xvfb: 'xvfb', 'rsvg-convert': 'librsvg2-bin' };

export const missingPrograms = (env = process.env) =>
  Object.keys(TEST_PROGRAMS).filter((name) => !which(name, env) && !which(name, { PATH: '/usr/bin' }));

/** What is missing on this system. */
export async function missingFromSystem({ electronPath, forTests, env = process.env }) {
  if (process.platform !== 'linux') return { libraries: [], choices: [], unknown: [], programs: [] };
  const libraries = await missingLibraries(electronPath, env);
  const { choices, unknown } = packagesFor(libraries);
  const programs = forTests ? missingPrograms(env) : [];
  for (const name of programs) choices.push([TEST_PROGRAMS[name]]);
  // Text without any font is drawn as empty boxes.
  if (!hasFont() && !hasFont(join(env.HOME ?? '/nonexistent', '.fonts'))) choices.push(['fonts-dejavu-core']);
  return { libraries, choices, unknown, programs };
}

/**
 * Makes sure that Electron can start. What only tests or looks need is asked for, but stops nothing unless `forTests`.
 */
export async function provideSystemPackages({ electronPath, forTests = false, env = process.env, progress }) {
  const missing = await missingFromSystem({ electronPath, forTests, env });
  if (!missing.choices.length && !missing.unknown.length) return;
  const root = process.getuid?.() === 0;
  if (root && which('apt-get', env) && missing.choices.length) {
    await install(missing.choices, { env, progress });
    const still = await missingFromSystem({ electronPath, forTests, env });
    if (still.libraries.length)
      throw new Failure(sentence(still, await packageNames(still.choices, env), env));
    return;
  }
  const text = sentence(missing, await packageNames(missing.choices, env), env);
  if (missing.libraries.length || missing.programs.length) throw new Failure(text);
  progress.line(`resbench: ${text}`);
}

function sentence(missing, names, env) {
  const what = [];
  if (missing.libraries.length)
    what.push(`Electron needs shared libraries that are not here: ${missing.libraries.join(', ')}.`);
  if (missing.programs.includes('Xvfb'))
    what.push('The tests need Xvfb, a display without a screen, which is not here.');
  if (missing.programs.includes('rsvg-convert'))
    what.push('The tests look at vector drawings by rsvg-convert, which is not here.');
  if (!what.length) what.push('No font was found: text would be empty boxes.');
  if (which('apt-get', env) && names.length) {
    what.push(
      `Type: sudo apt-get update && sudo apt-get install -y --no-install-recommends ${names.join(' ')}`,
    );
  } else {
    what.push('Install the packages that provide them with your package manager.');
  }
  return what.join(' ');
}

/** Of each list the name that this release of Debian or Ubuntu has. */
async function packageNames(choices, env) {
  const names = [];
  for (const choice of choices) names.push(choice.length === 1 ? choice[0] : await knownName(choice, env));
  return names;
}

async function knownName(choice, env) {
  for (const name of choice) {
    const asked = await run('apt-cache', ['policy', name], { env });
    if (/Candidate: (?!\(none\))\S/.test(asked.stdout)) return name;
  }
  return choice[0];
}

async function install(choices, { env, progress }) {
  const quiet = { env: { ...env, DEBIAN_FRONTEND: 'noninteractive' } };
  await progress.during('system packages', {}, async (task) => {
    task.update({ note: 'apt-get update' });
    // Some list may be out of reach; whether the packages are there shows at once.
    await run('apt-get', ['update'], quiet);
    const names = await packageNames(choices, env);
    task.update({ note: `apt-get install ${names.join(' ')}` });
    await mustRun(
      'apt-get',
      ['install', '-y', '--no-install-recommends', ...names],
      quiet,
      `apt-get could not install ${names.join(' ')}. Install them by hand, then run \`npm run setup\` again.`,
    );
  });
}

/**
 * Whether Chromium's sandbox can work for this user, or the sentence with the cure: some systems keep user namespaces
 * from programs, then the helper beside Electron must belong to root.
 */
export function sandboxProblem(electronPath, { read, stat } = system) {
  if (process.platform !== 'linux' || process.getuid?.() === 0) return null;
  const closed =
    read('/proc/sys/kernel/apparmor_restrict_unprivileged_userns') === '1' ||
    read('/proc/sys/kernel/unprivileged_userns_clone') === '0' ||
    read('/proc/sys/user/max_user_namespaces') === '0';
  if (!closed) return null;
  const helper = join(electronPath, '..', 'chrome-sandbox');
  const info = stat(helper);
  if (info && info.uid === 0 && (info.mode & 0o4000) !== 0) return null;
  return (
    'This system keeps user namespaces from programs, so Electron needs its sandbox helper to belong to root. ' +
    `Type: sudo chown root:root ${helper} && sudo chmod 4755 ${helper}`
  );
}

const system = {
  read: (path) => tryTo(() => readFileSync(path, 'utf8').trim()),
  stat: (path) => tryTo(() => statSync(path)),
};

function tryTo(look) {
  try {
    return look();
  } catch {
    return null;
  }
}
