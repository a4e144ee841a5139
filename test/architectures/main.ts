/** The program of `npm run architectures`, started by scripts/architectures.mjs inside Electron's Node. */
import { thousands } from '../../src/architecture/number-text';
import { survey } from './survey';

/** With fewer, a kind may be absent by chance. */
const ENOUGH = 100;
/** A first mistake may show in each layer after it. */
const SHOWN = 5;

function main(options: { seed: number; count: number }): void {
  const { seed, count } = options;
  const seeds = count === 1 ? `seed ${seed}` : `seeds ${seed} to ${seed + count - 1}`;
  process.stdout.write(`Random architectures of at most 64 filters: ${thousands(count)}, ${seeds}\n`);
  const { compared, layers, variables, distribution, failure } = survey(options);
  process.stdout.write(`${distribution.lines().join('\n')}\n`);
  if (failure) {
    const { sentences } = failure;
    const more = sentences.length > SHOWN ? [`and ${sentences.length - SHOWN} more`] : [];
    process.stderr.write(
      `The architecture of seed ${failure.seed} disagrees with its tfjs-layers model:\n` +
        `${[...sentences.slice(0, SHOWN), ...more].map((sentence) => `  ${sentence}\n`).join('')}` +
        `Repeat it: npm run architectures -- --seed ${failure.seed} --count 1\n`,
    );
    process.exitCode = 1;
    return;
  }
  process.stdout.write(
    `${thousands(compared)} agree with their tfjs-layers models: shapes of ${thousands(layers)} layers and ` +
      `${thousands(variables)} variables, counts of parameters\n`,
  );
  const absent = distribution.absent();
  if (count >= ENOUGH && absent.length > 0) {
    process.stderr.write(`None of these occurred: ${absent.join(', ')}.\n`);
    process.exitCode = 1;
  }
}

main(JSON.parse(process.argv[2]!) as { seed: number; count: number });
