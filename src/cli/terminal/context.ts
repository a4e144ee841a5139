import type { Interrupts } from './interrupts';
import type { Output } from './output';

/** What every command gets to work with. */
export interface Context {
  output: Output;
  interrupts: Interrupts;
  env: NodeJS.ProcessEnv;
  /** Folder of the built programs (out/main), where the trainer's entry lies. */
  entryFolder: string;
  /** Asks a person at the terminal; null where there is none to ask. */
  confirm: ((question: string) => Promise<boolean>) | null;
}

/** Flags that every command has. */
export interface CommonOptions {
  json?: boolean;
  home?: string;
  /** Every command with `--home` has it (program.ts). */
  trustFolder?: boolean;
}

/** A command as the user would type it, aimed at the same data folder. */
export function typed(words: string, options: CommonOptions): string {
  const home = options.home === undefined ? '' : ` --home ${quoted(options.home)}`;
  return `npm start -- ${words}${home}`;
}

/** A word for a shell: quoted only where it must be. */
export const quoted = (word: string): string =>
  /^[\w@%+=:,./\\-]+$/.test(word) ? word : JSON.stringify(word);
