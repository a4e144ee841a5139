/** The program of `npm run fuzz`, started by scripts/fuzz.mjs inside Electron's Node. */
import { FORMATS } from './formats/index';
import { fuzz } from './fuzz';
import { problemsOf, reportLines } from './report';

interface Options {
  seed: number;
  cases: number;
  format: string | null;
  only: number | null;
}

async function main(options: Options): Promise<void> {
  const chosen = FORMATS.filter(({ name }) => options.format === null || name === options.format);
  if (chosen.length === 0) {
    process.stderr.write(`--only must be one of ${FORMATS.map(({ name }) => name).join(', ')}.\n`);
    process.exitCode = 1;
    return;
  }
  const problems: string[] = [];
  for (const format of chosen) {
    const tally = await fuzz(format, { ...options, only: options.only ?? undefined });
    process.stdout.write(`${reportLines(tally).join('\n')}\n`);
    problems.push(...problemsOf(tally, options.only === null));
  }
  for (const problem of problems) process.stderr.write(`${problem}\n`);
  process.exitCode = problems.length > 0 ? 1 : 0;
}

void main(JSON.parse(process.argv[2]!) as Options);
