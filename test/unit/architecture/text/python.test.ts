import { describe, expect, it } from 'vitest';
import type { BlockTable } from '../../../../src/architecture/architecture';
import { formatProblem } from '../../../../src/architecture/problem';
import { formatBlockTable, parseBlockTables } from '../../../../src/architecture/text/table';

const BASIC: BlockTable = [
  [2, [[64, 3], [64, 3]]],
  [2, [[128, 3], [128, 3]]],
]; // prettier-ignore
const LITERAL = formatBlockTable(BASIC);

function read(text: string): Record<string, BlockTable> {
  const parsed = parseBlockTables(text);
  if (!parsed.ok) throw new Error(parsed.problems.map((problem) => formatProblem(problem)).join('\n'));
  return Object.fromEntries(parsed.value.map(({ name, table }) => [String(name), table]));
}

function messages(text: string): string[] {
  const parsed = parseBlockTables(text);
  if (parsed.ok) throw new Error(`no problem found, but ${JSON.stringify(parsed.value)}`);
  return parsed.problems.map((problem) => formatProblem(problem));
}

describe('an expression of constants', () => {
  it.each([
    ['numbers in other bases', 'net = [[0b10, [[0x40, 3], [0o100, 3]]], [2, [[1_2_8, 3], [0x80, 3]]]]'],
    ['a repeated block', 'net = [[2, [[64, (3, 3)]] * 2], [2, 2 * [[128, (3, 3)]]]]'],
    ['two tables joined', 'net = [[2, [[64,3],[64,3]]]] + [[2, [[128,3],[128,3]]]]'],
    [
      'arithmetic',
      'net = [[8 // 4, [[2**6, 3], [1 << 6, 3]]], [5 % 3, [[(60 + 4) * 2, 3], [256 / 2, -(-3)]]]]',
    ],
    [
      'names above',
      'n = 2\nw, k = 64, 3\nblock = [[w, k]] * n\nnet = [[n, block], [n, [[2*w, k], [w << 1, k]]]]',
    ],
    ['an annotated name', 'w: int = 64\nnet: list = [[2, [[w, 3]] * 2], [2, [[2 * w, 3]] * 2]]'],
    ['a name that is changed', 'w = 32\nw += 32\nw *= 1\nnet = [[2, [[w, 3]] * 2], [2, [[2 * w, 3]] * 2]]'],
    ['a comprehension', 'net = [[2, [[64 * 2**i, 3] for _ in range(2)]] for i in range(2)]'],
    ['one with a condition', 'net = [[2, [[w, 3], [w, 3]]] for w in (32, 64, 128) if w >= 64]'],
    ['one over pairs', 'net = [[n, [[w, 3]] * 2] for n, w in zip([2, 2], [64, 128])]'],
    [
      'parts of known lists',
      'ws = [64, 128]\nd = {"n": 2}\nnet = [[d["n"], [[ws[0], 3]] * 2], [len(ws), [[ws[-1], 3]] * 2]]',
    ],
    [
      'functions',
      'net = list(([int(2.5), tuple([[64, 3], [64, 3]])], [max(1, 2), [[sum([64, 64]), 3], [128, 3]]]))',
    ],
    ['NumPy', 'net = np.array([[np.int64(2), [[64, 3], [64, 3]]], [2, np.array([[128, 3], [128, 3]])]])'],
    ['appended stages', 'net = []\nnet.append([2, [[64, 3], [64, 3]]])\nnet += [[2, [[128, 3], [128, 3]]]]'],
    ['spread lists', 'rest = [[2, [[128, 3], [128, 3]]]]\nnet = [[2, [*[[64, 3]], *[[64, 3]]]], *rest]'],
    [
      'what stands behind a header on its line',
      'n = 1\nwith strategy.scope(): n = 2\nnet = [[n, [[64, 3]] * 2], [n, [[128, 3]] * 2]]',
    ],
    ['a choice', 'deep = False\nnet = [[3 if deep else 2, [[64, 3]] * 2], [2, [[128, 3]] * 2]]'],
  ])('is computed: %s', (_, text) => {
    expect(read(text)['net']).toEqual(BASIC);
  });

  it('does not multiply an array of NumPy as a list', () => {
    expect(messages('net = [[2, np.array([[64, 3]]) * 2]]')).toEqual([
      'stage 1: the convolutions come from `np.array([[64, 3]]) * 2`, which is not computed; write the list out',
    ]);
  });

  it('is left alone where it is not known, and named', () => {
    expect(messages('net = [[2, [[64, 3]]], [n, [[width(3), 3], [64, k]]], make(3)]')).toEqual([
      'stage 2: the count comes from `n`, which has no value in this text; write the number out',
      'stage 2, convolution 1: the filters come from `width(3)`, which is not computed; write the number out',
      'stage 2, convolution 2: the kernel comes from `k`, which has no value in this text; write the number out',
      'stage 3: it comes from `make(3)`, which is not computed; write it out as [count, [[filters, kernel], …]]',
    ]);
  });

  it.each([
    ['if big:\n    n = 3\nelse:\n    n = 4\nnet = [[n, [[64, 3]]]]', 'is set in a branch or a loop'],
    ['for n in [1, 2]:\n    net = [[n, [[64, 3]]]]', 'changes in a loop'],
    ['def f(n=3):\n    return [[n, [[64, 3]]]]', 'is a parameter of a function'],
    ['n = 1\nfor i in x:\n    n = n * 2\nnet = [[n, [[64, 3]]]]', 'is set in a branch or a loop'],
    ['n = 2\nif deep: n = 5\nnet = [[n, [[64, 3]]]]', 'is set in a branch or a loop'],
    ['n = 2\nif a[1:]: m = 1; n = 5\nnet = [[n, [[64, 3]]]]', 'is set in a branch or a loop'],
    ['n = 2\nwhile n < 5: n += 1\nnet = [[n, [[64, 3]]]]', 'is changed step by step'],
  ])('is not guessed where the code decides: %j', (text, because) => {
    expect(messages(text)).toEqual([
      `stage 1: the count comes from \`n\`, which ${because}; write the number out`,
    ]);
  });

  it('knows what a name stands for inside of a function only', () => {
    expect(read('n = 2\ndef f():\n    n = 5\nnet = [[n, [[64, 3]]]]')['net']).toEqual([[2, [[64, 3]]]]);
  });

  it('is bounded', () => {
    const share = 'a = [1] * 200\nb = [a] * 200\nc = [b] * 200\n';
    for (const [text, message] of [
      ['net = [[0]*9**9]*9**9', /^table: it comes from `.*`, which would take more than 50,000 entries/],
      ['net = [[9**9**9, [[64, 3]]]]', /the count comes from `9\*\*9\*\*9`, which is too large a number/],
      [
        'net = [[a, [[b, 3]]] for a in range(9999) for b in range(9999) if a < 0]',
        /more than 50,000 entries/,
      ],
      [`${share}net = [[2, [[64, 3], c]]]`, /more than 50,000 entries/],
      [`net = [[1${'+1'.repeat(500)}, [[64, 3]]]]`, /too many parts inside each other/],
      [`net = [${'[n, [[w, 3]]], '.repeat(3000)}]`, /more than 20,000 characters of expressions/],
    ] as const) {
      const said = messages(text);
      expect(said.length).toBeLessThan(5);
      expect(said[0]).toMatch(message);
    }
  });
});

describe('what is pasted', () => {
  it.each([
    ['a doctest', `>>> net = ${LITERAL.replace(/\n/g, '\n... ')}\n>>> net\n${LITERAL}`],
    [
      'an IPython session',
      `In [3]: net = ${LITERAL.replace(/\n/g, '\n   ...: ')}\n\nIn [4]: net\nOut[4]: ${LITERAL}`,
    ],
    ['a mail quote', `Anna wrote:\n> our net:\n> net = ${LITERAL.replace(/\n/g, '\n> ')}\n`],
    ['a quoted doctest', `> >>> net = ${LITERAL.replace(/\n/g, '\n> ... ')}`],
    ['a call', `model = resnet(10, (32, 32, 3), net=${LITERAL})`],
    ['a default argument', `def resnet(classes, net=${LITERAL}, x=(3, 3)):\n    return build(net)`],
    ['a dictionary', `NETS = {'net': ${LITERAL}, 'other': 3}`],
    ['a chained assignment', `net = other = ${LITERAL}`.replace('net = other', 'other = net')],
    ['the lines of a notebook', notebook(`net = ${LITERAL}`)],
    [
      'lists that are no tables',
      `mean = [[0.49, 0.48, 0.44]]\ncrop = [(4, 4), (4, 4)]\nnet = ${LITERAL}\nlosses = []`,
    ],
    ['a bracket in a text', `print("[[1, [")\nnet = ${LITERAL}\nprint("]")`],
    ['a docstring', `"""Say [[1, [[2, 3]]]] for short.\n"""\nnet = ${LITERAL}`],
    ['unfinished code before it', `for x in foo(bar, [\nnet = ${LITERAL}`],
  ])('gives its table: %s', (_, text) => {
    expect(read(text)).toEqual({ net: BASIC });
  });

  it('gives every table by its name', () => {
    const text =
      '# 三十四层\n浅网络 = [[3, [[64,(3,3)]]]]\n深网络 = [[3, [[64,(1,1)]]]]\nNETS = {18: [[1, [[8, 3]]]]}';
    expect(Object.keys(read(text))).toEqual(['浅网络', '深网络', 'NETS[18]']);
  });

  it.each(['net = []\nfor w in ws:\n    net', 'net = [[1, [[8, 3]]]]\nfor w in ws: net'])(
    'is refused where a table grows in a loop: %j',
    (text) => {
      expect(messages(`${text}.append([2, [[w, 3]]])`)).toEqual([
        'table: it comes from `net.append([2, [[w, 3]]])`, which changes it as the code runs; write the table out',
      ]);
    },
  );
});

describe('a list that is changed', () => {
  const T = 't = [[1, [[8, 3]]]]\n';
  const unknown = (statement: string): string =>
    `it comes from \`${statement}\`, which changes it as the code runs; write the table out`;

  it.each([
    ['if deep:\n    ', 't.append([2, [[8, 3]]])'],
    ['if deep:\n    ', 't += [[2, [[8, 3]]]]'],
    ['def grow():\n    ', 't.append([2, [[8, 3]]])'],
    ['', 't[0][1].append([8, 3])'],
    ['', 't[0].insert(0, 3)'],
    ['', 't[i][0] //= 2'],
    ['', 'del t[0][1][0]'],
    ['for s in t: ', 's[1].append([8, 3])'],
    ['for i, s in enumerate(t):\n    ', 's.pop()'],
    ['for i in range(1):\n    s = t[i]\n    ', 's[0] = 3'],
    ['u = t\nif deep: ', 'u.append([2, [[8, 3]]])'],
    ['a = b = t\n', 'b[0][0] = 5'],
    ['u = {"t": t}["t"]\n', 'u.clear()'],
  ])('is unknown where that depends on the run: %s%s', (before, statement) => {
    const said = messages(`${T}${before}${statement}`);
    expect(said.map((one) => one.replace(/^(?:table|[tu]): /, ''))).toContain(unknown(statement));
  });

  it.each([
    'stages = [[8, 3]]\nt = [[1, stages]]\nstages.append([16, 3])',
    'stage = [1, [[8, 3]]]\nt = []\nt.append(stage)\nstage[0] = 2',
  ])('is unknown by the other names that hold it: %j', (text) => {
    expect(messages(text)).toEqual([
      expect.stringMatching(/^table: it comes from `stage.*, which changes it/),
    ]);
  });

  it('makes the numbers unknown that are taken from it', () => {
    expect(messages('ns = [2]\nms = ns\nms[0] = 3\nnet = [[ns[0], [[8, 3]]]]')).toEqual([
      'stage 1: the count comes from `ns`, which is changed by another name; write the number out',
    ]);
  });

  it.each([
    ['in the branch that made it', 'if deep:\n    t = []\n    t.append([1, [[8, 3]]])'],
    ['in the function that made it', 'def f():\n    t = []\n    t.append([1, [[8, 3]]])\n    return t'],
    ['as an attribute', 'self.t = []\nself.t.append([1, [[8, 3]]])'],
    ['after it was copied', `${T}u = list(t)\nu.append([2, [[8, 3]]])`],
    ['after it was copied with all in it', `${T}u = deepcopy(t)\nu[0][0] = 1`],
    ['while it is in a list that changes', `${T}nets = {}\nnets["t"] = t\nnets["u"] = 3`],
    ['under a name that stands for another list now', `${T}u = t\nu = []\nu.append(3)`],
  ])('is known %s', (_, text) => {
    const tables = Object.values(read(text));
    expect(tables).toContainEqual([[1, [[8, 3]]]]);
  });

  it('is unknown as an attribute that another function changes', () => {
    const text =
      'class A:\n  def __init__(self):\n    self.t = [[1, [[8, 3]]]]\n  def grow(self):\n    self.t.append([2, [[8, 3]]])';
    expect(messages(text)).toEqual([`table: ${unknown('self.t.append([2, [[8, 3]]])')}`]);
  });
});

/** The file of a notebook with a cell, as Jupyter writes it. */
function notebook(code: string): string {
  const lines = code.split('\n').map((line, index, all) => (index < all.length - 1 ? `${line}\n` : line));
  const outputs = [{ data: { 'text/plain': ['[[9, [[9, 9]]]]'] }, output_type: 'execute_result' }];
  return JSON.stringify({ cells: [{ cell_type: 'code', outputs, source: lines }], nbformat: 4 }, null, 1);
}

describe('a table of another habit', () => {
  const FORM = 'write each stage as [count, [[filters, kernel], …]]';
  it.each([
    [
      'layers = [3, 4, 6, 3]',
      `line 1, column 10: layers gives only how many blocks each stage has; ${FORM}, as in the presets resnet34 and resnet50`,
    ],
    [
      'DEPTHS = {"r18": ([2, 2, 2, 2], "a"), "r101": ([3, 4, 23, 3], "b")}',
      `line 1, column 10: DEPTHS gives only how many blocks each stage has; ${FORM}, as in the presets resnet18 and resnet101`,
    ],
    [
      'T = {50: [[64, 256, 64, 3, Neck], [256, 512, 128, 4, Neck]]}',
      `line 1, column 10: the rows of T[50] look like input channels, output channels, inner filters and number of blocks; ${FORM}, the first as [3, [[64, 1], [64, 3], [256, 1]]], as in the preset resnet50`,
    ],
    [
      "blocks = [Stage('s1', neck, [(256, 64, 1)] * 2 + [(256, 64, 2)])]",
      `line 1, column 10: blocks gives for each block its output filters, inner filters and stride; ${FORM}, the first as [3, [[64, 1], [64, 3], [256, 1]]], as in the preset resnet50`,
    ],
    [
      "s = [{'filters': 64, 'kernel_size': 3}, {'filters': 64, 'kernel_size': 3}]",
      'line 1, column 5: s gives each layer by its arguments (filters, kernel_size); write the layers of a block as a stage [count, [[filters, kernel], …]], here [1, [[64, 3], [64, 3]]], as in the preset resnet18',
    ],
  ])('%s', (text, message) => {
    expect(messages(text)).toEqual([message]);
  });

  it('is none beside a table', () => {
    expect(read(`layers = [3, 4, 6, 3]\nnet = ${LITERAL}`)).toEqual({ net: BASIC });
  });
});

it('an invisible character is shown by its code', () => {
  expect(messages('[[2, [[64\u00ad, 3]]]]')).toEqual([
    'line 1, column 10: expected "," or "]", got the invisible character U+00AD',
  ]);
});
