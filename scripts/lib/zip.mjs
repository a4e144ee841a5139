/**
 * Unpacks zip archives (Electron's releases, Python wheels) with nothing but Node: entries are streamed, executable
 * bits and symbolic links are kept, a path or a link that would leave the target folder is refused, each entry's
 * length is checked. Format: PKWARE APPNOTE 4.3 with the zip64 records that archives beyond 4 GB use.
 */
import { createReadStream, createWriteStream } from 'node:fs';
import { chmod, mkdir, open, symlink } from 'node:fs/promises';
import { dirname, isAbsolute, join, relative, resolve, sep } from 'node:path';
import { Readable } from 'node:stream';
import { pipeline } from 'node:stream/promises';
import { createInflateRaw } from 'node:zlib';
import { Failure } from './failure.mjs';

const END = 0x06054b50;
const END64_LOCATOR = 0x07064b50;
const CENTRAL = 0x02014b50;
const LOCAL = 0x04034b50;
const LINK = 0o120000;
const KIND = 0o170000;

/** The archive's entries: `{ name, method, packed, size, mode, offset }`, lengths in bytes. */
export async function zipEntries(file) {
  const handle = await open(file, 'r');
  try {
    return await readDirectory(handle, file);
  } finally {
    await handle.close();
  }
}

/**
 * Unpacks the entries for which `target(name)` gives a path inside `folder` (null leaves an entry out).
 * `onBytes(count)` is told of unpacked bytes.
 */
export async function unzip(file, folder, { target = (name) => name, onBytes = () => {} } = {}) {
  const handle = await open(file, 'r');
  try {
    for (const entry of await readDirectory(handle, file)) {
      const name = target(entry.name);
      if (name === null || name === '') continue;
      const path = inside(folder, name, file);
      if (entry.name.endsWith('/')) {
        await mkdir(path, { recursive: true });
        continue;
      }
      await mkdir(dirname(path), { recursive: true });
      if ((entry.mode & KIND) === LINK) {
        const chunks = [];
        for await (const chunk of await contents(handle, entry, file)) chunks.push(chunk);
        const to = Buffer.concat(chunks).toString('utf8');
        if (isAbsolute(to))
          throw new Failure(`${file}: the link ${entry.name} leaves its folder; not unpacked.`);
        inside(folder, relative(resolve(folder), resolve(dirname(path), to)), file);
        await symlink(to, path);
        continue;
      }
      let written = 0;
      const source = await contents(handle, entry, file);
      source.on('data', (chunk) => {
        written += chunk.length;
        onBytes(chunk.length);
      });
      await pipeline(source, createWriteStream(path));
      if (written !== entry.size) {
        throw new Failure(`${file}: ${entry.name} has ${written} bytes, expected ${entry.size}.`);
      }
      if (entry.mode & 0o111) await chmod(path, 0o755);
    }
  } finally {
    await handle.close();
  }
}

function inside(folder, name, file) {
  const root = resolve(folder);
  const path = resolve(join(root, name));
  if (path !== root && !path.startsWith(root + sep)) {
    throw new Failure(`${file}: the entry ${name} leaves its folder; not unpacked.`);
  }
  return path;
}

async function bytes(handle, position, length) {
  const buffer = Buffer.alloc(length);
  const { bytesRead } = await handle.read(buffer, 0, length, position);
  return buffer.subarray(0, bytesRead);
}

async function contents(handle, entry, file) {
  const header = await bytes(handle, entry.offset, 30);
  if (header.length < 30 || header.readUInt32LE(0) !== LOCAL) {
    throw new Failure(`${file} is damaged at the entry ${entry.name}.`);
  }
  const start = entry.offset + 30 + header.readUInt16LE(26) + header.readUInt16LE(28);
  if (entry.packed === 0) return Readable.from([]);
  const raw = createReadStream('', {
    fd: handle.fd,
    start,
    end: start + entry.packed - 1,
    autoClose: false,
    highWaterMark: 1 << 18,
  });
  if (entry.method === 0) return raw;
  if (entry.method !== 8) throw new Failure(`${file}: ${entry.name} is packed by an unknown method.`);
  const inflate = createInflateRaw({ chunkSize: 1 << 18 });
  raw.on('error', (error) => inflate.destroy(error));
  return raw.pipe(inflate);
}

async function readDirectory(handle, file) {
  const { size } = await handle.stat();
  const tailLength = Math.min(size, 65_557);
  const tail = await bytes(handle, size - tailLength, tailLength);
  let at = tail.length - 22;
  while (at >= 0 && tail.readUInt32LE(at) !== END) at--;
  if (at < 0) throw new Failure(`${file} is not a zip archive, or is cut short.`);
  let count = tail.readUInt16LE(at + 10);
  let length = tail.readUInt32LE(at + 12);
  let offset = tail.readUInt32LE(at + 16);
  if (at >= 20 && tail.readUInt32LE(at - 20) === END64_LOCATOR) {
    const end64 = await bytes(handle, Number(tail.readBigUInt64LE(at - 12)), 56);
    count = Number(end64.readBigUInt64LE(32));
    length = Number(end64.readBigUInt64LE(40));
    offset = Number(end64.readBigUInt64LE(48));
  }
  const directory = await bytes(handle, offset, length);
  const entries = [];
  let p = 0;
  for (let i = 0; i < count; i++) {
    if (p + 46 > directory.length || directory.readUInt32LE(p) !== CENTRAL) {
      throw new Failure(`${file} has a damaged table of contents.`);
    }
    const nameLength = directory.readUInt16LE(p + 28);
    const extraLength = directory.readUInt16LE(p + 30);
    const commentLength = directory.readUInt16LE(p + 32);
    const entry = {
      name: directory.toString('utf8', p + 46, p + 46 + nameLength),
      method: directory.readUInt16LE(p + 10),
      packed: directory.readUInt32LE(p + 20),
      size: directory.readUInt32LE(p + 24),
      mode: directory.readUInt32LE(p + 38) >>> 16,
      offset: directory.readUInt32LE(p + 42),
    };
    readZip64(directory.subarray(p + 46 + nameLength, p + 46 + nameLength + extraLength), entry);
    entries.push(entry);
    p += 46 + nameLength + extraLength + commentLength;
  }
  return entries;
}

/** Numbers that did not fit into 32 bits stand in the extra field 0x0001, in this order. */
function readZip64(extra, entry) {
  for (let p = 0; p + 4 <= extra.length; p += 4 + extra.readUInt16LE(p + 2)) {
    if (extra.readUInt16LE(p) !== 1) continue;
    let q = p + 4;
    for (const key of ['size', 'packed', 'offset']) {
      if (entry[key] !== 0xffffffff) continue;
      entry[key] = Number(extra.readBigUInt64LE(q));
      q += 8;
    }
  }
}
