import { createHash } from 'node:crypto';
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { createServer, type IncomingMessage, type Server, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { download, partLength, type DownloadOptions } from '../../../../src/main/datasets/download';

/** Content whose every piece is different, so that a piece in the wrong place shows. */
const CONTENT = Buffer.concat(
  Array.from({ length: 20000 }, (_, i) => createHash('sha1').update(String(i)).digest()),
);
const NO_PAUSES = { pauses: [1, 1, 1] };

let folder: string;
let part: string;
let server: Server;
let url: string;
let answer: (request: IncomingMessage, response: ServerResponse) => void;
let ranges: (string | undefined)[];

beforeEach(async () => {
  folder = mkdtempSync(join(tmpdir(), 'resbench-'));
  part = join(folder, 'file.part');
  ranges = [];
  server = createServer((request, response) => {
    ranges.push(request.headers.range);
    answer(request, response);
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  url = `http://127.0.0.1:${(server.address() as AddressInfo).port}/file`;
});

afterEach(async () => {
  const closed = new Promise((resolve) => server.close(resolve));
  rmSync(folder, { recursive: true, force: true });
  await closed;
});

/** Answers like any server that can resume; sends no more than `until`, and then nothing further. */
const serve = (request: IncomingMessage, response: ServerResponse, until = CONTENT.length): void => {
  const from = Number(/^bytes=(\d+)-$/.exec(request.headers.range ?? '')?.[1] ?? 0);
  if (from > 0) {
    response.writeHead(206, {
      'content-length': CONTENT.length - from,
      'content-range': `bytes ${from}-${CONTENT.length - 1}/${CONTENT.length}`,
    });
  } else {
    response.writeHead(200, { 'content-length': CONTENT.length });
  }
  response.write(CONTENT.subarray(from, until));
};

async function fetchIt(
  more: Partial<DownloadOptions> = {},
): Promise<{ failure: unknown; progress: number[] }> {
  const progress: number[] = [];
  const failure = await download({
    url,
    part,
    bytes: CONTENT.length,
    signal: new AbortController().signal,
    onProgress: (done) => progress.push(done),
    ...NO_PAUSES,
    ...more,
  }).then(
    () => null,
    (error: { failure?: unknown }) => error.failure ?? error,
  );
  return { failure, progress };
}

const isComplete = (): boolean => Buffer.compare(readFileSync(part), CONTENT) === 0;

describe('download', () => {
  it('fetches a file and reports bytes from 0 to all', async () => {
    answer = serve;
    const { failure, progress } = await fetchIt();
    expect(failure).toBeNull();
    expect([progress[0], progress[progress.length - 1]]).toEqual([0, CONTENT.length]);
    expect(isComplete()).toBe(true);
  });

  it('asks only for the rest of what has arrived, and starts its report there', async () => {
    writeFileSync(part, CONTENT.subarray(0, 123456));
    answer = serve;
    const { failure, progress } = await fetchIt();
    expect(failure).toBeNull();
    expect(ranges).toEqual(['bytes=123456-']);
    expect(progress[0]).toBe(123456);
    expect(isComplete()).toBe(true);
  });

  it('does not ask at all when everything has arrived', async () => {
    writeFileSync(part, CONTENT);
    expect((await fetchIt()).failure).toBeNull();
    expect(ranges).toEqual([]);
  });

  it('resumes by itself after connections that break', async () => {
    answer = (request, response) => {
      const until = [100000, 250000][ranges.length - 1];
      serve(request, response, until);
      if (until === undefined) return;
      // The connection breaks when these bytes have reached the file.
      const watch = setInterval(() => {
        if (partLength(part) !== until) return;
        clearInterval(watch);
        response.destroy();
      }, 2);
    };
    const { failure } = await fetchIt();
    expect(failure).toBeNull();
    expect(isComplete()).toBe(true);
    expect(ranges).toEqual([undefined, 'bytes=100000-', 'bytes=250000-']);
  });

  it('gives up after connections that break and bring nothing, and keeps what there is', async () => {
    writeFileSync(part, CONTENT.subarray(0, 5000));
    answer = (_request, response) => void response.destroy();
    const { failure } = await fetchIt();
    expect(failure).toMatchObject({ code: 'network' });
    expect(ranges).toHaveLength(3);
    expect(partLength(part)).toBe(5000);
  });

  it('starts over with a server that cannot resume', async () => {
    writeFileSync(part, Buffer.from('an old beginning'));
    answer = (_request, response) => {
      response.writeHead(200, { 'content-length': CONTENT.length });
      response.end(CONTENT);
    };
    expect((await fetchIt()).failure).toBeNull();
    expect(isComplete()).toBe(true);
  });

  it('starts over when the server says that the rest is not there', async () => {
    writeFileSync(part, CONTENT.subarray(0, 100));
    answer = (request, response) => {
      if (request.headers.range === undefined) serve(request, response);
      else response.writeHead(416).end();
    };
    const { failure } = await fetchIt();
    expect(failure).toBeNull();
    expect(isComplete()).toBe(true);
  });

  it('starts over when more has arrived than the file has', async () => {
    writeFileSync(part, Buffer.alloc(CONTENT.length + 1));
    answer = serve;
    expect((await fetchIt()).failure).toBeNull();
    expect(isComplete()).toBe(true);
  });

  it('refuses a file of another length before fetching it', async () => {
    answer = (_request, response) => {
      response.writeHead(200, { 'content-length': 7 });
      response.end('1234567');
    };
    expect((await fetchIt()).failure).toMatchObject({
      code: 'network',
      message: expect.stringContaining('has a file of 7 bytes, expected 400000') as string,
    });
    expect(partLength(part)).toBe(0);
  });

  it('stops at a body that is longer than the file', async () => {
    answer = (_request, response) => {
      response.writeHead(200);
      response.write(CONTENT);
      response.end(CONTENT);
    };
    expect((await fetchIt({ pauses: [] })).failure).toMatchObject({
      code: 'network',
      message: expect.stringContaining("sent more than the file's 400000 bytes") as string,
    });
  });

  it('names server and answer when the file is not there, and asks once', async () => {
    answer = (_request, response) => void response.writeHead(404).end();
    expect((await fetchIt()).failure).toEqual({
      code: 'network',
      message: `${new URL(url).host} answered 404 Not Found.`,
    });
    expect(ranges).toHaveLength(1);
  });

  it('follows redirects, but not for ever', async () => {
    answer = (request, response) => {
      if (request.url === '/file') response.writeHead(302, { location: '/other' }).end();
      else if (request.url === '/other') serve(request, response);
      else response.writeHead(302, { location: request.url }).end();
    };
    expect((await fetchIt()).failure).toBeNull();
    expect(isComplete()).toBe(true);
    rmSync(part);
    expect((await fetchIt({ url: url.replace('/file', '/round') })).failure).toMatchObject({
      code: 'network',
    });
  });

  it('names server and cause when nobody answers', async () => {
    const closed = createServer();
    await new Promise<void>((resolve) => closed.listen(0, '127.0.0.1', resolve));
    const { port } = closed.address() as AddressInfo;
    await new Promise((resolve) => closed.close(resolve));
    expect((await fetchIt({ url: `http://127.0.0.1:${port}/file` })).failure).toEqual({
      code: 'network',
      message: `127.0.0.1:${port} could not be reached (ECONNREFUSED).`,
    });
  });

  it('gives up a server that falls silent', async () => {
    answer = (_request, response) => {
      response.writeHead(200, { 'content-length': CONTENT.length });
      response.write(CONTENT.subarray(0, 1000));
    };
    expect((await fetchIt({ idleTimeout: 50, pauses: [] })).failure).toMatchObject({ code: 'network' });
  });

  it('stops when cancelled and keeps what has arrived', async () => {
    const abort = new AbortController();
    answer = (_request, response) => {
      response.writeHead(200, { 'content-length': CONTENT.length });
      response.write(CONTENT.subarray(0, 200000));
    };
    const { failure } = await fetchIt({
      signal: abort.signal,
      onProgress: (done) => {
        if (done === 200000) abort.abort();
      },
    });
    expect(failure).toMatchObject({ code: 'cancelled' });
    const kept = readFileSync(part);
    expect(Buffer.compare(kept, CONTENT.subarray(0, kept.length))).toBe(0);
  });

  it('names the folder that cannot be written', async () => {
    answer = serve;
    writeFileSync(join(folder, 'a-file'), '');
    const { failure } = await fetchIt({ part: join(folder, 'a-file', 'file.part') });
    expect(failure).toMatchObject({
      code: 'storage',
      message: expect.stringContaining(join(folder, 'a-file', 'file.part')) as string,
    });
  });
});
