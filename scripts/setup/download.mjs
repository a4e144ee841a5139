/**
 * Downloads: over HTTP(S), from the Python package index by pip, from the npm registry by npm. Whatever the way, a file
 * is used only after its SHA-256 has been compared with the pinned one.
 */
import { createWriteStream, existsSync, readdirSync, statSync } from 'node:fs';
import { mkdir, rename, rm } from 'node:fs/promises';
import http from 'node:http';
import https from 'node:https';
import { basename, dirname, join } from 'node:path';
import { pipeline } from 'node:stream/promises';
import { Failure } from '../lib/failure.mjs';
import { lastLines, npmCommand, run } from '../lib/processes.mjs';
import { sha256Of } from './sums.mjs';

/** The server cannot be reached or does not have the file: another way may be tried. */
export class Unreachable extends Error {
  /** What its progress line ends with. */
  ending = 'not reachable';
}

/** Refuses and deletes a file whose SHA-256 is not the pinned one. */
export async function verify(file, sha256) {
  const actual = await sha256Of(file);
  if (actual === sha256) return;
  await rm(file, { force: true });
  throw new Failure(
    `${basename(file)} has the SHA-256 ${actual}, expected ${sha256}: the download is damaged or not the file that ` +
      `Resbench was built for. It was deleted; run \`npm run setup\` again.`,
  );
}

/**
 * Fetches `url` into `file` and verifies it. Bytes go to `<file>.part`, where a later try resumes. `decideMs` is how
 * long the first answer may take, redirects included, before the network counts as absent.
 */
export async function fetchFile(url, file, { sha256, decideMs = 5_000, stallMs = 30_000, tries = 3, task }) {
  const part = `${file}.part`;
  await mkdir(dirname(file), { recursive: true });
  for (let attempt = 1; ; attempt++) {
    const had = existsSync(part) ? statSync(part).size : 0;
    try {
      await fetchOnce(url, part, had, { decideMs, stallMs, task });
      break;
    } catch (error) {
      // Only a break in the middle is worth another try: what never answered will not answer now.
      const got = existsSync(part) ? statSync(part).size : 0;
      if (error instanceof Unreachable || got === had || attempt >= tries) {
        throw error instanceof Unreachable ? error : new Unreachable(`${error.message} (${url})`);
      }
    }
  }
  await rename(part, file);
  await verify(file, sha256);
}

async function fetchOnce(url, part, had, { decideMs, stallMs, task }) {
  const deadline = Date.now() + decideMs;
  const response = await answer(url, had ? { range: `bytes=${had}-` } : {}, deadline);
  if (response.statusCode === 416) {
    // The part is whole already, or longer than the file; the checksum decides.
    response.resume();
    return;
  }
  const resumes = had > 0 && response.statusCode === 206;
  const rest = Number(response.headers['content-length'] ?? 0);
  let done = resumes ? had : 0;
  task?.update({ done, total: rest ? done + rest : undefined });
  response.setTimeout(stallMs, () => response.destroy(new Error('no data came for a while')));
  response.on('data', (chunk) => task?.update({ done: (done += chunk.length) }));
  await pipeline(response, createWriteStream(part, { flags: resumes ? 'a' : 'w' }));
}

function answer(url, headers, deadline, redirects = 5) {
  return new Promise((resolve, reject) => {
    const { get } = url.startsWith('http://') ? http : https;
    const request = get(url, { headers: { 'user-agent': 'resbench-setup', ...headers } }, (response) => {
      clearTimeout(timer);
      const { statusCode = 0 } = response;
      const to = response.headers.location;
      if (statusCode >= 300 && statusCode < 400 && to && redirects > 0) {
        response.resume();
        resolve(answer(new URL(to, url).href, headers, deadline, redirects - 1));
      } else if (statusCode === 200 || statusCode === 206 || statusCode === 416) {
        resolve(response);
      } else {
        response.resume();
        reject(new Unreachable(`the server answered ${statusCode} for ${url}`));
      }
    });
    const timer = setTimeout(
      () => request.destroy(new Error('no answer')),
      Math.max(0, deadline - Date.now()),
    );
    request.on('error', (error) => {
      clearTimeout(timer);
      const { host } = new URL(url);
      reject(new Unreachable(error.message.includes(host) ? error.message : `${error.message} from ${host}`));
    });
  });
}

/**
 * Fetches a pinned wheel by pip, which uses the machine's own index settings. The Python tag is fixed, so that the same
 * file with the same SHA-256 comes whatever Python asks. Returns the wheel's path in `folder`.
 */
export async function fetchWheel(pin, folder, { python, task, env = process.env }) {
  const into = join(folder, 'wheel');
  const temporary = join(folder, 'pip');
  await mkdir(into, { recursive: true });
  await mkdir(temporary, { recursive: true });
  const args = ['-m', 'pip', 'download', '--no-deps', '--only-binary=:all:', '--no-cache-dir'];
  args.push('--disable-pip-version-check', '--no-input', '--quiet', '--dest', into);
  args.push('--implementation', 'cp', '--python-version', '311');
  for (const abi of ['cp311', 'abi3', 'none']) args.push('--abi', abi);
  for (const tag of pin.tags) args.push('--platform', tag);
  args.push(`${pin.package}==${pin.version}`);
  // pip shows no progress to a pipe: the bytes that have come so far are what lies in its two folders.
  const watch = setInterval(
    () => task?.update({ done: bytesIn(temporary) + bytesIn(into), total: pin.bytes }),
    500,
  );
  const result = await run(python, args, {
    env: { ...env, TMPDIR: temporary, TEMP: temporary, TMP: temporary },
  });
  clearInterval(watch);
  if (result.code !== 0) {
    throw new Failure(
      `pip could not download ${pin.package} ${pin.version}. Check the network and pip's index settings, ` +
        `then run \`npm run setup\` again. pip said:\n${lastLines(result.output)}`,
    );
  }
  await rm(temporary, { recursive: true, force: true });
  const name = readdirSync(into).find((file) => file.endsWith('.whl'));
  if (!name) throw new Failure(`pip downloaded ${pin.package} ${pin.version}, but left no wheel in ${into}.`);
  task?.update({ note: 'checking SHA-256' });
  await verify(join(into, name), pin.sha256);
  task?.update({ note: '' });
  return join(into, name);
}

function bytesIn(folder) {
  let sum = 0;
  try {
    for (const item of readdirSync(folder, { withFileTypes: true })) {
      const path = join(folder, item.name);
      sum += item.isDirectory() ? bytesIn(path) : statSync(path).size;
    }
  } catch {
    // pip has just removed or renamed something; the next look sees the rest.
  }
  return sum;
}

/** Fetches a pinned npm package's archive by npm, which uses the machine's own registry settings. Returns its path. */
export async function fetchNpmPackage(pin, folder, { env = process.env } = {}) {
  const [npm, ...first] = npmCommand(env);
  const args = ['pack', `${pin.package}@${pin.version}`, '--pack-destination', folder, '--loglevel=error'];
  // Its own npm cache, removed with the folder: the archive is unpacked and not needed again.
  args.push('--cache', join(folder, 'npm-cache'), '--ignore-scripts');
  const result = await run(npm, [...first, ...args], { cwd: folder, env });
  if (result.code !== 0) {
    throw new Failure(
      `npm could not download ${pin.package} ${pin.version}. Check the network and npm's registry settings, ` +
        `then run \`npm run setup\` again. npm said:\n${lastLines(result.output)}`,
    );
  }
  const name = readdirSync(folder).find((file) => file.endsWith('.tgz'));
  if (!name)
    throw new Failure(`npm downloaded ${pin.package} ${pin.version}, but left no archive in ${folder}.`);
  await verify(join(folder, name), pin.sha256);
  return join(folder, name);
}
