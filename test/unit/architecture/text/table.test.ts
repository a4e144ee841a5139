import { readFileSync } from 'node:fs';
import { describe, expect, it } from 'vitest';
import { hasActing } from '../../../../src/architecture/inert-text';
import type { BlockTable, Kernel } from '../../../../src/architecture/architecture';
import { formatProblem, type Problem } from '../../../../src/architecture/problem';
import { formatBlockTable, parseBlockTable, parseBlockTables } from '../../../../src/architecture/text/table';
import { checked } from '../checked-table';
import { pick, random, whole } from '../random';

const basic = (width: number): BlockTable[number][1] => [
  [width, 3],
  [width, 3],
];
const bottleneck = (width: number): BlockTable[number][1] => [
  [width, 1],
  [width, 3],
  [4 * width, 1],
];
const RESNET18: BlockTable = [
  [2, basic(64)],
  [2, basic(128)],
  [2, basic(256)],
  [2, basic(512)],
];
const RESNET50: BlockTable = [
  [3, bottleneck(64)],
  [4, bottleneck(128)],
  [6, bottleneck(256)],
  [3, bottleneck(512)],
];
const SEED = readFileSync(new URL('./blog-tables.txt', import.meta.url), 'utf8');
const BLOG_18 = `# 18-layer
filter_list_resnet18 = [ [2, [[64,(3,3)],[64,(3,3)]] ],
[2, [[128,(3,3)],[128,(3,3)]] ],
[2, [[256,(3,3)],[256,(3,3)]] ],
[2, [[512,(3,3)],[512,(3,3)]] ]]
`;

function problems(text: string): Problem[] {
  const parsed = parseBlockTable(text);
  if (parsed.ok) throw new Error(`no problem found, but ${JSON.stringify(parsed.value)}`);
  return parsed.problems;
}

function messages(text: string): string[] {
  return problems(text).map((problem) => formatProblem(problem));
}

function table(text: string): BlockTable {
  const parsed = parseBlockTable(text);
  if (!parsed.ok) throw new Error(parsed.problems.map((problem) => formatProblem(problem)).join('\n'));
  return parsed.value;
}

describe('the text of a block table', () => {
  it.each([
    ['the blog as it stands', BLOG_18],
    [
      'a bare list',
      '[[2,[[64,3],[64,3]]],[2,[[128,3],[128,3]]],[2,[[256,3],[256,3]]],[2,[[512,3],[512,3]]]]',
    ],
    [
      'tuples only',
      '((2,((64,3),(64,3))),(2,((128,3),(128,3))),(2,((256,3),(256,3))),(2,((512,3),(512,3))))',
    ],
    [
      'kernels in every spelling',
      '[[2,[[64,[3,3]],[64,(3,3)]]],[2,[[128,(3)],[128,3]]],[2,[[256,(3,3,)],[256,3,],]],[2,[[512,3],[512,3]]],]',
    ],
    ['Windows line ends and tabs', BLOG_18.replace(/\n/g, '\r\n').replace(/ /g, '\t')],
    ['old Mac line ends', BLOG_18.replace(/\n/g, '\r')],
    ['a byte order mark and invisible characters', `\ufeff${BLOG_18.replace('[ [2', '[\u200b[2')}`],
    ['wide and unbreakable spaces', BLOG_18.replace(/ /g, '\u3000').replace(/,/g, ',\u00a0')],
    [
      'full-width characters',
      BLOG_18.replace(/[,()[\]=#0-9]/g, (c) => String.fromCharCode(c.charCodeAt(0) + 0xfee0)).replace(
        '＿',
        '_',
      ),
    ],
    ['a type annotation', BLOG_18.replace('resnet18 =', 'resnet18: list[list] =')],
    ['an indented assignment', BLOG_18.replace(/^/gm, '    ')],
    ['comments with brackets inside', BLOG_18.replace(/,\n/g, ', # [not, (this\n')],
    ['line continuations', BLOG_18.replace(/,\n/g, ',\\\n')],
    ['a comma or semicolon at the end', `${BLOG_18.trim()};`],
    [
      'prose and code around it',
      `Here it is:\n${BLOG_18}model = resnet(10, (32,32,3), filter_list_resnet18)\nlosses = []`,
    ],
    [
      'the field of an architecture file',
      `{\n  "inputShape": [32, 32, 3],\n  "table": ${formatBlockTable(RESNET18, '  ')},\n  "bias": true\n}`,
    ],
  ])('reads %s', (_, text) => {
    expect(table(text)).toEqual(RESNET18);
  });

  it('reads rectangular kernels, and squares as one number', () => {
    expect(table('[[1, [[8, (1, 3)], [8, [5, 5]]]]]')).toEqual([
      [
        1,
        [
          [8, [1, 3]],
          [8, 5],
        ],
      ],
    ]);
  });

  it('reads underscores in numbers as Python does', () => {
    expect(table('[[1, [[1_024, 3]]]]')).toEqual([[1, [[1024, 3]]]]);
  });

  it('finds both tables in the pages of the blog, its second mention of one once', () => {
    expect(parseBlockTables(SEED)).toMatchObject({
      ok: true,
      value: [
        { name: 'filter_list_resnet50', table: RESNET50 },
        { name: 'filter_list_resnet18', table: RESNET18 },
      ],
    });
  });

  it('asks to choose where several tables are pasted', () => {
    expect(messages(SEED)).toEqual([
      'table: the text holds 2 block tables (filter_list_resnet50, filter_list_resnet18); choose one',
    ]);
  });

  it('offers tables without a name too', () => {
    const parsed = parseBlockTables('[[1, [[8, 3]]]]\n\n[[2, [[8, 3]]]]\n');
    expect(parsed).toEqual({
      ok: true,
      value: [
        { name: null, table: [[1, [[8, 3]]]], start: 0, stages: [{ start: 1, end: 14 }] },
        { name: null, table: [[2, [[8, 3]]]], start: 17, stages: [{ start: 18, end: 31 }] },
      ],
    });
  });

  const stagesOf = (text: string): string[] => {
    const parsed = parseBlockTables(text);
    return parsed.ok ? parsed.value[0]!.stages.map(({ start, end }) => text.slice(start, end)) : [];
  };
  it.each([
    ['by hand', '[\n  [2, [[8, 3]]], # first\n  [3, [[16, 3]]]\n]', ['[2, [[8, 3]]]', '[3, [[16, 3]]]']],
    ['as tuples', 'net = ((2, ((8, 3),)), (3, ((8, 3),)))', ['(2, ((8, 3),))', '(3, ((8, 3),))']],
  ])('tells where each stage is written %s', (_, text, stages) => expect(stagesOf(text)).toEqual(stages));

  it.each(['net = [[2, [[8, 3]]]] * 3', 'net = [[2, [[8 * k, 3]]] for k in (1, 2, 4)]'])(
    'has one place for stages that are computed together: %s',
    (text) => {
      const stages = stagesOf(text);
      expect(stages).toHaveLength(3);
      expect(new Set(stages).size).toBe(1);
    },
  );

  it('keeps two different tables of one name apart', () => {
    const parsed = parseBlockTables('a = [[1, [[8, 3]]]]\na = [[2, [[8, 3]]]]');
    expect(parsed.ok && parsed.value.map(({ table: [stage] }) => stage![0])).toEqual([1, 2]);
  });

  it('says which of several tables is wrong', () => {
    const parsed = parseBlockTables('a = [[1, [[8, 3]]]]\nb = [[0, [[8, 3]]]]');
    expect(parsed).toMatchObject({
      ok: false,
      problems: [
        {
          table: 'b',
          path: ['table', 0, 0],
          sentence: 'count must be at least 1, got 0',
          at: { line: 2, column: 7 },
        },
      ],
    });
    expect(!parsed.ok && formatProblem(parsed.problems[0]!)).toBe(
      'b, stage 1: count must be at least 1, got 0',
    );
  });
});

describe('what is wrong with a table', () => {
  it.each([
    ['[[2,[[64,3]]],[2,[[64,0]]]]', 'stage 2, convolution 1: kernel must be at least 1, got 0'],
    ['[[2,[[64,3],[64,(3,0)]]]]', 'stage 1, convolution 2: kernel width must be at least 1, got 0'],
    ['[[2,[[64,(-1,3)]]]]', 'stage 1, convolution 1: kernel height must be at least 1, got -1'],
    [
      '[[2,[[64,(3,3,3)]]]]',
      'stage 1, convolution 1: kernel must be one number or [height, width], got [3, 3, 3]',
    ],
    ['[[2,[[64,()]]]]', 'stage 1, convolution 1: kernel must be one number or [height, width], got []'],
    ['[[2,[[64,2.5]]]]', 'stage 1, convolution 1: kernel must be a whole number, got 2.5'],
    ['[[2,[[64,256]]]]', 'stage 1, convolution 1: kernel must be at most 255, got 256'],
    ['[[2,[[0,3]]]]', 'stage 1, convolution 1: filters must be at least 1, got 0'],
    ['[[2,[[64.5,3]]]]', 'stage 1, convolution 1: filters must be a whole number, got 64.5'],
    ['[[2,[[6400000,3]]]]', 'stage 1, convolution 1: filters must be at most 16,384, got 6400000'],
    ['[[2,[[[64],3]]]]', 'stage 1, convolution 1: filters must be a whole number, got [64]'],
    ['[[2,[[64]]]]', 'stage 1, convolution 1: must be [filters, kernel], got [64]'],
    ['[[2,[[64,3,1]]]]', 'stage 1, convolution 1: must be [filters, kernel], got [64, 3, 1]'],
    ['[[2,[[64,3],64]]]', 'stage 1, convolution 2: must be [filters, kernel], got 64'],
    ['[[0,[[64,3]]]]', 'stage 1: count must be at least 1, got 0'],
    ['[[1.5,[[64,3]]]]', 'stage 1: count must be a whole number, got 1.5'],
    ['[[1e9,[[64,3]]]]', 'stage 1: count must be at most 5,000, got 1000000000'],
    ['[[2,[]]]', 'stage 1: needs at least one convolution [filters, kernel]'],
    [
      '[[2,[64,3]]]',
      'stage 1: convolutions must be a list of [filters, kernel], got [64, 3]; put it into a list: [[64, 3]]',
    ],
    ['[[2,64]]', 'stage 1: convolutions must be a list of [filters, kernel], got 64'],
    ['[[2]]', 'stage 1: must be [count, [[filters, kernel], …]], got [2]'],
    ['[[2,[[64,3]]],7]', 'stage 2: must be [count, [[filters, kernel], …]], got 7'],
    [
      '[[2,[64,3],[64,3]]]',
      'stage 1: must be [count, [[filters, kernel], …]], got [2, [64, 3], [64, 3]]; its convolutions belong into one list',
    ],
    ['[2,[[64,3]]]', 'table: is a single stage; put it into a list: [[count, [[filters, kernel], …]]]'],
    ['[]', 'table: needs at least one stage [count, [[filters, kernel], …]]'],
    ['x = ()', 'table: needs at least one stage [count, [[filters, kernel], …]]'],
    ['[[1000,[[64,3],[64,3]]]]', 'table: gives at least 6,000 layers, at most 5,000 are allowed'],
  ])('%s', (text, message) => {
    expect(messages(text)).toEqual([message]);
  });

  it('is reported whole, each with its position', () => {
    const text = 'net = [\n  [0, [[64, 3]]],\n  [2, [[64, 0], [-5, (3, 2.5)]]],\n]';
    expect(problems(text)).toEqual([
      {
        path: ['table', 0, 0],
        sentence: 'count must be at least 1, got 0',
        at: { line: 2, column: 4, offset: 11, length: 1 },
      },
      {
        path: ['table', 1, 1, 0, 1],
        sentence: 'kernel must be at least 1, got 0',
        at: { line: 3, column: 13, offset: text.indexOf('0], [-5'), length: 1 },
      },
      {
        path: ['table', 1, 1, 1, 0],
        sentence: 'filters must be at least 1, got -5',
        at: { line: 3, column: 18, offset: text.indexOf('-5'), length: 2 },
      },
      {
        path: ['table', 1, 1, 1, 1, 1],
        sentence: 'kernel width must be a whole number, got 2.5',
        at: { line: 3, column: 26, offset: text.indexOf('2.5'), length: 3 },
      },
    ]);
    expect(messages(text)).toEqual([
      'stage 1: count must be at least 1, got 0',
      'stage 2, convolution 1: kernel must be at least 1, got 0',
      'stage 2, convolution 2: filters must be at least 1, got -5',
      'stage 2, convolution 2: kernel width must be a whole number, got 2.5',
    ]);
  });

  it('counts lines with any line end, and columns behind full-width characters and comments', () => {
    expect(problems('# 说明\r\n［［２，\r[[64, 3], # [\n [64, ０]]]]')).toMatchObject([
      { path: ['table', 0, 1, 1, 1], at: { line: 4, column: 7, length: 1 } },
    ]);
  });

  it('is cut after a hundred problems, which is said', () => {
    const many = messages(`[${'[0, [[1, 1]]],'.repeat(150)}]`);
    expect(many).toHaveLength(101);
    expect(many[100]).toBe('architecture: and 50 more problems');
  });
});

describe('what is wrong with the text', () => {
  const CLOSED = 'a bracket before is one too many, or one is missing before that';
  it.each([
    ['', 'line 1, column 1: the block table is empty; write [[count, [[filters, kernel], …]], …]'],
    [
      '# only a comment\n',
      'line 1, column 1: the block table is empty; write [[count, [[filters, kernel], …]], …]',
    ],
    ['hello', 'line 1, column 1: expected "[" to open the block table, got "hello"'],
    ['\n  2, [[64, 3]]', 'table: is a single stage; put it into a list: [[count, [[filters, kernel], …]]]'],
    ['filters [ [2, [[64,3]]] ]', 'line 1, column 1: expected "[" to open the block table, got "filters"'],
    // Missing closing brackets: at the end, of a stage, of a convolution, before other code.
    ['[[2,[[64,3]]]', 'line 1, column 1: the "[" opened here is never closed; a "]" is missing at the end'],
    [
      '[[2,[[64,3]],\n [2,[[64,3]]]]',
      'line 1, column 2: the "[" opened here is never closed; a "]" is missing before line 2, column 2',
    ],
    [
      '[[2,[[64,3]]],\n [2,[[64,3],[64,3],\n [2,[[64,3]]]]',
      'line 2, column 2: the "[" opened here is never closed; a "]" is missing at the end',
    ],
    [
      '[[2,[[64,3,[64,3]]],\n [2,[[64,3]]]]',
      'line 1, column 6: the "[" opened here is never closed; a "]" is missing before line 1, column 12',
    ],
    [
      '[[2,[[64,(3,3],[64,3]]]]',
      'line 1, column 14: "]" does not close the "(" opened at line 1, column 10; expected ")"',
    ],
    [
      'a = [[2,[[64,3]]]\nb = [[2,[[64,3]]]]',
      'line 1, column 5: the "[" opened here is never closed; a "]" is missing before line 2, column 1',
    ],
    [
      'a = [[2,[[64,3]]],\nb = [[2,[[64,3]]]]',
      'line 1, column 5: the "[" opened here is never closed; a "]" is missing before line 2, column 1',
    ],
    [
      'a = [[2,[[64,3]]]\nmodel = resnet(10, a)',
      'line 1, column 5: the "[" opened here is never closed; a "]" is missing before line 2, column 1',
    ],
    // Too many, or closed too early.
    ['[[2,[[64,3]]]]]', 'line 1, column 15: this "]" closes nothing; remove it'],
    [
      '[[2,[[64,3]]]],\n[2,[[64,3]]]]',
      `line 2, column 1: the table was already closed at line 1, column 14; ${CLOSED}`,
    ],
    [
      '[[2,[[64,3]]]] [[1,[[1,1]]]]',
      `line 1, column 16: the table was already closed at line 1, column 14; ${CLOSED}`,
    ],
    [
      '[2,[[64,3]]],\n[2,[[64,3]]]',
      'line 2, column 1: another stage follows, but no bracket encloses them all; write "[" before the first stage and "]" after the last',
    ],
    ['[[2,[[64,3]]]] nonsense', 'line 1, column 16: expected nothing after the table, got "nonsense"'],
    // Commas and words.
    ['[[2,[[64,3]]]\n[2,[[64,3]]]]', 'line 2, column 1: a comma is missing before "["'],
    ['[[2 [[64,3]]]]', 'line 1, column 5: a comma is missing before "["'],
    ['[[2,[[64 3]]]]', 'line 1, column 10: a comma is missing before "3"'],
    ['[[2,,[[64,3]]]]', 'line 1, column 5: expected a number or "[" before ","'],
    [
      '[[2,[[64,three]]]]',
      'stage 1, convolution 1: the kernel comes from `three`, which has no value in this text; write the number out',
    ],
    ['[[2,[[64,3x3]]]]', 'line 1, column 10: expected a number or "[", got "3x3"; write [3, 3]'],
    ['[[2,[[64,"same"]]]]', 'line 1, column 10: expected a number or "[", got the text "same"'],
    ['[[2,[[64*,3]]]]', 'line 1, column 9: expected "," or "]", got "*"'],
    ['[[2,[[64,{3}]]]]', 'line 1, column 10: expected a number or "[", got "{"'],
    [`[[[[[[[[[[[[[[[[[[[[[[`, 'line 1, column 17: too many brackets inside each other'],
  ])('%j', (text, message) => {
    expect(messages(text)).toEqual([message]);
  });

  it('points at the opening bracket that is never closed', () => {
    const text = 'a = [\n  [2, [[64, 3]],\n  [2, [[64, 3]]],\n]';
    expect(problems(text)).toMatchObject([
      {
        path: null,
        sentence: 'the "[" opened here is never closed; a "]" is missing before line 3, column 3',
        at: { line: 2, column: 3, offset: 8, length: 1 },
      },
    ]);
    expect(messages(text)).toEqual([
      'line 2, column 3: the "[" opened here is never closed; a "]" is missing before line 3, column 3',
    ]);
  });

  it('includes its size', () => {
    expect(messages(' '.repeat(200_001))).toEqual([
      'table: the text has 200,001 characters, at most 200,000 are allowed',
    ]);
  });

  it('includes too many tables', () => {
    expect(messages('[[1,[[1,1]]]]\n'.repeat(200))).toEqual([
      'line 101, column 1: more than 100 block tables in one text',
    ]);
  });

  it('never throws, whichever one character of the blog is lost, doubled or replaced', () => {
    const next = random(7);
    for (let at = 0; at < BLOG_18.length; at++) {
      const char = BLOG_18[at]!;
      const other = pick(next, [
        '[',
        ']',
        '(',
        ')',
        ',',
        '#',
        '=',
        '7',
        '-',
        '.',
        'x',
        '"',
        "'",
        '\n',
        '\\',
        '。',
        '\u{1f600}',
      ]);
      for (const changed of ['', char + char, other]) {
        const parsed = parseBlockTables(BLOG_18.slice(0, at) + changed + BLOG_18.slice(at + 1));
        if (parsed.ok) continue;
        for (const problem of parsed.problems) {
          expect(formatProblem(problem)).toMatch(/^(line|stage|table|\w+,)[^:]*: ./);
          expect(formatProblem(problem)).not.toContain('undefined');
        }
      }
    }
  });
});

describe('every missing bracket of the blog', () => {
  const brackets = [...BLOG_18].flatMap((char, index) => (/[[\]()]/.test(char) ? [index] : []));

  it.each(brackets)('at offset %i is an error with a position', (index) => {
    const [problem, ...others] = problems(BLOG_18.slice(0, index) + BLOG_18.slice(index + 1));
    expect(problem).toMatchObject({
      at: { line: expect.any(Number) as number, offset: expect.any(Number) as number },
    });
    expect(others).toEqual([]);
  });
});

describe('formatBlockTable', () => {
  it('writes one stage a line', () => {
    expect(formatBlockTable([...RESNET18.slice(0, 1), [1, [[8, [1, 3]]]]])).toBe(
      '[\n  [2, [[64, 3], [64, 3]]],\n  [1, [[8, [1, 3]]]]\n]',
    );
  });

  it('writes what is read again, as text and as JSON, for random tables', () => {
    const next = random(42);
    for (let round = 0; round < 300; round++) {
      const made: BlockTable = Array.from({ length: whole(next, 1, 6) }, () => [
        whole(next, 1, 20),
        Array.from({ length: whole(next, 1, 5) }, () => {
          const [height, width] = [whole(next, 1, 255), whole(next, 1, 255)];
          const kernel: Kernel = next() < 0.5 || height === width ? height : [height, width];
          return [whole(next, 1, 16_384), kernel];
        }),
      ]);
      const text = formatBlockTable(made);
      expect(table(text)).toEqual(made);
      expect(checked(JSON.parse(text))).toEqual({ ok: true, value: made });
      // The same with the blog's tuples, names and trailing commas.
      const python = `net_${round} = ${text.replace(/\[(\d+, \d+)\]/g, '($1,)')} # round`;
      expect(table(python)).toEqual(made);
    }
  });
});

describe('what a text holds, in the sentence that refuses it', () => {
  it('is short and inert', () => {
    for (const text of ['n'.repeat(20_000), '\x9b31m', '\u202eabc', '\x1b[2J']) {
      const parsed = parseBlockTable(`[[1, [["${text}", 3]]]]`);
      const message = parsed.ok ? '' : formatProblem(parsed.problems[0]!);
      expect(message).toMatch(/expected a number or "\[", got the text "/);
      expect(message.length).toBeLessThan(150);
      expect(hasActing(message)).toBe(false);
    }
  });

  it('names a few of the tables to choose from', () => {
    const text = Array.from({ length: 50 }, (_, at) => `"${'n'.repeat(100)}\x1b${at}": [[1, [[4, 3]]]]`).join(
      '\n',
    );
    const parsed = parseBlockTable(text);
    const message = parsed.ok ? '' : formatProblem(parsed.problems[0]!);
    expect(message).toMatch(/^table: the text holds 50 block tables \(.*, and 42 more\); choose one$/);
    expect(hasActing(message)).toBe(false);
  });
});
