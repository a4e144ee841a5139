/**
 * Downloads a file over HTTP(S) so that nothing is fetched twice: what has arrived lies in a `.part` file, and the next
 * attempt (after a broken connection, a cancel, or the end of the program) asks for the rest only (RFC 9110, Range).
 * The content is checked by its hash afterwards, so an old beginning with a new end is noticed there.
 */
import { createWriteStream, rmSync, statSync, truncateSync } from 'node:fs';
import { request as httpRequest, type IncomingMessage } from 'node:http';
import { request as httpsRequest } from 'node:https';
import { pipeline } from 'node:stream/promises';
import { Transform } from 'node:stream';
import { errorCode, storageFailure } from '../../node/files/file-errors';
import { ExpectedError, expected } from '../../shared/result';
import { cancelled, wait } from './abort';

export interface DownloadOptions {
  url: string;
  /** Where the bytes gather. */
  part: string;
  /** Length of the whole file; more is refused. */
  bytes: number;
  signal: AbortSignal;
  /** Called with the length of what is there, at first with what an earlier attempt left. */
  onProgress: (done: number) => void;
  /** Certificates to trust; the built-in ones where left out. */
  ca?: string[];
  /** Time to connect, and for the server to say something further; milliseconds. */
  connectTimeout?: number;
  idleTimeout?: number;
  /** Waits between attempts when the connection breaks; milliseconds. */
  pauses?: number[];
}

const MAX_REDIRECTS = 5;

/**
 * Fetches the whole file into `part`. A connection that breaks after bytes have arrived is taken up again a few times.
 * @throws ExpectedError `network` (server and cause named), `storage`, or `cancelled`; `part` stays for the next time.
 */
export async function download(options: DownloadOptions): Promise<void> {
  const pauses = options.pauses ?? [500, 2000, 5000];
  let failures = 0;
  for (;;) {
    const before = partLength(options.part);
    if (before === options.bytes) return options.onProgress(before);
    // Longer than the file can be: not a beginning of it.
    if (before > options.bytes) rmSync(options.part, { force: true });
    let answered = false;
    try {
      await attempt(options, () => (answered = true));
      if (partLength(options.part) === options.bytes) return;
      throw expected('network', `${host(options.url)} closed the connection early.`);
    } catch (error) {
      if (options.signal.aborted) throw cancelled();
      const failure = explain(error, options);
      if (failure.failure.code !== 'network' || error instanceof Refused) throw failure;
      const after = partLength(options.part);
      // Out of reach from the start: trying again would only make the user wait.
      if (!answered && after === 0) throw failure;
      failures = after > before ? 0 : failures + 1;
      const pause = pauses[failures];
      if (pause === undefined) throw failure;
      await wait(pause, options.signal);
    }
  }
}

/** Bytes that have arrived so far. */
export function partLength(part: string): number {
  try {
    return statSync(part).size;
  } catch {
    return 0;
  }
}

/** The server answered, and the answer is no: another attempt would bring the same. */
class Refused extends ExpectedError {}

const host = (url: string): string => new URL(url).host;

function explain(error: unknown, options: DownloadOptions): ExpectedError {
  if (error instanceof ExpectedError) return error;
  const storage = storageFailure(error, options.part);
  // A connection that the system forbids carries EACCES too, but it has no path.
  if (storage && ((error as { path?: string }).path || errorCode(error) === 'ENOSPC')) return storage;
  const cause = errorCode(error) ?? (error as Error).message;
  return expected('network', `${host(options.url)} could not be reached (${cause}).`);
}

async function attempt(options: DownloadOptions, onAnswer: () => void): Promise<void> {
  const offset = partLength(options.part);
  const response = await open(options, options.url, offset, MAX_REDIRECTS);
  onAnswer();
  const refuse = (what: string): never => {
    response.destroy();
    throw new Refused(expected('network', `${host(options.url)} ${what}.`).failure);
  };
  const status = response.statusCode ?? 0;
  let from = 0;
  if (status === 206) {
    const range = /^bytes (\d+)-\d+\/(\d+|\*)$/.exec(response.headers['content-range'] ?? '');
    if (!range || Number(range[1]) !== offset) {
      refuse('sent another part of the file than it was asked for');
    } else if (range[2] !== '*' && Number(range[2]) !== options.bytes) {
      refuse(`has a file of ${range[2]} bytes, expected ${options.bytes}`);
    }
    from = offset;
  } else if (status === 416) {
    // What we have is not a beginning of what the server has: start over.
    response.destroy();
    rmSync(options.part, { force: true });
    throw expected('network', `${host(options.url)} does not have the rest of the file.`);
  } else if (status === 200) {
    const length = response.headers['content-length'];
    if (length !== undefined && Number(length) !== options.bytes) {
      refuse(`has a file of ${length} bytes, expected ${options.bytes}`);
    }
    // The server cannot resume and sends everything.
    if (offset > 0) truncateSync(options.part, 0);
  } else {
    refuse(`answered ${status} ${response.statusMessage ?? ''}`.trimEnd());
  }

  let done = from;
  options.onProgress(done);
  const counter = new Transform({
    transform(chunk: Buffer, _encoding, callback) {
      done += chunk.length;
      if (done > options.bytes) {
        callback(
          expected('network', `${host(options.url)} sent more than the file's ${options.bytes} bytes.`),
        );
        return;
      }
      options.onProgress(done);
      callback(null, chunk);
    },
  });
  const file = createWriteStream(options.part, { flags: 'a' });
  // A write may still be under way when the pipeline fails; only a closed file has the length to resume from.
  const closed = new Promise<void>((resolve) => file.once('close', resolve));
  try {
    await pipeline(response, counter, file, { signal: options.signal });
  } finally {
    await closed;
  }
}

/** The response after redirects, its body not yet read. */
function open(
  options: DownloadOptions,
  url: string,
  offset: number,
  redirects: number,
): Promise<IncomingMessage> {
  const { protocol } = new URL(url);
  return new Promise<IncomingMessage>((resolve, reject) => {
    if (protocol !== 'https:' && protocol !== 'http:') {
      return reject(new Refused(expected('network', `${url} is not an http address.`).failure));
    }
    const secure = protocol === 'https:';
    const idle = options.idleTimeout ?? 30000;
    const request = (secure ? httpsRequest : httpRequest)(url, {
      headers: {
        'user-agent': 'resbench',
        // The bytes themselves, or offsets would mean something else.
        'accept-encoding': 'identity',
        ...(offset > 0 ? { range: `bytes=${offset}-` } : {}),
      },
      ...(secure && options.ca ? { ca: options.ca } : {}),
      // One file, one connection: nothing must keep the process alive afterwards.
      agent: false,
    });
    const giveUp = setTimeout(
      () => request.destroy(Object.assign(new Error('no connection'), { code: 'ETIMEDOUT' })),
      options.connectTimeout ?? 5000,
    );
    const abort = (): void => void request.destroy(cancelled());
    options.signal.addEventListener('abort', abort, { once: true });
    if (options.signal.aborted) abort();
    request.on('close', () => options.signal.removeEventListener('abort', abort));
    request.on('socket', (socket) => {
      socket.once(secure ? 'secureConnect' : 'connect', () => clearTimeout(giveUp));
      socket.setTimeout(idle, () =>
        request.destroy(Object.assign(new Error('silent'), { code: 'ETIMEDOUT' })),
      );
    });
    request.on('error', (error) => {
      clearTimeout(giveUp);
      reject(error);
    });
    request.on('response', (response) => {
      clearTimeout(giveUp);
      const location = response.headers.location;
      if ([301, 302, 303, 307, 308].includes(response.statusCode ?? 0) && location) {
        response.destroy();
        const next = new URL(location, url);
        if (redirects === 0 || (secure && next.protocol !== 'https:')) {
          reject(
            new Refused(
              expected('network', `${host(url)} redirects in a way that is not safe to follow.`).failure,
            ),
          );
        } else {
          open(options, next.href, offset, redirects - 1).then(resolve, reject);
        }
        return;
      }
      resolve(response);
    });
    request.end();
  });
}
