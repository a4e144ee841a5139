/** Resbench in a terminal: `npm start -- WORDS`. */
import { createInterface } from 'node:readline';
import { inert } from '../architecture/inert-text';
import { EXIT } from './exit-codes';
import { Interrupts } from './interrupts';
import { Output } from './output';
import { runCommandLine } from './program';

const words = process.argv.slice(2);
const interrupts = new Interrupts();
let readerGone = false;

for (const stream of [process.stdout, process.stderr]) {
  stream.on('error', (error: NodeJS.ErrnoException) => {
    // `| head` has read enough, or the terminal was closed: a run is stopped and kept, anything else is done.
    if (error.code !== 'EPIPE' && error.code !== 'EIO' && error.code !== 'ERR_STREAM_DESTROYED') throw error;
    if (readerGone || stream !== process.stdout) return;
    readerGone = true;
    interrupts.raise();
  });
}

function confirm(question: string): Promise<boolean> {
  return new Promise((resolve) => {
    const reader = createInterface({ input: process.stdin, output: process.stderr });
    let answered = false;
    reader.question(`${question} [y/N] `, (answer) => {
      answered = true;
      reader.close();
      resolve(/^y(es)?$/i.test(answer.trim()));
    });
    reader.on('close', () => {
      if (!answered) resolve(false);
    });
  });
}

const separator = words.indexOf('--');
const json = words.slice(0, separator < 0 ? undefined : separator).includes('--json');

void runCommandLine(words, {
  output: new Output(process.stdout, process.stderr, process.env, json),
  interrupts,
  env: process.env,
  entryFolder: __dirname,
  confirm: process.stdin.isTTY && process.stderr.isTTY ? confirm : null,
}).then(
  (code) => leave(code),
  (error: unknown) => {
    process.stderr.write(`resbench: ${inert(error instanceof Error ? error.message : String(error))}\n`);
    leave(EXIT.unexpected);
  },
);

/** Ends the process once what was written has gone out; pipes are asynchronous on some platforms. */
function leave(code: number): void {
  process.exitCode = code;
  if (readerGone) process.exit(code);
  process.stdout.write('', () => process.stderr.write('', () => process.exit(code)));
}
