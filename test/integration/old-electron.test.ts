/** `npm start` where only the old Electron is there: on a terminal of Python's, and without one. */
import { execFile, spawn } from 'node:child_process';
import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { node, root, withFolder } from '../unit/scripts/load';

const { electron } = JSON.parse(
  readFileSync(join(root, 'node_modules', '.resbench', 'setup.json'), 'utf8'),
) as { electron: { source: string } };

/** A display that is named but cannot be opened: a window that is tried ends at once. */
const NO_SUCH_DISPLAY = ':4711';

function environment(folder: string): NodeJS.ProcessEnv {
  const env: NodeJS.ProcessEnv = { ...process.env, RESBENCH_CACHE: join(folder, 'cache') };
  delete env.RESBENCH_ALLOW_OLD_ELECTRON;
  delete env.WAYLAND_DISPLAY;
  delete env.ELECTRON_RUN_AS_NODE;
  return { ...env, RESBENCH_HOME: join(folder, 'home'), DISPLAY: NO_SUCH_DISPLAY };
}

/** Runs `node scripts/start.mjs` on a terminal, types the answer when it is asked for, prints all that was said. */
const ON_A_TERMINAL = `
import os, pty, sys
answer, command = sys.argv[1], sys.argv[2:]
pid, terminal = pty.fork()
if pid == 0:
    os.execvp(command[0], command)
said, typed = b"", False
while True:
    try:
        more = os.read(terminal, 4096)
    except OSError:
        break
    if not more:
        break
    said += more
    if b"[y/N]" in said and not typed:
        typed = True
        os.write(terminal, answer.encode() + b"\\n")
_, status = os.waitpid(pid, 0)
sys.stdout.buffer.write(said)
sys.exit(os.waitstatus_to_exitcode(status) & 255)
`;

function onTerminal(answer: string, env: NodeJS.ProcessEnv): Promise<{ code: number | null; said: string }> {
  const args = ['-c', ON_A_TERMINAL, answer, node, join(root, 'scripts', 'start.mjs')];
  return new Promise((done) => {
    const child = execFile('python3', args, { cwd: root, env }, (_, said, stderr) =>
      done({ code: child.exitCode, said: said + stderr }),
    );
  });
}

describe.runIf(electron.source === 'fallback' && process.platform === 'linux')('npm start', () => {
  it('asks on a terminal; a no opens nothing, a yes is kept and not asked for again', () =>
    withFolder(async (folder) => {
      const env = environment(folder);
      const no = await onTerminal('n', env);
      expect(no.said).toContain('[y/N]');
      expect(no.said).toContain('no window was opened');
      expect(no.code).toBe(1);
      expect(existsSync(join(folder, 'home'))).toBe(false);
      expect(existsSync(join(folder, 'cache', 'old-electron-allowed.json'))).toBe(false);

      const yes = await onTerminal('y', env);
      expect(yes.said).toContain('[y/N]');
      expect(yes.said).not.toContain('no window was opened');
      expect(yes.said, 'Electron itself was started').toMatch(/display/i);
      expect(readdirSync(join(folder, 'cache'))).toContain('old-electron-allowed.json');

      const again = await onTerminal('n', env);
      expect(again.said).not.toContain('[y/N]');
      expect(again.said).toMatch(/display/i);
    }));

  it('without a terminal asks nothing, says what to do, and runs the quick start instead', () =>
    withFolder(async (folder) => {
      const child = spawn(node, [join(root, 'scripts', 'start.mjs')], {
        cwd: root,
        env: environment(folder),
        stdio: ['ignore', 'pipe', 'pipe'],
      });
      let stderr = '';
      let stdout = '';
      child.stderr.on('data', (text) => (stderr += String(text)));
      const exit = new Promise((done) => child.once('exit', done));
      // The quick start speaks; it need not train to its end here.
      await new Promise<void>((done) => {
        child.stdout.on('data', (text) => {
          stdout += String(text);
          done();
        });
        child.once('exit', () => done());
      });
      child.kill('SIGTERM');
      await exit;
      expect(stderr).toContain('RESBENCH_ALLOW_OLD_ELECTRON=1');
      expect(stderr).toContain('quick start');
      expect(stdout).not.toBe('');
    }));
});
