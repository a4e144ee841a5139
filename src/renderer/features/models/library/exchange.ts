/** Architectures on the clipboard, into files and back: JSON as the command line reads it, and block tables as Python. */
import type { Architecture } from '../../../../architecture/architecture';
import { LIMITS } from '../../../../architecture/limits';
import { formatProblem } from '../../../../architecture/problem';
import { formatArchitecture, parseArchitectureText } from '../../../../architecture/text/architecture';
import { formatBlockTable } from '../../../../architecture/text/table';
import { asSentence, thousands } from '../../../../shared/format';
import { fileName } from '../../../../shared/file-name';
import { copyText } from '../../../base/clipboard';
import { downloadBlob } from '../../../base/download';
import { named } from '../../../base/shown';

/** What is read of a text; else one sentence on why it is no architecture. */
export type Given = { architecture: Architecture } | { problem: string };

/** Words of Python that no variable can be called by. */
const KEYWORDS =
  /^(False|None|True|and|as|assert|async|await|break|class|continue|def|del|elif|else|except|finally|for|from|global|if|import|in|is|lambda|nonlocal|not|or|pass|raise|return|try|while|with|yield)$/;

/** The block table under a name that Python takes: `resnet_18_mine = [ … ]`. */
export function pythonOf({ name, table }: Architecture): string {
  const word = name
    .normalize('NFKC')
    .replace(/[^\p{L}\p{N}]+/gu, '_')
    .replace(/^_+|_+$/g, '');
  const variable = word === '' || /^\d/.test(word) || KEYWORDS.test(word) ? `net_${word}` : word;
  return `${variable.replace(/_$/, '')} = ${formatBlockTable(table)}\n`;
}

export const copyPython = (architecture: Architecture): Promise<void> =>
  copyText(pythonOf(architecture), `the block table of ${named(architecture.name)} as Python`);
export const copyJson = (architecture: Architecture): Promise<void> =>
  copyText(formatArchitecture(architecture), `${named(architecture.name)} as JSON`);

export function exportJson(architecture: Architecture): void {
  const file = fileName(architecture.name, 'json', 'architecture');
  downloadBlob(file, new Blob([formatArchitecture(architecture)], { type: 'application/json' }));
}

/** @param from what the text is, as a sentence begins with it: `The pasted text`, `mine.json` */
export function readGiven(text: string, from: string): Given {
  const parsed = parseArchitectureText(text.replace(/^\ufeff/, ''));
  if (parsed.ok) return { architecture: parsed.value };
  const [first] = parsed.problems;
  const why = first ? formatProblem(first) : 'it cannot be read';
  return { problem: `${from} is not an architecture as JSON. ${asSentence(why)}` };
}

export async function readFileGiven(file: File): Promise<Given> {
  const from = named(file.name);
  // Bytes of UTF-8 are no fewer than its characters.
  if (file.size > 4 * LIMITS.textLength) {
    return {
      problem: `${from} has ${thousands(file.size)} bytes, which is more than an architecture may have.`,
    };
  }
  try {
    return readGiven(await file.text(), from);
  } catch {
    return { problem: `${from} could not be read; choose it again.` };
  }
}
