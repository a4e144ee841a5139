/**
 * Hostile inputs, one function each: what others may have put into a data folder, into a file that a user names, or around
 * the program. Each is made where it is needed, from a sound data folder where it lies in one, and none is large on the disk.
 */
import { execFileSync } from 'node:child_process';
import { createHash } from 'node:crypto';
import * as fs from 'node:fs';
import { createServer } from 'node:net';
import { dirname, join } from 'node:path';
import { constants as zlib, deflateRawSync, gzipSync } from 'node:zlib';
import Database from 'better-sqlite3';
import { pack } from 'tar-stream';
import type { Place } from './harness';

export const HOSTILE_NAME = 'A\u001b]0;title\u0007B\u001b[2J\u009b31mC\u202eD\u2066\nE\rF\u2028G';
const ZEROS = '0'.repeat(64);
const sha256 = (data: string | Buffer): string => createHash('sha256').update(data).digest('hex');

export const databaseOf = (place: Pick<Place, 'home'>): string => join(place.home, 'resbench.db');

/** What another program does to the database. */
export function meddle(place: Pick<Place, 'home'>, work: (sqlite: Database.Database) => void): void {
  const sqlite = new Database(databaseOf(place));
  try {
    sqlite.unsafeMode(true);
    sqlite.pragma('foreign_keys = OFF');
    sqlite.pragma('ignore_check_constraints = ON');
    work(sqlite);
    sqlite.pragma('wal_checkpoint(TRUNCATE)');
  } finally {
    sqlite.close();
  }
}

const exec =
  (sql: string) =>
  (place: Place): void =>
    meddle(place, (sqlite) => sqlite.exec(sql));

/** The same where each `?` is the number of a run. */
const execOn =
  (sql: string) =>
  (place: Place, run = 1): void =>
    meddle(place, (sqlite) => sqlite.exec(sql.replaceAll('?', String(run))));

function put(path: string, content: string | Buffer): void {
  fs.mkdirSync(dirname(path), { recursive: true });
  fs.writeFileSync(path, content);
}

/** A link in the data folder in the place of what has the name. */
function link(place: Place, name: string, to: string): void {
  const path = join(place.home, name);
  fs.mkdirSync(dirname(path), { recursive: true });
  fs.rmSync(path, { recursive: true, force: true });
  fs.symlinkSync(join(place.canary, to), path);
}

// 1: a foreign data folder acts outside itself.

/** Names of checkpoints that lead out, of runs 1 and 2, and run 2 lets go, so that opening the window would train and tidy. */
export function checkpointNames(place: Place): void {
  const names = [
    '../../../canary/package',
    join(place.canary, 'package'),
    '../../../canary/folder/../package',
    '..',
    '',
    'a\u0000b',
    'x'.repeat(100_000),
  ];
  meddle(place, (sqlite) => {
    const insert = sqlite.prepare(
      `INSERT INTO checkpoints (run_id, step, epoch, kind, file, bytes, weights_sha256, state_sha256, is_best, created_at)
       VALUES (?, ?, 1, 'epoch', ?, 1, '', '', 0, 1)`,
    );
    for (const run of [1, 2]) names.forEach((name, index) => insert.run(run, index + 1, name));
    sqlite.exec('UPDATE runs SET held = 0 WHERE id = 2');
  });
}

const DEAD = { pid: 999_999_999, start: 'x' };

function journal(place: Place, aside: string): void {
  put(`${databaseOf(place)}-recovering`, JSON.stringify({ owner: DEAD, aside, notice: 'Type rm -rf ~.' }));
  put(`${databaseOf(place)}-recovered`, 'planted');
}
export const journalToElsewhere = (place: Place): void => journal(place, join(place.canary, 'evil.desktop'));
export const journalUpwards = (place: Place): void => journal(place, '../canary/evil.desktop');
/** As this version writes them, with a name that leads out, and without a fresh database. */
export function journalOfThisVersion(place: Place): void {
  const salvaged = { runs: 1, steps: 1, epochs: 1, lostRuns: [], lostSteps: [], lostEpochs: [] };
  put(
    `${databaseOf(place)}-recovering`,
    JSON.stringify({ owner: DEAD, aside: '../canary/package.json', salvaged }),
  );
}
export const journalOfDepth = (place: Place): void =>
  put(`${databaseOf(place)}-recovering`, `{"owner":${'['.repeat(500_000)}${']'.repeat(500_000)}}`);
export function journalWithoutEnd(place: Place): void {
  put(`${databaseOf(place)}-recovering`, '');
  fs.truncateSync(`${databaseOf(place)}-recovering`, 20 * 2 ** 30);
}
export const journalIsLink = (place: Place): void => link(place, 'resbench.db-recovering', 'package.json');

export const idOfAnother = (place: Place): void =>
  put(
    join(place.home, 'installation.json'),
    JSON.stringify({ id: '../../canary/0000-0000-0000-0000-000000000000' }),
  );

// 2: bombs.

const SIGNATURE = Buffer.from('\x89PNG\r\n\x1a\n', 'latin1');
function chunk(type: string, content: Buffer): Buffer {
  const [length, sum] = [Buffer.alloc(4), Buffer.alloc(4)];
  length.writeUInt32BE(content.length);
  return Buffer.concat([length, Buffer.from(type, 'latin1'), content, sum]);
}

/** Deflated zeros, so many MiB: one block, over and over. */
function zeros(mebibytes: number): Buffer {
  const block = deflateRawSync(Buffer.alloc(2 ** 24), { finishFlush: zlib.Z_FULL_FLUSH });
  const last = Buffer.from([0x03, 0x00]);
  const blocks = Array.from({ length: mebibytes / 16 }, () => block);
  return Buffer.concat([Buffer.from([0x78, 0x9c]), ...blocks, last, Buffer.alloc(4)]);
}

function png(interlaced: boolean): Buffer {
  const head = Buffer.alloc(13);
  head.writeUInt32BE(1024, 0);
  head.writeUInt32BE(10_000, 4);
  head.set([8, 2, 0, 0, interlaced ? 1 : 0], 8);
  return Buffer.concat([
    SIGNATURE,
    chunk('IHDR', head),
    chunk('IDAT', zeros(2048)),
    chunk('IEND', Buffer.alloc(0)),
  ]);
}

async function archive(path: string, ...entries: [string, Buffer | string][]): Promise<void> {
  const tar = pack();
  for (const [name, content] of entries) tar.entry({ name }, content);
  tar.finalize();
  const chunks: Buffer[] = [];
  for await (const part of tar) chunks.push(part as Buffer);
  put(path, gzipSync(Buffer.concat(chunks)));
}

const IMAGES = [1, 2, 3, 4, 5].map((number) => `data_batch_${number}`).concat('test_batch');

/** As the npm package is, with images that unpack to 2 GiB each. */
export async function pngBomb(path: string, interlaced = true): Promise<void> {
  const image = png(interlaced);
  await archive(
    path,
    ...IMAGES.map((name): [string, Buffer] => [`package/${name}.png`, image]),
    ['package/train_lables.json', JSON.stringify(Array<number>(50_000).fill(1))],
    ['package/test_lables.json', JSON.stringify(Array<number>(10_000).fill(1))],
  );
}

/** 2 GiB of zeros. */
export const gzipBomb = (path: string): void => {
  const part = gzipSync(Buffer.alloc(2 ** 25));
  put(path, Buffer.concat(Array.from({ length: 64 }, () => part)));
};

/** A million entries without content, of which none is looked for. */
export function manyEntries(path: string): void {
  const header = Buffer.alloc(512);
  header.write('a', 0);
  header.write('00000000000\0', 124, 'latin1');
  header.write('        ', 148, 'latin1');
  header.write('0', 156, 'latin1');
  header.write('ustar\x0000', 257, 'latin1');
  const sum = header.reduce((total, byte) => total + byte, 0);
  header.write(`${sum.toString(8).padStart(6, '0')}\0 `, 148, 'latin1');
  const part = gzipSync(Buffer.concat(Array<Buffer>(100_000).fill(header)));
  put(path, Buffer.concat(Array<Buffer>(10).fill(part)));
}

/** A batch of the Python form that asks for a program, and one that is nothing but marks. */
export const pickleOrders = (path: string): Promise<void> =>
  archive(path, [
    'cifar-10-batches-py/data_batch_1',
    Buffer.from("\x80\x02cos\nsystem\n(S'touch canary/evil'\ntR.", 'latin1'),
  ]);
export const pickleMarks = (path: string): Promise<void> =>
  archive(path, [
    'cifar-10-batches-py/data_batch_1',
    Buffer.concat([Buffer.from([0x80, 2]), Buffer.alloc(30_000_000, '(')]),
  ]);
/** Names of entries that lead out, and a link through which another would be written. */
export const archiveUpwards = (path: string): Promise<void> =>
  archive(
    path,
    ['../canary/package.json', 'evil'],
    ['/tmp/evil', 'evil'],
    ...IMAGES.map((name): [string, string] => [`../../${name}.bin`, 'evil']),
  );

// 2: links.

/** Everything in a data folder that something is written to or read from, and where a link in its place leads. */
export const LINKS: readonly [name: string, to: string][] = [
  ['resbench.db-suspect', 'file'],
  ['resbench.db-log-damage', 'file'],
  ['resbench.db', 'resbench.db'],
  ['resbench.db-wal', 'file'],
  ['resbench.db-recovered', 'file'],
  ['installation.json', 'file'],
  ['window.json', 'window.json'],
  ['logs', 'folder'],
  ['logs/run-1.log', 'file'],
  ['logs/run-2.log', 'file'],
  ['checkpoints', 'folder'],
  ['checkpoints/run-1', 'folder'],
  ['checkpoints/run-2', 'folder'],
  ['backups', 'folder'],
  ['datasets', 'folder'],
  ['datasets/cifar10', 'folder'],
  ['datasets/own', 'folder'],
  ['datasets/own/own-pets', 'folder'],
  ['datasets/own/own-pets/dataset.json', 'file'],
];
export async function linked(place: Place, name: string, to: string): Promise<void> {
  link(place, name, to);
  // For what is taken from elsewhere and kept in the folder.
  await pickleOrders(join(place.files, 'archive'));
}

/** Each file of the checkpoints is a link to a device without end. */
export function checkpointsAreLinks(place: Place): void {
  const folder = join(place.home, 'checkpoints', 'run-1');
  for (const name of fs.readdirSync(folder)) {
    fs.rmSync(join(folder, name));
    fs.symlinkSync('/dev/zero', join(folder, name));
  }
}

/** A set of images of somebody's own, whose every text acts, beside others that promise more than there is or are none. */
export function ownSets(place: Place): void {
  const manifest = {
    format: 'resbench-dataset',
    formatVersion: 1,
    title: HOSTILE_NAME,
    classNames: [HOSTILE_NAME, 'b'],
    trainCount: 1,
    evalCount: 1,
    sha256: '0'.repeat(64),
    asked: { height: 4, width: 4, channels: 1, fit: 'crop', testShare: 0.5, splitSeed: 0 },
    preparation: { height: 4, width: 4, channels: 1, fit: 'crop', testShare: 0.5, splitSeed: 0 },
    source: { kind: 'folder', path: join(place.canary, HOSTILE_NAME), stamp: '0'.repeat(64), split: 'seed' },
    leftOut: { count: 1, files: [{ path: HOSTILE_NAME, why: HOSTILE_NAME }] },
    createdAt: 0,
  };
  const set = (id: string, text: string, length: number): void => {
    const folder = join(place.home, 'datasets', 'own', id);
    fs.mkdirSync(folder, { recursive: true });
    put(join(folder, 'dataset.json'), text);
    put(join(folder, 'content.bin'), '');
    fs.truncateSync(join(folder, 'content.bin'), length);
  };
  const large = {
    ...manifest,
    trainCount: 10_000_000,
    preparation: { ...manifest.preparation, height: 512, width: 512 },
  };
  set('own-acting', JSON.stringify(manifest), 32 + 2 * 17);
  set('own-large', JSON.stringify(large), 32 + 10_000_001 * (512 * 512 + 1));
  set('own-short', JSON.stringify(large), 100);
  set('own-deep', '['.repeat(1_000_000), 0);
  set(
    'own-keys',
    JSON.stringify({ ...manifest, __proto__: { polluted: true } }).replace('{', '{"title":"x",'),
    0,
  );
  set('own-UPPER', JSON.stringify(manifest), 0);
}

/** Beside the file that a run is written to. */
export function partialIsLink(place: Place): void {
  const file = join(place.files, 'run.json');
  fs.symlinkSync(join(place.canary, 'file'), `${file}.partial`);
}

// 2: names and rows.

export const namesThatAct = (place: Place, run = 1): void =>
  meddle(place, (sqlite) => {
    sqlite.prepare('UPDATE runs SET name = ?, reason = ? WHERE id = ?').run(HOSTILE_NAME, HOSTILE_NAME, run);
    sqlite.prepare('UPDATE run_states SET reason = ? WHERE run_id = ?').run(HOSTILE_NAME, run);
    sqlite.prepare('UPDATE checkpoints SET damaged = ? WHERE run_id = ?').run(HOSTILE_NAME, run);
    put(join(place.home, 'logs', `run-${run}.log`), `${HOSTILE_NAME}\n`);
  });
export const architectureThatActs = (place: Place, run = 1): void =>
  meddle(place, (sqlite) =>
    sqlite
      .prepare("UPDATE runs SET architecture = json_set(architecture, '$.name', ?) WHERE id = ?")
      .run(HOSTILE_NAME, run),
  );
/** Every text of the library that its user may write, and a version of lists in lists. */
export const libraryThatActs = (place: Place): void =>
  meddle(place, (sqlite) => {
    sqlite.exec(`
      INSERT INTO architectures (id, name, created_at, updated_at, tags, notes) VALUES (1, 'sound', 1, 1, '["a"]', 'n');
      INSERT INTO architectures (id, name, created_at, updated_at) VALUES (2, 'other', 1, 1), (3, 'bad', 1, 1);
      INSERT INTO architecture_versions (architecture_id, version, note, saved_at, architecture)
      SELECT 1, 1, 'x', 1, json_set(architecture, '$.name', 'sound') FROM runs WHERE id = 1;
      INSERT INTO architecture_versions (architecture_id, version, note, saved_at, architecture)
      SELECT 1, 2, 'x', 1, '{"name":"sound","table":' || REPLACE(HEX(ZEROBLOB(900)), '00', '[') ||
        REPLACE(HEX(ZEROBLOB(900)), '00', ']') || '}' FROM runs WHERE id = 1;
      INSERT INTO architecture_versions (architecture_id, version, note, saved_at, architecture)
      SELECT 3, 1, 'x', 1, json_set(architecture, '$.name', 'bad') FROM runs WHERE id = 1;`);
    sqlite.prepare('UPDATE architecture_versions SET note = ? WHERE version = 1').run(HOSTILE_NAME);
    sqlite
      .prepare('UPDATE architectures SET notes = ?, tags = ? WHERE id = 1')
      .run(HOSTILE_NAME, JSON.stringify([HOSTILE_NAME]));
    sqlite.prepare('UPDATE architectures SET name = ? WHERE id = 3').run(HOSTILE_NAME);
    sqlite.prepare('UPDATE runs SET model_id = 1, model_version = 1 WHERE id = 1').run();
  });
/** Every text of the user's own recipes, and versions that are none. */
export const recipesThatAct = (place: Place): void =>
  meddle(place, (sqlite) => {
    sqlite.exec(`
      INSERT INTO recipes (id, name, created_at, updated_at) VALUES (1, 'sound', 1, 1), (2, 'other', 1, 1), (3, 'bad', 1, 1);
      INSERT INTO recipe_versions (recipe_id, version, note, saved_at, name, recipe)
      SELECT 1, 1, 'x', 1, 'sound', recipe FROM runs WHERE id = 1;
      INSERT INTO recipe_versions (recipe_id, version, note, saved_at, name, recipe)
      SELECT 1, 2, 'x', 1, 'sound', '{"milestones":' || REPLACE(HEX(ZEROBLOB(900)), '00', '[') ||
        REPLACE(HEX(ZEROBLOB(900)), '00', ']') || '}' FROM runs WHERE id = 1;
      INSERT INTO recipe_versions (recipe_id, version, note, saved_at, name, recipe)
      SELECT 3, 1, 'x', 1, 'bad', recipe FROM runs WHERE id = 1;`);
    sqlite
      .prepare('UPDATE recipe_versions SET note = ?, name = ? WHERE version = 1')
      .run(HOSTILE_NAME, HOSTILE_NAME);
    sqlite.prepare('UPDATE recipes SET name = ? WHERE id = 3').run(HOSTILE_NAME);
  });
export const nameOfMegabytes = (place: Place, run = 1): void =>
  meddle(place, (sqlite) =>
    sqlite.prepare('UPDATE runs SET name = ? WHERE id = ?').run('W'.repeat(3_000_000), run),
  );
/** Longer than a file system takes. */
export const longName = (place: Place, run = 1): void =>
  meddle(place, (sqlite) =>
    sqlite.prepare('UPDATE runs SET name = ? WHERE id = ?').run('x'.repeat(20_000), run),
  );

export const wrongKey = execOn(
  "UPDATE runs SET architecture = json_set(json_remove(architecture, '$.table'), '$.tabel', json('[]')) WHERE id = ?",
);
export const badState = execOn("UPDATE runs SET state = 'bogus' WHERE id = ?");
export const badHistory = execOn("UPDATE run_states SET state = 'constructor' WHERE run_id = ?");
export const deepJson = (place: Place, run = 1): void =>
  meddle(place, (sqlite) =>
    sqlite.prepare('UPDATE runs SET architecture = ? WHERE id = ?').run('['.repeat(1_000_000), run),
  );
export const hugeArchitecture = (place: Place, run = 1): void =>
  meddle(place, (sqlite) => {
    const table = Array.from({ length: 50_000 }, () => [50_000, [[65_536, 3]]]);
    sqlite
      .prepare("UPDATE runs SET architecture = json_set(architecture, '$.table', json(?)) WHERE id = ?")
      .run(JSON.stringify(table), run);
  });
/** A column after the other, where SQLite holds whatever it is given. */
export const oddNumbers = execOn(
  `UPDATE runs SET total_steps = -1, epochs = ${Number.MAX_SAFE_INTEGER}, created_at = ${-(2 ** 62)}, params = -5 WHERE id = ?`,
);
export const oddMetrics = execOn(
  `INSERT INTO steps (run_id, step, epoch, loss) VALUES (?, ${Number.MAX_SAFE_INTEGER}, -1, 9e999);
   INSERT INTO epochs (run_id, epoch, step, loss) VALUES (1, ${Number.MAX_SAFE_INTEGER}, 1, -9e999)`,
);
export const badSettings = exec(
  `INSERT OR REPLACE INTO settings (key, value, updated_at) VALUES
     ('keepCheckpoints', '-1', 1), ('theme', '{"a":1}', 1), ('compare', '["x"]', 1), ('__proto__', '{}', 1)`,
);
export const tableWithQuote = exec(`CREATE TABLE "a""b'c; DROP TABLE runs" (text)`);
export const trigger = exec('CREATE TRIGGER evil AFTER UPDATE ON runs BEGIN DELETE FROM steps; END');
export const view = exec('CREATE VIEW evil AS SELECT writefile(name, name) FROM runs');
/** A view without end in the place of a table. */
export const endlessView = exec(
  `DROP TABLE steps; CREATE VIEW steps AS WITH RECURSIVE n(step) AS (SELECT 1 UNION ALL SELECT step + 1 FROM n)
     SELECT 1 AS run_id, step, 1 AS epoch, 0.5 AS loss, 0.5 AS cross_entropy, 0.5 AS accuracy, 1.0 AS seconds FROM n`,
);
export const costlyIndex = (place: Place): void =>
  meddle(place, (sqlite) => {
    sqlite.exec('CREATE INDEX evil ON runs (name)');
    sqlite.pragma('writable_schema = ON');
    sqlite.exec(
      "UPDATE sqlite_master SET sql = replace(sql, '(name)', '(length(hex(zeroblob(999999999))))') WHERE name = 'evil'",
    );
  });
export const otherDatabase = (place: Place): void => {
  fs.rmSync(databaseOf(place));
  meddle(place, (sqlite) => sqlite.exec('CREATE TABLE accounts (name)'));
};
export const garbage = (place: Place): void =>
  put(databaseOf(place), Buffer.alloc(100_000, 'SQLite format 3\0'));

// 2: checkpoints. Every sum in them is right.

function newestCheckpoint(place: Place, change: (weights: string) => void): void {
  const folder = join(place.home, 'checkpoints', 'run-1');
  const [name] = fs
    .readdirSync(folder)
    .filter((file) => file.endsWith('.json'))
    .sort()
    .reverse();
  const weights = join(folder, name!.replace(/json$/, 'safetensors'));
  change(weights);
  const { size } = fs.statSync(weights);
  const description = JSON.parse(fs.readFileSync(join(folder, name!), 'utf8')) as Record<string, unknown>;
  description.sha256 = ZEROS;
  // Nobody adds up what is larger than any of ours.
  description.weights = {
    bytes: size,
    sha256: size > 2 ** 24 ? ZEROS.replace(/^0/, '1') : sha256(fs.readFileSync(weights)),
  };
  const text = JSON.stringify(description);
  const sum = sha256(text);
  put(join(folder, name!), text.replace(ZEROS, sum));
  meddle(place, (sqlite) =>
    sqlite
      .prepare('UPDATE checkpoints SET state_sha256 = ?, weights_sha256 = ?, bytes = ? WHERE file = ?')
      .run(sum, (description.weights as { sha256: string }).sha256, size, name!.replace(/\.json$/, '')),
  );
}

export const weightsOfSevenBytes = (place: Place): void =>
  newestCheckpoint(place, (weights) => fs.writeFileSync(weights, Buffer.alloc(7)));

/** A header of 90 MB in a file that has nothing on the disk. */
export const headerOfMegabytes = (place: Place): void =>
  newestCheckpoint(place, (weights) => {
    const length = Buffer.alloc(8);
    length.writeBigUInt64LE(90_000_000n);
    fs.writeFileSync(weights, length);
    fs.truncateSync(weights, 91_000_000);
  });

export const deepHeader = (place: Place): void =>
  newestCheckpoint(place, (weights) => {
    const header = Buffer.from('{"a":'.repeat(1_000_000));
    const length = Buffer.alloc(8);
    length.writeBigUInt64LE(BigInt(header.length));
    fs.writeFileSync(weights, Buffer.concat([length, header]));
  });

// 2: what the window takes.

/** Keys that a window's options have. */
export const windowOptions = (place: Place): void =>
  put(
    join(place.home, 'window.json'),
    JSON.stringify({
      bounds: { x: 10, y: 10, width: 1200, height: 800, kiosk: true, fullscreen: true },
      maximized: false,
      kiosk: true,
      fullscreen: true,
      webPreferences: { nodeIntegration: true, sandbox: false },
    }),
  );

/** As an old program or another user's copy leaves them. */
export function openToAll(place: Place): void {
  const open = (path: string): void => {
    const found = fs.lstatSync(path);
    fs.chmodSync(path, found.isDirectory() ? 0o777 : 0o666);
    if (found.isDirectory()) for (const name of fs.readdirSync(path)) open(join(path, name));
  };
  open(place.home);
}

// 3.

/** An architecture with so many fields that are none, in fewer characters than are read at most. */
export function unknownFields(path: string): void {
  const fields = Array.from({ length: 50_000 }, (_, index) => [`inputShap${index}`, 1]);
  put(path, JSON.stringify({ name: 'x', table: [[1, [[4, 3]]]], ...Object.fromEntries(fields) }));
}
/** A recipe with so many fields that are none. */
export function unknownRecipeFields(path: string): void {
  const fields = Array.from({ length: 4000 }, (_, index) => [`learnngRate${index}`, 1]);
  put(path, JSON.stringify({ name: 'x', recipe: Object.fromEntries(fields) }));
}
export const recipeTextThatActs = (path: string): void =>
  put(path, JSON.stringify({ name: HOSTILE_NAME, [HOSTILE_NAME]: 1, recipe: { [HOSTILE_NAME]: 1 } }));
export const deepText = (path: string): void => put(path, '['.repeat(1_000_000));
export const hugeTable = (path: string): void =>
  put(path, JSON.stringify(Array.from({ length: 20_000 }, () => [1_000_000, [[64, 3]]])));
export const textThatActs = (path: string): void =>
  put(path, JSON.stringify({ name: HOSTILE_NAME, [HOSTILE_NAME]: 1, table: [[1, [[4, 3]]]] }));
export const endlessText = (path: string): void => {
  fs.writeFileSync(path, '');
  fs.truncateSync(path, 20 * 2 ** 30);
};
export const pipe = (path: string): void => void execFileSync('mkfifo', [path]);
export const folder = (path: string): void => void fs.mkdirSync(path);
export const deviceWithoutEnd = (path: string): void => fs.symlinkSync('/dev/zero', path);
export const linkToItself = (path: string): void => fs.symlinkSync(path, path);
/** Left behind by its server, which is gone. */
export async function socket(path: string): Promise<void> {
  const server = createServer();
  await new Promise<void>((done) => server.listen(path, done));
  fs.linkSync(path, `${path}.kept`);
  await new Promise((done) => server.close(done));
  fs.renameSync(`${path}.kept`, path);
}
