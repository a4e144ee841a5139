import { createHash } from 'node:crypto';
import { execFileSync } from 'node:child_process';
import { existsSync, mkdirSync, readFileSync, readdirSync, statSync, writeFileSync } from 'node:fs';
import { createServer, type RequestListener } from 'node:http';
import type { AddressInfo } from 'node:net';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { load, withFolder } from './load';

interface Task {
  update(state: object): void;
}
interface Wheel {
  package: string;
  version: string;
  tags: string[];
  sha256: string;
}
const { fetchFile, fetchWheel, Unreachable } = await load<{
  fetchFile(
    url: string,
    file: string,
    options: { sha256: string; decideMs?: number; task?: { update(progress: { done: number }): void } },
  ): Promise<void>;
  fetchWheel(
    pin: Wheel,
    folder: string,
    options: { python: string; task?: Task; env: NodeJS.ProcessEnv },
  ): Promise<string>;
  Unreachable: new () => Error;
}>('setup/download.mjs');
const { provideElectron } = await load<{ provideElectron(context: object): Promise<unknown> }>(
  'setup/electron.mjs',
);
const { Progress } = await load<{ Progress: new (stream: { write(text: string): void }) => object }>(
  'setup/progress.mjs',
);

const content = Buffer.alloc(300_000, 'residual networks ');
const sum = (data: Buffer | string): string => createHash('sha256').update(data).digest('hex');

async function withServer<T>(listener: RequestListener, work: (url: string) => Promise<T>): Promise<T> {
  const server = createServer(listener);
  await new Promise<void>((go) => server.listen(0, '127.0.0.1', go));
  try {
    return await work(`http://127.0.0.1:${(server.address() as AddressInfo).port}/`);
  } finally {
    await new Promise((go) => {
      server.close(go);
      server.closeAllConnections?.();
    });
  }
}

describe('a download', () => {
  it('is put in place when its SHA-256 is the pinned one, redirects followed', () =>
    withFolder(async (folder) => {
      const file = join(folder, 'file');
      const listener: RequestListener = (request, response) =>
        request.url === '/moved'
          ? response.writeHead(302, { location: '/here' }).end()
          : response.writeHead(200, { 'content-length': content.length, connection: 'close' }).end(content);
      await withServer(listener, (url) => fetchFile(`${url}moved`, file, { sha256: sum(content) }));
      expect(readFileSync(file)).toEqual(content);
      expect(readdirSync(folder)).toEqual(['file']);
    }));

  it('with another SHA-256 is refused by both sums and deleted', () =>
    withFolder(async (folder) => {
      const file = join(folder, 'file.zip');
      const damaged = Buffer.from(content);
      damaged[1000] = 0;
      const fetched = withServer(
        (_, response) => response.writeHead(200, { connection: 'close' }).end(damaged),
        (url) => fetchFile(url, file, { sha256: sum(content) }),
      );
      await expect(fetched).rejects.toThrow(
        `file.zip has the SHA-256 ${sum(damaged)}, expected ${sum(content)}`,
      );
      expect(readdirSync(folder)).toEqual([]);
    }));

  it('resumes where the connection broke', () =>
    withFolder(async (folder) => {
      const file = join(folder, 'file');
      const ranges: (string | undefined)[] = [];
      const listener: RequestListener = (request, response) => {
        ranges.push(request.headers.range);
        if (!request.headers.range) {
          response.writeHead(200, { 'content-length': content.length });
          response.write(content.subarray(0, 100_000));
          // The connection breaks once a part lies on the disk: a reset may take what has not been read or written yet.
          const waiting = setInterval(() => {
            if (!existsSync(`${file}.part`) || statSync(`${file}.part`).size === 0) return;
            clearInterval(waiting);
            response.destroy();
          }, 5);
          return;
        }
        const from = Number(/bytes=(\d+)-/.exec(request.headers.range)?.[1]);
        response.writeHead(206, { 'content-length': content.length - from, connection: 'close' });
        response.end(content.subarray(from));
      };
      await withServer(listener, (url) => fetchFile(url, file, { sha256: sum(content) }));
      expect(readFileSync(file)).toEqual(content);
      expect(ranges).toHaveLength(2);
      expect(ranges[1]).toMatch(/^bytes=[1-9]\d*-$/);
    }));

  it('from a server that never answers gives up as unreachable', () =>
    withFolder(async (folder) => {
      const silent = withServer(
        () => {},
        (url) => fetchFile(url, join(folder, 'file'), { sha256: sum(content), decideMs: 100 }),
      );
      await expect(silent).rejects.toBeInstanceOf(Unreachable);
    }));

  it('of Electron that is not the pinned release is refused, and the cache stays empty', () =>
    withFolder(async (folder) => {
      const said: string[] = [];
      const fetched = withServer(
        (_, response) => response.writeHead(200, { connection: 'close' }).end(content),
        (url) =>
          provideElectron({
            root: folder,
            env: { ELECTRON_MIRROR: url },
            platform: 'linux-arm64',
            progress: new Progress({ write: (text) => void said.push(text) }),
            say: (text: string) => void said.push(text),
          }),
      );
      await expect(fetched).rejects.toThrow(`SHA-256 ${sum(content)}, expected `);
      expect(existsSync(join(folder, 'electron'))).toBe(false);
      expect(readdirSync(join(folder, 'downloads'))).toEqual([]);
    }));

  it('of Electron that cannot be reached says what to do where there is no fallback', () =>
    withFolder(async (folder) => {
      const fetched = withServer(
        (_, response) => response.writeHead(404, { connection: 'close' }).end(),
        (url) =>
          provideElectron({
            root: folder,
            env: { ELECTRON_MIRROR: url },
            platform: 'darwin-arm64',
            progress: new Progress({ write: () => {} }),
            say: () => {},
          }),
      );
      await expect(fetched).rejects.toThrow(/could not be downloaded.*404.*ELECTRON_OVERRIDE_DIST_PATH/);
    }));
});

describe('a wheel', () => {
  /** A small, valid wheel in a folder that pip takes as its only source. */
  function makeWheel(folder: string): { env: NodeJS.ProcessEnv; sha256: string } {
    const source = join(folder, 'source');
    mkdirSync(source);
    const name = 'resbench_probe-1.0-py3-none-any.whl';
    const script = `
import sys, zipfile
with zipfile.ZipFile(sys.argv[1], 'w') as wheel:
    info = 'resbench_probe-1.0.dist-info/'
    wheel.writestr('resbench_probe.py', 'answer = 42\\n')
    wheel.writestr(info + 'METADATA', 'Metadata-Version: 2.1\\nName: resbench-probe\\nVersion: 1.0\\n')
    wheel.writestr(info + 'WHEEL', 'Wheel-Version: 1.0\\nGenerator: test\\nRoot-Is-Purelib: true\\nTag: py3-none-any\\n')
    wheel.writestr(info + 'RECORD', '')
`;
    const path = join(source, name);
    execFileSync('python3', ['-c', script, path]);
    const env = { ...process.env, PIP_NO_INDEX: '1', PIP_FIND_LINKS: source, PIP_CONFIG_FILE: '/dev/null' };
    return { env, sha256: sum(readFileSync(path)) };
  }
  const pin = (sha256: string): Wheel => ({
    package: 'resbench-probe',
    version: '1.0',
    tags: ['manylinux_2_27_x86_64'],
    sha256,
  });

  it('comes by pip and is checked', () =>
    withFolder(async (folder) => {
      const { env, sha256 } = makeWheel(folder);
      const path = await fetchWheel(pin(sha256), folder, { python: 'python3', env });
      expect(sum(readFileSync(path))).toBe(sha256);
    }));

  it('that is not the pinned file is refused and deleted', () =>
    withFolder(async (folder) => {
      const { env, sha256 } = makeWheel(folder);
      const fetched = fetchWheel(pin('0'.repeat(64)), folder, { python: 'python3', env });
      await expect(fetched).rejects.toThrow(`has the SHA-256 ${sha256}, expected ${'0'.repeat(64)}`);
      expect(readdirSync(join(folder, 'wheel'))).toEqual([]);
    }));

  it('that the index lacks gives a sentence with what pip said', () =>
    withFolder(async (folder) => {
      const { env } = makeWheel(folder);
      const absent = { ...pin('0'.repeat(64)), version: '2.0' };
      await expect(fetchWheel(absent, folder, { python: 'python3', env })).rejects.toThrow(
        /pip could not download resbench-probe 2\.0\.[\s\S]*No matching distribution/,
      );
    }));
});

describe('the other ways to get Electron', () => {
  it('name a folder of one’s own that lacks it', () =>
    withFolder(async (folder) => {
      writeFileSync(join(folder, 'readme'), '');
      const found = provideElectron({ env: { ELECTRON_OVERRIDE_DIST_PATH: folder }, platform: 'linux-x64' });
      await expect(found).rejects.toThrow(
        `ELECTRON_OVERRIDE_DIST_PATH is ${folder}, but there is no electron in it`,
      );
    }));
});
