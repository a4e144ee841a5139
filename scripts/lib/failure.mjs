/** Expected failures: one sentence for the person at the terminal that says what is wrong and what to do. */
export class Failure extends Error {}

/**
 * Runs a script's main function. An expected failure prints its sentence, anything else is a bug and prints its stack;
 * both end with exit code 1. A number that `main` returns is the exit code.
 */
export async function runMain(main) {
  try {
    process.exitCode = (await main()) ?? 0;
  } catch (error) {
    process.stderr.write(error instanceof Failure ? `resbench: ${error.message}\n` : `${error.stack}\n`);
    process.exitCode = 1;
  }
}
