/** Whether every npm package may be used and passed on with Resbench, which is under Apache-2.0. */
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { projectRoot } from '../lib/paths.mjs';

/** SPDX identifiers of licences that ask for no more than their notice. */
const ALLOWED = new Set([
  '0BSD',
  'Apache-2.0',
  'BlueOak-1.0.0',
  'BSD-2-Clause',
  'BSD-3-Clause',
  'CC0-1.0',
  'ISC',
  'MIT',
  'Python-2.0',
  'Unlicense',
]);

/** Packages under another licence, by name, each with the reason why it may be here. */
export const EXCEPTIONS = [
  {
    name: /^lightningcss(-[\w-]+)?$/,
    licence: 'MPL-2.0',
    reason: 'compiles style sheets while building; unchanged, not part of what is built',
  },
  {
    name: /^axe-core$/,
    licence: 'MPL-2.0',
    reason: 'looks at the window in the end-to-end tests; unchanged, not part of what is built',
  },
  {
    name: /^caniuse-lite$/,
    licence: 'CC-BY-4.0',
    reason: 'a table that the linter reads; not part of what is built',
  },
];

/** Whether an SPDX expression of identifiers, AND, OR and brackets allows it. */
export function isAllowed(expression, allowed = (id) => ALLOWED.has(id)) {
  const words = String(expression).match(/[()]|[^\s()]+/g) ?? [];
  let at = 0;
  const term = () => {
    const word = words[at++];
    if (word !== '(') return word !== undefined && allowed(word);
    const inner = either();
    return words[at++] === ')' && inner;
  };
  const both = () => {
    let all = term();
    while (words[at] === 'AND') {
      at++;
      // Not by `&&`: the words must be read in any case.
      const next = term();
      all = all && next;
    }
    return all;
  };
  function either() {
    let any = both();
    while (words[at] === 'OR') {
      at++;
      const next = both();
      any = any || next;
    }
    return any;
  }
  return words.length > 0 && either() && at === words.length;
}

/** Of every package of the lockfile, installed here or not (other platforms' are not); `installed` reads its own word. */
export function licenceProblems({ lock = lockfile(), installed = installedLicence } = {}) {
  const problems = [];
  const counts = new Map();
  for (const [path, entry] of Object.entries(lock.packages)) {
    if (path === '') continue;
    const name = path.slice(path.lastIndexOf('node_modules/') + 'node_modules/'.length);
    // What the package says of itself counts; the lockfile's copy of it where it is not installed.
    const licence = installed(path) ?? entry.license ?? null;
    counts.set(licence, (counts.get(licence) ?? 0) + 1);
    if (licence !== null && isAllowed(licence)) continue;
    if (EXCEPTIONS.some((known) => known.name.test(name) && known.licence === licence)) continue;
    problems.push(`${name} ${entry.version}: ${licence ?? 'names no licence'}`);
  }
  const sorted = [...counts].sort(([, one], [, other]) => other - one);
  return { problems, counts: sorted.map(([licence, count]) => `${licence} ${count}`).join(', ') };
}

const lockfile = () => JSON.parse(readFileSync(join(projectRoot, 'package-lock.json'), 'utf8'));

function installedLicence(path) {
  try {
    const { license } = JSON.parse(readFileSync(join(projectRoot, path, 'package.json'), 'utf8'));
    return typeof license === 'string' ? license : (license?.type ?? undefined);
  } catch {
    return undefined;
  }
}
