/**
 * The yes to a window on the end-of-life Electron: whoever can block the official download could otherwise choose what
 * shows the window. It is asked for once a cache folder, on a terminal; elsewhere RESBENCH_ALLOW_OLD_ELECTRON=1 is one.
 */
import { mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { createInterface } from 'node:readline';
import * as pins from '../setup/pins.mjs';
import { cacheRoot } from './paths.mjs';

/** The program itself (src/main/window/index.ts) opens no window on an old Electron without it. */
export const ALLOW = 'RESBENCH_ALLOW_OLD_ELECTRON';

const answerFile = (env) => join(cacheRoot(env), 'old-electron-allowed.json');

/** Whether this set-up's window needs a yes: an Electron of one's own is one's own choice. */
export const isOld = (electron) => electron.source === 'fallback';

/** Whether the yes is there already, for this version of the old Electron. */
export function isAllowed(electron, env = process.env) {
  if (!isOld(electron) || env[ALLOW] === '1') return true;
  try {
    return JSON.parse(readFileSync(answerFile(env), 'utf8')).electron === electron.version;
  } catch {
    return false;
  }
}

function keepYes(electron, env) {
  mkdirSync(cacheRoot(env), { recursive: true });
  writeFileSync(answerFile(env), `${JSON.stringify({ electron: electron.version })}\n`);
}

const about = (electron) =>
  `Electron ${pins.electron.version} could not be downloaded, so the window would run on Electron ${electron.version}, ` +
  'which is past its end of life and gets no security fixes';

/**
 * Whether the window may open: `yes`, `no`, or `unasked` where there is no terminal to ask on. A yes on the terminal is
 * kept; everything is said on `output`.
 */
export async function mayOpenWindow(
  electron,
  { env = process.env, input = process.stdin, stdout = process.stdout, output = process.stderr } = {},
) {
  if (isAllowed(electron, env)) return 'yes';
  if (!input.isTTY || !stdout.isTTY) {
    output.write(
      `resbench: ${about(electron)}; it opens only after a yes. Give it on a terminal, or set ${ALLOW}=1; ` +
        'or try the current one again: `npm run setup -- --official`.\n',
    );
    return 'unasked';
  }
  output.write(`resbench: ${about(electron)}.\n`);
  if (/^(y|yes)$/i.test(await ask('Open the window on it, now and from now on? [y/N] ', input, output))) {
    keepYes(electron, env);
    return 'yes';
  }
  output.write(
    'resbench: no window was opened. `npm run setup -- --official` tries the current Electron again; `npm start -- help` ' +
      'lists what works in the terminal.\n',
  );
  return 'no';
}

/** The answer, trimmed; empty where Ctrl-C or the end of input came instead. */
function ask(question, input, output) {
  const terminal = createInterface({ input, output });
  return new Promise((done) => {
    terminal.once('close', () => done(''));
    terminal.question(question, (answer) => {
      done(answer.trim());
      terminal.close();
    });
  });
}

/** One line for what runs on the old Electron without a question: as a Node, or with windows on pages of its own. */
export function sayOldElectron(electron, how, output = process.stderr) {
  if (isOld(electron)) {
    output.write(
      `resbench: ${how} the end-of-life Electron ${electron.version}, since Electron ${pins.electron.version} could not be downloaded here.\n`,
    );
  }
}
