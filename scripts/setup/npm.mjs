/** The npm packages: `npm ci` with install scripts off, its downloads in our cache folder. */
import { createHash } from 'node:crypto';
import { existsSync, mkdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { projectRoot } from '../lib/paths.mjs';
import { mustRun, npmCommand } from '../lib/processes.mjs';
import { installedMatchesLock } from './lockfile.mjs';

export async function installPackages({ root, env, progress }) {
  const [npm, ...first] = npmCommand(env);
  // The project's .npmrc silences npm (its banner would spoil JSON output); here its errors are wanted.
  const args = ['ci', '--ignore-scripts', '--no-audit', '--no-fund', '--loglevel=error', '--prefer-offline'];
  args.push('--cache', join(root, 'npm'));
  await progress.during('npm packages', {}, async (task) => {
    // An npm that outlived its killed set-up still writes into node_modules; two at once would spoil it.
    const clone = createHash('sha256').update(projectRoot).digest('hex').slice(0, 16);
    const note = join(root, 'locks', `npm-${clone}.pid`);
    task.update({ note: existsSync(note) ? 'waiting for an npm that is still at work' : '' });
    while (existsSync(note) && isNpm(Number(readFileSync(note, 'utf8')))) {
      await new Promise((go) => setTimeout(go, 500));
    }
    task.update({ note: '' });
    if (installedMatchesLock()) return;
    mkdirSync(dirname(note), { recursive: true });
    await mustRun(
      npm,
      [...first, ...args],
      { cwd: projectRoot, env, onStart: (pid) => writeFileSync(note, String(pid)) },
      "npm could not install the packages of package-lock.json. Check the network and npm's registry settings, then run " +
        '`npm run setup` again. npm said:',
    );
    rmSync(note, { force: true });
  });
}

/** Whether the process is there and, where Linux tells, still is npm and not a later one with its number. */
function isNpm(pid) {
  try {
    process.kill(pid, 0);
    const command = `/proc/${pid}/cmdline`;
    return !existsSync(command) || readFileSync(command, 'utf8').includes('npm');
  } catch {
    return false;
  }
}
