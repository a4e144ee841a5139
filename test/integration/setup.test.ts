import { execFile } from 'node:child_process';
import { createHash } from 'node:crypto';
import { chmodSync, existsSync, readFileSync, renameSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { node, root, withFolder } from '../unit/scripts/load';

interface Ended {
  code: number | null;
  stdout: string;
  stderr: string;
}

/** Runs a script of this project in Node, as npm would. */
function script(name: string, args: string[] = [], env: NodeJS.ProcessEnv = {}): Promise<Ended> {
  return new Promise((done) => {
    const child = execFile(
      node,
      [join(root, 'scripts', name), ...args],
      { cwd: root, env: { ...process.env, ...env } },
      (_, stdout, stderr) => done({ code: child.exitCode, stdout, stderr }),
    );
  });
}

interface Stamp {
  electron: { path: string; version: string; abi: number; source: string };
  tensorflow: { version: string; flavour: string };
  sqlite: { path: string };
  binding: { path: string };
}
const stampPath = join(root, 'node_modules', '.resbench', 'setup.json');
const stamp = (): Stamp => JSON.parse(readFileSync(stampPath, 'utf8')) as Stamp;
const sum = (path: string): string => createHash('sha256').update(readFileSync(path)).digest('hex');

interface Report {
  ok: boolean;
  parts: {
    part: string;
    version: string | null;
    works: boolean | null;
    detail: string | null;
    cure: string | null;
  }[];
}
async function doctor(): Promise<Report & { code: number | null }> {
  const { code, stdout } = await script('start.mjs', ['doctor', '--json']);
  return { ...(JSON.parse(stdout) as Report), code };
}

describe('the set-up of this clone', () => {
  it('repeated does nothing, and speaks on stderr alone', async () => {
    const first = await script('setup.mjs');
    expect(first.code, first.stderr).toBe(0);
    const before = { stamp: readFileSync(stampPath, 'utf8'), at: statSync(stampPath).mtimeMs };
    const second = await script('setup.mjs');
    expect(second.code, second.stderr).toBe(0);
    expect(second.stdout).toBe('');
    // One line says that all is ready: no step was taken.
    expect(second.stderr.trim().split('\n')).toHaveLength(1);
    expect({ stamp: readFileSync(stampPath, 'utf8'), at: statSync(stampPath).mtimeMs }).toEqual(before);
  });

  it('recorded the versions that the parts report', async () => {
    const { parts, ok, code } = await doctor();
    expect(parts.filter(({ works }) => works === false)).toEqual([]);
    expect({ ok, code }).toEqual({ ok: true, code: 0 });
    const version = (name: string) => parts.find(({ part }) => part === name)?.version;
    expect(version('Electron')).toBe(stamp().electron.version);
    expect(version('TensorFlow')).toBe(stamp().tensorflow.version);
    expect(process.versions.modules).toBe(String(stamp().electron.abi));
  });

  it('is one of which doctor says what protects less than it should', async () => {
    const { parts } = await doctor();
    const detail = (name: string) => parts.find(({ part }) => part === name)?.detail;
    if (stamp().electron.source === 'fallback') expect(detail('Electron')).toMatch(/window/);
    if (process.getuid?.() === 0 && detail('Window')?.startsWith('opened')) {
      expect(detail('Window')).toContain('without its sandbox');
    }
  });

  it.each([
    ['SQLite', (): string => stamp().sqlite.path],
    ['TensorFlow', (): string => stamp().binding.path],
  ])(
    'with the native part of %s removed: doctor names it with the cure, set-up brings it back',
    async (name, find) => {
      const path = find();
      const before = sum(path);
      const aside = `${path}.aside`;
      renameSync(path, aside);
      try {
        const sick = await doctor();
        expect(sick.code).toBe(1);
        expect(sick.parts.filter(({ works }) => works === false)).toEqual([
          expect.objectContaining({ part: name, cure: 'Run: npm run setup' }),
        ]);
        // Doctor only looks.
        expect(existsSync(path)).toBe(false);

        const repaired = await script('setup.mjs');
        expect(repaired.code, repaired.stderr).toBe(0);
        expect(sum(path)).toBe(before);
      } finally {
        if (!existsSync(path)) renameSync(aside, path);
        rmSync(aside, { force: true });
      }
    },
  );

  it('after an update notices a native part of which one byte is another, and brings it back', async () => {
    const { path } = stamp().sqlite;
    const before = readFileSync(path);
    const sumBefore = sum(path);
    try {
      const changed = Buffer.from(before);
      changed.writeUInt8(changed.readUInt8(changed.length - 1) ^ 1, changed.length - 1);
      // In its own file: the one that programs have loaded stays as it is.
      writeFileSync(`${path}.changed`, changed);
      renameSync(`${path}.changed`, path);
      writeFileSync(stampPath, JSON.stringify({ ...stamp(), checked: 'of an earlier version' }));
      const repaired = await script('setup.mjs');
      expect(repaired.code, repaired.stderr).toBe(0);
      expect(repaired.stderr).toContain(`${path} is not as it was installed`);
      expect(sum(path)).toBe(sumBefore);
    } finally {
      if (sum(path) !== sumBefore) writeFileSync(path, before);
    }
  });

  it.skipIf(process.platform === 'win32')('refuses a cache folder that others may write', () =>
    withFolder(async (folder) => {
      chmodSync(folder, 0o777);
      const { code, stderr } = await script('setup.mjs', [], { RESBENCH_CACHE: folder });
      expect(code).toBe(1);
      expect(stderr).toContain(`${folder} may be written by others (mode 0777)`);
      expect(stderr).toContain(`Type: chmod -R go-w ${folder}`);
      expect(stderr.trim().split('\n')).toHaveLength(1);
    }),
  );

  it('says which option it does not know', async () => {
    const { code, stderr } = await script('setup.mjs', ['--gpus']);
    expect(code).toBe(1);
    expect(stderr).toMatch(/^resbench: Unknown option '--gpus'/);
  });

  it('prints the plan as JSON and nothing else', async () => {
    const { code, stdout } = await script('setup.mjs', ['--plan', '--platform', 'linux-x64', '--gpu']);
    expect(code).toBe(0);
    expect(JSON.parse(stdout)).toMatchObject({ platform: 'linux-x64', flavour: 'gpu' });
  });

  it.each([
    ['both flavours', ['--cpu', '--gpu'], 'exclude each other'],
    ['a GPU elsewhere', ['--plan', '--platform', 'darwin-arm64', '--gpu'], 'linux-x64 only'],
    ['an unknown platform', ['--plan', '--platform', 'amiga'], 'There is no platform amiga'],
  ])('refuses %s in one sentence', async (_, args, expected) => {
    const { code, stderr } = await script('setup.mjs', args);
    expect(code).toBe(1);
    expect(stderr).toContain(expected);
    expect(stderr).not.toMatch(/\n\s+at /);
  });

  it('with ELECTRON_OVERRIDE_DIST_PATH at a folder without Electron changes nothing', () =>
    withFolder(async (folder) => {
      const before = readFileSync(stampPath, 'utf8');
      const { code, stderr } = await script('setup.mjs', [], { ELECTRON_OVERRIDE_DIST_PATH: folder });
      expect(code).toBe(1);
      expect(stderr).toContain(`ELECTRON_OVERRIDE_DIST_PATH is ${folder}`);
      expect(readFileSync(stampPath, 'utf8')).toBe(before);
    }));
});

describe('the Electron that was found', () => {
  /** Runs Electron itself, with the switches that the product gives it. */
  function electron(args: string[]): Promise<Ended> {
    const env = { ...process.env };
    delete env.ELECTRON_RUN_AS_NODE;
    const root = process.platform === 'linux' && process.getuid?.() === 0 ? ['--no-sandbox'] : [];
    return new Promise((done) => {
      const child = execFile(stamp().electron.path, [...root, ...args], { env }, (_, stdout, stderr) =>
        done({ code: child.exitCode, stdout, stderr }),
      );
    });
  }

  it('says its version', async () => {
    expect((await electron(['--version'])).stdout.trim()).toBe(`v${stamp().electron.version}`);
  });

  it('runs the app that the command line names, with its name and modules required before it', async () => {
    await withFolder(async (folder) => {
      writeFileSync(join(folder, 'early.js'), 'global.early = true;');
      writeFileSync(
        join(folder, 'package.json'),
        JSON.stringify({ name: 'probe', productName: 'Probe', version: '1.2.3', main: 'main.js' }),
      );
      writeFileSync(
        join(folder, 'main.js'),
        `const { app } = require('electron');
        const answer = { name: app.getName(), version: app.getVersion(), path: app.getAppPath(),
          packaged: app.isPackaged, main: require.main === module, early: global.early, last: process.argv.at(-1) };
        process.stdout.write('answer ' + JSON.stringify(answer) + '\\n', () => app.exit(0));`,
      );
      const { stdout, stderr } = await electron(['-r', join(folder, 'early.js'), folder, 'word']);
      const line = stdout.split('\n').find((text) => text.startsWith('answer '));
      expect(JSON.parse(line?.slice('answer '.length) ?? `"${stderr}"`)).toEqual({
        name: 'Probe',
        version: '1.2.3',
        path: folder,
        packaged: false,
        main: true,
        early: true,
        last: 'word',
      });
    });
  });
});
