/** Architectures as texts of JSON. What is read always builds. */
import type { Architecture } from '../../../src/architecture/architecture';
import { DEFAULTS } from '../../../src/architecture/conventions';
import { formatArchitecture, parseArchitectureText } from '../../../src/architecture/text/architecture';
import { buildNetwork } from '../../../src/architecture/network';
import { mended } from '../../../src/architecture/text/mended';
import { formatProblem } from '../../../src/architecture/problem';
import { PRESETS } from '../../../src/architecture/presets';
import { mustBe, mustRead, mustRefuse, same, type Format } from '../fuzz';
import { mutateBytes, mutateJson, type Random } from '../random';

/** Of text: what a file must be to come so far. */
const SYNTAX = [
  'line …, column …: the text is empty; expected an architecture as JSON',
  'line …, column …: expected the end of the text, got …',
  'line …, column …: too many brackets inside each other',
  'line …, column …: field … is given twice',
  'line …, column …: expected ":" after …, got …',
  'line …, column …: expected a field name in double quotes, got …',
  'line …, column …: expected a value…, got …',
  'line …, column …: the "…" opened here is never closed; a "…" is missing at the end',
  'line …, column …: expected "," or "…", got …',
  'line …, column …: remove the comma before "…"',
  'line …, column …: the double quote opened here is not closed on its line',
  'line …, column …: a control character inside a text must be written as \\u and four digits',
  'line …, column …: expected four hexadecimal digits after \\u',
  'line …, column …: unknown escape "\\…" inside a text; write \\\\ for a backslash',
];

/** Of the table, whichever text it stands in. */
export const OF_TABLE = [
  'table: is a single stage; put it into a list: …',
  'table: must be a list of stages …, got …',
  'table: needs at least one stage …',
  'table: has … stages, at most … layers are allowed',
  'table: gives at least … layers, at most … are allowed',
  'stage …: needs at least one convolution …',
  'stage …: convolutions must be a list of …, got …; put it into a list: …',
  'stage …: convolutions must be a list of …, got …',
  'stage …, convolution …: kernel must be one number or [height, width], got …',
  'stage …, convolution …: … must be a whole number, got …',
  'stage …, convolution …: … must be at least …, got …',
  'stage …, convolution …: … must be at most …, got …',
  'stage …, convolution …: must be [filters, kernel], got …',
  'stage …: count must be a whole number, got …',
  'stage …: count must be at least …, got …',
  'stage …: count must be at most …, got …',
  'stage …: must be …, got …; its convolutions belong into one list',
  'stage …: must be …, got …',
];

const VALUES = [
  'architecture: the text has … characters, at most … are allowed',
  'architecture: must be an object with …, got …; a block table alone goes into its field table',
  'architecture: must be an object with …, got …',
  'architecture: and … more problems',
  'architecture: … is missing',
  'architecture: unknown field …; did you mean …?',
  'architecture: unknown field …; known are …',
  'stem: unknown field …; did you mean …?',
  'stem: unknown field …; known are …',
  'name: must be a text, got …',
  'name: must not be empty',
  'name: must have at most … characters, got …',
  'name: must not hold control characters or marks that turn text around, got …',
  'inputShape: must be [height, width, channels], got …',
  'inputShape: … must be a whole number, got …',
  'inputShape: … must be at least …, got …',
  'inputShape: … must be at most …, got …',
  'classes: must be a whole number, got …',
  'classes: must be at least …, got …',
  'classes: must be at most …, got …',
  'stem: must be an object with …, got …',
  'stem: pool must be true or false, got …',
  'stem: kernel must be one number or [height, width], got …',
  'stem: … must be a whole number, got …',
  'stem: … must be at least …, got …',
  'stem: … must be at most …, got …',
  '…: must be true or false, got …',
  '…: must be a number …, got …',
  ...['shortcut', 'strideOn'].flatMap((field) => [
    `${field}: must be …, got …; did you mean …?`,
    `${field}: must be …, got …`,
  ]),
];

const OF_NETWORK = [
  '…: an identity shortcut cannot reduce … channels to …; give its last convolution at least … filters or choose the shortcut "projection"',
  '…: … has … elements, at most … are allowed',
  'table: gives … layers, at most … are allowed',
  'table: the network needs more than 9 quadrillion multiplications for one image; make it smaller',
];

function genuine(random: Random): Architecture {
  const architecture: Architecture = JSON.parse(
    JSON.stringify(random.chance(0.2) ? random.pick(SMALL_PRESETS) : { ...DEFAULTS, ...small(random) }),
  ) as Architecture;
  return {
    ...architecture,
    name: random.pick(['tiny', 'ResNet ☃', '名前', '__proto__', 'a "quoted" \\ name']),
  };
}

const SMALL_PRESETS = PRESETS.map(({ architecture }) => architecture).filter(
  ({ table }) => table.reduce((sum, [count]) => sum + count, 0) < 40,
);

function small(random: Random): Omit<Architecture, keyof typeof DEFAULTS> {
  const kernel = (): number | [number, number] => (random.chance(0.2) ? [1, 3] : random.whole(1, 5));
  return {
    name: 'tiny',
    inputShape: [random.whole(8, 64), random.whole(8, 64), random.whole(1, 3)],
    classes: random.whole(2, 100),
    table: Array.from({ length: random.whole(1, 3) }, () => [
      random.whole(1, 3),
      Array.from({ length: random.whole(1, 3) }, (): [number, number | [number, number]] => [
        random.whole(1, 64),
        kernel(),
      ]),
    ]),
  };
}

type Fields = Record<string, unknown>;

/** One field and a value that it cannot have. */
const WRONG: ((random: Random, fields: Fields) => void)[] = [
  (random, fields) => void delete fields[random.pick(['name', 'inputShape', 'classes', 'table'])],
  (random, fields) =>
    void (fields[random.pick(['clases', 'shortcuts', 'zeroInit', 'xyzzy', 'quite another field'])] =
      random.oddValue()),
  (random, fields) =>
    void (fields.name = random.pick([3, null, '', '  ', 'n'.repeat(201), '\x1b[2J', '\u202eabc'])),
  (random, fields) =>
    void (fields.inputShape = random.pick([
      [32],
      'x',
      [0, 32, 3],
      [32, 0.5, 3],
      [32, 32, 1025],
      [4097, 1, 1],
    ])),
  (random, fields) => void (fields.classes = random.pick([1, 0, -1, 2.5, '10', 1e6, null])),
  (random, fields) => void (fields.stem = random.pick([3, [], null, 'stem'])),
  (random, fields) => {
    const stem = { ...(fields.stem as Fields) };
    stem[random.pick(['filters', 'kernel', 'stride'])] = random.pick([
      0,
      0.5,
      1e6,
      '7',
      [3],
      [3, 0],
      null,
      -1,
    ]);
    fields.stem = stem;
  },
  (random, fields) =>
    void (fields.stem = { ...(fields.stem as Fields), pool: random.pick([0, 'true', null]) }),
  (random, fields) =>
    void (fields.stem = { ...(fields.stem as Fields), [random.pick(['filter', 'xyzzy'])]: 3 }),
  (random, fields) => void (fields.shortcut = random.pick(['projecton', 'none of them', 3, null])),
  (random, fields) => void (fields.strideOn = random.pick(['frst', 'none of them', 3, null])),
  (random, fields) =>
    void (fields[random.pick(['bias', 'zeroInitLastGamma'])] = random.pick([0, 1, 'true', null, []])),
  (random, fields) =>
    void (fields[random.pick(['l2', 'bnMomentum', 'bnEpsilon'])] = random.pick([-1, 2, '0.1', null, 1e300])),
  (_random, fields) => {
    for (let i = 0; i < 150; i++) fields[`more${i}`] = i;
  },
  (_random, fields) => {
    fields.shortcut = 'identity';
    fields.table = [[1, [[64, 3]]], [1, [[8, 3]]]]; // prettier-ignore
  },
  (random, fields) => {
    fields.inputShape = [4096, 4096, 1024];
    fields.stem = { filters: 16_384, kernel: 255, stride: 1, pool: false };
    fields.table = [[random.whole(1, 9), [[16_384, 255]]]];
  },
  (_random, fields) => {
    fields.inputShape = [2048, 2048, 3];
    fields.stem = { filters: 64, kernel: 3, stride: 1, pool: false };
    fields.table = [[160, [[256, 90]]]];
  },
  (random, fields) => {
    // A plain net of so many stages is not too long.
    fields.shortcut = 'projection';
    fields.table = Array.from({ length: random.whole(1250, 1600) }, () => [1, [[4, 3]]]);
  },
];

/** A table that none can be. */
export function wrongTable(random: Random, table: unknown[]): unknown {
  const stages = JSON.parse(JSON.stringify(table)) as [unknown, unknown][];
  const stage = random.pick(stages);
  const number = (): unknown => random.pick([0, -1, 0.5, 1e6, 1e300]);
  return random.pick<() => unknown>([
    () => 3,
    () => [],
    () => stages[0],
    () => Array.from({ length: 5001 }, () => [1, [[1, 1]]]),
    () => [[5000, [[4, 3], [4, 3]]]], // prettier-ignore
    () => ((stage[1] = []), stages),
    () => ((stage[1] = 3), stages),
    () => ((stage[1] = [64, 3]), stages),
    () => ((stage[1] = [[64, []]]), stages),
    () => ((stage[1] = [[number(), 3]]), stages),
    () => ((stage[1] = [[64, number()]]), stages),
    () => ((stage[1] = [[64, [3, number()]]]), stages),
    () => ((stage[1] = [[64, 3, 3]]), stages),
    () => ((stage[0] = number()), stages),
    () => ((stage[0] = random.pick([5001, 1e6, 1e300])), stages),
    () => ((stage[0] = []), stages),
    () => [...stages, [1, [[4, 3]], [[4, 3]]]],
    () => [...stages, [1]],
    () => [...stages, 3],
  ])();
}

/** The text with a slip of the keyboard in it. */
const SLIPS: ((random: Random, text: string) => string)[] = [
  () => '',
  (_random, text) => `${text}x`,
  (random, text) => text.replace('"classes": ', `"classes": ${'['.repeat(random.whole(70, 5000))}`),
  (_random, text) => text.replace('{', '{"classes": 3,'),
  (_random, text) => text.replace('"classes":', '"classes"'),
  (_random, text) => text.replace('"classes":', 'classes:'),
  (random, text) =>
    text.replace(
      '"classes": ',
      `"classes": ${random.pick(['01', '+1', '.5', 'NaN', 'True', '0x10', '1e', ''])}x`,
    ),
  (random, text) => text.slice(0, random.whole(1, text.lastIndexOf('}'))),
  (_random, text) => text.replace(',', ''),
  (_random, text) => text.replace(/\}\s*$/, ',}'),
  (_random, text) => text.replace('"name": "', '"name": "a\nb'),
  (_random, text) => text.replace('"name": "', '"name": "a\u0001'),
  (_random, text) => text.replace('"name": "', '"name": "\\u12x4'),
  (_random, text) => text.replace('"name": "', '"name": "\\q'),
  (random, text) => text + ' '.repeat(random.whole(1_000_001, 1_000_100)),
];

export const architecture: Format = {
  name: 'architecture',
  refusals: [...SYNTAX, ...VALUES, ...OF_TABLE, ...OF_NETWORK],
  prepare: () => (random) => {
    const right = genuine(random);
    const read = (text: string): readonly string[] => {
      const parsed = parseArchitectureText(text);
      if (parsed.ok) buildNetwork(parsed.value);
      else
        for (const { at, mends } of parsed.problems) {
          for (const mend of mends ?? [])
            mustBe(parseArchitectureText(mended(text, mend)).ok, 'what an offered mend gives is refused');
          const within = !at || (at.offset >= 0 && at.offset + at.length <= text.length && at.line >= 1);
          mustBe(within, 'a problem stands outside of its text');
        }
      return parsed.ok ? [] : parsed.problems.map((problem) => formatProblem(problem));
    };
    switch (random.whole(0, 7)) {
      case 0: {
        const text = random.pick([
          () => formatArchitecture(right),
          () => JSON.stringify(right),
          () => `\ufeff${JSON.stringify(right, null, '\t')}\r\n`,
          () => JSON.stringify(Object.fromEntries(Object.entries(right).reverse())),
        ])();
        const parsed = parseArchitectureText(text);
        mustRead(read(text));
        if (parsed.ok) {
          mustBe(
            same(parsed.value.table, plainKernels(right).table) && parsed.value.name === right.name,
            'it is read as another',
          );
          mustBe(
            same(parseArchitectureText(formatArchitecture(parsed.value)), parsed),
            'it is another one once it was written',
          );
        }
        return [];
      }
      case 1:
      case 2:
      case 3:
      case 4: {
        const fields = JSON.parse(JSON.stringify(right)) as Fields;
        if (random.chance(0.4)) fields.table = wrongTable(random, right.table);
        else random.pick(WRONG)(random, fields);
        return mustRefuse(read(JSON.stringify(fields)), 'a value in it is wrong');
      }
      case 5:
        return mustRefuse(read(random.pick(SLIPS)(random, formatArchitecture(right))), 'it is no JSON');
      case 6:
        return read(
          JSON.stringify(
            random.chance(0.1) ? random.pick([right.table, random.oddValue()]) : mutateJson(random, right),
          ),
        );
      default:
        return read(mutateBytes(random, Buffer.from(formatArchitecture(right))).toString('utf8'));
    }
  },
};

/** Square kernels come out as one number. */
function plainKernels(value: Architecture): Architecture {
  const table = value.table.map(([count, convolutions]) => [
    count,
    convolutions.map(([filters, kernel]) => [
      filters,
      typeof kernel !== 'number' && kernel[0] === kernel[1] ? kernel[0] : kernel,
    ]),
  ]);
  return { ...value, table: table as Architecture['table'] };
}
