/** Block tables as people paste them: the Python of a program, with prose and comments around it. */
import type { BlockTable } from '../../../src/architecture/architecture';
import { formatBlockTable, parseBlockTable, parseBlockTables } from '../../../src/architecture/text/table';
import { mended } from '../../../src/architecture/text/mended';
import { formatProblem } from '../../../src/architecture/problem';
import { mustBe, mustRead, mustRefuse, same, type Format } from '../fuzz';
import { mutateBytes, mutateJson, type Random } from '../random';
import { OF_TABLE, wrongTable } from './architecture';

function genuine(random: Random): BlockTable {
  return Array.from({ length: random.whole(1, 4) }, () => [
    random.whole(1, 9),
    Array.from({ length: random.whole(1, 3) }, (): [number, number | [number, number]] => [
      random.whole(1, 512),
      random.chance(0.2) ? [1, random.whole(2, 7)] : random.whole(1, 7),
    ]),
  ]);
}

const python = (table: unknown): string => JSON.stringify(table);

/** What says the same. */
const HARMLESS: ((random: Random, text: string) => string)[] = [
  (_random, text) => text,
  (_random, text) => `filter_list = ${text}`,
  (_random, text) =>
    `# a comment with [ in it\nfilters: List = ${text}  # behind it\nmodel = build(filters)\n`,
  (_random, text) => `"table": ${text}`,
  (_random, text) => `Our network, as in the paper:\n\n${text}\n\nIt trains well.\n`,
  (_random, text) => text.replace(/\[/g, '(').replace(/\]/g, ',)'),
  (_random, text) => text.replace(/,/g, ' , \n  # and\n '),
  (_random, text) => text.replace(/\[/g, '［').replace(/,/g, '，'),
  (_random, text) => text.replace(/\d/g, (digit) => String.fromCharCode(0xff10 + Number(digit))),
  (_random, text) => text.replace(/\d\b/g, '$&.0'),
  (_random, text) => `net = ${text.replace(/\b\d+\b/g, '($& + 0)')}`,
  (_random, text) => text.replace(/\b\d+\b/g, (digits) => `0x${Number(digits).toString(16)}`),
  (_random, text) =>
    `one, two = 1, 2\nnet = ${text.replace(/\b[12]\b/g, (n) => (n === '1' ? 'one' : 'two'))}`,
  (_random, text) => `mean = [[0.5, 0.4]]\nnet = list(${text}) + []\nlosses = []`,
  (_random, text) => `def f(x, net=${text}):\n    return x`,
  (_random, text) => `>>> net = ${text.replace(/\n/g, '\n... ')}`,
  (_random, text) => `> In [1]: net = ${text.replace(/\n/g, '\n>   ...: ')}`,
];

const SLIPS: ((random: Random, text: string) => string)[] = [
  () => '',
  (random) => random.pick(['hello', '# nothing here', 'x = 3', 'def f(): pass']),
  (random) => `(${random.whole(1, 9)})`,
  (_random, text) => `${text}]`,
  (_random, text) => text.slice(0, -1),
  (_random, text) => text.replace(']', ''),
  (_random, text) => text.replace(/\]$/, ')'),
  (_random, text) => text.replace(',', ',,'),
  (_random, text) => text.replace(/(\d),/, '$1 '),
  (_random, text) => text.replace(/(\d),/, '$1;'),
  (_random, text) => text.replace(/\d/, '3x3'),
  (_random, text) => text.replace(/\d/, '"3"'),
  (_random, text) => text.replace(/\d/, 'three'),
  (random, text) =>
    text.replace(/\d/, random.pick(['width(3)', '9**9**9', '[0] * 9**9', 'x.y', 'a if b else c'])),
  (_random, text) => `net = ${text}\nif deep:\n    net.append([2, [[4, 3]]])`,
  (_random, text) => text.replace(/\[\d+,(\d+|\[\d+,\d+\])\]/, 'conv(64, 3)'),
  (random, text) =>
    random.pick(['layers = [3, 4, 6, 3]', 'T = {50: [[64, 256, 64, 3, N]]}', text[0]!.repeat(16)]),
  (_random, text) => `${text} x`,
  (_random, text) => `${text}, [1, [[4, 3]]]`,
  (_random, text) => `${text.slice(1, -1)},\n[1, [[4, 3]]]`,
  (random, text) => '['.repeat(random.whole(17, 5000)) + text,
  (_random, text) => `a = ${text}\nb = ${text.slice(0, -1)}, [1, [[1, 1]]]]\n`,
  (_random, text) => Array.from({ length: 102 }, (_, i) => `t${i} = ${text}`).join('\n'),
  (random, text) => text + ' '.repeat(random.whole(1_000_000, 1_000_100)),
  (_random, text) => `a = ${text.slice(0, -1)}\nb = ${text}`,
];

export const table: Format = {
  name: 'table',
  refusals: [
    'table: the text has … characters, at most … are allowed',
    'table: the text holds … block tables (…); choose one',
    'line …, column …: the block table is empty; write …',
    'line …, column …: more than … block tables in one text',
    'line …, column …: expected "[" to open the block table, got …',
    'line …, column …: this "…" closes nothing; remove it',
    'line …, column …: another stage follows, but no bracket encloses them all; write "[" before the first stage and "]" after the last',
    'line …, column …: the table was already closed at line …, column …; a bracket before is one too many, or one is missing before that',
    'line …, column …: expected nothing after the table, got …',
    'line …, column …: expected a number or "[", got …; write …',
    'line …, column …: expected a number or "[" before ","',
    'line …, column …: expected a number or "[", got …',
    'line …, column …: too many brackets inside each other',
    'line …, column …: "…" does not close the "…" opened at line …, column …; expected "…"',
    'line …, column …: a comma is missing before …',
    'line …, column …: expected "," or "…", got …',
    'line …, column …: the "…" opened here is never closed; a "…" is missing at the end',
    'line …, column …: the "…" opened here is never closed; a "…" is missing before line …, column …',
    'line …, column …: … gives only how many blocks each stage has; write each stage as …, as in the preset…',
    'line …, column …: … write each stage as …, the first as …, as in the preset …',
    'table: it comes from `…`, which …; write the table out',
    'stage …, convolution …: it comes from `…`, which …; write it out as …',
    'stage …: it comes from `…`, which …; write it out as …',
    'stage …: the count comes from `…`, which …; write the number out',
    'stage …: the convolutions come from `…`, which …; write the list out',
    'stage …, convolution …: the filters come from `…`, which …; write the number out',
    'stage …, convolution …: the kernel comes from `…`, which …; write the number out',
    ...OF_TABLE,
  ],
  prepare: () => (random) => {
    const right = genuine(random);
    const read = (text: string): readonly string[] => {
      const parsed = parseBlockTable(text);
      const all = parseBlockTables(text);
      mustBe(!parsed.ok || (all.ok && same(all.value[0]!.table, parsed.value)), 'it is read in two ways');
      if (parsed.ok) return [];
      for (const { at, mends } of parsed.problems) {
        for (const mend of mends ?? [])
          mustBe(parseBlockTables(mended(text, mend)).ok, 'what an offered mend gives is refused');
        const within = !at || (at.offset >= 0 && at.offset + at.length <= text.length);
        mustBe(within, 'a problem stands outside of its text');
      }
      // A table's name, where a text holds several, may be any.
      return parsed.problems.map((problem) =>
        formatProblem(problem.path ? { ...problem, table: undefined } : problem),
      );
    };
    switch (random.whole(0, 4)) {
      case 0: {
        const text = random.pick(HARMLESS)(
          random,
          random.chance(0.5) ? formatBlockTable(right) : python(right),
        );
        mustRead(read(text));
        mustBe(same(parseBlockTable(text), { ok: true, value: right }), 'it is read as another');
        return [];
      }
      case 1:
        return mustRefuse(read(python(wrongTable(random, right))), 'a value in it is wrong');
      case 2:
        return mustRefuse(read(random.pick(SLIPS)(random, python(right))), 'its brackets are wrong');
      case 3:
        return read(python(mutateJson(random, right)));
      default:
        return read(
          mutateBytes(random, Buffer.from(`filters = ${formatBlockTable(right)}`)).toString('utf8'),
        );
    }
  },
};
