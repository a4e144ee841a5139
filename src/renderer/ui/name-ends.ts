/** Where a long name is cut: what tells names apart often stands at their end. Pure. */

/** Characters of the end that stay, at most; where a word begins among them, from there on. */
const END = 16;
/** Names up to here are cut at their end, if at all. */
const SHORT = 24;

/** Characters as people count them: no letter loses its accent, no emoji is torn. */
function characters(text: string): string[] {
  // eslint-disable-next-line no-control-regex -- the whole of ASCII
  if (/^[\x00-\x7f]*$/.test(text)) return [...text];
  return [...new Intl.Segmenter().segment(text)].map(({ segment }) => segment);
}

/** A name as its beginning, which may be cut, and its end, which stays: `['ResNet-20 with ', 'sgd, seed 3']`. */
export function endsOf(name: string): [start: string, end: string] {
  if (name.length <= SHORT) return [name, ''];
  const all = characters(name);
  const end = all.slice(-END);
  const space = end.findIndex((character, index) => index < END - 1 && character === ' ');
  const kept = space === -1 ? end.slice(-12) : end.slice(space + 1);
  return [all.slice(0, all.length - kept.length).join(''), kept.join('')];
}
