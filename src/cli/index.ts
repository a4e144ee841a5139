/** Resbench in a terminal: `npm start -- WORDS`. */
import { createInterface } from 'node:readline';
import { inert } from '../architecture/inert-text';
import { EXIT, type ExitCode } from './terminal/exit-codes';
import { Interrupts } from './terminal/interrupts';
import { Output } from './terminal/output';
import { runCommandLine } from './program';
import { StandardStream } from './terminal/standard-stream';

const words = process.argv.slice(2);
const interrupts = new Interrupts();
// A run is stopped and kept where nobody can be told of it any more; anything else is done.
const stdout = new StandardStream(process.stdout, 'stdout', interrupts.raise);
const stderr = new StandardStream(process.stderr, 'stderr');

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
  output: new Output(stdout, stderr, process.env, json),
  interrupts,
  env: process.env,
  entryFolder: __dirname,
  confirm: process.stdin.isTTY && process.stderr.isTTY ? confirm : null,
}).then(leave, (error: unknown) => {
  stderr.write(`resbench: ${inert(error instanceof Error ? error.message : String(error))}\n`);
  return leave(EXIT.unexpected);
});

/** Ends the process once what was written has gone out, or could not. */
async function leave(code: ExitCode): Promise<void> {
  process.exitCode = code;
  if (stdout.readerClosed) process.exit(code);
  await stdout.settled();
  const { problem } = stdout;
  if (problem !== null) stderr.write(`resbench: ${problem}\n`);
  await stderr.settled();
  // The work may have been done, or left because of this: its result did not arrive.
  process.exit(problem !== null && (code === EXIT.ok || code === EXIT.interrupted) ? EXIT.storage : code);
}
