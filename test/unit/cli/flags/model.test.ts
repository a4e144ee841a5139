import { execFileSync } from 'node:child_process';
import { mkdirSync, mkdtempSync, rmSync, symlinkSync, truncateSync, writeFileSync } from 'node:fs';
import { createServer } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { resolveModel } from '../../../../src/cli/flags/model';
import { findPreset } from '../../../../src/architecture/presets';
import { ExpectedError, type Failure } from '../../../../src/shared/result';

const ARCHITECTURE = { name: 'small', inputShape: [32, 32, 3], classes: 10, table: [[1, [[8, 3]]]] };

let folder: string;
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'resbench-model-'));
});
afterEach(() => rmSync(folder, { recursive: true, force: true }));

function file(name: string, content: unknown): string {
  const path = join(folder, name);
  writeFileSync(path, typeof content === 'string' ? content : JSON.stringify(content));
  return path;
}

async function failureOf(action: () => Promise<unknown>): Promise<Failure> {
  try {
    await action();
  } catch (error) {
    if (error instanceof ExpectedError) return error.failure;
    throw error;
  }
  throw new Error('nothing was refused');
}

describe('a preset', () => {
  it('is found by its id', async () => {
    expect(await resolveModel('resnet18', {})).toEqual(findPreset('resnet18')?.architecture);
  });

  it('takes every flag', async () => {
    expect(
      await resolveModel('resnet18', {
        table: '[[1, [[8, 3]]]]',
        shortcut: 'none',
        strideOn: '3x3',
        input: [64, 48, 1],
        classes: 7,
        bias: false,
        l2: 0.5,
        bnMomentum: 0.8,
        bnEpsilon: 0.01,
        zeroInitLastGamma: true,
        stemFilters: 12,
        stemKernel: [3, 5],
        stemStride: 1,
        stemPool: false,
      }),
    ).toEqual({
      name: 'resnet18',
      table: [[1, [[8, 3]]]],
      shortcut: 'none',
      strideOn: '3x3',
      inputShape: [64, 48, 1],
      classes: 7,
      bias: false,
      l2: 0.5,
      bnMomentum: 0.8,
      bnEpsilon: 0.01,
      zeroInitLastGamma: true,
      stem: { filters: 12, kernel: [3, 5], stride: 1, pool: false },
    });
  });

  it('keeps the rest of its stem where a flag changes a part', async () => {
    expect((await resolveModel('resnet20', { stemStride: 2 })).stem).toEqual({
      filters: 16,
      kernel: 3,
      stride: 2,
      pool: false,
    });
  });

  it('is not changed for the next one', async () => {
    await resolveModel('resnet18', { stemStride: 1, classes: 3 });
    expect(await resolveModel('resnet18', {})).toMatchObject({ classes: 10, stem: { stride: 2 } });
  });

  it('is suggested where the name is nearly right', async () => {
    expect(await failureOf(() => resolveModel('resnt18', {}))).toEqual({
      code: 'not-found',
      message: 'there is no preset, saved architecture or file called "resnt18"; did you mean resnet18?',
    });
  });
});

describe('a file', () => {
  it('with an architecture', async () => {
    expect(await resolveModel(file('a.json', ARCHITECTURE), {})).toMatchObject({
      ...ARCHITECTURE,
      shortcut: 'projection',
    });
  });

  it('that begins with a byte order mark', async () => {
    expect((await resolveModel(file('a.json', `\ufeff${JSON.stringify(ARCHITECTURE)}`), {})).name).toBe(
      'small',
    );
  });

  it('with a block table in Python, named as its variable', async () => {
    const path = file(
      'my-net.txt',
      '# two stages\nnet = [[2, [[8,(3,3)],[8,(3,3)]]],\n [1, [[16,(1,1)]]]]\n',
    );
    expect(await resolveModel(path, {})).toMatchObject({
      name: 'net',
      inputShape: [32, 32, 3],
      classes: 10,
      table: [
        [
          2,
          [
            [8, 3],
            [8, 3],
          ],
        ],
        [1, [[16, 1]]],
      ],
    });
  });

  it('whose gap a flag fills', async () => {
    const { classes: _, ...rest } = ARCHITECTURE;
    expect((await resolveModel(file('a.json', rest), { classes: 5 })).classes).toBe(5);
  });

  it('whose value is wrong is refused with its place', async () => {
    const path = file(
      'a.json',
      '{"name": "x", "inputShape": [32,32,3], "classes": 10,\n "table": [[1, [[8, 0]]]]}',
    );
    expect(await failureOf(() => resolveModel(path, {}))).toEqual({
      code: 'invalid-input',
      message: `${path}: line 2, column 21, stage 1, convolution 1: kernel must be at least 1, got 0`,
    });
  });

  it('with several mistakes tells the first and lists all', async () => {
    const path = file('a.json', { ...ARCHITECTURE, classes: 0, l2: -1 });
    const { message, details } = await failureOf(() => resolveModel(path, {}));
    expect(details).toHaveLength(2);
    expect(message).toBe(details?.[0]);
  });

  it('that is no JSON is refused with line and column', async () => {
    const path = file('a.json', '{"name": "x",\n oops}');
    expect((await failureOf(() => resolveModel(path, { classes: 3 }))).message).toMatch(
      /a\.json: line 2, column \d+: /,
    );
  });

  it('that is empty', async () => {
    expect((await failureOf(() => resolveModel(file('a.json', ' \n'), {}))).message).toMatch(
      /a\.json is empty/,
    );
  });

  it('that does not exist', async () => {
    const path = join(folder, 'none.json');
    expect(await failureOf(() => resolveModel(path, {}))).toEqual({
      code: 'not-found',
      message: `there is no file ${path}`,
    });
  });

  it('that is a folder', async () => {
    const path = join(folder, 'sub.json');
    mkdirSync(path);
    expect((await failureOf(() => resolveModel(path, {}))).message).toMatch(/sub\.json is a folder/);
  });
});

describe('a file with several tables', () => {
  const TWO = '浅网络 = [[3, [[64, 3]]]]\n深网络 = [[4, [[64, 3]]]]\n';

  it('gives the one that is named, or its number', async () => {
    const path = file('two.py', TWO);
    const deep = { name: '深网络', table: [[4, [[64, 3]]]] };
    expect(await resolveModel(`${path}:深网络`, {})).toMatchObject(deep);
    expect(await resolveModel(`${path}:2`, {})).toMatchObject(deep);
  });

  it('is refused with all names where none, or none of them, is named', async () => {
    const path = file('two.py', TWO);
    const cure = `choose one by its name or number, as in ${path}:浅网络`;
    expect(await failureOf(() => resolveModel(path, {}))).toEqual({
      code: 'invalid-input',
      message: `${path} holds 2 block tables (浅网络, 深网络); ${cure}`,
    });
    expect(await failureOf(() => resolveModel(`${path}:wide`, {}))).toEqual({
      code: 'not-found',
      message: `${path} holds 2 block tables (浅网络, 深网络), none of them called "wide"; ${cure}`,
    });
  });

  it('is a dictionary too, though an architecture begins so', async () => {
    const path = file('dict.py', "{\n  'a': [[2, [[64, 3]]]],\n  'b': [[3, [[64, 1]]]],\n}\n");
    expect((await resolveModel(`${path}:b`, {})).table).toEqual([[3, [[64, 1]]]]);
  });

  it('may have a colon in its own name', async () => {
    const path = file('a:b.py', TWO);
    expect((await resolveModel(`${path}:浅网络`, {})).name).toBe('浅网络');
  });

  it('that is missing is said to be', async () => {
    const path = join(folder, 'none.py');
    expect((await failureOf(() => resolveModel(`${path}:net`, {}))).message).toBe(`there is no file ${path}`);
  });
});

it('an architecture has no tables to choose from', async () => {
  const path = file('a.json', ARCHITECTURE);
  expect((await failureOf(() => resolveModel(`${path}:net`, {}))).message).toBe(
    `${path} holds one architecture and no table "net"; name the file alone`,
  );
});

describe('a flag does not change how a file is read', () => {
  const LINES = '{"name": "x", "inputShape": [32,32,3], "classes": 10,\n';
  const FLAGS = [{}, { bias: false }, { classes: 5 }, { table: '[[1, [[8, 3]]]]' }, { stemStride: 1 }];

  it.each(FLAGS)('a field given twice is refused with line and column: %j', async (flags) => {
    const path = file(
      'dup.json',
      '{"name":"a","inputShape":[32,32,3],"classes":10,"classes":100,"table":[[2,[[64,3],[64,3]]]]}',
    );
    expect(await failureOf(() => resolveModel(path, flags))).toEqual({
      code: 'invalid-input',
      message: `${path}: line 1, column 49: field "classes" is given twice`,
    });
  });

  it.each(FLAGS)('every other mistake keeps its place: %j', async (flags) => {
    const path = file('a.json', `${LINES} "l2": -1, "kernel": 3, "table": [[1, [[8, 3]]]]}`);
    expect((await failureOf(() => resolveModel(path, flags))).details).toEqual([
      expect.stringContaining(`${path}: line 2, column 22, architecture: unknown field "kernel"`),
      `${path}: line 2, column 8, l2: must be a number from 0 to 1, got -1`,
    ]);
  });

  it.each(FLAGS)('mistakes of a stem keep theirs: %j', async (flags) => {
    const path = file('a.json', `${LINES} "stem": {"filters": 0, "width": 3}, "table": [[1, [[8, 3]]]]}`);
    expect((await failureOf(() => resolveModel(path, flags))).details).toEqual([
      expect.stringContaining(`${path}: line 2, column 34, stem: unknown field "width"`),
      `${path}: line 2, column 22, stem: filters must be at least 1, got 0`,
    ]);
  });

  it.each([{}, { bias: false }, { stemStride: 1 }])('a stem that is none is refused: %j', async (flags) => {
    const path = file('a.json', `${LINES} "stem": 7, "table": [[1, [[8, 3]]]]}`);
    expect((await failureOf(() => resolveModel(path, flags))).message).toMatch(
      /line 2, column 10, stem: must be an object/,
    );
  });

  it('what a flag gives is said without a place in the file', async () => {
    const path = file('a.json', ARCHITECTURE);
    expect((await failureOf(() => resolveModel(path, { classes: 100_001 }))).message).toBe(
      `${path}: classes: must be at most 100,000, got 100001`,
    );
    expect((await failureOf(() => resolveModel(path, { stemFilters: 20_000 }))).message).toBe(
      `${path}: stem: filters must be at most 16,384, got 20000`,
    );
  });
});

describe('what is no plain file', () => {
  const WANTED = 'name a file with an architecture or a block table';

  // Opening a pipe for reading waits for a writer, and a device may never end.
  it.runIf(process.platform !== 'win32')('is refused at once: a pipe, a device, a socket', async () => {
    const pipe = join(folder, 'pipe.json');
    execFileSync('mkfifo', [pipe]);
    expect(await failureOf(() => resolveModel(pipe, {}))).toEqual({
      code: 'invalid-input',
      message: `${pipe} is a pipe; ${WANTED}`,
    });
    symlinkSync('/dev/zero', join(folder, 'zero.txt'));
    for (const device of ['/dev/zero', join(folder, 'zero.txt')]) {
      expect((await failureOf(() => resolveModel(device, {}))).message).toBe(
        `${device} is a device; ${WANTED}`,
      );
    }
    const path = join(folder, 'listening.json');
    const server = createServer();
    await new Promise<void>((resolve) => server.listen(path, resolve));
    try {
      expect((await failureOf(() => resolveModel(path, {}))).message).toBe(`${path} is a socket; ${WANTED}`);
    } finally {
      await new Promise((resolve) => server.close(resolve));
    }
  });

  it('is refused by its length before it is read', async () => {
    const path = file('large.json', '{');
    truncateSync(path, 2 ** 40);
    expect((await failureOf(() => resolveModel(path, {}))).message).toMatch(
      /large\.json is too large \(1,099,511,627,776 bytes, at most 4,000,000 are read\); name a file with/,
    );
  });

  it('is said not to exist where no file can have that name', async () => {
    symlinkSync('loop.json', join(folder, 'loop.json'));
    for (const path of [join(folder, 'loop.json'), join(folder, `${'n'.repeat(5000)}.json`)]) {
      expect(await failureOf(() => resolveModel(path, {}))).toEqual({
        code: 'not-found',
        message: `there is no file ${path}`,
      });
    }
    expect((await failureOf(() => resolveModel('n'.repeat(5000), {}))).code).toBe('not-found');
  });
});

describe('no model', () => {
  it('is enough with a table', async () => {
    expect(await resolveModel(undefined, { table: '[[1, [[8, 3]]]]', classes: 3 })).toMatchObject({
      name: 'custom',
      classes: 3,
      table: [[1, [[8, 3]]]],
    });
  });

  it('is refused without one', async () => {
    expect((await failureOf(() => resolveModel(undefined, {}))).message).toMatch(
      /^name a model: a preset such as resnet18/,
    );
  });
});

it('a wrong table in a flag is refused with its place', async () => {
  expect((await failureOf(() => resolveModel('resnet18', { table: '[[2, [[64,0]]]]' }))).message).toBe(
    '--table: line 1, column 11, stage 1, convolution 1: kernel must be at least 1, got 0',
  );
});
