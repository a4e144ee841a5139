/** Long texts in which somebody might look for a block table: scripts, notebooks, prose, lists, and what is broken of them. */
import { LIMITS } from '../../src/architecture/limits';
import type { Random } from './random';

const TABLE = '[[2, [[64,3],[64,3]]], [3, [[128,1],[128,3],[512,1]]]]';

/** A piece of a text; `n` counts its pieces. */
const PIECES: readonly ((n: number, random: Random) => string)[] = [
  (n) => `net_${n} = ${TABLE}\n`,
  (n) => `net_${n} = ${TABLE.slice(0, -1)}\n`,
  () => '[2, [[64,3],[64,3]]],\n',
  () => '[[[[1,[[2,3]]]]]],',
  (n) => `>>> net = ${TABLE}\n... # ${n}\n`,
  (n) => `> > net_${n} = ${TABLE}\n`,
  (n) => `In [${n}]: widths = (64, ${n})\n`,
  (n) =>
    `def f${n}(x, y=3):\n    z = np.zeros((3, ${n}))  # comment [ ${n}\n    return [x + y for x in range(9)]\n\n`,
  (n) => `a${n + 1} = a${n} + [1]\n`,
  (n) => `n${n} = [[w, [[64, 3]]] for w in range(1, 9)]\n`,
  (n) => `n${n} = [[2, [[64, 3]] * 2]] * 40\n`,
  (n) => `x${n} = [${n}, (3, 4], {5: 6)]\n`,
  (n) => `The network [${n}] has ( many layers, and "quotes that never end. It's a mess\n`,
  (n) => `s${n} = 'abc [1, 2, [3' + "def"\n`,
  (n) => `if a${n}:\n    b = [1, [[2, 3]]]\nelse:\n    b.append(3)\n`,
  (n) => `f = lambda x: [x, [${n}, x]]\n`,
  (n) => `'n${n}': ${TABLE},\n`,
  (n) => `${n}, `,
  () => '［［2，［［64，3］］］］\n',
  () => '网络ＡＢ１２',
  (_n, random) =>
    random.pick(['a=[1];', 'a=', 'a.b.', 'f(', '((1),', '[1,', '\t[', '# [\n', '"""a', '| ', ' ']),
  (_n, random) => random.pick(['[', ']', ',', '"', '\n', '-', '9', '{', ')']).repeat(random.whole(1, 2000)),
];

/** Tables with a slip whose mend is certain. */
const SLIPPED = [
  TABLE.replaceAll('[', '［').replaceAll(',', '，'),
  TABLE.replace('64', '0x40').replaceAll('[', '【').replaceAll(']', '】'),
  TABLE.slice(1, -1),
  TABLE.replace('[64,3]', '[“64”,3]'),
  '[2, [[64,3],[64,3]]]',
];

/** Comments as long as wanted, and a table somewhere among them. */
function lostTable(random: Random, length: number): string {
  const comment = '# The network has [ many layers, and "quotes that never end.\n';
  const comments = Math.floor((length - 200) / comment.length);
  const before = random.whole(0, comments);
  return `${comment.repeat(before)}net = ${random.pick(SLIPPED)}\n${comment.repeat(comments - before)}`;
}

/**
 * One or several pieces over and over, some opened by a bracket that may never close, some with single characters changed.
 * At most {@link LIMITS.tableTextLength} characters, half of them nearly so many.
 */
export function longText(random: Random): string {
  const most = LIMITS.tableTextLength;
  const length = random.chance(0.5) ? most : random.whole(most / 20, most);
  if (random.chance(0.1)) return lostTable(random, length);
  const pieces = Array.from({ length: random.pick([1, 1, 2, 3, 8]) }, () => random.pick(PIECES));
  const parts: string[] = [random.pick(['', '', '[', 'net = [', 'd = {', '"""\n'])];
  let written = parts[0]!.length;
  for (let n = 0; written < length; n++) {
    const piece = random.pick(pieces)(n, random);
    parts.push(piece);
    written += piece.length;
  }
  const end = random.pick(['', '', ']', '}']);
  const text = parts.join('').slice(0, length - end.length) + end;
  return random.chance(0.5) ? text : changed(text, random);
}

/** With up to nine characters replaced, dropped or doubled. */
function changed(text: string, random: Random): string {
  let now = text;
  for (let changes = random.whole(1, 9); changes > 0; changes--) {
    const at = random.whole(0, now.length - 1);
    const other = random.pick(['', '[', ']', ',', "'", '\\', '\n', ' ', '\u200b', '\0', '＝']);
    now = now.slice(0, at) + other + now.slice(at + 1);
  }
  return now;
}
