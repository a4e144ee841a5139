import { describe, expect, it } from 'vitest';
import { hasActing } from '../../../../src/architecture/inert-text';
import type { Architecture } from '../../../../src/architecture/architecture';
import { DEFAULTS } from '../../../../src/architecture/conventions';
import {
  formatArchitecture,
  parseArchitecture,
  parseArchitectureText,
} from '../../../../src/architecture/text/architecture';
import { buildNetwork } from '../../../../src/architecture/network';
import { PRESETS } from '../../../../src/architecture/presets';
import { formatProblem } from '../../../../src/architecture/problem';
import { pick, random, whole } from '../random';

const TABLE = [
  [1, [[8, 3]]],
  [1, [[16, 3]]],
];
const LEAST = { name: 'small', inputShape: [32, 32, 3], classes: 10, table: TABLE };

function messages(json: unknown): string[] {
  const parsed = parseArchitecture(json);
  if (parsed.ok) throw new Error('no problem found');
  return parsed.problems.map((problem) => formatProblem(problem));
}

function value(json: unknown): Architecture {
  const parsed = parseArchitecture(json);
  if (!parsed.ok) throw new Error(parsed.problems.map((problem) => formatProblem(problem)).join('\n'));
  return parsed.value;
}

/** What the parse of an architecture's text gives. */
const built = (architecture: Architecture) => ({
  ok: true,
  value: architecture,
  network: buildNetwork(architecture),
});

describe('an architecture', () => {
  it('gets the conventions of the blog for what it leaves out', () => {
    expect(value(LEAST)).toEqual({
      ...LEAST,
      stem: { filters: 64, kernel: 7, stride: 2, pool: true },
      shortcut: 'projection',
      strideOn: 'first',
      bias: true,
      l2: 1e-4,
      bnMomentum: 0.99,
      bnEpsilon: 1e-3,
      zeroInitLastGamma: false,
    });
  });

  it('keeps what it gives', () => {
    const given = {
      ...LEAST,
      stem: { filters: 8, kernel: [3, 5], stride: 1, pool: false },
      shortcut: 'identity',
      strideOn: '3x3',
      bias: false,
      l2: 0,
      bnMomentum: 0.9,
      bnEpsilon: 1e-5,
      zeroInitLastGamma: true,
    };
    expect(value(given)).toEqual(given);
  });

  it('may give its stem in part', () => {
    expect(value({ ...LEAST, stem: { kernel: [3, 3], stride: 1 } }).stem).toEqual({
      filters: 64,
      kernel: 3,
      stride: 1,
      pool: true,
    });
  });

  it('does not share its stem with the defaults', () => {
    value(LEAST).stem.filters = 1;
    expect(DEFAULTS.stem.filters).toBe(64);
  });

  it('is trimmed in its name, and takes undefined as left out', () => {
    expect(value({ ...LEAST, name: ' my net\n', bias: undefined })).toMatchObject({
      name: 'my net',
      bias: true,
    });
  });
});

describe('what is wrong with an architecture', () => {
  it.each([
    [null, 'architecture: must be an object with name, inputShape, classes and table, got null'],
    [
      TABLE,
      'architecture: must be an object with name, inputShape, classes and table, got [[1, [[8, 3]]], [1, [[16, 3]]]]; a block table alone goes into its field table',
    ],
    [{ ...LEAST, tabel: 1 }, 'architecture: unknown field "tabel"; did you mean "table"?'],
    [{ ...LEAST, input_shape: 1 }, 'architecture: unknown field "input_shape"; did you mean "inputShape"?'],
    [{ ...LEAST, bnEpsilom: 1 }, 'architecture: unknown field "bnEpsilom"; did you mean "bnEpsilon"?'],
    [
      { ...LEAST, dropout: 1 },
      'architecture: unknown field "dropout"; known are name, inputShape, classes, stem, table, shortcut, strideOn, bias, l2, bnMomentum, bnEpsilon, zeroInitLastGamma',
    ],
    [{ ...LEAST, stem: { strides: 2 } }, 'stem: unknown field "strides"; did you mean "stride"?'],
    [{ ...LEAST, name: 5 }, 'name: must be a text, got 5'],
    [{ ...LEAST, name: ' ' }, 'name: must not be empty'],
    [
      { ...LEAST, name: 'a\u0000b' },
      'name: must not hold control characters or marks that turn text around, got "a\\u0000b"',
    ],
    [
      { ...LEAST, name: 'exe\u202egpj' },
      'name: must not hold control characters or marks that turn text around, got "exe\\u202egpj"',
    ],
    [{ ...LEAST, name: 'x'.repeat(201) }, 'name: must have at most 200 characters, got 201'],
    [{ ...LEAST, inputShape: [32, 32] }, 'inputShape: must be [height, width, channels], got [32, 32]'],
    [{ ...LEAST, inputShape: 32 }, 'inputShape: must be [height, width, channels], got 32'],
    [{ ...LEAST, inputShape: [0, 32, 3] }, 'inputShape: height must be at least 1, got 0'],
    [{ ...LEAST, inputShape: [32, 4097, 3] }, 'inputShape: width must be at most 4,096, got 4097'],
    [{ ...LEAST, inputShape: [32, 32, '3'] }, 'inputShape: channels must be a whole number, got "3"'],
    [{ ...LEAST, classes: 1 }, 'classes: must be at least 2, got 1'],
    [{ ...LEAST, classes: 10.5 }, 'classes: must be a whole number, got 10.5'],
    [{ ...LEAST, classes: 1e6 }, 'classes: must be at most 100,000, got 1000000'],
    [{ ...LEAST, stem: null }, 'stem: must be an object with filters, kernel, stride, pool, got null'],
    [{ ...LEAST, stem: { kernel: 0 } }, 'stem: kernel must be at least 1, got 0'],
    [{ ...LEAST, stem: { filters: 0 } }, 'stem: filters must be at least 1, got 0'],
    [{ ...LEAST, stem: { stride: 65 } }, 'stem: stride must be at most 64, got 65'],
    [{ ...LEAST, stem: { pool: 'yes' } }, 'stem: pool must be true or false, got "yes"'],
    [{ ...LEAST, table: [[1, [[8, 0]]]] }, 'stage 1, convolution 1: kernel must be at least 1, got 0'],
    [{ ...LEAST, table: 'x' }, 'table: must be a list of stages [count, [[filters, kernel], …]], got "x"'],
    [
      { ...LEAST, shortcut: 'projecton' },
      'shortcut: must be "projection", "identity", "projection-all" or "none", got "projecton"; did you mean "projection"?',
    ],
    [
      { ...LEAST, shortcut: true },
      'shortcut: must be "projection", "identity", "projection-all" or "none", got true',
    ],
    [{ ...LEAST, strideOn: 2 }, 'strideOn: must be "first" or "3x3", got 2'],
    [{ ...LEAST, bias: 1 }, 'bias: must be true or false, got 1'],
    [{ ...LEAST, bias: null }, 'bias: must be true or false, got null'],
    [{ ...LEAST, l2: -1 }, 'l2: must be a number from 0 to 1, got -1'],
    [{ ...LEAST, l2: NaN }, 'l2: must be a number from 0 to 1, got NaN'],
    [{ ...LEAST, bnMomentum: 1 }, 'bnMomentum: must be a number from 0 to below 1, got 1'],
    [{ ...LEAST, bnEpsilon: 0 }, 'bnEpsilon: must be a number above 0 and at most 1, got 0'],
    [{ ...LEAST, zeroInitLastGamma: 'no' }, 'zeroInitLastGamma: must be true or false, got "no"'],
    [
      {
        ...LEAST,
        shortcut: 'identity',
        stem: { filters: 8 },
        table: [
          [
            2,
            [
              [8, 1],
              [16, 3],
            ],
          ],
          [1, [[4, 3]]],
        ],
      },
      'stage 2, block 1: an identity shortcut cannot reduce 16 channels to 4; give its last convolution at least 16 filters or choose the shortcut "projection"',
    ],
    [
      {
        ...LEAST,
        table: [
          [
            1,
            [
              [16_384, 3],
              [16_384, 3],
            ],
          ],
        ],
      },
      'stage 1, block 1, convolution 2: its kernel of 3 by 3 by 16384 by 16384 has 2,415,919,104 elements, at most 2,147,483,647 are allowed',
    ],
    [
      {
        ...LEAST,
        shortcut: 'projection-all',
        table: [
          [
            700,
            [
              [8, 1],
              [8, 1],
            ],
          ],
        ],
      },
      'table: gives 6,307 layers, at most 5,000 are allowed',
    ],
  ])('%#: %j', (json, message) => {
    expect(messages(json)).toEqual([message]);
  });

  it('is reported whole', () => {
    expect(
      messages({ inputShape: [32, 0, 0], stem: { kernel: 0, strid: 2 }, table: [[0, [[8, 0]]]], tabel: [] }),
    ).toEqual([
      'architecture: unknown field "tabel"; did you mean "table"?',
      'architecture: name is missing',
      'architecture: classes is missing',
      'inputShape: width must be at least 1, got 0',
      'inputShape: channels must be at least 1, got 0',
      'stem: unknown field "strid"; did you mean "stride"?',
      'stem: kernel must be at least 1, got 0',
      'stage 1: count must be at least 1, got 0',
      'stage 1, convolution 1: kernel must be at least 1, got 0',
    ]);
  });

  it('includes every block whose option A would drop channels', () => {
    const table = [
      [1, [[8, 3]]],
      [1, [[4, 3]]],
    ];
    expect(
      messages({ ...LEAST, shortcut: 'identity', table }).map((message) => message.slice(0, 16)),
    ).toEqual(['stage 1, block 1', 'stage 2, block 1']);
  });

  it('is found soon in the largest that the limits let through', () => {
    const table = [
      [
        700,
        [
          [16_384, 1],
          [16_384, 255],
        ],
      ],
    ];
    expect(
      messages({ ...LEAST, inputShape: [4096, 4096, 1024], table, stem: { stride: 1, pool: false } }),
    ).toHaveLength(101);
  });
});

describe('the text of an architecture', () => {
  it('is read and written again', () => {
    const text = formatArchitecture(value(LEAST));
    expect(text).toBe(`{
  "name": "small",
  "inputShape": [32, 32, 3],
  "classes": 10,
  "stem": { "filters": 64, "kernel": 7, "stride": 2, "pool": true },
  "table": [
    [1, [[8, 3]]],
    [1, [[16, 3]]]
  ],
  "shortcut": "projection",
  "strideOn": "first",
  "bias": true,
  "l2": 0.0001,
  "bnMomentum": 0.99,
  "bnEpsilon": 0.001,
  "zeroInitLastGamma": false
}
`);
    expect(parseArchitectureText(text)).toEqual(built(value(LEAST)));
  });

  it.each(PRESETS.map(({ id, architecture }) => [id, architecture] as const))(
    'keeps %s',
    (_, architecture) => {
      const text = formatArchitecture(architecture);
      expect(parseArchitectureText(text)).toEqual(built(architecture));
      expect(JSON.parse(text)).toEqual(architecture);
    },
  );

  it('keeps odd names', () => {
    for (const name of ['"quoted" \\ back', '残差', '\u{1f600}', '__proto__']) {
      const parsed = parseArchitectureText(formatArchitecture({ ...value(LEAST), name }));
      expect(parsed).toMatchObject({ ok: true, value: { name } });
    }
  });

  it('shows where each wrong value stands', () => {
    const text =
      '{\n  "name": "x",\n  "inputShape": [32, 32],\n  "classes": 10,\n  "tabel": 0,\n  "table": [\n    [2, [[64, 3], [64, 0]]]\n  ]\n}';
    const parsed = parseArchitectureText(text);
    const places = parsed.ok
      ? []
      : parsed.problems.map((problem) => {
          const { line, column, offset, length } = problem.at!;
          return [formatProblem(problem), line, column, text.slice(offset, offset + length)];
        });
    expect(places).toEqual([
      ['architecture: unknown field "tabel"; did you mean "table"?', 5, 12, '0'],
      ['inputShape: must be [height, width, channels], got [32, 32]', 3, 17, '[32, 32]'],
      ['stage 1, convolution 2: kernel must be at least 1, got 0', 7, 24, '0'],
    ]);
  });

  it('shows the stage of what only the network tells', () => {
    const text = formatArchitecture(value(LEAST))
      .replace('"projection"', '"identity"')
      .replace('[8, 3]', '[64, 3]');
    const parsed = parseArchitectureText(text);
    expect(parsed).toMatchObject({
      ok: false,
      problems: [{ path: ['table', 1, 'block', 0], at: { line: 8, column: 5 } }],
    });
  });

  it.each([
    ['', 'line 1, column 1: the text is empty; expected an architecture as JSON'],
    [
      '{"name": "x",\n "classes": 10',
      'line 1, column 1: the "{" opened here is never closed; a "}" is missing at the end',
    ],
    [
      '{"table": [[1, [[8, 3]]]',
      'line 1, column 11: the "[" opened here is never closed; a "]" is missing at the end',
    ],
    ['{"name": "x"\n "classes": 10}', 'line 2, column 2: expected "," or "}", got "\\""'],
    ['{"name": "x",}', 'line 1, column 13: remove the comma before "}"'],
    ['{"inputShape": [32, 32, 3,]}', 'line 1, column 26: remove the comma before "]"'],
    ['{name: "x"}', 'line 1, column 2: expected a field name in double quotes, got "name"'],
    ["{'name': 1}", 'line 1, column 2: expected a field name in double quotes, got "\'"'],
    ['{"name" "x"}', 'line 1, column 9: expected ":" after "name", got "\\""'],
    ['{"bias": True}', 'line 1, column 10: expected a value for "bias", got "True"'],
    ['{"bias": }', 'line 1, column 10: expected a value for "bias", got "}"'],
    ['{"l2": .5}', 'line 1, column 8: expected a value for "l2", got ".5"'],
    ['{"l2": 01}', 'line 1, column 8: expected a value for "l2", got "01"'],
    ['{"table": [(8, 3)]}', 'line 1, column 12: expected a value, got "("'],
    ['{"name": "x', 'line 1, column 10: the double quote opened here is not closed on its line'],
    ['{"name": "x\n"}', 'line 1, column 10: the double quote opened here is not closed on its line'],
    [
      '{"name": "C:\\data"}',
      'line 1, column 13: unknown escape "\\d" inside a text; write \\\\ for a backslash',
    ],
    ['{"name": "\\u12x4"}', 'line 1, column 11: expected four hexadecimal digits after \\u'],
    [
      '{"name": "a\tb"}',
      'line 1, column 12: a control character inside a text must be written as \\u and four digits',
    ],
    ['{"name": 1, "name": 2}', 'line 1, column 13: field "name" is given twice'],
    ['{} {}', 'line 1, column 4: expected the end of the text, got "{"'],
    ['['.repeat(100_000), 'line 1, column 66: too many brackets inside each other'],
  ])('%#: %.40j', (text, message) => {
    const parsed = parseArchitectureText(text);
    expect(parsed.ok ? [] : parsed.problems.map((problem) => formatProblem(problem))).toEqual([message]);
  });

  it('may begin with a byte order mark', () => {
    expect(parseArchitectureText(`\ufeff${formatArchitecture(value(LEAST))}`).ok).toBe(true);
  });

  it('is refused where it is far too long', () => {
    expect(parseArchitectureText(' '.repeat(1_000_001))).toMatchObject({
      ok: false,
      problems: [{ path: [], sentence: 'the text has 1,000,001 characters, at most 1,000,000 are allowed' }],
    });
  });

  it('agrees with JSON.parse on what is JSON, whichever character is lost, doubled or replaced', () => {
    const text = formatArchitecture({ ...value(LEAST), name: 'a\\u00e9\n"x"'.trim() });
    const next = random(3);
    for (let round = 0; round < 2000; round++) {
      const at = whole(next, 0, text.length - 1);
      const changed = pick(next, ['', text[at]! + text[at]!, ...'[]{},:"\\0-.eEtnu \n\t']);
      const mutated = text.slice(0, at) + changed + text.slice(at + 1);
      let plain: unknown;
      try {
        plain = JSON.parse(mutated);
      } catch {
        plain = undefined;
      }
      const parsed = parseArchitectureText(mutated);
      if (plain === undefined) {
        expect(parsed.ok ? mutated : formatProblem(parsed.problems[0]!)).toMatch(/^line \d+, column \d+: /);
        expect(!parsed.ok && parsed.problems[0]!.path).toBeNull();
      } else if (parsed.ok) {
        expect(parsed).toEqual(parseArchitecture(plain));
      } else {
        const isTwice = parsed.problems[0]!.sentence.endsWith('is given twice');
        const sentences = parsed.problems.map((problem) => formatProblem(problem));
        expect(isTwice || sentences).toEqual(isTwice || messages(plain));
      }
    }
  });
});

describe('what a text holds, in the sentence that refuses it', () => {
  const refusal = (text: string): string => {
    const parsed = parseArchitectureText(text);
    return parsed.ok ? '' : formatProblem(parsed.problems[0]!);
  };
  const long = 'x'.repeat(20_000);

  it.each([
    ['a field that comes twice', (name: string) => `{"${name}": 1, "${name}": 2}`],
    ['a field without a colon', (name: string) => `{"${name}" 1}`],
    ['a field without a value', (name: string) => `{"${name}": }`],
    ['something that is no field', (name: string) => `{${name}}`],
    ['an escape that there is not', (name: string) => `{"\\${name[0] ?? ''}": 1}`],
  ])('is short and inert: %s', (_what, make) => {
    for (const name of [long, '\x7f\x9b31m', '\u202eabc']) {
      const message = refusal(make(name));
      expect(message).toMatch(/^line 1, column \d+: /);
      expect(message.length).toBeLessThan(250);
      expect(hasActing(message)).toBe(false);
    }
  });
});
