/** Names of folders and files of a stranger, as they are shown and kept. */
import { MAX_NAMED, type LeftOut } from '../../shared/own-dataset';

const [MAX_CLASS_NAME, MAX_PATH] = [255, 1000];

/** A cut never leaves half of a surrogate pair, which is then visible as such. */
const cut = (text: string, length: number): string =>
  text.length <= length ? text : `${text.slice(0, length - 1)}…`;

/**
 * Control characters become their pictures, `␊`; what has none, halves of surrogate pairs and marks that turn the
 * direction of text among them, becomes `�`.
 */
export function visible(text: string): string {
  return (
    text
      // eslint-disable-next-line no-control-regex
      .replace(/[\0-\x1f]/g, (control) => String.fromCharCode(0x2400 + control.charCodeAt(0)))
      .replace(/\x7f/g, '\u2421')
      .replace(/[\p{Cc}\p{Cs}\p{Bidi_Control}\u2028\u2029]/gu, '\ufffd')
  );
}

/** Names of classes as people see them: visible, at most 255 characters, no two alike. */
export function classNamesOf(folders: readonly string[]): string[] {
  const taken = new Set<string>();
  return folders.map((folder) => {
    const whole = visible(folder);
    let name = visible(cut(whole, MAX_CLASS_NAME));
    for (let number = 2; taken.has(name); number++) {
      const suffix = ` (${number})`;
      name = visible(cut(whole, MAX_CLASS_NAME - suffix.length)) + suffix;
    }
    taken.add(name);
    return name;
  });
}

/** What is left out: the first ones by name, all by their number. */
export class LeftOuts {
  readonly files: LeftOut[] = [];
  count = 0;

  /** @param path below the folder */
  add(path: string, why: string): void {
    this.count++;
    if (this.files.length < MAX_NAMED) this.files.push({ path: visible(cut(visible(path), MAX_PATH)), why });
  }
}
