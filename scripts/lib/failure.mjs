/** Expected failures: one sentence for the person at the terminal that says what is wrong and what to do. */
export class Failure extends Error {}

const WHY = {
  ENOENT: 'does not exist, or is a link to something that does not',
  ENOTDIR: 'has a file where a folder is needed',
  EEXIST: 'is in the way',
  ELOOP: 'is a link that leads nowhere',
  EACCES: 'cannot be used by this user',
  EPERM: 'cannot be used by this user',
  EROFS: 'lies on a read-only disk',
  ENOSPC: 'lies on a disk that is full',
  EDQUOT: 'lies on a disk where your quota is used up',
};

/** What the file system says of a path is no bug: a sentence; null for everything else. */
export function fileSentence(error) {
  const { code, syscall, path } = error ?? {};
  if (!code || !path || !syscall || syscall.startsWith('spawn')) return null;
  return `${path} ${WHY[code] ?? `cannot be used (${code})`}: mend that, or choose another folder.`;
}

/**
 * Runs a script's main function. An expected failure prints its sentence, anything else is a bug and prints its stack;
 * both end with exit code 1. A number that `main` returns is the exit code.
 */
export async function runMain(main) {
  process.stdout.on('error', outputFailed);
  try {
    process.exitCode = (await main()) ?? 0;
  } catch (error) {
    const sentence = error instanceof Failure ? error.message : fileSentence(error);
    process.stderr.write(sentence === null ? `${error.stack}\n` : `resbench: ${sentence}\n`);
    process.exitCode = 1;
  }
}

/** Nobody reads on (`| head`): done. A file that cannot be written is told. */
function outputFailed({ code }) {
  if (code === 'EPIPE') process.exit();
  const why = code === 'ENOSPC' ? 'the disk that it goes to is full: free some space' : code;
  process.stderr.write(`resbench: stdout could not be written: ${why}\n`);
  process.exit(1);
}
